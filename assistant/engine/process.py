"""The engine process: takes tasks from the pipe, one at a time, and sends what happens."""

import faulthandler
import logging
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from multiprocessing.connection import Connection
from queue import SimpleQueue

from assistant import logfile
from assistant.engine.looks import Looks
from assistant.engine.messages import Ended, EngineSettings, Happened, Leave, Look, Run, StopTask, Task
from assistant.engine.tasks import LoadModel, Stop, Tasks
from assistant.events import Event
from assistant.settings import Settings
from store.errors import ExpectedError

log = logging.getLogger(__name__)

_GRACE = 20.0
"""Seconds that a batch may take to finish after the front end has gone."""


def serve(connection: Connection, started: EngineSettings, *, load_model: LoadModel | None = None) -> None:
    """Run until the front end closes its end of the pipe. `load_model` stands in for llama.cpp in tests."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the front end's, which sends a stop
    _write_output_to(started.settings)
    _Engine(connection, Tasks(started.settings, safe=started.safe, load_model=load_model)).run()


class _Engine:
    def __init__(self, connection: Connection, tasks: Tasks) -> None:
        self._connection = connection
        self._tasks = tasks
        self._looks = Looks(tasks.home)
        self._todo: SimpleQueue[Run | None] = SimpleQueue()
        self._to_look: SimpleQueue[Run | None] = SimpleQueue()
        self._sending = threading.Lock()
        self._stopped: set[int] = set()
        self._front_end_gone = threading.Event()

    def run(self) -> None:
        threading.Thread(target=self._listen, daemon=True, name="pipe").start()
        looking = threading.Thread(target=self._look, name="looks")
        looking.start()
        while (run := self._todo.get()) is not None:
            self._send(self._done(run, self._tasks.events))
        self._tasks.close()
        looking.join()
        os._exit(0)  # all is written; to unload the native libraries would take a second

    def _look(self) -> None:
        """Answer what only reads the catalogue, beside the task that runs."""
        while (run := self._to_look.get()) is not None:
            self._send(self._done(run, self._looks.events))
        self._looks.close()

    def _done(self, run: Run, events: Callable[[Task, Stop], Iterator[Event]]) -> Ended:
        def stop() -> bool:
            return run.number in self._stopped or self._front_end_gone.is_set()

        try:
            for event in events(run.task, stop):
                self._send(Happened(run.number, event))
        except ExpectedError as error:
            log.info("task %s failed as expected: %s", run.number, error)
            return Ended(run.number, error=error)
        except Exception:
            log.exception("task %s failed", run.number)
            return Ended(run.number, bug=traceback.format_exc())
        return Ended(run.number)

    def _send(self, message: Happened | Ended) -> None:
        with suppress(OSError), self._sending:
            self._connection.send(message)

    def _listen(self) -> None:
        with suppress(EOFError, OSError):
            while True:
                message = self._connection.recv()
                if isinstance(message, Leave):
                    break
                if isinstance(message, StopTask):
                    self._stopped.add(message.number)
                else:
                    (self._to_look if isinstance(message.task, Look) else self._todo).put(message)
        self._front_end_gone.set()
        self._todo.put(None)
        self._to_look.put(None)
        until = time.monotonic() + _GRACE
        while time.monotonic() < until:
            if self._tasks.loading:  # or is about to, when the front end goes
                os._exit(0)  # native code cannot be stopped, and nothing is being written
            time.sleep(0.05)
        os._exit(1)


def _write_output_to(settings: Settings) -> None:
    """Send the log, native output and crash reports to the log file: the terminal is the front end's."""
    try:
        output = logfile.opened(settings.log_file)
    except OSError:
        output = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - open for the life of the process
    for descriptor in (1, 2):
        os.dup2(output.fileno(), descriptor)
    sys.stdout = sys.stderr = output
    faulthandler.enable(output)
    logging.basicConfig(
        stream=output, level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s", force=True
    )
