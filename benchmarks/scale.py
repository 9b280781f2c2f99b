"""How the search grows with the library: 1k, 4k, 16k and all papers of a large file.

    python -m benchmarks.scale FILE.jsonl[.gz] [--keep DIR] [--questions 100] [--quick]

The whole file is added once (to `--keep DIR`, where the next run finds it); smaller libraries are copies
from which the later papers were removed. At each size, in one process and by turns: a search as it is,
with Chroma attached and with exact search, a search with filters, and an exact NumPy dot product over the
same vectors. Times are given as ratios to the latter, since the machine may be shared. Then a cold
`assistant search` beside `import sentence_transformers`, and the memory of a process that searches.

`--quick` gives passages and sentences a random projection of their words instead of the model's vectors, which
takes minutes instead of an hour; the time of a search does not depend on what the vectors mean.
"""

import argparse
import json
import math
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

import numpy as np

from assistant.settings import cache_folder
from store.catalogue import Catalogue
from store.embedding import Embedder, Span, Vectors, find_starter, open_embedder, unit
from store.library import Library, LibraryPaths
from store.records import Filters, Progress

SIZES = (1_000, 4_000, 16_000)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--questions", type=int, default=100)
    parser.add_argument("--quick", action="store_true")
    arguments = parser.parse_args()
    starter = find_starter()
    if starter is None:
        sys.exit("This benchmark needs the starter models.")
    embedder = open_embedder(starter, cache=cache_folder())
    with tempfile.TemporaryDirectory() as made:
        keep = (arguments.keep or Path(made)).resolve()
        whole = keep / "all"
        library = Library(whole, Projected(embedder) if arguments.quick else embedder)
        for step in library.add([arguments.file]):
            if isinstance(step, Progress) and step.done % 320 == 0:
                print(f"\r{step.step} {step.done}", end="", file=sys.stderr, flush=True)
        count = library.catalogue.count()
        library.close()
        rows = []
        print(f"{'papers':>8} {'passages':>9} {'disk MB':>8}  ms p50 / p95 (p95 as a ratio to the dot product)")
        for size in [*(size for size in SIZES if size < count), count]:
            home = whole if size == count else smaller(whole, keep / str(size), size)
            rows.append((size, measured(home, embedder, arguments.questions)))
        (least, first), (most, last) = rows[0], rows[-1]
        print(f"growth exponent of the search {math.log(last / first) / math.log(most / least):.2f}")
        process(whole)
        cold(whole)


class Projected:
    """Vectors of the right shape in no time: the sum of a random direction for each word."""

    def __init__(self, embedder: Embedder) -> None:
        self.id = embedder.id
        self._embedder = embedder
        self._words: dict[str, Vectors] = {}

    def question(self, text: str) -> Vectors:
        return self._embedder.question(text)

    def passages(self, texts: Sequence[str]) -> Vectors:
        return unit(np.array([self._sum(text) for text in texts], dtype=np.float32).reshape(-1, self.id.dimension))

    def passages_and_parts(
        self, texts: Sequence[str], parts: Sequence[Sequence[Span]]
    ) -> tuple[Vectors, list[Vectors]]:
        cut = [self.passages([text[a:b] for a, b in each]) for text, each in zip(texts, parts, strict=True)]
        return self.passages(texts), cut

    def _sum(self, text: str) -> Vectors:
        total = np.full(self.id.dimension, 1e-3, dtype=np.float32)
        for word in text.split():
            if word not in self._words:
                generator = np.random.default_rng(abs(int.from_bytes(word.encode()[:8], "little")))
                self._words[word] = generator.standard_normal(self.id.dimension).astype(np.float32)
            total += self._words[word]
        return total


def smaller(whole: Path, home: Path, size: int) -> Path:
    """A copy of a library with its first papers only."""
    if home.is_dir():
        return home
    source, target = LibraryPaths(whole).catalogue, LibraryPaths(home).catalogue
    target.parent.mkdir(parents=True)
    shutil.copy(source, target)
    catalogue = Catalogue(target)
    numbers = sorted(set(catalogue.passage_papers()[1].tolist()))
    with catalogue.writing():
        for number in numbers[size:]:
            catalogue.remove(number)
    catalogue._db.execute("VACUUM")
    catalogue.close()
    return home


