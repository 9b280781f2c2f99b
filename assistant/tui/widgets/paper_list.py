"""The list of papers: a line each, drawn from pages that are fetched when they come into view."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from rich.cells import set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from assistant.tui.papers import LONGEST, names
from assistant.tui.text import folded
from store.records import Entry
from store.retractions import titled

PAGE = 100
"""Papers fetched at a time."""
KEPT = 30
"""Pages kept."""
_YEAR = 6
_TAGS = 20
_ROOMY = 100


class PaperList(ScrollView, can_focus=True):
    """Shows `total` papers however many; `offer` brings a page that `PageWanted` asked for."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"list--title", "list--dim", "list--current"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("home", "go(0)", show=False),
        Binding("end", "go(-1)", show=False),
        Binding("enter", "open", show=False),
    ]
    current: reactive[int] = reactive(0, repaint=False)

    class PageWanted(Message):
        """The page that begins at `offset` is in view and not there."""

        def __init__(self, offset: int) -> None:
            super().__init__()
            self.offset = offset

    class Moved(Message):
        """Another paper is the current one."""

    class Opened(Message):
        """The user wants to read the current paper."""

    def __init__(self) -> None:
        super().__init__()
        self.total = 0
        self.gone: frozenset[int] = frozenset()
        """Numbers of papers that are about to be removed."""
        self._pages: dict[int, tuple[Entry, ...]] = {}

    def show(self, total: int, *, keep_place: bool = False) -> None:
        """Show another list; nothing of it is there yet."""
        self._pages.clear()
        self.total = total
        self.virtual_size = Size(self.size.width, total)
        self.current = min(self.current, max(0, total - 1)) if keep_place else 0
        if not keep_place:
            self.scroll_home(animate=False)
        self.refresh()

    def offer(self, offset: int, entries: Sequence[Entry]) -> None:
        """Take a page."""
        for place in range(0, len(entries), PAGE):
            self._pages[offset + place] = tuple(entries[place : place + PAGE])
        while len(self._pages) > max(KEPT, len(entries) // PAGE + 1):
            self._pages.pop(next(iter(self._pages)))
        self.refresh()
        if offset <= self.current < offset + len(entries):
            self.post_message(self.Moved())

    def entry(self, place: int) -> Entry | None:
        """The paper at a place; None where its page is not there yet."""
        page = self._pages.get(place - place % PAGE, ())
        return page[place % PAGE] if 0 <= place % PAGE < len(page) else None

    @property
    def chosen(self) -> Entry | None:
        """The current paper."""
        return self.entry(self.current) if self.total else None

    def missing(self) -> int | None:
        """Where the first page begins that is in view and not there."""
        first = round(self.scroll_y)
        last = min(self.total, first + max(1, self.size.height))
        return next((offset for offset in _pages_of(first, last) if offset not in self._pages), None)

    def action_move(self, by: int) -> None:
        """Go so many papers further."""
        self.current = max(0, min(self.total - 1, self.current + by))

    def action_page(self, by: int) -> None:
        """Go a screenful further."""
        self.action_move(by * max(1, self.size.height - 1))

    def action_go(self, place: int) -> None:
        """Go to a place, counted from the end where it is negative."""
        self.current = max(0, place if place >= 0 else self.total + place)

    def action_open(self) -> None:
        """Read the current paper."""
        if self.chosen:
            self.post_message(self.Opened())

    def on_click(self, event: events.Click) -> None:
        """A click makes a paper the current one, another one opens it."""
        place = round(self.scroll_y) + event.y
        if place >= self.total:
            return
        if place == self.current and event.chain > 1:
            self.action_open()
        self.current = place

    def watch_current(self, before: int, now: int) -> None:
        """Keep the current paper in view."""
        self.scroll_to_region(Region(0, now, 1, 1), animate=False, force=True)
        self.refresh_line(before)
        self.refresh_line(now)
        self.post_message(self.Moved())

    def on_resize(self) -> None:
        """The lines are as wide as the list."""
        self.virtual_size = Size(self.size.width, self.total)

    def render_line(self, y: int) -> Strip:
        place = round(self.scroll_y) + y
        width = self.size.width
        if place >= self.total:
            return Strip.blank(width, self.rich_style)
        entry = self.entry(place)
        if entry is None:
            self._want()
            return self._strip([(" …", width, "list--dim")], place, gone=False)
        return self._strip(_columns(entry, width), place, gone=entry.number in self.gone)

    def _strip(self, columns: Iterable[tuple[str, int, str]], place: int, *, gone: bool) -> Strip:
        over = Style(
            bgcolor=self.get_component_rich_style("list--current").bgcolor if place == self.current else None,
            bold=place == self.current or None,
            strike=gone or None,
        )
        mark = "›" if place == self.current else " "
        segments = [
            Segment(set_cell_size(text if at else mark + text[1:], width), self.get_component_rich_style(look) + over)
            for at, (text, width, look) in enumerate(columns)
        ]
        return Strip(segments).adjust_cell_length(self.size.width, self.rich_style + over)

    def _want(self) -> None:
        if (offset := self.missing()) is not None:
            self.post_message(self.PageWanted(offset))


def _pages_of(first: int, last: int) -> range:
    return range(first - first % PAGE, last, PAGE)


def _columns(entry: Entry, width: int) -> list[tuple[str, int, str]]:
    """Title, authors, year and, where there is room, tags: each with its width and look."""
    tags = _TAGS if width >= _ROOMY and entry.tags else 0
    people = max(0, min(28, width // 4)) if width >= 40 and entry.authors else 0
    title = max(1, width - people - _YEAR - tags)
    shown = titled(folded(entry.title[: 2 * LONGEST]) or "(no title)", entry.status)
    return [
        (f" {shown[: title - 3]}…" if len(shown) >= title else " " + shown, title, "list--title"),
        (" " + names(entry.authors), people, "list--dim"),
        (f" {entry.year or '':>4} ", _YEAR, "list--dim"),
        (" " + " ".join(f"#{folded(tag)}" for tag in entry.tags), tags, "list--dim"),
    ]
