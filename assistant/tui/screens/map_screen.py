"""A map of the library: move over it, see what lies there, take it into the list."""

from collections.abc import Callable
from typing import ClassVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from assistant.engine.messages import ReadPapers
from assistant.errors import ExpectedError
from assistant.events import Event, Mapped, PapersRead
from assistant.tui.desk import Desk
from assistant.tui.job import Job
from assistant.tui.keys import key
from assistant.tui.papers import byline, counted, title
from assistant.tui.phase import Phase
from assistant.tui.screens.desk_screen import DeskScreen
from assistant.tui.text import folded
from assistant.tui.widgets.key_bar import KeyBar
from assistant.tui.widgets.map_view import Grid, MapView, grid
from assistant.tui.widgets.status import StatusLine

TOLD = 3
"""Papers in the frame that are named below the map."""


class MapScreen(DeskScreen):
    """A dot for each paper; `take` is given the numbers of the papers that are chosen."""

    HELP_TITLE = "Map of the library"
    ABOUT = (
        "Each dot is a paper; those that say like things lie near each other. Arrow keys or a click move the frame,"
        " Enter takes its papers into the list."
    )
    AUTO_FOCUS = "MapView"
    BINDINGS: ClassVar[list[BindingType]] = [
        key("map.back", "escape", "back", "Back", "go back to the list"),
        key("map.take", "enter", "take", "List these", "show the papers in the frame as a list"),
        key("map.topic", "tab", "topic(1)", "Next topic", "go to the next topic"),
        key("map.topic_before", "shift+tab", "topic(-1)", "Topic before", "go to the topic before"),
    ]

    class Gridded(Message):
        """The cells of the map are worked out for a size."""

        def __init__(self, cells: Grid) -> None:
            super().__init__()
            self.cells = cells

    class Told(Message):
        """What the papers in the frame are."""

        def __init__(self, numbers: list[int], answer: Event) -> None:
            super().__init__()
            self.numbers = numbers
            self.answer = answer

    def __init__(self, desk: Desk, take: Callable[[list[int]], None]) -> None:
        super().__init__(desk)
        self._take = take
        self._map: Mapped | None = None

    def compose(self) -> ComposeResult:
        yield MapView()
        yield Static("The map is being drawn …", id="told")
        yield StatusLine(self.desk)
        yield KeyBar()

    @property
    def keys_now(self) -> tuple[str, ...]:
        return ("map.back", "map.take", "map.topic", "app.help", "app.palette")

    def on_mount(self) -> None:
        self.desk.begin(self.desk.assistant.map(), Phase.MAPPING, self)

    def on_resize(self, event: events.Resize) -> None:
        """The cells are those of the new size."""
        del event
        self.call_after_refresh(self._lay_out)

    def happened(self, event: Event, job: Job) -> None:
        if isinstance(event, Mapped) and not job.stopped:
            self._map = event
            self._lay_out()

    def action_back(self) -> None:
        """Go back; a map that is being drawn is given up."""
        if self.desk.phase is Phase.MAPPING:
            self.desk.stop()
        self.app.pop_screen()

    def action_take(self) -> None:
        """Take the papers in the frame into the list."""
        if inside := self._view.inside:
            self.app.pop_screen()
            self._take(inside)

    def action_topic(self, by: int) -> None:
        """Go to another topic."""
        self._view.action_topic(by)

    @property
    def _view(self) -> MapView:
        return self.query_one(MapView)

    @on(MapView.Opened)
    def _opened(self) -> None:
        self.action_take()

    @on(MapView.Moved)
    def _moved(self) -> None:
        inside = self._view.inside
        self._tell(inside, ())
        if inside:
            self._read(inside)

    @on(Gridded)
    def _gridded(self, gridded: Gridded) -> None:
        if self._map:
            self._view.show(self._map, gridded.cells)

    @on(Told)
    def _told(self, told: Told) -> None:
        if isinstance(told.answer, PapersRead) and told.numbers == self._view.inside:
            papers = [paper for _, paper in told.answer.papers]
            self._tell(told.numbers, [f"{title(paper)}  {byline(paper)}" for paper in papers])

    def _lay_out(self) -> None:
        width, height = self._view.size
        if self._map and width and height:
            self._work_out(self._map, width, height)

    @work(thread=True, exit_on_error=False, group="grid", exclusive=True)
    def _work_out(self, drawn: Mapped, width: int, height: int) -> None:
        self.post_message(self.Gridded(grid(drawn, width, height)))

    @work(thread=True, exit_on_error=False, group="look", exclusive=True)
    def _read(self, numbers: list[int]) -> None:
        try:
            answer = self.desk.assistant.look(ReadPapers(tuple(numbers[:TOLD])))
        except ExpectedError:
            return  # the map goes on without titles
        self.post_message(self.Told(numbers, answer))

    def _tell(self, numbers: list[int], lines: "list[str] | tuple[()]") -> None:
        if self._map is None:
            return
        if not self._map.names:
            self.query_one("#told", Static).update(Content("There is no paper with an abstract to draw."))
            return
        topics = [
            Content.styled(f"{folded(self._map.names[topic])} {count}", f"{self._view.colour(topic)} bold")
            for topic, count in self._view.topics[:2]
        ]
        head = Content("   ").join([Content(f"{counted(len(numbers), 'paper')} in the frame"), *topics])
        rest = [Content.styled(line, "$foreground-muted") for line in lines]
        self.query_one("#told", Static).update(Content("\n").join([head, *rest]))
