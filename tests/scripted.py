"""A scripted language model in a real engine process: everything but the written text is real.

The script is a JSON file `script.json` in the home folder: a list of replies, each a list of
pieces. The piece "{wait}" waits until the task is stopped, "{segv}" kills the process.
"""

import json
import os
import signal
import time
from collections.abc import Collection, Iterator, Sequence
from multiprocessing.connection import Connection
from pathlib import Path

from assistant.engine.messages import EngineSettings
from assistant.engine.process import serve as serve_engine
from assistant.models import Message, Stop


class ScriptedModel:
    """Gives its replies in turn, the last one again and again; counts a word as a token."""

    name = "scripted.gguf"
    identity = "scripted"
    context_size = 4096

    def __init__(self, replies: Sequence[Sequence[str]], chances: Sequence[tuple[float, ...] | None] = (None,)) -> None:
        self._replies = list(replies)
        self._chances = list(chances)
        self.judged: list[tuple[list[Message], tuple[str, ...]]] = []
        self.prompts: list[list[Message]] = []
        self.citable: list[tuple[int, ...]] = []

    def tokens(self, messages: Sequence[Message]) -> int:
        return sum(len(message.text.split()) for message in messages)

    def write(
        self, messages: Sequence[Message], *, limit: int, stop: Stop, citable: Collection[int] = ()
    ) -> Iterator[str]:
        self.prompts.append(list(messages))
        self.citable.append(tuple(citable))
        reply = self._replies.pop(0) if len(self._replies) > 1 else self._replies[0]
        for piece in reply[:limit]:
            if piece == "{segv}":
                os.kill(os.getpid(), signal.SIGSEGV)
            while piece == "{wait}" and not stop():
                time.sleep(0.01)
            if stop():
                return
            yield "" if piece == "{wait}" else piece

    def chances(self, messages: Sequence[Message], options: Sequence[str], *, stop: Stop) -> tuple[float, ...] | None:
        self.judged.append((list(messages), tuple(options)))
        told = self._chances.pop(0) if len(self._chances) > 1 else self._chances[0]
        return None if stop() else told


def write_script(home: Path, *replies: Sequence[str]) -> None:
    home.mkdir(parents=True, exist_ok=True)
    (home / "script.json").write_text(json.dumps(replies), encoding="utf-8")


def serve(connection: Connection, started: EngineSettings) -> None:
    script = json.loads((started.settings.home / "script.json").read_text(encoding="utf-8"))
    model = ScriptedModel(script)
    serve_engine(connection, started, load_model=lambda _path: model)


def serve_loading(connection: Connection, started: EngineSettings) -> None:
    """An engine whose model is never loaded to the end."""
    serve_engine(connection, started, load_model=lambda _path: sleeping())


def sleeping() -> ScriptedModel:
    while True:
        time.sleep(1)
