"""The map of the library: a dot for each paper, in the colour of its topic, and a frame that is moved about."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Offset, Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from assistant.events import Mapped
from assistant.tui.text import folded

DARK = ("#86aed1", "#d3b27a", "#9db893", "#dd8378", "#b79bd1", "#7fc4bd", "#d199b6", "#b9bcc4")
LIGHT = ("#22608f", "#8a5a0f", "#426b3d", "#a8352c", "#6a4a8f", "#1f6f68", "#8f3f6a", "#5a5d66")
"""The topics' colours, one beside the other told apart on a dark and on a light ground."""
FRAME = (10, 5)
"""Times that the frame fits into the map, across and down."""
CROWDED = 1500
"""Papers from which on each is one of eight small dots of a character."""
_FRAMED = {True: "#2f3b4a", False: "#d5dfe8"}
_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
_BRAILLE = 0x2800


@dataclass
class Cell:
    """One character of the map: its dots, the places of its papers in the map, and how many are of which topic."""

    dots: int = 0
    papers: list[int] = field(default_factory=list)
    topics: Counter[int] = field(default_factory=Counter)


Grid = dict[tuple[int, int], Cell]


def grid(drawn: Mapped, width: int, height: int) -> Grid:
    """The cells that have papers, by column and row from the upper left."""
    cells: Grid = {}
    for place, (across, up, topic) in enumerate(zip(drawn.across, drawn.up, drawn.topics, strict=True)):
        x = min(2 * width - 1, int(across * 2 * width))
        y = min(4 * height - 1, int((1 - up) * 4 * height))
        cell = cells.setdefault((x // 2, y // 4), Cell())
        cell.dots |= _DOTS[y % 4][x % 2]
        cell.papers.append(place)
        cell.topics[topic] += 1
    return cells


class MapView(Widget, can_focus=True):
    """Arrow keys move the frame, Tab goes to the next topic; `Moved` says that other papers are in it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "move(-1, 0)", show=False),
        Binding("right", "move(1, 0)", show=False),
        Binding("up", "move(0, -1)", show=False),
        Binding("down", "move(0, 1)", show=False),
        Binding("shift+left,ctrl+left", "move(-8, 0)", show=False),
        Binding("shift+right,ctrl+right", "move(8, 0)", show=False),
        Binding("pageup", "move(0, -5)", show=False),
        Binding("pagedown", "move(0, 5)", show=False),
    ]

    class Moved(Message):
        """Other papers are in the frame."""

    class Opened(Message):
        """The papers in the frame were clicked twice."""

    def __init__(self) -> None:
        super().__init__()
        self._map: Mapped | None = None
        self._cells: Grid = {}
        self._words: dict[tuple[int, int], tuple[str, int]] = {}
        self._middle = Offset(0, 0)
        self._at = (0.0, 0.0)
        self._topic = -1

    def show(self, drawn: Mapped, cells: Grid) -> None:
        """Show a map; `cells` is its `grid` in the size of this view."""
        self._map, self._cells = drawn, cells
        self._middle = Offset(int(self._at[0] * self.size.width), int(self._at[1] * self.size.height))
        self._words = self._placed_names()
        if self._topic < 0 and drawn.names:
            self.action_topic(1)
        self.refresh()
        self.post_message(self.Moved())

    @property
    def inside(self) -> list[int]:
        """The numbers of the papers in the frame, those nearest its middle first."""
        if self._map is None:
            return []
        x, y = self._middle
        cells = sorted(
            ((abs(at[0] - x) + abs(at[1] - y), at) for at in self._cells if self._frame.contains(*at)),
        )
        return [self._map.numbers[place] for _, at in cells for place in self._cells[at].papers]

    @property
    def topics(self) -> list[tuple[int, int]]:
        """The topics in the frame with their papers, the commonest first."""
        counts: Counter[int] = Counter()
        for at, cell in self._cells.items():
            if self._frame.contains(*at):
                counts += cell.topics
        return counts.most_common()

    def colour(self, topic: int) -> str:
        """The colour of a topic in the theme of now."""
        return (DARK if self.app.current_theme.dark else LIGHT)[topic % len(DARK)]

    def action_move(self, across: int, down: int) -> None:
        """Move the frame."""
        x, y = self._middle
        width, height = self.size
        self._go(Offset(max(0, min(width - 1, x + across)), max(0, min(height - 1, y + down))))

    def action_topic(self, by: int) -> None:
        """Go to where the next topic has most papers."""
        if self._map and self._map.names:
            self._topic = (self._topic + by) % len(self._map.names)
            if cells := {at: cell.topics[self._topic] for at, cell in self._cells.items()}:
                self._go(Offset(*max(cells, key=lambda at: _around(at, cells, self._frame_size))))

    def on_click(self, event: events.Click) -> None:
        """A click brings the frame, a double click shows its papers."""
        self._go(event.offset)
        if event.chain > 1:
            self.post_message(self.Opened())

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        segments = [self._segment(x, y) for x in range(width)]
        return Strip(list(Segment.simplify(segments)), width)

    def _go(self, middle: Offset) -> None:
        self._middle = middle
        self._at = ((middle.x + 0.5) / max(1, self.size.width), (middle.y + 0.5) / max(1, self.size.height))
        self.refresh()
        self.post_message(self.Moved())

    @property
    def _frame(self) -> Region:
        width, height = self._frame_size
        x, y = self._middle
        return Region(x - width // 2, y - height // 2, width, height)

    @property
    def _frame_size(self) -> tuple[int, int]:
        """In cells, odd both ways."""
        return max(9, self.size.width // FRAME[0]) | 1, max(5, self.size.height // FRAME[1]) | 1

    @property
    def _is_crowded(self) -> bool:
        return self._map is not None and len(self._map.numbers) > CROWDED

    def _segment(self, x: int, y: int) -> Segment:
        ground = self.rich_style
        if self._map is None:
            return Segment(" ", ground)
        if self._frame.contains(x, y):
            ground += Style(bgcolor=_FRAMED[self.app.current_theme.dark])
        if (x, y) in self._words:
            letter, topic = self._words[x, y]
            return Segment(letter, ground + Style(color=self.colour(topic), bold=True))
        if cell := self._cells.get((x, y)):
            (topic, _), *_ = cell.topics.most_common(1)
            mark = chr(_BRAILLE + cell.dots) if self._is_crowded else "●" if len(cell.papers) > 1 else "•"
            return Segment(mark, ground + Style(color=self.colour(topic)))
        return Segment("·" if (x, y) == self._middle else " ", ground)

    def _placed_names(self) -> dict[tuple[int, int], tuple[str, int]]:
        """A letter of a topic's name for each cell that one covers; a name that finds no room is left out."""
        assert self._map is not None
        words: dict[tuple[int, int], tuple[str, int]] = {}
        for topic, name in enumerate(self._map.names):
            its = [(cell.topics[topic], at) for at, cell in self._cells.items() if cell.topics[topic]]
            if not its:
                continue
            text = f" {topic + 1} {folded(name)} "[: self.size.width]
            for x, y in _tried(_middle_of(its), len(text), self.size.width, self.size.height):
                room = [(x + place, y) for place in range(len(text))]
                if not any(each in words for each in room):
                    words |= {each: (letter, topic) for each, letter in zip(room, text, strict=True)}
                    break
        return words


def _around(at: tuple[int, int], counts: Mapping[tuple[int, int], int], frame: tuple[int, int]) -> int:
    """How many papers a frame around a cell would hold."""
    across, down = (range(-(side // 2), side // 2 + 1) for side in frame)
    return sum(counts.get((at[0] + x, at[1] + y), 0) for x in across for y in down)


def _middle_of(cells: Sequence[tuple[int, tuple[int, int]]]) -> tuple[int, int]:
    total = sum(count for count, _ in cells)
    return (
        round(sum(count * at[0] for count, at in cells) / total),
        round(sum(count * at[1] for count, at in cells) / total),
    )


def _tried(middle: tuple[int, int], length: int, width: int, height: int) -> list[tuple[int, int]]:
    """Where a name may begin: around the middle of its topic, then a line or two above and below."""
    x = max(0, min(width - length, middle[0] - length // 2))
    return [(x, y) for by in (0, 1, -1, 2, -2) if 0 <= (y := middle[1] + by) < height]
