"""What leaves the chat: copies for the clipboard, files."""

from pathlib import Path

from textual import on, work

from assistant.chat import Chat
from assistant.conversation import Turn
from assistant.tui import clipboard, exports
from assistant.tui.messages import Remarked
from assistant.tui.screens.desk_screen import DeskScreen
from assistant.tui.screens.dialogs import Choice, Line

COPIES = [
    ("answer", "The answer"),
    ("references", "The answer with its references"),
    ("bibtex", "BibTeX of the cited papers"),
]


class Copying(DeskScreen):
    """A screen whose conversation can be copied and exported."""

    chat: Chat

    @property
    def history(self) -> list[Turn]:
        """The turns of the conversation."""
        return self.chat.history

    def action_copy(self) -> None:
        """Copy the last answer."""
        if not self.history:
            self.say("There is no answer to copy yet.")
            return
        self.app.push_screen(Choice("Copy", COPIES), self._copy)

    def _copy(self, what: str | None) -> None:
        if not what:
            return
        answer = self.history[-1].answer
        write = {"references": clipboard.with_references, "bibtex": clipboard.bibtex_of}.get(what, clipboard.text_of)
        text = write(answer)
        self.app.copy_to_clipboard(text)
        self.app.notify(f"Copied: {len(text):,} characters.", markup=False)

    def action_export(self) -> None:
        """Write the conversation into a file."""
        if not self.history:
            self.say("There is nothing to export yet.")
            return
        offers = [(name, label) for name, (label, _) in exports.FORMATS.items()]
        self.app.push_screen(Choice("Export the conversation as", offers), self._export_as)

    def _export_as(self, format_: str | None) -> None:
        if not format_:
            return

        def named(path: str | None) -> None:
            if path:
                self._export(format_, Path(path), list(self.history))

        self.app.push_screen(Line("Write it to", exports.suggested(self.chat.conversation, format_)), named)

    @work(thread=True, exit_on_error=False, group="export")
    def _export(self, format_: str, path: Path, turns: list[Turn]) -> None:
        try:
            written = exports.exported(self.chat.conversation, turns, format_, path)
        except (OSError, RuntimeError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            self.post_message(Remarked(f"{path} cannot be written: {reason}.", "error"))
        else:
            self.post_message(Remarked(f"Written to {written}.", "good"))

    @on(Remarked)
    def _remarked(self, remarked: Remarked) -> None:
        self.say(remarked.text, remarked.kind)
