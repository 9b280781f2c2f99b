"""The library: browse and filter, search by meaning, read, add, remove."""

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from assistant.engine.messages import Browse, CountYears, Look, ReadPapers
from assistant.errors import ExpectedError
from assistant.events import Event, Found, Imported, Page, PapersRead, PerYear, Removed, Returned, Tagged
from assistant.tui.commands import Command, parsed, paths
from assistant.tui.desk import Desk
from assistant.tui.job import Job
from assistant.tui.keys import key
from assistant.tui.papers import closest, counted
from assistant.tui.phase import Phase
from assistant.tui.reports import imported
from assistant.tui.screens.desk_screen import DeskScreen
from assistant.tui.screens.dialogs import Choice, Line
from assistant.tui.screens.duplicates import DuplicatesScreen
from assistant.tui.screens.map_screen import MapScreen
from assistant.tui.screens.paper_screen import PaperScreen, described
from assistant.tui.screens.years import YearsScreen
from assistant.tui.widgets.filter import Filter
from assistant.tui.widgets.key_bar import KeyBar
from assistant.tui.widgets.paper_list import PAGE, PaperList
from assistant.tui.widgets.status import StatusLine
from store.records import Entry, Hit, Paper, Taken

if TYPE_CHECKING:
    from assistant.tui.app import AssistantApp

ORDERS = {"author": "by author", "year": "latest first", "title": "by title", "newest": "last added first"}
CHOSEN = 500
"""Papers that are taken over from the map at most."""
SEARCHED = 100
"""Papers that a search by meaning shows."""


