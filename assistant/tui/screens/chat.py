"""The chat: what the user does becomes a job, what the job tells is drawn."""

from contextlib import suppress
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical
from textual.widgets import Input

from assistant.chat import Chat
from assistant.errors import ExpectedError
from assistant.events import Checked, Drafted, Event, Finished, Imported, Retrieved
from assistant.tui import liveness
from assistant.tui.commands import KNOWN, Command, parsed, paths
from assistant.tui.desk import Desk
from assistant.tui.exchange import Exchange
from assistant.tui.job import Job
from assistant.tui.keys import key
from assistant.tui.messages import Recalled, Remarked, Resumed
from assistant.tui.phase import Phase
from assistant.tui.reports import imported
from assistant.tui.screens.copying import Copying
from assistant.tui.screens.marking import Marking
from assistant.tui.status import figures_of
from assistant.tui.widgets.conversation import Conversation
from assistant.tui.widgets.key_bar import KeyBar
from assistant.tui.widgets.prompt import Prompt
from assistant.tui.widgets.sources import SourcesPanel
from assistant.tui.widgets.status import StatusLine
from assistant.tui.widgets.welcome import Welcome

if TYPE_CHECKING:
    from assistant.tui.app import AssistantApp

SAMPLE_SIZE = 40
"""Papers in the sample; a library that is smaller is still being tried out."""
RECALLED = 500
"""Questions of earlier sessions that Up walks through."""


