"""The log: warnings of native code, tracebacks of bugs."""

from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import Log, Static

from assistant.tui.keys import key
from assistant.tui.screens.desk_screen import DeskScreen
from assistant.tui.screens.dialogs import Line
from assistant.tui.text import folded, harmless
from assistant.tui.widgets.key_bar import KeyBar
from assistant.tui.widgets.status import StatusLine

TAIL = 256 * 1024
"""Bytes of the log's end that are shown."""


class LogScreen(DeskScreen):
    """The end of the log file, which can be saved elsewhere."""

    HELP_TITLE = "Log"
    ABOUT = "What the program and its native libraries had to say. It holds no question and no abstract."
    AUTO_FOCUS = "Log"
    BINDINGS: ClassVar[list[BindingType]] = [
        key("log.back", "escape", "back", "Back", "go back to the chat"),
        key("log.save", "ctrl+s", "save", "Save", "save a copy of the log"),
    ]

    class Read(Message):
        """The end of the log, or a word on how a copy of it went."""

        def __init__(self, lines: list[str] | None, said: str = "", kind: str = "") -> None:
            super().__init__()
            self.lines = lines
            self.said = said
            self.kind = kind

    @property
    def keys_now(self) -> tuple[str, ...]:
        return ("log.back", "log.save", "app.help", "app.palette")

    @property
    def _path(self) -> Path:
        return self.desk.assistant.settings.log_file

    def compose(self) -> ComposeResult:
        yield Static(Content(folded(str(self._path))), id="headline")
        yield Log()
        yield StatusLine(self.desk)
        yield KeyBar()

    def on_screen_resume(self) -> None:
        """Read it anew."""
        self._read()

    def action_back(self) -> None:
        """Back to the chat."""
        self.app.pop_screen()

    def action_save(self) -> None:
        """Ask where to, and copy the log there."""

        def chosen(target: str | None) -> None:
            if target:
                self._save(Path(target))

        self.app.push_screen(Line("Save the log as", str(Path.cwd() / "assistant-log.txt")), chosen)

    @work(thread=True, exit_on_error=False, group="log")
    def _read(self) -> None:
        self.post_message(self.Read(tail_of(self._path)))

    @work(thread=True, exit_on_error=False, group="log")
    def _save(self, path: Path) -> None:
        try:
            path = path.expanduser()
            with path.open("xb") as copy:
                copy.write(self._path.read_bytes() if self._path.is_file() else b"")
        except (OSError, RuntimeError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            self.post_message(self.Read(None, f"{path} cannot be written: {reason}.", "error"))
        else:
            self.post_message(self.Read(None, f"Saved as {path}.", "good"))

    @on(Read)
    def _show(self, read: Read) -> None:
        if read.lines is None:
            self.say(read.said, read.kind)
            return
        log = self.query_one(Log)
        log.clear()
        log.write_lines(read.lines or ["The log is empty."])


def tail_of(path: Path) -> list[str]:
    """The last lines of a file, harmless; none where it cannot be read."""
    try:
        with path.open("rb") as log:
            log.seek(max(0, path.stat().st_size - TAIL))
            return [harmless(line) for line in log.read().decode("utf-8", "replace").splitlines()]
    except OSError:
        return []