class LibraryScreen(DeskScreen):
    """A list on the left, the current paper beside it where there is room."""

    app: "AssistantApp"
    HELP_TITLE = "Library"
    ABOUT = (
        "Type to filter by title, author, venue, key, year (2019-2021) or tag:name. A pasted or dragged file is offered"
        " to be added."
    )
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide"), (160, "-huge")]  # noqa: RUF012 - as Textual declares it
    AUTO_FOCUS = "Filter"
    BINDINGS: ClassVar[list[BindingType]] = [
        key("library.back", "escape", "back", "Back", "stop what runs, clear the filter, or go back to the chat"),
        key("library.open", "enter", "list('open')", "Read", "read the paper"),
        key("library.order", "f2", "order", "Order", "order by author, year, title or date of import"),
        key("library.search", "f3", "search", "By meaning", "search by meaning for what is in the filter"),
        key("library.similar", "f4", "similar", "Similar", "find the papers most like this one"),
        key("library.tags", "f5", "tags", "Tags", "change the tags of the paper"),
        key("library.duplicates", "ctrl+r", "duplicates", "Duplicates", "show papers that may be one, and merge them"),
        key("library.add", "ctrl+o", "add", "Add files", "add files by their path"),
        key("library.remove", "delete", "remove", "Remove", "remove the paper; Ctrl+Z brings it back"),
        key("library.undo", "ctrl+z", "undo", "Undo", "bring the papers back that were removed last"),
        key("library.years", "ctrl+g", "years", "Years", "show how many of these papers appeared in each year"),
        key("library.map", "f12", "map", "Map", "draw a map of the library, by what the papers say"),
        Binding("up", "list('move', -1)", show=False),
        Binding("down", "list('move', 1)", show=False),
        Binding("pageup", "list('page', -1)", show=False),
        Binding("pagedown", "list('page', 1)", show=False),
        Binding("ctrl+home", "list('go', 0)", show=False),
        Binding("ctrl+end", "list('go', -1)", show=False),
    ]

    class Looked(Message):
        """The catalogue's answer to the look of this `turn`."""

        def __init__(self, turn: int, answer: Event | ExpectedError, then: Callable[[Event], None]) -> None:
            super().__init__()
            self.turn = turn
            self.answer = answer
            self.then = then

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._order = "author"
        self._turn = 0
        self._waiting: int | None = None
        self._hits: tuple[Hit, ...] | None = None
        self._removed: list[tuple[Taken, ...]] = []
        self._read: dict[int, Paper] = {}

    def compose(self) -> ComposeResult:
        yield Filter(placeholder="Filter: title, author, venue, key, 2019-2021, tag:name", select_on_focus=False)
        yield Static("", id="headline")
        with Horizontal(id="shelf"):
            yield PaperList()
            with VerticalScroll(id="preview", can_focus=False):
                yield Static("")
        yield StatusLine(self.desk)
        yield KeyBar()

    @property
    def papers(self) -> PaperList:
        """The list."""
        return self.query_one(PaperList)

    @property
    def keys_now(self) -> tuple[str, ...]:
        undo = ("library.undo",) if self._removed else ()
        search = ("library.search",) if self.query_one(Filter).value and self._hits is None else ("library.order",)
        return (*undo, "library.back", "library.open", *search, "library.add", "app.help", "app.palette")

    def on_screen_resume(self) -> None:
        """What was added or removed meanwhile is there."""
        self._list(keep_place=True)

    # -- what the user does ---------------------------------------------------------------------

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._hits = None
        self._list()
        self.refresh_bindings()

    @on(Filter.Pasted)
    def _pasted(self, event: Filter.Pasted) -> None:
        """A pasted path is offered to be added; anything else is filtered by."""
        line = parsed(event.text)
        if not isinstance(line, Command) or line.name != "add":
            self.query_one(Filter).insert_text_at_cursor(event.text)
            return
        files = ", ".join(path.name for path in paths(line.argument))
        offers = [(line.argument, f"Add {files}"), ("", "No")]
        self.app.push_screen(Choice("Add to the library?", offers), self._add)

    def action_list(self, what: str, *arguments: int) -> None:
        """Move in the list, wherever the focus is."""
        getattr(self.papers, f"action_{what}")(*arguments)

    def action_back(self) -> None:
        """Stop what runs; else show all papers; else go back to the chat."""
        filter_ = self.query_one(Filter)
        if self.desk.phase.stoppable and self.desk.phase is not Phase.LOADING:
            self.desk.stop()
        elif self._hits is not None or filter_.value:
            self._hits = None
            filter_.value = ""
            self._list()
        else:
            self.app.pop_screen()

    def action_order(self) -> None:
        """The next order."""
        names = list(ORDERS)
        self._order = names[(names.index(self._order) + 1) % len(names)]
        self._hits = None
        self._list()

    def action_search(self) -> None:
        """Rank papers by what the filter says."""
        query = self.query_one(Filter).value.strip()
        if query and self.is_free():
            self.desk.begin(self.desk.assistant.search(query, limit=SEARCHED), Phase.SEARCHING, self)

    def action_similar(self) -> None:
        """Rank papers by their likeness to the current one."""
        entry = self.papers.chosen
        if entry and self.is_free():
            self.desk.begin(self.desk.assistant.similar(entry.key, limit=SEARCHED), Phase.SEARCHING, self)

    def action_tags(self) -> None:
        """Ask for the tags of the current paper."""
        entry = self.papers.chosen
        if entry is None:
            return

        def named(line: str | None) -> None:
            if line is not None and self.is_free():
                wanted = {tag.strip() for tag in line.split(",") if tag.strip()}
                add, remove = sorted(wanted - set(entry.tags)), sorted(set(entry.tags) - wanted)
                self.desk.begin(self.desk.assistant.tag([entry.key], add=add, remove=remove), Phase.CHANGING, self)

        self.app.push_screen(Line("Tags, with commas between them", ", ".join(entry.tags)), named)

    def action_duplicates(self) -> None:
        """Show papers that may be one."""
        if self.is_free():
            self.app.push_screen(DuplicatesScreen(self.desk))

    def action_add(self) -> None:
        """Ask for files and add them."""
        self.app.push_screen(
            Line("Add to the library", placeholder="Path of a .bib, .ris, .jsonl … or a folder"), self._add
        )

    def action_remove(self) -> None:
        """Remove the current paper at once; the engine takes one removal after the other."""
        entry = self.papers.chosen
        if entry is None or entry.number in self.papers.gone:
            return
        if self.desk.phase is not Phase.CHANGING and not self.is_free():
            return
        self.papers.gone |= {entry.number}
        self.papers.action_move(1)
        self.papers.refresh()
        self.desk.begin(self.desk.assistant.remove([entry.key]), Phase.CHANGING, self)

    def action_undo(self) -> None:
        """Bring back what was removed last."""
        if self._removed and self.is_free():
            self.desk.begin(self.desk.assistant.put_back(self._removed.pop()), Phase.CHANGING, self)

    def action_years(self) -> None:
        """Show the papers per year, of what a search or the map has found where that is shown."""
        text = self.query_one(Filter).value
        if self._hits is not None:
            years = Counter(hit.paper.year for hit in self._hits if hit.paper.year is not None)
            self.app.push_screen(YearsScreen(text, sorted(years.items())))
            return

        def show(answer: Event) -> None:
            if isinstance(answer, PerYear):
                self.app.push_screen(YearsScreen(text, answer.counts))

        self._look(CountYears(text), show)

    def action_map(self) -> None:
        """Draw the map; what is chosen there is shown as a list."""
        if self.is_free():
            self.app.push_screen(MapScreen(self.desk, self._show_chosen))

    def _show_chosen(self, numbers: list[int]) -> None:
        def show(answer: Event) -> None:
            if isinstance(answer, PapersRead):
                hits = tuple(Hit(number, paper, 0.0, "") for number, paper in answer.papers)
                self._show_found(Found(hits), " in this part of the map")

        self._look(ReadPapers(tuple(numbers[:CHOSEN])), show)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "undo":
            return bool(self._removed)
        return super().check_action(action, parameters)

    @on(PaperList.Opened)
    def _open(self) -> None:
        if self._hits is not None:
            self.app.push_screen(PaperScreen(closest(self._hits), self.papers.current))
        elif (entry := self.papers.chosen) and (paper := self._read.get(entry.number)):
            self.app.push_screen(PaperScreen(closest([Hit(entry.number, paper, 0.0, "")]), 0))

    # -- the list --------------------------------------------------------------------------------

    def _list(self, *, keep_place: bool = False) -> None:
        """Show the papers that pass the filter, from the page that is in view."""
        if self._hits is not None:
            return
        self._turn += 1
        self._waiting = None
        papers = self.papers
        offset = papers.current - papers.current % PAGE if keep_place else 0

        def begin(answer: Event) -> None:
            if isinstance(answer, Page):
                papers.show(answer.total, keep_place=keep_place)
                papers.offer(answer.offset, answer.entries)
                self._headline(f"{counted(answer.total, 'paper')}, {ORDERS[self._order]}")

        self._look(self._browse(offset), begin, turn=self._turn)

    def _browse(self, offset: int) -> Browse:
        return Browse(self.query_one(Filter).value, self._order, offset, PAGE)

    @on(PaperList.PageWanted)
    def _fetch(self, wanted: PaperList.PageWanted) -> None:
        """One page at a time; who scrolls on meanwhile gets the one then in view."""
        if self._waiting is None and self._hits is None:
            self._waiting = wanted.offset
            self._look(self._browse(wanted.offset), self._fetched, turn=self._turn)

    def _fetched(self, answer: Event) -> None:
        self._waiting = None
        if isinstance(answer, Page):
            self.papers.offer(answer.offset, answer.entries)
            if (missing := self.papers.missing()) is not None and missing < answer.total:
                self._fetch(PaperList.PageWanted(missing))

    @on(PaperList.Moved)
    def _moved(self) -> None:
        entry = self.papers.chosen
        if entry is None:
            self._preview(Content(""))
        elif entry.number in self._read:
            self._preview(described(self._read[entry.number]))
        else:
            self._look(ReadPapers((entry.number,)), self._came)

    def _came(self, answer: Event) -> None:
        if isinstance(answer, PapersRead):
            self._read = dict(answer.papers)
            entry = self.papers.chosen
            if entry and entry.number in self._read:
                self._preview(described(self._read[entry.number]))

    def _preview(self, content: Content) -> None:
        panel = self.query_one("#preview", VerticalScroll)
        panel.query_one(Static).update(content)
        panel.scroll_home(animate=False)

    def _headline(self, text: str) -> None:
        self.query_one("#headline", Static).update(Content(text))

    # -- what the assistant tells ----------------------------------------------------------------

    def happened(self, event: Event, job: Job) -> None:
        match event:
            case Found():
                self._show_found(event)
            case Imported():
                self.say(*imported(event.report, stopped=job.stopped))
            case Removed():
                self._removed.append(event.taken)
                self._leave_out({taken.number for taken in event.taken})
                self.say(f"{_named(event)} removed. Ctrl+Z brings it back.")
            case Tagged():
                self.say("The tags are changed.", "good")
            case Returned():
                self.say(f"{counted(event.count, 'paper')} brought back.", "good")

    def ended(self, job: Job, error: Exception | None) -> None:
        del error  # the desk has said it
        if job.phase in {Phase.ADDING, Phase.CHANGING}:
            self._read.clear()
            self.app.count_papers()
            if not self.desk.changes:
                self.papers.gone = frozenset()
            self._list(keep_place=True)

    def _show_found(self, found: Found, said: str = ", best first") -> None:
        self._hits = found.hits
        self._turn += 1
        self.papers.show(len(found.hits))
        self.papers.offer(0, [_entry(hit) for hit in found.hits])
        self._read = {hit.number: hit.paper for hit in found.hits}
        self._headline(f"{counted(len(found.hits), 'paper')}{said}. Esc shows all again.")
        self._moved()

    def _leave_out(self, numbers: set[int]) -> None:
        """Papers that are gone leave what a search has found, too; the place stays at the paper after them."""
        papers = self.papers
        above = [papers.entry(place) for place in range(max(0, papers.current - PAGE), papers.current)]
        papers.current -= sum(entry is not None and entry.number in numbers for entry in above)
        if self._hits is not None:
            self._show_found(Found(tuple(hit for hit in self._hits if hit.number not in numbers)))

    def _add(self, argument: str | None) -> None:
        if argument and self.is_free():
            self.desk.begin(self.desk.assistant.add(paths(argument)), Phase.ADDING, self)

    # -- looks -----------------------------------------------------------------------------------

    @work(thread=True, exit_on_error=False, group="look")
    def _look(self, wanted: Look, then: Callable[[Event], None], *, turn: int | None = None) -> None:
        turn = self._turn if turn is None else turn
        answer: Event | ExpectedError
        try:
            answer = self.desk.assistant.look(wanted)
        except ExpectedError as error:
            answer = error
        self.post_message(self.Looked(turn, answer, then))

    @on(Looked)
    def _looked(self, looked: Looked) -> None:
        if isinstance(looked.answer, ExpectedError):
            self.desk.failed(looked.answer, self)
        elif looked.turn == self._turn:
            looked.then(looked.answer)


def _named(removed: Removed) -> str:
    return removed.taken[0].key if removed.taken else counted(removed.count, "paper")


def _entry(hit: Hit) -> Entry:
    paper = hit.paper
    return Entry(hit.number, paper.key, paper.title, paper.authors, paper.year, paper.venue, paper.tags, paper.status)
