"""Papers per year, as bars."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from assistant.tui.papers import counted
from assistant.tui.text import folded

_EIGHTHS = " ▏▎▍▌▋▊▉"


class YearsScreen(ModalScreen[None]):
    """A bar for each year, longest for the year with most papers; `counts` are (year, papers)."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,enter,ctrl+g", "dismiss", "Close")]

    def __init__(self, text: str, counts: Sequence[tuple[int, int]]) -> None:
        super().__init__()
        self._text = text
        self._counts = counts

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="sheet"):
            yield Static()

    def on_mount(self) -> None:
        self.query_one("#sheet").focus()

    def on_resize(self) -> None:
        """The bars are as long as there is room."""
        self.call_after_refresh(self._draw)

    def _draw(self) -> None:
        width = self.query_one("#sheet").content_size.width
        total = sum(count for _, count in self._counts)
        of = f" for “{folded(self._text)}”" if self._text.strip() else ""
        head = Content.styled(f"{counted(total, 'paper')} by year{of}", "bold")
        bars = bars_of(self._counts, max(10, width - 16))
        rows = [
            Content.assemble((f"{year} ", "$foreground-muted"), (bar, "$text-primary"), f" {count:,}" if count else "")
            for year, bar, count in bars
        ]
        none = [] if rows else [Content("None of these papers says in which year it appeared.")]
        self.query_one(Static).update(Content("\n").join([head, Content(""), *rows, *none]))


def bars_of(counts: Sequence[tuple[int, int]], width: int) -> list[tuple[int, str, int]]:
    """Year, bar and count, also for years without papers; a long stretch of such years is left out."""
    most = max((count for _, count in counts), default=1)
    rows: list[tuple[int, str, int]] = []
    for year, count in counts:
        if rows and 1 < year - rows[-1][0] <= 10:
            rows += [(empty, "", 0) for empty in range(rows[-1][0] + 1, year)]
        rows.append((year, _bar(count * width / most), count))
    return rows


def _bar(length: float) -> str:
    whole, part = int(length), int(length % 1 * 8)
    return "█" * whole + (_EIGHTHS[part] if part else "") or "▏"
