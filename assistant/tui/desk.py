"""What is being worked on, whichever screen shows it: one job at a time."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from textual.app import App
from textual.worker import Worker, WorkerState

from assistant import logfile
from assistant.assistant import Assistant
from assistant.errors import ExpectedError
from assistant.events import Event, Loaded, Note, Progress
from assistant.tui.job import Job
from assistant.tui.messages import Ended, Happened
from assistant.tui.phase import Phase
from assistant.tui.status import Status, step_of

if TYPE_CHECKING:
    from assistant.tui.screens.desk_screen import DeskScreen

BUSY = "One thing at a time: wait for the end, or press Escape."


class Desk:
    """Begins and stops jobs, keeps the status, and gives events to the screen that wanted them."""

    def __init__(self, app: App[None], assistant: Assistant) -> None:
        self.assistant = assistant
        self.status = Status(Phase.LOADING)
        self._app = app
        self._job: Job | None = None
        self.changes: list[Job] = []
        """Changes of the library that are not over: they are not given up when the user leaves."""

    @property
    def phase(self) -> Phase:
        """What is being done."""
        return self.status.phase

    @property
    def job(self) -> Job | None:
        """The running job."""
        return self._job

    def begin(self, stream: Iterator[Event], phase: Phase, owner: "DeskScreen") -> Job:
        """Follow a stream for a screen; a job that still loads models is waited for by the engine."""
        job = Job(self.assistant, stream, phase, owner)
        self._job = job
        if phase is Phase.CHANGING:
            self.changes.append(job)
        self.show(phase=phase, step="")
        self._app.run_worker(lambda: job.follow(self._app.post_message), thread=True, exit_on_error=False, group="job")
        return job

    def stop(self) -> None:
        """Ask the running job to end."""
        if self._job and self.phase.stoppable:
            self.show(phase=Phase.STOPPING)
            self._job.stop()

    def show(self, **changes: Any) -> None:
        """Change the status on every screen that shows it."""
        before, self.status = self.status, replace(self.status, **changes)
        for screen in self._app.screen_stack:
            for line in screen.query("StatusLine"):
                line.refresh(layout=False)
        if before.phase is not self.status.phase:
            self._app.refresh_bindings()

    def happened(self, happened: Happened) -> None:
        """Draw what concerns all screens; the rest is for the one that began the job."""
        event, owner = happened.event, happened.job.owner
        match event:
            case Progress():
                self.show(step=step_of(event))
            case Loaded(kind="language model"):
                self.show(model=event.name)
            case Note():
                owner.say(event.text)
            case _:
                owner.happened(event, happened.job)

    def ended(self, ended: Ended) -> None:
        """Say what went wrong, and be ready for the next job."""
        self.changes = [job for job in self.changes if job is not ended.job]
        if ended.error:
            self.failed(ended.error, ended.job.owner)
        if ended.job is self._job:
            self._job = None
            self.show(phase=Phase.IDLE, step="")
        ended.job.owner.ended(ended.job, ended.error)

    def worked(self, changed: Worker.StateChanged, owner: "DeskScreen") -> None:
        """Say what kept a screen's own worker from its end, which nobody else waits for."""
        if changed.state is WorkerState.ERROR and isinstance(error := changed.worker.error, Exception):
            self.failed(error, owner)

    def failed(self, error: Exception, owner: "DeskScreen") -> None:
        """Say an expected failure with its hint; the traceback of a bug goes into the log."""
        if isinstance(error, ExpectedError):
            owner.say("\n".join(part for part in (str(error), error.hint) if part), kind="error")
            return
        log_file = self.assistant.settings.log_file
        logfile.record(error, log_file, "assistant.tui")
        owner.say(f"A bug in the program: {type(error).__name__}. The details are in {log_file}.", kind="error")
