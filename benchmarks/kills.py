"""Kill `assistant add` at random moments: is the library whole each time, and in the end as if nothing had happened?

    nice python -m benchmarks.kills FILE.jsonl [--papers 5000] [--kills 100] [--seed 7] [--quick] [--keep DIR]

The first papers of the file are added once without interruption. Then the same command is started over and over on
another library, and its process group gets SIGKILL: while it starts, at any moment of its work, while Chroma writes,
or while Chroma flushes its graph to disk. After each kill a fresh process opens the library as the next start does and
looks at every paper, passage, vector and term, compares the vector index with the catalogue, and searches; nothing that
was there before may be gone. An `add` that comes to its end is compared with the uninterrupted one: every row, every
vector, and the results of searches; the next kills begin with an empty library. After the last kill the command
runs to its end and is compared, too.

The seed draws the moments: so many papers after the kill before, which spreads them over the whole import of two or
three libraries, and up to a second later. `--quick` takes a model of word vectors alone (see `benchmarks.shallow`):
most kills then fall into the writing, not into the embedding.
"""

import argparse
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing, suppress
from itertools import islice
from pathlib import Path

from benchmarks.shallow import shallow_model
from benchmarks.starts import Died, Starts
from benchmarks.twins import compared
from store.embedding import find_starter
from store.library import LibraryPaths

LIBRARIES = 2
"""How many libraries are filled at the least."""

START = 12.0
"""Seconds within which a kill at the start falls."""

MOMENTS = {"at the start": 0.1, "at any moment": 0.4, "while Chroma writes": 0.25, "while Chroma flushes": 0.25}
"""What is waited for before a kill, and the share of the kills that wait for it."""

WITHIN = {"at the start": 0.0, "at any moment": 1.0, "while Chroma writes": 0.02, "while Chroma flushes": 0.0}
"""Seconds within which a kill falls after what was waited for."""

PAUSE = 0.002
TOO_MANY = 20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--papers", type=int, default=5000)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--keep", type=Path, help="leave the uninterrupted library there")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kills ü ") as made:
        file = Path(made) / "papers.jsonl"
        with arguments.file.open(encoding="utf-8") as source, file.open("w", encoding="utf-8") as target:
            target.writelines(islice(source, arguments.papers))
        embedder = shallow_model(Path(made) / "shallow") if arguments.quick else find_starter()
        if embedder is None:
            sys.exit("This benchmark needs the starter models.")
        killing = Killing(Path(made), file, embedder, random.Random(arguments.seed))
        killing.run(arguments.kills)
        if arguments.keep:
            shutil.copytree(killing.reference, arguments.keep)
        sys.exit(0 if killing.print_result() else 1)