def measured(home: Path, embedder: Embedder, count: int) -> float:
    """Print a row; returns the median of the search in seconds."""
    attached, exact = Library(home, embedder), Library(home, embedder, attached=False)
    for _ in attached.in_step():
        pass
    for library in (attached, exact):
        warm(library)
    numbers, passages = exact.catalogue.all_passages()
    papers = list(exact.catalogue.papers(sorted(set(passages.papers.tolist()))).values())
    questions = [paper.title for paper in papers[:: max(1, len(papers) // count)]][:count]
    years = sorted(paper.year for paper in papers if paper.year)
    filters = [
        Filters(years=(years[len(years) // 2], None)),
        Filters(author="Smith"),
        Filters(venue="Proceedings"),
    ]
    vectors = [embedder.question(question) for question in questions]
    ways: dict[str, Callable[[int], object]] = {
        "dot product": lambda i: passages.vectors @ vectors[i],
        "search": lambda i: attached.search(questions[i]),
        "exact search": lambda i: exact.search(questions[i]),
        "filtered": lambda i: attached.search(questions[i], filters=filters[i % len(filters)]),
    }
    times: dict[str, list[float]] = {name: [] for name in ways}
    for i in [*range(min(10, len(questions))), *range(len(questions))]:
        for name, way in ways.items():
            began = time.perf_counter()
            way(i)
            times[name].append(time.perf_counter() - began)
    attached.close()
    exact.close()
    disk = sum(path.stat().st_size for path in home.rglob("*") if path.is_file()) / 1e6
    cells = []
    base = high(times["dot product"][10:])
    for name, took in times.items():
        took = took[10:]
        cells.append(f"{name} {1000 * median(took):.1f} / {1000 * high(took):.1f} ({high(took) / base:.1f}x)")
    print(f"{len(papers):8,} {len(numbers):9,} {disk:8.0f}  {';  '.join(cells)}", flush=True)
    return median(times["search"][10:])


def warm(library: Library) -> None:
    """Ask until the words are in memory, as they are soon in a process that stays."""
    library.prepare()
    while library.searcher.words_from != "memory":
        library.search("neural parsing")


def high(times: list[float]) -> float:
    return sorted(times)[int(0.95 * len(times))]


def process(home: Path) -> None:
    """The memory of a process that has searched, as the engine does it; torch must not be in it."""
    script = (
        "import sys; from pathlib import Path\n"
        "from assistant.settings import cache_folder\n"
        "from store.embedding import find_starter, open_embedder; from store.library import Library\n"
        "from store.records import Filters\n"
        "library = Library(Path(sys.argv[1]), open_embedder(find_starter(), cache=cache_folder()))\n"
        "list(library.in_step())\n"
        "library.prepare()\n"
        "while library.searcher.words_from != 'memory':\n"
        "    for filters in (Filters(), Filters(author='a')): library.search('neural parsing', filters=filters)\n"
        "assert 'torch' not in sys.modules\n"
        "status = Path('/proc/self/status').read_text().splitlines()\n"
        "print(next(line.split()[1] for line in status if line.startswith('VmHWM')))"
    )
    out = subprocess.run([sys.executable, "-c", script, str(home)], check=True, stdout=subprocess.PIPE, text=True)
    print(
        "memory of a process with embedder, Chroma, exact vectors and words, without torch:"
        f" {int(out.stdout) / 1024:.0f} MB"
    )


def cold(home: Path, runs: int = 5) -> None:
    """A search in a new process beside the import that it does without, by turns."""
    search = [sys.executable, "-m", "assistant.cli.main", "--home", str(home), "search", "--json", "neural parsing"]
    load = [sys.executable, "-c", "import sentence_transformers"]
    took: dict[str, list[float]] = {"search": [], "import": []}
    for _ in range(runs):
        for name, command in (("search", search), ("import", load)):
            began = time.perf_counter()
            subprocess.run(command, check=True, capture_output=True)
            took[name].append(time.perf_counter() - began)
    ratio = median(took["search"]) / median(took["import"])
    print(json.dumps({name: [round(t, 2) for t in times] for name, times in took.items()}))
    print(f"cold `assistant search` takes {ratio:.2f} of `import sentence_transformers`")


if __name__ == "__main__":
    main()
