"""Another process that opens libraries as the next start does, looks at everything, and may die of what it finds.

    python -m benchmarks.starts MODEL < HOMES

One home folder a line, as JSON; one answer a line.
"""

import faulthandler
import json
import logging
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TypedDict

from assistant.settings import cache_folder
from store.embedding import Embedder, Span, Vectors, open_embedder
from store.health import examined, index_check
from store.library import Library, LibraryPaths, never
from store.records import Check, Filters

NOT_HERE = {"lock", "disk"}
"""Checks that say nothing of the library: a note of the killed process may be left, the disk may be small."""


QUESTIONS = 10


class Start(TypedDict):
    """What the next start finds: `found` are the papers of some searches, `embedded` the passages that it embedded."""

    papers: int
    behind: bool
    bad: list[str]
    embedded: int
    found: list[list[str]]


class Died(Exception):
    """The process ended before it had answered."""


class Starts:
    """Answers from one process for as long as it lives."""

    def __init__(self, model: Path) -> None:
        self._model = model
        self._said = tempfile.TemporaryFile("w+")  # noqa: SIM115 - as long as this object
        self._process = self._started()

    def next(self, home: Path) -> Start:
        """Open this library; raises `Died` with the exit code and the last words, and starts another process."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps(str(home)), file=self._process.stdin, flush=True)
        if line := self._process.stdout.readline():
            found: Start = json.loads(line)
            return found
        code = self._process.wait()
        self._said.seek(0)
        last_words = self._said.read()[-1000:]
        self._process = self._started()
        raise Died(f"exit code {code}: {last_words}")

    def close(self) -> None:
        """End the process."""
        self._process.communicate()
        self._said.close()

    def _started(self) -> "subprocess.Popen[str]":
        self._said.truncate(0)
        return subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", __name__, str(self._model)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            text=True,
        )


class Counting:
    """An embedder that counts what it is given, questions aside."""

    def __init__(self, embedder: Embedder) -> None:
        self.id = embedder.id
        self.count = 0
        self._embedder = embedder

    def question(self, text: str) -> Vectors:
        return self._embedder.question(text)

    def passages(self, texts: Sequence[str]) -> Vectors:
        self.count += len(texts)
        return self._embedder.passages(texts)

    def passages_and_parts(
        self, texts: Sequence[str], parts: Sequence[Sequence[Span]]
    ) -> tuple[Vectors, list[Vectors]]:
        self.count += len(texts)
        return self._embedder.passages_and_parts(texts, parts)


def main(model: str) -> None:
    faulthandler.enable()
    logging.basicConfig(level=logging.WARNING)
    embedder = Counting(open_embedder(Path(model), cache=cache_folder()))
    for line in sys.stdin:
        print(json.dumps(looked_at(Path(json.loads(line)), embedder)), flush=True)


def looked_at(home: Path, embedder: Counting) -> Start:
    """Open a library, bring its index up, look at everything, and search."""
    if not LibraryPaths(home).catalogue.is_file():
        return Start(papers=0, behind=False, bad=[], embedded=0, found=[])
    before = embedder.count
    library = Library(home, embedder)
    behind = library.is_behind
    list(library.in_step())
    checks = [step for step in (*examined(home, never), *index_check(library, never)) if isinstance(step, Check)]
    bad = [f"{check.name}: {check.detail}" for check in checks if not check.well and check.name not in NOT_HERE]
    papers = list(library.catalogue.listed(Filters()))
    titles = [paper.title for paper in papers[:: max(1, len(papers) // QUESTIONS)]][:QUESTIONS]
    found = [[hit.paper.key for hit in library.search(title)] for title in titles]
    bad += [] if all(found) else ["search: finds nothing"]
    library.close()
    return Start(papers=len(papers), behind=behind, bad=bad, embedded=embedder.count - before, found=found)


if __name__ == "__main__":
    main(*sys.argv[1:])
