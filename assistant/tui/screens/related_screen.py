"""A section on related work, step by step: gather, group, write; between the steps papers are pinned and dropped."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from assistant.events import Event, Source
from assistant.section import Chosen, Gathered, Grouped, Request, Section, SectionFinished, Written
from assistant.tui import exports
from assistant.tui.desk import Desk
from assistant.tui.job import Job
from assistant.tui.keys import key
from assistant.tui.papers import byline, closest, counted, title, with_quotes
from assistant.tui.phase import Phase
from assistant.tui.screens.desk_screen import DeskScreen
from assistant.tui.screens.dialogs import Choice, Line
from assistant.tui.screens.paper_screen import PaperScreen
from assistant.tui.text import folded
from assistant.tui.widgets.key_bar import KeyBar
from assistant.tui.widgets.status import StatusLine


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the plan or of the section; `papers` are what Enter opens, `key` is what can be pinned or dropped."""

    content: Content
    papers: tuple[Source, ...] = ()
    key: str = ""


class RelatedScreen(DeskScreen):
    """First the plan: themes with their papers, and what is left out. Then the section, theme by theme."""

    HELP_TITLE = "Related work"
    ABOUT = "Gather papers on a topic, look through the plan, pin and drop papers, then have the section written."
    BINDINGS: ClassVar[list[BindingType]] = [
        key("related.back", "escape", "back", "Back", "stop, or go back to the chat; what is written is kept"),
        key("related.read", "enter", "choose_row", "Read", "read the paper"),
        key("related.topic", "ctrl+o", "topic", "Topic", "plan a section on another topic"),
        key("related.pin", "f2", "pin", "Pin", "take the paper in whatever its rank; again: leave that to the rank"),
        key("related.drop", "delete", "drop", "Drop", "leave the paper out; again: leave that to its rank"),
        key("related.plan", "ctrl+r", "plan", "Plan again", "gather and group anew with what is pinned and dropped"),
        key("related.write", "f5", "write", "Write", "write the section, each sentence checked"),
        key("related.export", "ctrl+s", "export", "Export", "write the section into a file"),
    ]

    class Exported(Message):
        """How the export went."""

        def __init__(self, said: str, kind: str) -> None:
            super().__init__()
            self.said = said
            self.kind = kind

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._request = Request("")
        self._gathered: Gathered | None = None
        self._section: Section | None = None
        self._rows: list[Row] = []

    @property
    def keys_now(self) -> tuple[str, ...]:
        if self._section:
            return ("related.export", "related.read", "related.plan", "related.topic", "related.back")
        return ("related.write", "related.pin", "related.drop", "related.plan", "related.back")

    def compose(self) -> ComposeResult:
        yield Static("No topic yet. Ctrl+O names one.", id="headline")
        yield OptionList(markup=False, id="rows")
        yield StatusLine(self.desk)
        yield KeyBar()

    def on_mount(self) -> None:
        if not self._request.topic:
            self.action_topic()

    # -- what the user does ---------------------------------------------------------------------

    def action_back(self) -> None:
        """Stop, or go back."""
        if self.desk.job and self.desk.job.owner is self and self.desk.phase.stoppable:
            self.desk.stop()
        else:
            self.app.pop_screen()

    def action_topic(self) -> None:
        """Ask for a topic."""

        def named(topic: str | None) -> None:
            if topic:
                self._request = Request(topic)
                self.action_plan()

        self.app.push_screen(Line("Related work on", self._request.topic, placeholder="A topic, in a few words"), named)

    def action_plan(self) -> None:
        """Gather and group."""
        self._begin("group")

    def action_write(self) -> None:
        """Write the section."""
        self._begin("write")

    def action_pin(self) -> None:
        """Pin the paper under the cursor, or undo that."""
        if name := self._key:
            pins = _toggled(self._request.pins, name)
            drops = tuple(each for each in self._request.drops if each != name)
            self._request = replace(self._request, pins=pins, adds=pins, drops=drops)
            self._mark()

    def action_drop(self) -> None:
        """Drop the paper under the cursor, or undo that."""
        if name := self._key:
            kept = tuple(each for each in self._request.pins if each != name)
            drops = _toggled(self._request.drops, name)
            self._request = replace(self._request, pins=kept, adds=kept, drops=drops)
            self._mark()

    def action_export(self) -> None:
        """Ask for a format and a place."""
        section = self._section
        if section is None:
            return

        def chosen(format_: str | None) -> None:
            if format_:
                path = exports.section_path(section.topic, format_)
                self.app.push_screen(Line("Write it to", path), lambda path: self._export(section, format_, path))

        self.app.push_screen(Choice("Export the section as", list(exports.SECTION_FORMATS.items())), chosen)

    def _export(self, section: Section, format_: str, path: str | None) -> None:
        if path:
            self._write_file(section, format_, Path(path))

    @work(thread=True, exit_on_error=False, group="export")
    def _write_file(self, section: Section, format_: str, path: Path) -> None:
        try:
            written = exports.section(section, format_, path, self.desk.assistant.settings.citations)
        except (OSError, RuntimeError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            self.post_message(self.Exported(f"{path} cannot be written: {reason}.", "error"))
        else:
            self.post_message(self.Exported(f"Written to {written}.", "good"))

    @on(Exported)
    def _exported(self, exported: Exported) -> None:
        self.say(exported.said, exported.kind)

    @on(OptionList.OptionSelected)
    def _open(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if papers := self._rows[event.option_index].papers:
            self.app.push_screen(PaperScreen(papers, 0))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "export":
            return self._section is not None
        if action in {"plan", "write"}:
            return bool(self._request.topic)
        return super().check_action(action, parameters)

    # -- what the assistant tells ----------------------------------------------------------------

    def happened(self, event: Event, job: Job) -> None:
        del job
        match event:
            case Gathered():
                self._gathered = event
                self._show([])
                self._headline(f"{counted(len(event.papers), 'paper')} on “{folded(event.topic)}”")
            case Grouped() if self._request.until == "group":
                self._plan(event)
            case Written():
                self._add(_written(event))
            case SectionFinished():
                self._finish(event.section)

    def _begin(self, until: str) -> None:
        if self._request.topic and self.is_free():
            self._section = None
            self._request = replace(self._request, until="group" if until == "group" else "write")
            phase = Phase.SEARCHING if until == "group" else Phase.WRITING
            self.desk.begin(self.desk.assistant.related(self._request), phase, self)

    def _plan(self, grouped: Grouped) -> None:
        gathered = self._gathered
        if gathered is None:
            return
        papers = {chosen.hit.number: chosen for chosen in gathered.papers}
        rows = []
        for number, theme in enumerate(grouped.themes, start=1):
            rows.append(Row(Content.styled(f"{number}. {folded(theme.title)}", "bold")))
            rows += [self._paper(papers[paper]) for paper in theme.papers if paper in papers]
        if gathered.left_out:
            rows.append(Row(Content.styled("Left out", "bold")))
            rows += [self._paper(chosen) for chosen in gathered.left_out]
        self._show(rows)

    def _finish(self, section: Section) -> None:
        self._section = section
        answer = section.answer
        if not answer.answered:
            self._show([Row(Content.styled(folded(answer.text), "$text-warning bold"), closest(answer.closest))])
            return
        sources = with_quotes(answer.sources, answer.claims)
        numbers = {source.hit.number: source for source in sources}
        rows = []
        for written in section.themes:
            papers = tuple(numbers[paper] for paper in written.theme.papers if paper in numbers)
            rows.append(Row(_written(written).content, papers))
        self._show(rows)
        kind = "Annotated bibliography, no model wrote it: " if section.annotated else ""
        counts = f"{counted(len(sources), 'paper')} cited, {len(section.left_out)} left out"
        said = f"{kind}{counts}. Ctrl+S exports the section."
        self._headline(said)
        self.refresh_bindings()

    # -- the rows --------------------------------------------------------------------------------

    @property
    def _key(self) -> str:
        place = self.query_one("#rows", OptionList).highlighted
        return self._rows[place].key if place is not None and place < len(self._rows) else ""

    def _paper(self, chosen: Chosen) -> Row:
        paper = chosen.hit.paper
        content = Content.assemble(
            "  ",
            title(paper),
            (f"  {byline(paper)}", "$foreground-muted"),
            (f"\n  {folded(chosen.reason)}", "$foreground-muted"),
        )
        return Row(content, closest([chosen.hit]), paper.key)

    def _show(self, rows: list[Row]) -> None:
        self._rows = rows
        self._mark()

    def _add(self, row: Row) -> None:
        self._rows.append(row)
        self.query_one("#rows", OptionList).add_option(Option(row.content))

    def _mark(self) -> None:
        """Draw the rows, with what is pinned and dropped."""
        rows = self.query_one("#rows", OptionList)
        place = rows.highlighted or 0
        rows.clear_options()
        rows.add_options(Option(self._marked(row)) for row in self._rows)
        rows.highlighted = min(place, len(self._rows) - 1) if self._rows else None
        self.refresh_bindings()

    def _marked(self, row: Row) -> Content:
        if row.key and row.key in self._request.pins:
            return Content.assemble(("● pinned ", "$text-success bold"), row.content)
        if row.key and row.key in self._request.drops:
            return Content.assemble(("○ dropped ", "$text-warning bold"), row.content)
        return row.content

    def _headline(self, text: str) -> None:
        self.query_one("#headline", Static).update(Content(text))


def _written(written: Written) -> Row:
    head = Content.styled(f"{written.number}. {folded(written.theme.title)}", "bold")
    lines = [written.text] if written.prose else [f"- {told.marked}" for told in written.told]
    return Row(Content("\n").join([head, *(Content(folded(line)) for line in lines)]))


def _toggled(names: tuple[str, ...], name: str) -> tuple[str, ...]:
    return tuple(each for each in names if each != name) if name in names else (*names, name)
