"""Papers that may be one: merge them, or leave them."""

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from assistant.events import Event, Likely, Organised
from assistant.tui.desk import Desk
from assistant.tui.job import Job
from assistant.tui.keys import key
from assistant.tui.papers import counted, reference
from assistant.tui.phase import Phase
from assistant.tui.screens.desk_screen import DeskScreen
from assistant.tui.widgets.key_bar import KeyBar
from assistant.tui.widgets.status import StatusLine
from store.near_duplicates import Candidate


class DuplicatesScreen(DeskScreen):
    """The likeliest pair first."""

    HELP_TITLE = "Likely duplicates"
    ABOUT = "Pairs of papers whose titles are much alike and that were not merged. Enter makes one paper of two."
    BINDINGS: ClassVar[list[BindingType]] = [
        key("duplicates.back", "escape", "back", "Back", "stop, or go back to the library"),
        key("duplicates.merge", "enter", "choose_row", "Merge", "make one paper of the two"),
        key("duplicates.undo", "ctrl+z", "undo", "Undo", "take the last merge apart again"),
    ]

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._pairs: list[Candidate] = []
        self._merged: list[str] = []

    @property
    def keys_now(self) -> tuple[str, ...]:
        return ("duplicates.back", "duplicates.merge", "duplicates.undo", "app.help", "app.palette")

    def compose(self) -> ComposeResult:
        yield Static("Comparing …", id="headline")
        yield OptionList(markup=False, id="rows")
        yield StatusLine(self.desk)
        yield KeyBar()

    def on_mount(self) -> None:
        self.desk.begin(self.desk.assistant.likely_duplicates(), Phase.SEARCHING, self)

    def action_back(self) -> None:
        """Stop, or go back."""
        if self.desk.job and self.desk.job.owner is self:
            self.desk.stop()
        self.app.pop_screen()

    def action_undo(self) -> None:
        """Take the last merge apart."""
        if self._merged and self.is_free():
            self.desk.begin(self.desk.assistant.undo_merge(self._merged.pop()), Phase.CHANGING, self)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "undo":
            return bool(self._merged)
        return super().check_action(action, parameters)

    @on(OptionList.OptionSelected)
    def _merge(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if self.is_free():
            pair = self._pairs[event.option_index]
            self._merged.append(pair.one.key)
            self.desk.begin(self.desk.assistant.merge([pair.one.key, pair.other.key]), Phase.CHANGING, self)

    def happened(self, event: Event, job: Job) -> None:
        del job
        match event:
            case Likely():
                self._show(event.pairs)
            case Organised():
                self.say(f"{counted(len(event.papers), 'paper')} now.", "good")

    def ended(self, job: Job, error: Exception | None) -> None:
        if job.phase is Phase.CHANGING:
            if error and self._merged:
                self._merged.pop()
            self.desk.begin(self.desk.assistant.likely_duplicates(), Phase.SEARCHING, self)

    def _show(self, pairs: Sequence[Candidate]) -> None:
        if not self.is_mounted:
            return
        rows = self.query_one("#rows", OptionList)
        place = rows.highlighted or 0
        self._pairs = list(pairs)
        rows.clear_options()
        rows.add_options(Option(_row(pair)) for pair in self._pairs)
        rows.highlighted = min(place, len(self._pairs) - 1) if self._pairs else None
        said = counted(len(self._pairs), "likely pair") if self._pairs else "No two papers look like one."
        self.query_one("#headline", Static).update(Content(said))
        self.refresh_bindings()


def _row(pair: Candidate) -> Content:
    against = f"; different {', '.join(pair.differ)}" if pair.differ else ""
    return Content.assemble(
        reference(pair.one),
        "\n",
        reference(pair.other),
        (f"\ntitles {pair.alike:.0f} % alike{against}", "$foreground-muted"),
    )
