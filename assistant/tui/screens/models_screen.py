"""The language models: which there are, which is used, another one at once, and those that can be got."""

import threading
from contextlib import suppress
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from assistant.errors import ExpectedError
from assistant.events import Event, Tried
from assistant.models.catalogue import Entry, default_writer
from assistant.models.files import ModelFile, model_files, obtainable, setting_for
from assistant.models.trials import Trial, fingerprint, known
from assistant.settings import Settings, load, save
from assistant.tui.job import Job
from assistant.tui.keys import key
from assistant.tui.phase import Phase
from assistant.tui.screens.desk_screen import DeskScreen
from assistant.tui.screens.dialogs import Choice
from assistant.tui.text import folded
from assistant.tui.widgets.key_bar import KeyBar
from assistant.tui.widgets.status import StatusLine

if TYPE_CHECKING:
    from assistant.models.plans import Plan
    from assistant.tui.app import AssistantApp

NONE = """There is no language model: answers are made of quotes, which works without one.

Get one of these with Enter, or put any GGUF file into {folder}"""

OFFERS = "Can be got (Enter):"

_BAR = 24
"""Characters of the bar that shows how much of a model has arrived."""


class Getting:
    """A model on its way; `stop` asks it to end."""

    def __init__(self, plan: "Plan") -> None:
        self.plan = plan
        self.stop = threading.Event()


