"""The conversation: questions, answers and remarks, one below the other.

However long it is, only a window of it is made of widgets; scrolling to an end of the window moves it.
"""

from collections.abc import Iterable, Sequence
from enum import Enum
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from assistant.tui.exchange import Exchange
from assistant.tui.text import folded
from assistant.tui.widgets.answer import AnswerView
from assistant.tui.widgets.welcome import Welcome

MOST = 24
"""Entries in the window."""
STEP = 4
"""Entries by which it moves."""
FIRST = 8
"""Entries with which a conversation opens, and more where they do not fill the screen."""
_PATIENCE = 20
"""Refreshes in which the widgets must have got their places."""


class Move(Enum):
    """What is being done to the window; it is over when the widgets have their places."""

    NONE = "none"
    EARLIER = "entries come above"
    LATER = "entries come below"
    CUT = "entries go above"


class Question(Static):
    """What the user asked."""

    def __init__(self, question: str) -> None:
        super().__init__(Content(folded(question)))


class Remark(Static):
    """Something the program has to say: `kind` is "", "error" or "good"."""

    def __init__(self, text: str, *, kind: str = "") -> None:
        lines = [folded(line) for line in text.split("\n")]
        super().__init__(Content("\n".join(lines)), classes=f"-{kind}" if kind else "")


class Saying:
    """A remark while no widget shows it."""

    def __init__(self, text: str, kind: str) -> None:
        self.text = text
        self.kind = kind


Entry = Exchange | Saying


