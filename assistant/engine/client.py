"""The front end's side of the engine: starts the process, sends tasks, notices its death."""

import multiprocessing
import signal
import threading
from collections.abc import Iterator
from contextlib import suppress
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess

from assistant.engine.messages import Ended, EngineSettings, Happened, Run, Serve, StopTask, Task
from assistant.errors import EngineDied
from assistant.events import Event, Note
from assistant.settings import Settings

SAFE_AFTER = 2
"""Crashes in a row after which the engine starts in safe mode."""

_PATIENCE = 5.0


class EngineClient:
    """One engine process, started at the first task and again after a crash."""

    def __init__(self, settings: Settings, *, serve: Serve | None = None) -> None:
        resource_tracker.ensure_running()  # now: it inherits standard error, which a screen is about to replace
        self._settings = settings
        self._serve = serve
        self._process: SpawnProcess | None = None
        self._connection: Connection | None = None
        self._turn = threading.Lock()
        self._sending = threading.RLock()  # a signal handler may stop while its thread sends
        self._number = 0
        self._running = 0
        self._crashes = 0
        self.was_stopped = False
        """Whether the last task was asked to stop."""

    @property
    def pid(self) -> int | None:
        """The engine's process number while it lives."""
        return self._process.pid if self._process and self._process.is_alive() else None

    def run(self, task: Task) -> Iterator[Event]:
        """Have the engine do a task and yield what happens; raises what the task raised."""
        with self._turn:
            if self._crashes >= SAFE_AFTER and self.pid is None:
                yield Note("The engine has crashed repeatedly and now starts in safe mode (slower, more careful).")
            self._start()
            self._number += 1
            self._running = self._number
            self.was_stopped = False
            try:
                self._send(Run(self._running, task))
                yield from self._replies(self._running)
            except (GeneratorExit, KeyboardInterrupt):
                self.stop()  # whoever read the events has gone away
                raise
            finally:
                self._running = 0

    def stop(self) -> None:
        """Ask the running task to end; returns at once."""
        if running := self._running:
            self.was_stopped = True
            with suppress(EngineDied):
                self._send(StopTask(running))

    def close(self) -> None:
        """End the process; one that does not end by itself in time is killed."""
        self.stop()
        with self._sending:
            if self._connection:
                self._connection.close()
                self._connection = None
        if self._process:
            self._process.join(_PATIENCE)
            if self._process.is_alive():
                self._process.kill()
                self._process.join()
            self._process = None

    def _start(self) -> None:
        if self.pid is not None:
            return
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        started = EngineSettings(self._settings, safe=self._crashes >= SAFE_AFTER)
        self._process = context.Process(
            target=self._serve or _serve, args=(theirs, started), name="assistant-engine", daemon=True
        )
        self._process.start()
        theirs.close()
        self._connection = ours

    def _replies(self, number: int) -> Iterator[Event]:
        while True:
            message = self._receive()
            if message.number != number:
                continue  # of a task whose reader went away
            if isinstance(message, Happened):
                yield message.event
            elif message.error:
                raise message.error
            elif message.bug:
                raise RuntimeError(f"the engine failed:\n{message.bug}")
            else:
                self._crashes = 0
                return

    def _receive(self) -> Happened | Ended:
        try:
            assert self._connection is not None
            message: Happened | Ended = self._connection.recv()
            return message
        except (EOFError, OSError, AssertionError) as error:
            raise self._death() from error

    def _send(self, message: Run | StopTask) -> None:
        with self._sending:
            try:
                if self._connection:
                    self._connection.send(message)
            except OSError:
                return  # the death is noticed, and described, by the one who reads

    def _death(self) -> EngineDied:
        code: int | None = None
        if self._process:
            self._process.join(_PATIENCE)
            code = self._process.exitcode
        self._crashes += 1
        self._process = None
        return EngineDied(
            f"The engine process ended while it was at work: {described(code)}.",
            hint="Your library and this conversation are whole. Ask again: the engine is started anew."
            f" Details are in {self._settings.log_file}.",
        )


def described(code: int | None) -> str:
    """An exit code in words."""
    if code is None:
        return "it does not answer"
    if code >= 0:
        return f"exit code {code}"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"
    meaning = {
        "SIGSEGV": "a crash in native code",
        "SIGKILL": "killed, perhaps by the system for lack of memory",
        "SIGILL": "this processor lacks an instruction that the model runtime was built for",
        "SIGABRT": "native code gave up",
    }.get(name)
    return f"{name} ({meaning})" if meaning else name


def _serve(connection: Connection, started: EngineSettings) -> None:
    from assistant.engine.process import serve

    serve(connection, started)