class ModelsScreen(DeskScreen):
    """Enter uses a model from now on, or gets it; the screen stays usable meanwhile."""

    app: "AssistantApp"
    HELP_TITLE = "Models"
    ABOUT = (
        "Enter uses a model from now on, or gets one that is not here. GGUF files in the models folder appear here. "
        "Escape stops what is being got; what has arrived is kept, and Enter goes on from there."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        key("models.back", "escape", "back", "Back", "stop what is got, loaded or tried, or go back"),
        key("models.use", "enter", "choose_row", "Use or get", "use the model from now on, or get it"),
        key("models.trial", "f2", "trial", "Try it", "measure what the model can do; takes minutes, can be stopped"),
    ]

    class Listed(Message):
        """What lies in the models folder."""

        def __init__(self, files: list[ModelFile], trials: list[Trial | None], offers: list[Entry]) -> None:
            super().__init__()
            self.files = files
            self.trials = trials
            self.offers = offers

    class Chosen(Message):
        """The settings name another model; `error` where they could not be written."""

        def __init__(self, settings: Settings | None, error: ExpectedError | None = None) -> None:
            super().__init__()
            self.settings = settings
            self.error = error

    class Planned(Message):
        """What getting a model means; the user is asked."""

        def __init__(self, plan: "Plan") -> None:
            super().__init__()
            self.plan = plan

    class Arriving(Message):
        """How far a model is: a line to show, and the share that is here (None where that is not known)."""

        def __init__(self, getting: Getting, line: str, share: float | None) -> None:
            super().__init__()
            self.getting = getting
            self.line = line
            self.share = share

    class Ended(Message):
        """A model has been got (`line` says so), or was stopped, or failed with `error`."""

        def __init__(self, getting: Getting | None, line: str = "", error: Exception | None = None) -> None:
            super().__init__()
            self.getting = getting
            self.line = line
            self.error = error

    _files: tuple[ModelFile, ...] = ()
    _getting: Getting | None = None

    @property
    def keys_now(self) -> tuple[str, ...]:
        return ("models.back", "models.use", "models.trial", "app.help", "app.palette")

    def compose(self) -> ComposeResult:
        yield Static("", id="headline")
        yield OptionList(markup=False, id="rows")
        yield Static("", id="arriving", markup=False)
        yield StatusLine(self.desk)
        yield KeyBar()

    def on_screen_resume(self) -> None:
        """Look into the folder anew."""
        self._list()

    def action_back(self) -> None:
        """Stop what is got or loaded, or go back."""
        if self._getting:
            self._getting.stop.set()
            self.query_one("#arriving", Static).update("Stopping …")
        elif self.desk.job and self.desk.job.owner is self and self.desk.phase.stoppable:
            self.desk.stop()
        else:
            self.app.pop_screen()

    @on(OptionList.OptionSelected)
    def _use(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if event.option_id:
            self._ask_for(event.option_id)
            return
        if not self.is_free():
            return
        file = self._files[event.option_index]
        if file.problem:
            self.say(f"{file.path.name} cannot be used: {file.problem}.", "error")
        else:
            self._choose(setting_for(file.path))

    def action_trial(self) -> None:
        """Put the model under the cursor on trial."""
        place = self.query_one("#rows", OptionList).highlighted
        if place is None or place >= len(self._files) or not self.is_free():
            return
        file = self._files[place]
        if file.problem:
            self.say(f"{file.path.name} cannot be tried: {file.problem}.", "error")
        else:
            self.desk.begin(self.desk.assistant.try_model(file.path), Phase.TRYING, self)

    def happened(self, event: Event, job: Job) -> None:
        del job
        if isinstance(event, Tried):
            self.say(f"{event.trial.model}: {event.trial.verdict}.", "good")
            self._list()

    @work(thread=True, exit_on_error=False, group="models")
    def _list(self) -> None:
        files = model_files(self.app.settings)
        results = known(self.app.settings.home)
        trials = [None if file.problem else results.get(fingerprint(file.path)) for file in files]
        self.post_message(self.Listed(files, trials, obtainable(self.app.settings)))

    def on_unmount(self) -> None:
        """What is being got ends with the program, and is gone on with the next time."""
        if self._getting:
            self._getting.stop.set()

    @work(thread=True, exit_on_error=False, group="models")
    def _ask_for(self, name: str) -> None:
        """Find out what getting a model means."""
        from assistant.models.plans import planned  # brings the network's library along

        try:
            self.post_message(self.Planned(planned(self.app.settings, name)))
        except ExpectedError as error:
            self.post_message(self.Ended(None, error=error))

    @on(Planned)
    def _asked(self, asked: Planned) -> None:
        plan = asked.plan

        def answered(choice: str | None) -> None:
            if choice == "get" and not self._getting:
                self._getting = Getting(plan)
                self.query_one("#arriving", Static).update(f"Getting {plan.title} …")
                self._get(self._getting)

        if self._getting:
            self.say("One model at a time: wait for the end, or press Escape.", "error")
            return
        licence = f", {plan.entry.licence}" if plan.entry else ""
        sources = " or else ".join(str(source) for source in plan.sources)
        self.app.push_screen(
            Choice(
                f"Get {plan.title} ({plan.size}{licence})? It comes from {sources}.",
                [("get", "Get it"), ("no", "Not now")],
            ),
            answered,
        )

    @work(thread=True, exit_on_error=False, group="getting")
    def _get(self, getting: Getting) -> None:
        """Get a model and say how far it is, until its end or a stop."""
        from assistant.models.getting import Downloading, Got, Halted, Verifying, get

        ended = self.Ended(getting)
        try:
            for event in get(getting.plan, getting.stop.is_set):
                match event:
                    case Downloading():
                        share = event.done / event.total if event.total else None
                        self._tell(self.Arriving(getting, f"{event}", share))
                    case Verifying():
                        self._tell(self.Arriving(getting, f"verifying, {event}", 1.0))
                    case Got():
                        ended.line = f"{getting.plan.title} is here{', verified' if event.verified else ''}."
                    case Halted():
                        ended.line = f"Stopped. {event.kept / 1e6:,.0f} MB are kept; Enter goes on from there."
                    case _:
                        self._tell(self.Arriving(getting, event.text, None))
        except Exception as error:  # noqa: BLE001 - the screen says it, and logs what was not expected
            ended.error = error
        self._tell(ended)

    def _tell(self, message: Message) -> None:
        with suppress(RuntimeError):  # the screen has been closed meanwhile
            self.post_message(message)

    @on(Arriving)
    def _arriving(self, arriving: Arriving) -> None:
        if arriving.getting is self._getting and not arriving.getting.stop.is_set():
            filled = round((arriving.share or 0) * _BAR)
            self.query_one("#arriving", Static).update(
                Content.assemble(
                    (f"{folded(arriving.getting.plan.title)}  ", "bold"),
                    ("━" * filled, "$text-primary"),
                    ("─" * (_BAR - filled), "$foreground-muted"),
                    f"  {folded(arriving.line)}",
                    ("   Escape stops", "$foreground-muted"),
                )
            )

    @on(Ended)
    def _ended(self, ended: Ended) -> None:
        if ended.getting is self._getting and ended.getting:
            self._getting = None
            self.query_one("#arriving", Static).update("")
        if ended.error:
            self.desk.failed(ended.error, self)
            return
        self.say(ended.line, "good")
        self._list()
        settings, plan = self.app.settings, ended.getting.plan if ended.getting else None
        writes = plan and plan.target.exists() and plan.entry == default_writer() and not settings.model
        if writes and self.desk.phase.takes_tasks:
            self.desk.begin(self.desk.assistant.use(settings), Phase.LOADING, self)

    @work(thread=True, exit_on_error=False, group="models")
    def _choose(self, model: str) -> None:
        try:
            save(self.app.settings, "model", model)
            self.post_message(self.Chosen(load(self.app.settings.home)))
        except ExpectedError as error:
            self.post_message(self.Chosen(None, error))

    @on(Chosen)
    def _chosen(self, chosen: Chosen) -> None:
        if chosen.error:
            self.desk.failed(chosen.error, self)
        elif chosen.settings:
            self.app.use(chosen.settings, owner=self)
            self._list()

    @on(Listed)
    def _listed(self, listed: Listed) -> None:
        self._files = tuple(listed.files)
        folder = folded(str(self.app.settings.models_folder))
        self.query_one("#headline", Static).update(
            Content(f"GGUF files in {folder}" if self._files else NONE.format(folder=folder))
        )
        rows = self.query_one("#rows", OptionList)
        before = rows.highlighted if rows.option_count else None
        rows.clear_options()
        rows.add_options(Option(_row(*pair)) for pair in zip(self._files, listed.trials, strict=True))
        if listed.offers:
            rows.add_option(Option(Content.styled(OFFERS, "$foreground-muted"), disabled=True))
            rows.add_options(Option(_offer(entry), id=entry.name) for entry in listed.offers)
        chosen = next((place for place, file in enumerate(self._files) if file.chosen), 0)
        rows.highlighted = chosen if before is None else min(before, rows.option_count - 1)


def _row(file: ModelFile, trial: Trial | None) -> Content:
    size = f"{file.size / 1e6:,.0f} MB"
    facts = ", ".join(part for part in (size, "starter" if file.starter else "") if part)
    return Content.assemble(
        ("● " if file.chosen else "  ", "$text-primary"),
        (folded(file.path.name), "bold" if file.chosen else ""),
        (f"   {facts}", "$foreground-muted"),
        (f"   cannot be used: {file.problem}" if file.problem else "", "$text-error"),
        (f"\n  {_tried(trial)}" if not file.problem else "", "$foreground-muted"),
    )


def _offer(entry: Entry) -> Content:
    role = "" if entry.role == "writer" else f"{entry.role}: "
    return Content.assemble(
        f"  {entry.title}",
        (f"   {entry.size}, {entry.licence}{', recommended' if entry.recommended else ''}", "$foreground-muted"),
        (f"\n  {role}{entry.purpose}", "$foreground-muted"),
    )


def _tried(trial: Trial | None) -> str:
    """What the trial found, and at what speed and in how much memory it ran."""
    if trial is None:
        return "not tried yet"
    speed = f"{trial.decode:,.0f} tokens/s" if trial.decode else ""
    memory = f"{trial.memory:,.0f} MB of memory" if trial.memory else ""
    false = f"{trial.false:.0%} of its sentences false"
    return ", ".join(part for part in (f"trial: {trial.verdict}", false, speed, memory) if part)