class Conversation(VerticalScroll, can_focus=True):
    """Keeps its end in view until the user scrolls away; a short conversation stands at the top."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "step_mark(-1)", show=False),
        Binding("right", "step_mark(1)", show=False),
        Binding("enter", "open_mark", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.entries: list[Entry] = []
        self._first = self._last = 0
        self._widgets: dict[int, list[Widget]] = {}
        self._following = True
        self._move = Move.NONE
        self._pinned: Exchange | None = None

    def compose(self) -> Iterable[Widget]:
        yield Welcome()

    @property
    def views(self) -> list[AnswerView]:
        """The answers in the window, in order."""
        return list(self.query(AnswerView))

    def view_of(self, exchange: Exchange) -> AnswerView | None:
        """The view that draws an exchange, where one does."""
        return next((view for view in self.views if view.exchange is exchange), None)

    def show(self, exchanges: Sequence[Exchange]) -> None:
        """Show these in place of what was there, the end in view."""
        self.remove_children()
        self._widgets.clear()
        self.entries = list(exchanges)
        self._first = self._last = len(self.entries)
        self._following = True
        self._pinned = None
        self._earlier(FIRST)
        self.call_after_refresh(self._fill, _PATIENCE)
        if not self.entries:
            self.mount(Welcome())

    def ask(self, exchange: Exchange, *, show_evidence: bool) -> None:
        """Add an exchange that begins."""
        self.query(Welcome).remove()
        self._following = True
        self._append(exchange)
        if view := self.view_of(exchange):
            view.show_evidence = show_evidence

    def drop(self, exchange: Exchange) -> None:
        """Take the last exchange away, with the remarks after it: it is asked again."""
        place = self.entries.index(exchange)
        for each in range(place, self._last):
            for widget in self._widgets.pop(each, []):
                widget.remove()
        del self.entries[place:]
        self._last = min(self._last, place)
        self._first = min(self._first, self._last)

    def say(self, text: str, *, kind: str = "") -> None:
        """Add a remark; an error is brought into view."""
        self._following = self._following or kind == "error"
        self._append(Saying(text, kind))

    def follow(self) -> None:
        """Scroll to the end, unless the user reads further up."""
        if self._following and not self._show_pinned():
            self.scroll_end(animate=False)

    def pin(self, exchange: Exchange | None) -> None:
        """Keep the question of an exchange in view, even where its end is then below; with None follow the end."""
        if exchange is not self._pinned:
            self._pinned = exchange
            self.follow()

    def _show_pinned(self) -> bool:
        place = self.entries.index(self._pinned) if self._pinned in self.entries else -1
        question = next(iter(self._widgets.get(place, [])), None)
        if question is None or not question.is_mounted:
            return False
        top = question.virtual_region.y
        self.scroll_to(y=min(top, self.max_scroll_y), animate=False)
        return True

    def end(self) -> None:
        """Go to the end, from wherever the window is."""
        self._following = True
        self._pinned = None
        if self._last < len(self.entries):
            self._jump_to_end()
        self.follow()

    def action_step_mark(self, by: int) -> None:
        """Go to the next or previous mark, also into the answer after or before."""
        views = [view for view in self.views if view.exchange.marks]
        if not views:
            return
        at = next((place for place, view in enumerate(views) if view.mark is not None), None)
        order = self._order(views, at, by)
        for view in order:
            if view.step(by):
                self._bring(view)
                for other in views:
                    if other is not view:
                        other.leave()
                return

    def action_open_mark(self) -> None:
        """Open the paper behind the current mark."""
        for view in self.views:
            if view.mark is not None:
                view.action_open_mark(view.mark)
                return

    def watch_virtual_size(self) -> None:
        """What was added has got its place."""
        self.follow()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Scrolling up stops the following, scrolling to the end takes it up again; an edge moves the window."""
        super().watch_scroll_y(old_value, new_value)
        if self.max_scroll_y - new_value <= 1:
            self._following = self._last == len(self.entries)
        elif new_value < old_value:
            self._following = False
        if self._move is not Move.NONE or self._following:
            return
        if new_value <= 1 and self._first:
            self._move = Move.EARLIER
            self.call_next(self._earlier, STEP)
        elif self.max_scroll_y - new_value <= 1 and self._last < len(self.entries):
            self._move = Move.LATER
            self.call_next(self._later, STEP)

    # -- the window ------------------------------------------------------------------------------

    def _append(self, entry: Entry) -> None:
        self._pinned = None
        self.entries.append(entry)
        if self._last == len(self.entries) - 1:
            self._last += 1
            self._mount(range(self._last - 1, self._last), before=None)
            if self._following:
                self._forget(range(self._first, self._last - MOST))
        elif self._following:
            self._jump_to_end()
        self.follow()

    def _jump_to_end(self) -> None:
        self.remove_children()
        self._widgets.clear()
        self._first = self._last = len(self.entries)
        self._earlier(FIRST)
        self.call_after_refresh(self._fill, _PATIENCE)

    def _earlier(self, count: int) -> None:
        height = self.virtual_size.height
        before, self._first = self._first, max(0, self._first - count)
        anchor = next((widget for place in range(before, self._last) for widget in self._widgets[place]), None)
        self._mount(range(self._first, before), before=anchor)
        if self._move is Move.EARLIER:
            self.call_after_refresh(self._placed, height, _PATIENCE)

    def _fill(self, patience: int) -> None:
        """Bring earlier entries until there is something to scroll to: short ones may all fit on the screen."""
        if not self._first or not patience or self._last - self._first >= MOST or self._move is not Move.NONE:
            return
        if self.max_scroll_y <= STEP:
            self._earlier(STEP)
            self.call_after_refresh(self._fill, patience - 1)

    def _later(self, count: int) -> None:
        height = self.virtual_size.height
        before, self._last = self._last, min(len(self.entries), self._last + count)
        self._mount(range(before, self._last), before=None)
        self.call_after_refresh(self._placed, height, _PATIENCE)

    def _placed(self, before: int, patience: int) -> None:
        """The height has changed: let what the user reads keep its place, and the window its size."""
        grown = self.virtual_size.height - before
        if not grown and patience:
            self.call_after_refresh(self._placed, before, patience - 1)
            return
        move, self._move = self._move, Move.NONE
        if self._following:
            self.follow()
        elif move is Move.EARLIER:
            self._shift(grown)
            self._forget(range(self._first + MOST, self._last), at_end=True)
        elif move is Move.LATER and self._last - self._first > MOST:
            self._move = Move.CUT
            self._forget(range(self._first, self._last - MOST))
            self.call_after_refresh(self._placed, before + grown, _PATIENCE)
        elif move is Move.CUT:
            self._shift(grown)

    def _shift(self, by: int) -> None:
        self.scroll_to(y=self.scroll_y + by, animate=False, force=True, immediate=True)

    def _mount(self, places: range, *, before: Widget | None) -> None:
        made: list[Widget] = []
        for place in places:
            self._widgets[place] = _widgets(self.entries[place])
            made += self._widgets[place]
        if made:
            self.mount(*made, before=before)

    def _forget(self, places: range, *, at_end: bool = False) -> None:
        for place in places:
            for widget in self._widgets.pop(place, []):
                widget.remove()
        if places and at_end:
            self._last = places.start
        elif places:
            self._first = places.stop

    def _bring(self, view: AnswerView) -> None:
        line = view.line_of_mark() or 0
        y = view.virtual_region.y + line
        if not self.scroll_y <= y < self.scroll_y + self.size.height:
            self._following = False
            self.scroll_to(y=max(0, y - self.size.height // 2), animate=False)

    @staticmethod
    def _order(views: list[AnswerView], at: int | None, by: int) -> list[AnswerView]:
        """The answers in which to look for the mark; the last one first where none is the current one."""
        if at is None:
            return views[-1:]
        return views[at:] if by > 0 else views[at::-1]


def _widgets(entry: Entry) -> list[Widget]:
    if isinstance(entry, Saying):
        return [Remark(entry.text, kind=entry.kind)]
    return [Question(entry.question), AnswerView(entry)]
