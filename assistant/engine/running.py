"""One engine process while it lives: a pipe to write to, and a thread that sorts what comes back."""

import multiprocessing
import threading
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, SpawnContext
from queue import SimpleQueue

from assistant.engine.messages import Ended, EngineSettings, Happened, Leave, Run, Serve, StopTask
from assistant.settings import Settings

CONTEXT: ForkServerContext | SpawnContext = multiprocessing.get_context("spawn")
"""How the process is started."""
_PATIENCE = 5.0


class Running:
    """Replies go to the queue of the task that they belong to; the end of the process is a None in each."""

    def __init__(self, settings: Settings, *, safe: bool, serve: Serve | None) -> None:
        self._connection, theirs = CONTEXT.Pipe()
        self._process = CONTEXT.Process(
            target=serve or _serve, args=(theirs, EngineSettings(settings, safe=safe)), name="engine", daemon=True
        )
        self._process.start()
        theirs.close()
        self._sending = threading.RLock()
        self._waiting: dict[int, SimpleQueue[Happened | Ended | None]] = {}
        self._over = False
        self._answered = False
        self._sorter = threading.Thread(target=self._sort, args=(self._connection,), daemon=True, name="replies")
        self._sorter.start()

    @property
    def pid(self) -> int | None:
        """The process number while it lives."""
        return self._process.pid if not self._over and self._process.is_alive() else None

    def expect(self, number: int) -> SimpleQueue[Happened | Ended | None]:
        """Where the replies to task `number` will be."""
        replies: SimpleQueue[Happened | Ended | None] = SimpleQueue()
        self._waiting[number] = replies
        if self._over:
            replies.put(None)
        return replies

    def forget(self, number: int) -> None:
        """Nobody waits for the replies to task `number` any more."""
        self._waiting.pop(number, None)

    def send(self, message: Run | StopTask | Leave) -> None:
        """Write to the pipe; that the process is dead is noticed by those who wait."""
        with self._sending, suppress(OSError):
            self._connection.send(message)

    def exit_code(self) -> int | None:
        """How it ended; None where it has not."""
        self._process.join(_PATIENCE)
        return self._process.exitcode

    def close(self) -> None:
        """Ask it to end; one that does not in time is killed, and at once one that is still on its way up."""
        self.send(Leave())
        self._process.join(_PATIENCE if self._answered else 0)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        self._sorter.join(_PATIENCE)
        self._connection.close()

    def _sort(self, connection: Connection) -> None:
        with suppress(EOFError, OSError):
            while True:
                message: Happened | Ended = connection.recv()
                self._answered = True
                if replies := self._waiting.get(message.number):
                    replies.put(message)
        self._over = True
        for replies in list(self._waiting.values()):
            replies.put(None)


def _serve(connection: Connection, started: EngineSettings) -> None:
    from assistant.engine.process import serve

    serve(connection, started)
