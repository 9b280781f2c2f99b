"""What all full screens share: the desk, the status line, the keys that matter now."""

from typing import ClassVar

from textual import on
from textual.screen import Screen
from textual.widgets import OptionList
from textual.worker import Worker

from assistant.events import Event
from assistant.tui.desk import BUSY, Desk
from assistant.tui.job import Job


class DeskScreen(Screen[None]):
    """A screen that may begin jobs and is told what happens in them."""

    HELP_TITLE: ClassVar[str] = ""
    """What the help calls this screen."""
    ABOUT: ClassVar[str] = ""
    """Two sentences for the help."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk

    @property
    def keys_now(self) -> tuple[str, ...]:
        """The ids of the bindings that matter most at this moment, most important first."""
        return ("app.back", "app.help", "app.palette")

    def action_choose_row(self) -> None:
        """Do with the current row of the list what Enter in the list does."""
        self.query_one("#rows", OptionList).action_select()

    def happened(self, event: Event, job: Job) -> None:
        """Draw an event of a job of this screen."""

    def ended(self, job: Job, error: Exception | None) -> None:
        """A job of this screen is over."""

    @on(Worker.StateChanged)
    def _worked(self, changed: Worker.StateChanged) -> None:
        self.desk.worked(changed, self)

    def say(self, text: str, kind: str = "") -> None:
        """Tell the user something; `kind` is "", "error" or "good"."""
        if kind == "error":
            self.app.notify(text, severity="error", markup=False, timeout=12)
        else:
            self.app.notify(text, markup=False, timeout=6)

    def is_free(self) -> bool:
        """Whether a job may begin; says why not."""
        if not self.desk.phase.takes_tasks:
            self.app.notify(BUSY, severity="warning", markup=False)
        return self.desk.phase.takes_tasks
