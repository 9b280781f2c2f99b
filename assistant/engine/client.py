"""The front end's side of the engine: sends tasks, gives replies to whoever waits for them, notices its death."""

import threading
from collections.abc import Iterator
from multiprocessing import resource_tracker
from queue import SimpleQueue

from assistant.engine.death import described
from assistant.engine.messages import Ended, Happened, Look, Run, Serve, StopTask, Task
from assistant.engine.running import Running
from assistant.errors import EngineDied
from assistant.events import Event, Note
from assistant.settings import Settings

SAFE_AFTER = 2
"""Crashes in a row after which the engine starts in safe mode."""

Reply = Happened | Ended | None


class EngineClient:
    """One engine process, started at the first task and again after a crash."""

    def __init__(self, settings: Settings, *, serve: Serve | None = None) -> None:
        resource_tracker.ensure_running()  # now: it inherits standard error, which a screen is about to replace
        self.settings = settings
        """What an engine is started with."""
        self._serve = serve
        self._engine: Running | None = None
        self._turn = threading.Lock()
        self._state = threading.RLock()  # a signal handler may stop while its thread sends
        self._number = 0
        self._task = 0
        self._crashes = 0
        self.was_stopped = False
        """Whether the last task was asked to stop."""

    @property
    def pid(self) -> int | None:
        """The engine's process number while it lives."""
        return self._engine.pid if self._engine else None

    def run(self, task: Task) -> Iterator[Event]:
        """Have the engine do a task and yield what happens; raises what the task raised. One at a time."""
        with self._turn:
            if self._crashes >= SAFE_AFTER and self.pid is None:
                yield Note("The engine has crashed repeatedly and now starts in safe mode (slower, more careful).")
            self.was_stopped = False
            try:
                engine, number, replies = self._sent(task, stoppable=True)
                yield from self._events(engine, number, replies)
                self._crashes = 0
            except (GeneratorExit, KeyboardInterrupt):
                self.stop()  # whoever read the events has gone away
                raise
            finally:
                self._task = 0

    def look(self, task: Look) -> Event:
        """The one answer of a task that waits for no other; any thread may ask."""
        events = list(self._events(*self._sent(task)))
        return events[0]

    def stop(self) -> bool:
        """Ask the running task to end; returns at once whether there is one."""
        if (running := self._task) and (engine := self._engine):
            self.was_stopped = True
            engine.send(StopTask(running))
            return True
        return False

    def close(self) -> None:
        """End the process; one that does not end by itself in time is killed."""
        self.stop()
        with self._state:
            engine, self._engine = self._engine, None
        if engine:
            engine.close()

    def _sent(self, task: Task, *, stoppable: bool = False) -> tuple[Running, int, SimpleQueue[Reply]]:
        with self._state:
            if self._engine is None or self._engine.pid is None:
                self._engine = Running(self.settings, safe=self._crashes >= SAFE_AFTER, serve=self._serve)
            engine = self._engine
            self._number += 1
            number = self._number
            if stoppable:
                self._task = number
            replies = engine.expect(number)
        engine.send(Run(number, task))
        return engine, number, replies

    def _events(self, engine: Running, number: int, replies: SimpleQueue[Reply]) -> Iterator[Event]:
        try:
            while True:
                message = replies.get()
                if message is None:
                    raise self._death(engine)
                if isinstance(message, Happened):
                    yield message.event
                elif message.error:
                    raise message.error
                elif message.bug:
                    raise RuntimeError(f"the engine failed:\n{message.bug}")
                else:
                    return
        finally:
            engine.forget(number)

    def _death(self, engine: Running) -> EngineDied:
        code = engine.exit_code()
        with self._state:
            if self._engine is engine:  # else another who waited has counted this death
                self._crashes += 1
                self._engine = None
        return EngineDied(
            f"The engine process ended while it was at work: {described(code)}.",
            hint="Your library and this conversation are whole. Ask again: the engine is started anew."
            f" Details are in {self.settings.log_file}.",
        )
