"""The chat: what the user does becomes a job, what the job tells is drawn."""

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import ClassVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical
from textual.screen import Screen
from textual.widgets import Footer, Input

from assistant.assistant import Assistant
from assistant.chat import Chat
from assistant.conversation import Turn
from assistant.errors import ExpectedError
from assistant.events import Answer, Checked, Drafted, Event, Finished, Imported, Loaded, Note, Progress, Retrieved
from assistant.tui import bugs, conversations
from assistant.tui.commands import KNOWN, Command, parsed, paths
from assistant.tui.job import Job
from assistant.tui.messages import Counted, Ended, Happened, Remarked, Resumed, SourceChosen
from assistant.tui.papers import closest, with_quotes
from assistant.tui.phase import Phase
from assistant.tui.reports import imported
from assistant.tui.screens.help_screen import HelpScreen
from assistant.tui.screens.paper_screen import PaperScreen
from assistant.tui.widgets.answer import READING, AnswerView
from assistant.tui.widgets.conversation import Conversation
from assistant.tui.widgets.prompt import Prompt
from assistant.tui.widgets.sources import SourcesPanel
from assistant.tui.widgets.status import StatusLine
from assistant.tui.widgets.welcome import Welcome

SAMPLE_SIZE = 40
"""Papers in the sample; a library that is smaller is still being tried out."""