class Killing:
    """The kills of one file, and what came of them."""

    def __init__(self, folder: Path, file: Path, embedder: Path, chance: random.Random) -> None:
        self.reference = folder / "reference"
        self.moments: Counter[str] = Counter()
        self.at_work: Counter[str] = Counter()
        self.papers: list[int] = []
        self.faults: list[str] = []
        self.finishes: list[str] = []
        self._folder = folder
        self._file = file
        self._embedder = embedder
        self._said = folder / "add.err"
        self._chance = chance
        self._starts = Starts(embedder)
        self._step = 1

    def run(self, kills: int) -> None:
        """Kill so many times; afterwards `faults` says what was not whole."""
        began = time.monotonic()
        self._end(self._add(self.reference))
        say(f"uninterrupted: {time.monotonic() - began:.0f} s")
        self._step = max(1, 2 * LIBRARIES * Parts(self.reference).count() // kills)
        home, papers = self._folder / "killed 0", 0
        while self.moments.total() < kills and len(self.faults) < TOO_MANY:
            if moment := self._killed(home, papers):
                papers = self._checked(home, f"kill {self.moments.total()} {moment}", papers)
                self.papers.append(papers)
            else:
                self._finish(home)
                home, papers = self._folder / f"killed {len(self.finishes)}", 0
        self._end(self._add(home))
        self._finish(home)
        self._starts.close()

    def print_result(self) -> bool:
        """Print what came of it; whether all was whole."""
        print(f"kills: {self.moments.total()}: " + ", ".join(f"{n} {moment}" for moment, n in self.moments.items()))
        print("at work then: " + ", ".join(f"{n} {what}" for what, n in self.at_work.most_common()))
        spread = sorted(self.papers)
        tenths = [spread[at * (len(spread) - 1) // 10] for at in range(11)] if spread else []
        print(f"papers in the library after a kill, in tenths of the kills: {tenths}")
        print(f"not whole at the next start: {len(self.faults)}", *self.faults[:TOO_MANY], sep="\n  ")
        print(f"finished libraries beside the uninterrupted one: {len(self.finishes)}", *self.finishes, sep="\n  ")
        return not self.faults and all(line.startswith("equal") for line in self.finishes)

    def _add(self, home: Path) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "assistant.cli.main", "--home", str(home)]
        command += ["--set", f"embedder={self._embedder}", "add", "--json", str(self._file)]
        return subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=self._said.open("w"), text=True, start_new_session=True
        )

    def _end(self, process: "subprocess.Popen[str]") -> None:
        """Let an `add` come to its end."""
        self._ended(process, process.communicate()[0])

    def _ended(self, process: "subprocess.Popen[str]", out: str) -> None:
        if process.returncode or json.loads(out)["rejected"]:
            self._fault(f"an add ended with {process.returncode}: {out[:300]}{self._said.read_text()[-300:]}")

    def _killed(self, home: Path, papers: int) -> str:
        """Start and kill; the moment, "" where the work came to its end before."""
        moment = self._chance.choices(list(MOMENTS), MOMENTS.values())[0]
        begins = passed(self._chance.uniform(0, START)) if moment == "at the start" else None
        parts = Parts(home)
        process = self._add(home)
        arrived = [begins or parts.papers(papers + self._chance.uniform(1, self._step))]
        arrived += {"while Chroma writes": [parts.is_busy], "while Chroma flushes": [parts.flush()]}.get(moment, [])
        if not waited_for(arrived, process):
            self._end(process)
            return ""
        time.sleep(self._chance.uniform(0, WITHIN[moment]))
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        out, _ = process.communicate()
        if process.returncode != -signal.SIGKILL:  # it came to its end in this very moment
            self._ended(process, out)
            return ""
        self.moments[moment] += 1
        self.at_work["Chroma" if parts.is_busy() else "the rest"] += 1
        return moment

    def _checked(self, home: Path, when: str, papers: int) -> int:
        """Open the library as the next start does; how many papers it has, of at least `papers`."""
        try:
            found = self._starts.next(home)
        except Died as death:
            self._fault(f"{when}: the next start died, {death}")
            return papers
        said = f"{when}: {found['papers']} papers, index {'behind' if found['behind'] else 'in step'}"
        if found["bad"] or found["embedded"] or found["papers"] < papers:
            self._fault(f"{said}, {papers} papers before, {found['embedded']} embedded, {found['bad']}")
        say(said)
        return found["papers"]

    def _finish(self, home: Path) -> None:
        self._checked(home, "at the end", 0)
        self.finishes.append(compared(self.reference, home, self._embedder))
        say(self.finishes[-1])
        shutil.rmtree(home)

    def _fault(self, text: str) -> None:
        self.faults.append(text)
        say(text)


class Parts:
    """What of a library tells from outside how far the work is."""

    def __init__(self, home: Path) -> None:
        self._catalogue = LibraryPaths(home).catalogue
        self._chroma = LibraryPaths(home).chroma

    def count(self) -> int:
        """How many papers there are; 0 where there is no library yet."""
        with (
            suppress(sqlite3.Error),
            closing(sqlite3.connect(f"{self._catalogue.as_uri()}?mode=ro", uri=True)) as database,
        ):
            return int(database.execute("SELECT count(*) FROM papers").fetchone()[0])
        return 0

    def papers(self, wanted: float) -> Callable[[], bool]:
        """Whether there are so many papers."""
        return lambda: self.count() >= wanted

    def is_busy(self) -> bool:
        return self._chroma.with_name("chroma.busy").exists()

    def flush(self) -> Callable[[], bool]:
        """Whether a file of the graph has changed since the first call."""
        first: list[object] = []

        def changed() -> bool:
            first.append(now := [state(path) for path in sorted(self._chroma.glob("*/*"))])
            return now != first[0]

        return changed


def state(path: Path) -> tuple[int, int]:
    with suppress(OSError):
        found = path.stat()
        return found.st_mtime_ns, found.st_size
    return 0, 0


def passed(seconds: float) -> Callable[[], bool]:
    """Whether so many seconds have passed since the first call."""
    first: list[float] = []

    def over() -> bool:
        first.append(time.monotonic())
        return first[-1] - first[0] >= seconds

    return over


def waited_for(arrived: list[Callable[[], bool]], process: "subprocess.Popen[str]") -> bool:
    """Wait for one after the other; false where the process ended before."""
    for has_come in arrived:
        while not has_come():
            if process.poll() is not None:
                return False
            time.sleep(PAUSE)
    return True


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