class ChatScreen(Copying, Marking):
    """Questions, answers and their sources."""

    app: "AssistantApp"
    HELP_TITLE = "Chat"
    ABOUT = "Type a question and press Enter. A click on a [n], or Enter on a source, opens its paper."
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide"), (160, "-huge")]  # noqa: RUF012 - as Textual declares it
    AUTO_FOCUS = "Prompt"
    BINDINGS: ClassVar[list[BindingType]] = [
        key("chat.stop", "escape", "stop", "Stop", "stop what is being done; what is written stays"),
        key("chat.sources", "f2", "sources", "Sources", "show or hide the sources"),
        key("chat.previous_mark", "f3", "mark(-1)", "Mark before", "go to the mark before; Enter opens it"),
        key("chat.next_mark", "f4", "mark(1)", "Next mark", "go to the next mark; Enter opens its paper"),
        key("chat.sample", "f5", "sample", "Load sample", "load the sample library, while yours is small"),
        key("chat.again", "ctrl+r", "again", "Ask again", "ask the last question again"),
        key("chat.edit", "ctrl+o", "edit", "Edit question", "change the last question and ask it again"),
        key("chat.copy", "ctrl+y", "copy", "Copy", "copy the last answer, with or without its references"),
        key("chat.export", "ctrl+s", "export", "Export", "write the conversation as Markdown, LaTeX or JSON"),
        key("chat.new", "ctrl+n", "new", "New", "begin a new conversation"),
        key("chat.earlier", "pageup", "scroll(-1)", "Scroll up", "scroll the conversation up"),
        key("chat.later", "pagedown", "scroll(1)", "Scroll down", "scroll the conversation down"),
        Binding("ctrl+home", "top", show=False),
        Binding("ctrl+end", "bottom", show=False),
    ]

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.chat: Chat = desk.assistant.chat()
        self._current: Exchange | None = None
        self._editing = False

    def compose(self) -> ComposeResult:
        with Container(id="body"):
            with Vertical(id="talk"):
                yield Conversation()
                yield Prompt()
            yield SourcesPanel()
        yield StatusLine(self.desk)
        yield KeyBar()

    def on_mount(self) -> None:
        self.call_after_refresh(self._warm_up)  # the first frame comes before everything

    @work(thread=True, exit_on_error=False, group="recall")
    def _recall(self) -> None:
        """Up walks through the questions of earlier sessions, too; where they cannot be read it does without."""
        with suppress(ExpectedError):
            self.post_message(Recalled(self.desk.assistant.conversations.questions(limit=RECALLED)))

    @on(Recalled)
    def _recalled(self, recalled: Recalled) -> None:
        self.query_one(Prompt).recall(recalled.questions)

    @work(thread=True, exit_on_error=False, group="conversations")
    def resume(self, id_: int | None) -> None:
        """Go on with a conversation; with None the last one."""
        assistant = self.desk.assistant
        try:
            head = assistant.conversations.latest() if id_ is None else assistant.conversations.conversation(id_)
            if head is None:
                self.post_message(Remarked("There is no conversation yet."))
                return
            with liveness.building():
                chat = assistant.chat(head.id)
                exchanges = [Exchange.of(turn) for turn in chat.history]
        except ExpectedError as error:
            self.post_message(Remarked(f"{error}\n{error.hint}", "error"))
        else:
            self.post_message(Resumed(chat, exchanges))

    @on(Resumed)
    def _resumed(self, resumed: Resumed) -> None:
        if self.phase.stoppable and self._current:
            self.desk.stop()
            self._current = None
        self._leave_editing()
        self.chat = resumed.chat
        self.query_one(Conversation).show(resumed.exchanges)
        self.query_one(SourcesPanel).show(resumed.exchanges[-1].sources if resumed.exchanges else ())
        self.query_one(Prompt).remember([turn.question for turn in self.history])
        self.refresh_bindings()

    def _warm_up(self) -> None:
        self._recall()
        if self.desk.job is None:
            self.desk.begin(self.desk.assistant.warm_up(), Phase.LOADING, self)

    @property
    def phase(self) -> Phase:
        """What is being done."""
        return self.desk.phase

    @property
    def keys_now(self) -> tuple[str, ...]:
        if self.phase.stoppable and self.phase is not Phase.LOADING:
            return ("chat.stop", "chat.next_mark", "chat.sources", "app.help", "app.palette")
        if self.history:
            first = "chat.next_mark" if self.history[-1].answer.claims else "chat.edit"
            return (first, "chat.copy", "chat.export", "app.help", "app.palette")
        return ("chat.stop", "chat.sample", "app.library", "app.help", "app.palette", "app.quit")

    # -- what the user does ---------------------------------------------------------------------

    @on(Input.Submitted)
    def _send(self, event: Input.Submitted) -> None:
        event.stop()
        line = parsed(event.value.strip())
        if not line:
            return
        needs_engine = not isinstance(line, Command) or line.name in {"add", "sample", "again"}
        if needs_engine and not self.is_free():
            return
        self.query_one(Prompt).take()
        if isinstance(line, Command):
            self._command(line)
        else:
            self._ask(line)

    def _ask(self, question: str) -> None:
        instead = self._editing
        if instead:
            self._forget_last()
        exchange = Exchange(question)
        panel = self.query_one(SourcesPanel)
        self.query_one(Conversation).ask(exchange, show_evidence=not panel.display)
        panel.empty()
        self._current = exchange
        self.desk.begin(self.chat.ask(question, instead=instead), Phase.SEARCHING, self)

    def _command(self, command: Command) -> None:
        actions = {
            "sample": self.action_sample,
            "new": self.action_new,
            "again": self.action_again,
            "edit": self.action_edit,
            "copy": self.action_copy,
            "export": self.action_export,
            "conversations": self.app.action_conversations,
            "library": self.app.action_library,
            "models": self.app.action_models,
            "settings": self.app.action_settings,
            "draft": self.app.action_draft,
            "related": self.app.action_related,
            "log": self.app.action_log,
            "theme": self.app.action_change_theme,
            "help": self.app.action_help,
            "quit": self.app.action_leave,
        }
        if command.name == "add":
            self._add(command.argument)
        elif command.name == "resume":
            self._resume_numbered(command.argument)
        elif action := actions.get(command.name):
            action()
        else:
            known = ", ".join(f"/{name}" for name in KNOWN)
            self.say(f"There is no command /{command.name}. Known: {known}.", kind="error")

    def _resume_numbered(self, argument: str) -> None:
        if argument and not argument.isdecimal():
            self.say("Which one? Type /resume NUMBER, or choose one in /conversations.", kind="error")
        else:
            self.resume(int(argument) if argument else None)

    def _add(self, argument: str) -> None:
        if not argument:
            self.say("Which file? Type /add PATH, or drag a file into this window.", kind="error")
            return
        self._import(paths(argument))

    def _import(self, chosen: list[Path]) -> None:
        self.desk.begin(self.desk.assistant.add(chosen), Phase.ADDING, self)

    def action_sample(self) -> None:
        """Load the sample library."""
        if self.is_free():
            self._import([Path(str(files("store") / "sample" / "landmark_papers.bib"))])

    def action_new(self) -> None:
        """Begin a new conversation; one that is being written is stopped."""
        self.desk.stop()
        self.chat = self.desk.assistant.chat()
        self._current = None
        self._leave_editing()
        self.query_one(Conversation).show([])
        self.query_one(SourcesPanel).empty()
        self.show_welcome()

    def action_again(self) -> None:
        """Ask the last question again, in place of its answer."""
        exchange = self._last
        if exchange and self.is_free():
            self._editing = exchange.answer is not None
            self._ask(exchange.question)

    def action_edit(self) -> None:
        """Put the last question into the box; sending it replaces the answer."""
        if exchange := self._last:
            self._editing = exchange.answer is not None
            self.query_one(Prompt).edit(exchange.question)

    def action_stop(self) -> None:
        """Ask the running job to end."""
        self.desk.stop()

    def on_key(self, event: events.Key) -> None:
        """Typing begins a question wherever the focus is; Escape with nothing to stop goes back to the box."""
        prompt = self.query_one(Prompt)
        if event.key == "escape" and not self.phase.stoppable:
            prompt.focus()
            self._leave_editing()
            self._leave_marks(None)
        if event.is_printable and event.character and not prompt.has_focus:
            event.stop()
            prompt.focus()
            prompt.insert_text_at_cursor(event.character)

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

    def action_top(self) -> None:
        """Scroll to where the window of the conversation begins, and further when done again."""
        self.query_one(Conversation).scroll_home(animate=False)

    def action_bottom(self) -> None:
        """Scroll to the end of the conversation."""
        self.query_one(Conversation).end()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Stop is offered while there is something to stop, the sample while the library is small."""
        if action == "stop":
            return self.phase.stoppable
        if action == "sample":
            papers = self.desk.status.papers
            return papers is not None and papers < SAMPLE_SIZE
        return super().check_action(action, parameters)

    # -- what the assistant tells ----------------------------------------------------------------

    def happened(self, event: Event, job: Job) -> None:
        if isinstance(event, Imported):
            self.say(*imported(event.report, stopped=job.stopped))
        elif job is self.desk.job and self._current:
            self._draw(event, self._current)

    def _draw(self, event: Event, exchange: Exchange) -> None:
        match event:
            case Retrieved():
                exchange.found(event)
                self.query_one(SourcesPanel).show(event.sources)
                self.desk.show(phase=Phase.WRITING if self.phase is Phase.SEARCHING else self.phase)
            case Drafted():
                exchange.write(event.text)
            case Checked():
                exchange.settle(event)
            case Finished():
                self._finish(event, exchange)
        self._redraw(exchange)

    def _redraw(self, exchange: Exchange) -> None:
        conversation = self.query_one(Conversation)
        if view := conversation.view_of(exchange):
            view.redraw()
        conversation.pin(exchange if exchange.answer or exchange.waiting else None)
        conversation.follow()

    def _finish(self, finished: Finished, exchange: Exchange) -> None:
        exchange.finish(finished.answer)
        self.query_one(SourcesPanel).show(exchange.sources)
        self.desk.show(figures=figures_of(finished))
        self.refresh_bindings()

    def ended(self, job: Job, error: Exception | None) -> None:
        if job.phase is Phase.ADDING:
            self.app.count_papers()
        if job.phase is Phase.SEARCHING and self._current:
            if error:
                self._current.abandon()
                self._redraw(self._current)
            self._current = None

    def say(self, text: str, kind: str = "") -> None:
        self.query_one(Conversation).say(text, kind=kind)

    def show_welcome(self) -> None:
        """Suit the welcome to the number of papers."""
        for welcome in self.query(Welcome):
            welcome.show(self.desk.status.papers or 0)
        self.refresh_bindings()

    # -- how it is done --------------------------------------------------------------------------

    @property
    def _last(self) -> Exchange | None:
        """The last exchange, where nothing is being written."""
        entries = self.query_one(Conversation).entries
        return next((each for each in reversed(entries) if isinstance(each, Exchange)), None)

    def _forget_last(self) -> None:
        """Take the last exchange from the screen: another answer takes its place."""
        if exchange := self._last:
            self.query_one(Conversation).drop(exchange)
        self._editing = False

    def _leave_editing(self) -> None:
        if self._editing:
            self._editing = False
            self.query_one(Prompt).edit("")