class ChatScreen(Screen[None]):
    """The one screen of this version."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide"), (160, "-huge")]  # noqa: RUF012 - as Textual declares it
    AUTO_FOCUS = "Prompt"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "stop", "Stop"),
        Binding("f1", "help", "Help"),
        Binding("f2", "sources", "Sources"),
        Binding("f5", "sample", "Load sample"),
        Binding("pageup", "scroll(-1)", show=False),
        Binding("pagedown", "scroll(1)", show=False),
    ]

    def __init__(self, assistant: Assistant) -> None:
        super().__init__()
        self.assistant = assistant
        self.phase = Phase.LOADING
        self.chat: Chat = assistant.chat()
        self._papers: int | None = None
        self._job: Job | None = None
        self._view: AnswerView | None = None

    @property
    def history(self) -> list[Turn]:
        """The turns of the conversation."""
        return self.chat.history

    def compose(self) -> ComposeResult:
        with Container(id="body"):
            with Vertical(id="talk"):
                with Conversation():
                    yield Welcome()
                yield Prompt()
            yield SourcesPanel()
        yield StatusLine()
        yield Footer()

    def on_mount(self) -> None:
        self._count_papers()
        self._begin(self.assistant.warm_up(), Phase.LOADING)

    # -- what the user does ---------------------------------------------------------------------

    @on(Input.Submitted)
    def _send(self, event: Input.Submitted) -> None:
        event.stop()
        if not event.value.strip():
            return
        if not self.phase.takes_questions:
            self.notify("One thing at a time: wait for the end, or press Escape.", severity="warning", markup=False)
            return
        line = parsed(self.query_one(Prompt).take())
        if isinstance(line, Command):
            self._command(line)
        else:
            self._ask(line)

    def _ask(self, question: str) -> None:
        self._view = self.query_one(Conversation).ask(question)
        self.query_one(SourcesPanel).empty()
        self._begin(self.chat.ask(question), Phase.SEARCHING)

    def _command(self, command: Command) -> None:
        match command.name:
            case "add" if command.argument:
                self._add(paths(command.argument))
            case "add":
                self._say("Which file? Type /add PATH, or drag a file into this window.", kind="error")
            case "sample":
                self.action_sample()
            case "new":
                self._new()
            case "resume":
                self._resume(command.argument)
            case "conversations":
                self._list_conversations(command.argument)
            case "theme":
                self.app.action_other_theme()  # type: ignore[attr-defined]
            case "help":
                self.action_help()
            case "quit":
                self.app.action_leave()  # type: ignore[attr-defined]
            case _:
                known = ", ".join(f"/{name}" for name in KNOWN)
                self._say(f"There is no command /{command.name}. Known: {known}.", kind="error")

    def _add(self, chosen: list[Path]) -> None:
        self._begin(self.assistant.add(chosen), Phase.ADDING)

    def _new(self) -> None:
        self.chat = self.assistant.chat()
        conversation = self.query_one(Conversation)
        conversation.remove_children()
        self.query_one(SourcesPanel).empty()
        welcome = Welcome()
        conversation.mount(welcome)
        welcome.show(self._papers or 0)

    def action_sample(self) -> None:
        """Load the sample library."""
        if self.phase.takes_questions:
            self._add([Path(str(files("store") / "sample" / "landmark_papers.bib"))])

    def action_stop(self) -> None:
        """Ask the running job to end."""
        if self._job and self.phase.stoppable:
            self._show_phase(Phase.STOPPING)
            self._job.stop()

    def on_key(self, event: events.Key) -> None:
        """Typing begins a question wherever the focus is; Escape with nothing to stop goes back to the box."""
        prompt = self.query_one(Prompt)
        if event.key == "escape" and not self.phase.stoppable:
            prompt.focus()
        if event.is_printable and event.character and not prompt.has_focus:
            event.stop()
            prompt.focus()
            prompt.insert_text_at_cursor(event.character)

    def action_help(self) -> None:
        """Show keys and commands."""
        self.app.push_screen(HelpScreen())

    def action_sources(self) -> None:
        """Show or hide the sources."""
        panel = self.query_one(SourcesPanel)
        panel.toggle_class("-open" if self.has_class("-narrow") else "-closed")
        if not panel.display:
            self.query_one(Prompt).focus()

    def action_scroll(self, by: int) -> None:
        """Scroll the conversation a page."""
        conversation = self.query_one(Conversation)
        conversation.scroll_relative(y=by * max(1, conversation.size.height - 2), animate=False)

    def action_open_source(self, number: int) -> None:
        """Show the paper behind a mark."""
        panel = self.query_one(SourcesPanel)
        if (place := panel.place(number)) is not None:
            self.app.push_screen(PaperScreen(panel.sources, place))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Stop is offered while there is something to stop, the sample while the library is empty."""
        if action == "stop":
            return self.phase.stoppable
        if action == "sample":
            return self._papers is not None and self._papers < SAMPLE_SIZE
        return super().check_action(action, parameters)

    # -- what the assistant tells ----------------------------------------------------------------

    @on(SourceChosen)
    def _open(self, chosen: SourceChosen) -> None:
        self.app.push_screen(PaperScreen(chosen.sources, chosen.index))

    @on(Counted)
    def _counted(self, counted: Counted) -> None:
        self._papers = counted.papers
        self.query_one(StatusLine).show_papers(counted.papers)
        for welcome in self.query(Welcome):
            welcome.show(counted.papers or 0)
        self.refresh_bindings()

    @on(Happened)
    def _happened(self, happened: Happened) -> None:
        event = happened.event
        match event:
            case Progress():
                self.query_one(StatusLine).show_progress(event)
            case Loaded(kind="language model"):
                self.query_one(StatusLine).show_model(event.name)
            case Note():
                self._say(event.text)
            case Imported():
                self._say(*imported(event.report, stopped=happened.job.stopped))
            case _ if happened.job is self._job and self._view:
                self._draw(event, self._view)

    def _draw(self, event: Event, view: AnswerView) -> None:
        self.query_one(Conversation).follow()
        match event:
            case Retrieved():
                panel = self.query_one(SourcesPanel)
                panel.show(event.sources)
                view.understand(event.rewritten)
                view.wait(READING, () if panel.display else event.sources)
                self._show_phase(Phase.WRITING)
            case Drafted():
                view.draft(event.text)
            case Checked():
                view.settle(event)
            case Finished():
                self._finish(event, view)

    def _finish(self, finished: Finished, view: AnswerView) -> None:
        view.finish(finished.answer)
        self._show_sources(finished.answer)
        self.query_one(StatusLine).show_figures(finished)

    def _show_sources(self, answer: Answer) -> None:
        shown = with_quotes(answer.sources, answer.claims) if answer.answered else closest(answer.closest)
        self.query_one(SourcesPanel).show(shown)

    @on(Resumed)
    def _resumed(self, resumed: Resumed) -> None:
        self.chat = resumed.chat
        conversation = self.query_one(Conversation)
        conversation.remove_children()
        for turn in self.history:
            conversation.ask(turn.question).finish(turn.answer)
        if self.history:
            self._show_sources(self.history[-1].answer)

    @on(Remarked)
    def _remarked(self, remarked: Remarked) -> None:
        self._say(remarked.text, remarked.kind)

    @on(Ended)
    def _ended(self, ended: Ended) -> None:
        if ended.error:
            self._failed(ended.error)
        if ended.job is not self._job:
            return
        if self._view and ended.error:
            self._view.abandon()
        if self._job.phase is Phase.ADDING:
            self._count_papers()
        self._job = self._view = None
        self._show_phase(Phase.IDLE)

    def _failed(self, error: Exception) -> None:
        if isinstance(error, ExpectedError):
            self._say("\n".join(part for part in (str(error), error.hint) if part), kind="error")
            return
        log_file = self.assistant.settings.log_file
        bugs.record(error, log_file)
        self._say(f"A bug in the program: {type(error).__name__}. The details are in {log_file}.", kind="error")

    # -- how it is done --------------------------------------------------------------------------

    def _begin(self, stream: Iterator[Event], phase: Phase) -> None:
        job = Job(self.assistant, stream, phase)
        self._job = job
        self._show_phase(phase)
        self.run_worker(lambda: job.follow(self.post_message), thread=True, exit_on_error=False, group="job")

    @work(thread=True, exit_on_error=False, group="count")
    def _count_papers(self) -> None:
        self.post_message(Counted(papers_in(self.assistant.settings.home)))

    @work(thread=True, exit_on_error=False, group="conversations")
    def _resume(self, number: str) -> None:
        self.post_message(conversations.resumed(self.assistant, number))

    @work(thread=True, exit_on_error=False, group="conversations")
    def _list_conversations(self, words: str) -> None:
        self.post_message(conversations.listed(self.assistant, words))

    def _show_phase(self, phase: Phase) -> None:
        self.phase = phase
        self.query_one(StatusLine).show_phase(phase)
        self.refresh_bindings()

    def _say(self, text: str, kind: str = "") -> None:
        self.query_one(Conversation).say(text, kind=kind)


def papers_in(home: Path) -> int | None:
    """How many papers the library has; 0 where there is none yet, None where it cannot be read."""
    from store.catalogue import Catalogue
    from store.library import LibraryPaths

    path = LibraryPaths(home).catalogue
    if not path.is_file():
        return 0
    try:
        catalogue = Catalogue(path)
        try:
            return catalogue.count()
        finally:
            catalogue.close()
    except ExpectedError:
        return None
