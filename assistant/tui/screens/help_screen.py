"""What a screen is for, its keys, and what may be typed."""

import textwrap
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
        self._title, self._about, self._keys, self._commands = title, about, keys, commands

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="sheet"):
            yield Static()

    def on_mount(self) -> None:
        self.query_one("#sheet").focus()

    def on_resize(self) -> None:
        """What a key does is broken into lines beside the key."""
        self.call_after_refresh(self._draw)

    def _draw(self) -> None:
        width = self.query_one("#sheet").content_size.width - 2
        lines = [Content.styled(self._title, "bold"), Content(self._about), Content("")]
        lines += _rows(self._keys, width)
        if self._commands:
            lines += [Content(""), Content.styled("Commands", "bold"), *_rows(list(KNOWN.values()), width)]
            lines += [Content(""), Content("Everything else you type is a question.")]
        self.query_one(Static).update(Content("\n").join([*lines, Content.styled("Esc closes.", "$foreground-muted")]))


def _rows(pairs: list[tuple[str, str]], width: int) -> list[Content]:
    """Two columns, the second one broken into lines."""
    first = max(len(name) for name, _ in pairs) + 4
    rows = []
    for name, meaning in pairs:
        head, *rest = textwrap.wrap(meaning, max(20, width - first)) or [""]
        rows.append(Content.assemble((f"  {name}".ljust(first), "$text-primary"), head))
        rows += [Content(" " * first + line) for line in rest]
    return rows
