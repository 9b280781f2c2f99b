"""What a screen is for, its keys, and what may be typed."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from assistant.tui.commands import KNOWN


class HelpScreen(ModalScreen[None]):
    """`keys` are pairs of a key and what it does."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,enter,f1", "dismiss", "Close")]

    def __init__(self, title: str, about: str, keys: list[tuple[str, str]], *, commands: bool) -> None:
        super().__init__()
        self._content = _content(title, about, keys, commands=commands)

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="sheet"):
            yield Static(self._content)

    def on_mount(self) -> None:
        self.query_one("#sheet").focus()


def _content(title: str, about: str, keys: list[tuple[str, str]], *, commands: bool) -> Content:
    lines = [Content.styled(title, "bold"), Content(about), Content("")]
    lines += [Content.assemble((f"  {key:14}", "$primary"), meaning) for key, meaning in keys]
    if commands:
        lines += [Content(""), Content.styled("Commands", "bold")]
        lines += [Content.assemble((f"  {typed:18}", "$primary"), meaning) for typed, meaning in KNOWN.values()]
        lines += [Content(""), Content("Everything else you type is a question.")]
    return Content("\n").join([*lines, Content.styled("Esc closes.", "$foreground-muted")])
