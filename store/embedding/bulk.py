"""Embedding many texts: a second process takes over where it is faster, measured once on each machine."""

import json
import logging
import os
import pickle
import platform
import struct
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib.metadata import version
from pathlib import Path
from threading import Thread
from typing import IO, Any, Protocol, runtime_checkable

from store.embedding.base import Embedder, Span, Vectors
from store.embedding.folder import EmbedderFolder, json_object
from store.records import EmbedderId

log = logging.getLogger(__name__)

MANY = 400
"""Texts after which the second process is started: loading it costs about as much as reading so many."""

TRIAL = 24
"""Least texts on which the ways are timed: papers of one passage each come 32 at a time."""

EVERYDAY = "onnxruntime"
"""The way that needs no second process."""


@runtime_checkable
class Exported(Embedder, Protocol):
    """An embedder that knows the folder it was exported from, and the file it runs."""

    @property
    def model(self) -> EmbedderFolder:
        """The model's folder."""
        ...

    @property
    def file(self) -> Path:
        """The exported copy."""
        ...


@contextmanager
def many(embedder: Embedder) -> Iterator[Embedder]:
    """An embedder for a large import: the same vectors (cosine >= 0.999), sooner where this machine can."""
    if not isinstance(embedder, Exported):
        yield embedder
        return
    bulk = BulkEmbedder(embedder)
    try:
        yield bulk
    finally:
        bulk.close()


class BulkEmbedder:
    """The everyday embedder, and from `MANY` texts on the fastest of all ways that this machine has.

    Which one that is, is kept beside the exported copy of the model.
    """

    def __init__(self, everyday: Exported) -> None:
        self._everyday = everyday
        self._noted = everyday.file.with_suffix(".speed.json")
        self._way = _way_in(json_object(self._noted).get(_machine()))
        self._worker: Worker | None = None
        self._seen = 0

    @property
    def id(self) -> EmbedderId:
        return self._everyday.id

    def question(self, text: str) -> Vectors:
        return self._everyday.question(text)

    def passages(self, texts: Sequence[str]) -> Vectors:
        return self._everyday.passages(texts)

    def passages_and_parts(
        self, texts: Sequence[str], parts: Sequence[Sequence[Span]]
    ) -> tuple[Vectors, list[Vectors]]:
        self._seen += len(texts)
        if self._seen > MANY and self._way != EVERYDAY and self._worker is None:
            self._worker = Worker(self._everyday.model, self._way)
        try:
            if self._worker and self._worker.ready:
                if not self._way and len(texts) >= TRIAL:
                    return self._tried(texts, parts)
                if self._way:
                    return self._worker.read(texts, parts)
        except WorkerLost as error:
            log.warning("the process for many texts is gone, this one goes on: %s", error)
            self.close()
            self._way = EVERYDAY
        return self._everyday.passages_and_parts(texts, parts)

    def close(self) -> None:
        """End the second process."""
        if self._worker:
            self._worker.close()
            self._worker = None

    def _tried(self, texts: Sequence[str], parts: Sequence[Sequence[Span]]) -> tuple[Vectors, list[Vectors]]:
        """Embed the texts here, time the ways of the worker on them, and note the fastest."""
        assert self._worker is not None
        began = time.perf_counter()
        read = self._everyday.passages_and_parts(texts, parts)
        rates = {EVERYDAY: len(texts) / (time.perf_counter() - began), **self._worker.rates(texts)}
        self._way = max(rates, key=lambda way: rates[way])
        log.info("texts a second: %s", {way: round(rate, 1) for way, rate in rates.items()})
        notes = {**json_object(self._noted), _machine(): {"way": self._way, "rates": rates}}
        with suppress(OSError):
            self._noted.write_text(json.dumps(notes, indent=1), encoding="utf-8")
        if self._way == EVERYDAY:
            self.close()
        else:
            self._worker.choose(self._way)
        return read


class WorkerLost(Exception):
    """The second process ended, or cannot be started."""


class Worker:
    """The second process; it loads while this one goes on."""

    def __init__(self, model: EmbedderFolder, way: str) -> None:
        command = [sys.executable, "-W", "ignore", "-m", "store.embedding.worker", str(model.path), way]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self.ready = False
        self._waiting = Thread(target=self._await, daemon=True)
        self._waiting.start()

    def rates(self, texts: Sequence[str]) -> dict[str, float]:
        """Texts a second by each way that gives the vectors it should."""
        return dict(self._answer(("rates", list(texts))))

    def choose(self, way: str) -> None:
        """Read by this way from now on."""
        self._send(("way", way))

    def read(self, texts: Sequence[str], parts: Sequence[Sequence[Span]]) -> tuple[Vectors, list[Vectors]]:
        """As `Embedder.passages_and_parts`."""
        vectors, of_parts = self._answer(("read", list(texts), [list(each) for each in parts]))
        return vectors, of_parts

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream:
                with suppress(OSError):
                    stream.close()
        self._waiting.join()

    def _await(self) -> None:
        with suppress(OSError, ValueError, EOFError, pickle.UnpicklingError):
            assert self._process.stdout is not None
            self.ready = receive(self._process.stdout) == "ready"

    def _answer(self, request: object) -> Any:
        self._send(request)
        assert self._process.stdout is not None
        answer = receive(self._process.stdout)
        if answer is None:
            raise WorkerLost(f"exit code {self._process.wait()}")
        return answer

    def _send(self, request: object) -> None:
        assert self._process.stdin is not None
        try:
            send(self._process.stdin, request)
        except OSError as error:
            raise WorkerLost(str(error)) from error


def send(stream: IO[bytes], message: object) -> None:
    """Write one message."""
    data = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    stream.write(struct.pack("<Q", len(data)) + data)
    stream.flush()


def receive(stream: IO[bytes]) -> Any:
    """Read one message; None where the other side has closed."""
    head = stream.read(8)
    if len(head) < 8:
        return None
    (length,) = struct.unpack("<Q", head)
    data = stream.read(length)
    return pickle.loads(data) if len(data) == length else None


def _way_in(notes: object) -> str:
    match notes:
        case {"way": str(way)}:
            return way
    return ""


def _machine() -> str:
    """What the speed depends on, as far as it can be told without loading anything."""
    return f"{platform.machine()} {platform.processor()} x{os.cpu_count()} torch {version('torch')}"
