"""Keys and commands."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from assistant.tui.commands import KNOWN

KEYS = {
    "Enter": "send the question; in the sources, open the paper",
    "Escape": "stop what is being done; what is written stays",
    "Tab": "go to the sources and back",
    "Up, Down": "earlier questions; in the sources, the next paper",
    "PgUp, PgDn": "scroll the conversation",
    "F1": "this help",
    "F2": "show or hide the sources",
    "F5": "load the sample library",
    "Ctrl+Q": "quit",
}
"""The keys of the screen, for the help and the manual."""


class HelpScreen(ModalScreen[None]):
    """What can be pressed and typed."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,enter,f1", "dismiss", "Close")]

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="sheet"):
            yield Static(_content())

    def on_mount(self) -> None:
        self.query_one("#sheet").focus()


def _content() -> Content:
    lines = [Content.styled("Keys", "bold")]
    lines += [Content.assemble((f"  {key:14}", "$primary"), meaning) for key, meaning in KEYS.items()]
    lines += [Content(""), Content.styled("Commands", "bold")]
    lines += [Content.assemble((f"  {typed:14}", "$primary"), meaning) for typed, meaning in KNOWN.values()]
    lines += [Content(""), Content.styled("Everything else you type is a question. Esc closes.", "$foreground-muted")]
    return Content("\n").join(lines)
