"""How fast records come in: parsing alone, the whole way beside bare encoding, the same file again, and the memory.

    nice python -m benchmarks.ingest FILE.jsonl [--papers 1536] [--parsed 5000] [--sizes 1000,10000,32000] [--big 0]
        [--everyday]

Parsing: the first `--parsed` papers are written in each format and read again; seconds of the processor, also as a
ratio to `json.loads` of the same records. `--big` does the same with files of so many records, and tells the memory.

The whole way (read, chunk, embed, write, index) goes by turns with bare encoding of the same passages by the same
embedder, the fastest that this machine has, some papers at a time; then the same papers are added once more, unchanged.
Medians of the turns' ratios are given, since the machine may be shared; where it is very busy, `--everyday` embeds
within this process and counts the seconds of the processor.

The sizes: a process adds so many papers, embedded by word vectors alone (see `benchmarks.shallow`), which takes minutes
instead of an hour; its most memory, and how long it takes to add the same file again. The first time with the real
embedder is that of the turns above, by the paper.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from statistics import median

from assistant.settings import cache_folder
from benchmarks.formats import FORMATS, jsonl
from benchmarks.shallow import shallow_model
from store import readers
from store.chunking import embedded_text, passages
from store.embedding import Embedder, find_starter, open_embedder
from store.embedding.bulk import MANY, many
from store.library import Library
from store.records import Paper

TURN = 96
"""Papers to a turn: long enough that what happens once an import weighs little."""

Timer = Callable[[Callable[[], object]], float]
"""Does some work, and says how many seconds it took."""

WANTED = 0.85
WANTED_AGAIN = 0.03


@dataclass
class Turn:
    """Seconds that one turn took for bare encoding, for the whole way, and for the same once more."""

    papers: int
    bare: float
    whole: float
    again: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--papers", type=int, default=1536)
    parser.add_argument("--parsed", type=int, default=5000)
    parser.add_argument("--sizes", default="1000,10000,32000")
    parser.add_argument("--big", type=int, default=0)
    parser.add_argument("--everyday", action="store_true")
    arguments = parser.parse_args()
    starter = find_starter()
    if starter is None:
        sys.exit("This benchmark needs the starter models.")
    embedder = open_embedder(starter, cache=cache_folder())
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        papers = list(islice(papers_of(arguments.file), max(arguments.parsed, arguments.papers)))
        parsing(papers[: arguments.parsed], folder)
        if arguments.big:
            large(papers[: arguments.parsed], arguments.big, folder)
        with nullcontext(Everyday(embedder)) if arguments.everyday else many(embedder) as chosen:
            rate = whole_way(papers[: arguments.papers], folder, chosen, used if arguments.everyday else elapsed)
        model = shallow_model(folder / "shallow")
        for size in (int(size) for size in arguments.sizes.split(",") if size):
            grown(arguments.file, size, folder, model, rate)


def papers_of(file: Path) -> Iterator[Paper]:
    return (record for record in readers.read(file) if isinstance(record, Paper))


def parsing(papers: list[Paper], folder: Path) -> None:
    """Records a second of the processor by format, and as a ratio to `json.loads`."""
    lines = jsonl(papers).splitlines()
    bare = len(lines) / used(lambda: [json.loads(line) for line in lines])
    print(f"json.loads: {bare:,.0f} records/s")
    for name, write in FORMATS.items():
        file = folder / name
        file.write_text(write(papers), encoding="utf-8")
        found: list[int] = []
        rate = len(papers) / used(lambda file=file, found=found: found.append(sum(1 for _ in papers_of(file))))
        lost = "" if found == [len(papers)] else f"  ({found[0]:,} of {len(papers):,} were read)"
        print(f"parsing {name:12} {rate:9,.0f} records/s, {bare / rate:6.1f}x the time of json.loads{lost}", flush=True)


def used(work: Callable[[], object]) -> float:
    """Seconds of the processor."""
    began = time.process_time()
    work()
    return time.process_time() - began


def large(papers: list[Paper], size: int, folder: Path) -> None:
    """The most memory of a process that reads a file of so many records, by format."""
    for name, write in FORMATS.items():
        file = folder / f"large {name}"
        file.write_text(write(list(islice(cycle(papers), size))), encoding="utf-8")
        print(f"{name:12} {file.stat().st_size / 1e6:6,.0f} MB: {in_process('parsed', file)}", flush=True)
        file.unlink()


def parsed(file: str) -> None:
    """Read a file and print what it took."""
    list(islice(papers_of(Path(file)), 100))
    before = most_memory()
    count = sum(1 for _ in papers_of(Path(file)))
    print(f"{count:,} records, {before:,.0f} MB after the first 100, {most_memory():,.0f} MB at most")


class Everyday:
    """The everyday embedder alone, which a second process does not take over from."""

    def __init__(self, embedder: Embedder) -> None:
        self.id = embedder.id
        self.question = embedder.question
        self.passages = embedder.passages
        self.passages_and_parts = embedder.passages_and_parts


def whole_way(papers: list[Paper], folder: Path, embedder: Embedder, seconds: Timer) -> float:
    """Bare encoding, the whole way, and the whole way again by turns; seconds a paper of the second."""
    warm(embedder, papers)
    library = Library(folder / "home", embedder)
    turns = [
        timed(papers[first : first + TURN], folder / f"part {first}.jsonl", library, seconds, turn=first // TURN)
        for first in range(0, len(papers) - TURN + 1, TURN)
    ]
    library.close()
    ratios = sorted(turn.bare / turn.whole for turn in turns)
    again = sorted(turn.again / turn.whole for turn in turns)
    a_paper = median(turn.whole / turn.papers for turn in turns)
    print(
        f"whole way: {1 / a_paper:,.1f} papers/s; bare encoding takes {median(ratios):.3f} of its time (median of"
        f" {len(turns)} turns, half of them {ratios[len(ratios) // 4]:.3f} to {ratios[-len(ratios) // 4]:.3f};"
        f" wanted >= {WANTED})\n"
        f"the same {TURN} papers again: {median(again):.4f} of the first time (at most {again[-1]:.4f};"
        f" wanted < {WANTED_AGAIN})",
        flush=True,
    )
    return a_paper


def warm(embedder: Embedder, papers: list[Paper]) -> None:
    """Embed until the second process for many texts is there and the fastest way is known."""
    texts = pieces(papers[:64])
    for _ in range(1 + MANY // len(texts)):
        embedder.passages_and_parts(texts, [[] for _ in texts])
    worker = getattr(embedder, "_worker", None)
    while worker and not worker.ready:
        time.sleep(0.1)
    embedder.passages_and_parts(texts, [[] for _ in texts])


def pieces(papers: list[Paper]) -> list[str]:
    return [embedded_text(paper, passage) for paper in papers for passage in passages(paper)]


def timed(papers: list[Paper], file: Path, library: Library, seconds: Timer, *, turn: int) -> Turn:
    """The order changes with each turn."""
    file.write_text(jsonl(papers), encoding="utf-8")
    texts = pieces(papers)
    took = {"bare": 0.0, "whole": 0.0}
    ways: dict[str, Callable[[], object]] = {
        "bare": lambda: library.embedder.passages_and_parts(texts, [[] for _ in texts]),
        "whole": lambda: list(library.add([file])),
    }
    for name in took if turn % 2 else reversed(took):
        took[name] = seconds(ways[name])
    return Turn(len(papers), **took, again=seconds(ways["whole"]))


def elapsed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def grown(file: Path, size: int, folder: Path, model: Path, a_paper: float) -> None:
    """Memory of a process that adds so many papers, and how long the same file takes again."""
    part = folder / f"{size}.jsonl"
    with file.open(encoding="utf-8") as source, part.open("w", encoding="utf-8") as target:
        target.writelines(islice(source, size))
    print(in_process("added", part, folder / f"home {size}", model, size * a_paper), flush=True)


def added(file: str, home: str, model: str, real: str) -> None:
    """Add a file twice, and print what it took; `real` are the seconds that the first time takes with MiniLM."""
    library = Library(Path(home), open_embedder(Path(model), cache=cache_folder()))
    before = most_memory()
    first = elapsed(lambda: list(library.add([Path(file)])))
    most = most_memory()
    again = elapsed(lambda: list(library.add([Path(file)])))
    count = library.catalogue.count()
    library.close()
    print(
        f"{count:,} papers: {before:,.0f} MB before, {most:,.0f} MB at most; again, unchanged: {again:.1f} s,"
        f" {again / float(real):.4f} of {float(real):,.0f} s for the first time at the rate above"
        f" (wanted < {WANTED_AGAIN}; {again / first:.4f} of the first time with word vectors alone)"
    )


def most_memory() -> float:
    """The most memory of this process so far, in MB."""
    status = Path("/proc/self/status").read_text(encoding="ascii", errors="ignore").splitlines()
    return next((int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM:")), 0.0)


def in_process(function: str, *arguments: object) -> str:
    script = f"import sys; from benchmarks.ingest import {function}; {function}(*sys.argv[1:])"
    command = [sys.executable, "-c", script, *map(str, arguments)]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


if __name__ == "__main__":
    main()
