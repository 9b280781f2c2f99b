"""Zotero's database beside the same library as BibTeX: seconds to read it, and to add it, as a ratio, in one process.

    nice python -m benchmarks.zotero [--papers 5000] [--turns 3] [--read-only]

The papers are made up, with abstracts of about 150 words. Reading goes by turns, each way after the other; the median
ratio of the processor's seconds is told. Adding leaves the embedding out, which is the same for both and would hide a
difference: vectors are drawn at random. Zotero's folder must be byte for byte what it was.
"""

import argparse
import hashlib
import random
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from store import readers
from store.embedding import Span, Vectors
from store.library import Library
from store.records import EmbedderId, ImportReport, Paper
from store.writers import bibtex
from tests.zotero_library import ZoteroLibrary

WANTED = 2.0
_WORDS = """hive mite wax honey larva queen drone colony winter pollen nectar crop field soil river forest island bird
we measure count compare show that of the in and between with under after
model effect rate risk share warm cold""".split()


class Drawn:
    """An embedder whose vectors cost nothing and mean nothing."""

    def __init__(self) -> None:
        self.id = EmbedderId("drawn", "1", 384)
        self._dice = np.random.default_rng(7)

    def question(self, text: str) -> Vectors:
        return self.passages([text])[0]

    def passages(self, texts: Sequence[str]) -> Vectors:
        drawn = self._dice.standard_normal((len(texts), self.id.dimension), dtype=np.float32)
        return drawn / np.linalg.norm(drawn, axis=1, keepdims=True)

    def passages_and_parts(
        self, texts: Sequence[str], parts: Sequence[Sequence[Span]]
    ) -> tuple[Vectors, list[Vectors]]:
        return self.passages(texts), [self.passages([""] * len(spans)) for spans in parts]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--papers", type=int, default=5000)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--read-only", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        zotero = ZoteroLibrary(folder / "Zotero")
        zotero.items([item(number) for number in range(arguments.papers)])
        before = digest(zotero.file)
        papers = read(zotero.file)
        file = folder / "zotero.bib"
        file.write_text("\n\n".join(map(bibtex.entry, papers)), encoding="utf-8")
        same = [paper.title for paper in read(file)] == [paper.title for paper in papers]
        pairs = [(used(lambda: read(zotero.file)), used(lambda: read(file))) for _ in range(arguments.turns)]
        ok = told("reading", arguments.papers, pairs)
        if not arguments.read_only:
            pair = tuple(used(lambda each=each: add(each, folder / each.suffix)) for each in (zotero.file, file))
            ok = told("adding, without embedding", arguments.papers, [pair]) and ok
        untouched = digest(zotero.file) == before
        print(f"the same papers: {same}; Zotero's file byte for byte as it was: {untouched}")
    sys.exit(0 if ok and same and untouched else 1)


def item(number: int) -> dict[str, Any]:
    """An item of Zotero's, always the same for a number."""
    dice = random.Random(number)
    year = dice.randrange(1990, 2026)
    sentences = (" ".join(dice.choices(_WORDS, k=15)).capitalize() + "." for _ in range(10))
    return {
        "title": f"Study {number} of {' '.join(dice.choices(_WORDS, k=7))}",
        "abstractNote": " ".join(sentences),
        "date": f"{year}-00-00 {year}",
        "publicationTitle": f"Letters on {dice.choice(_WORDS)}",
        "DOI": f"10.5555/{number}",
        "citationKey": f"key{number}",
        "volume": str(number % 40),
        "pages": f"{number}-{number + 9}",
        "creators": [(dice.choice(_WORDS).title() + "er", dice.choice(_WORDS).title()) for _ in range(4)],
        "tags": dice.sample(_WORDS, 2),
    }


def read(file: Path) -> list[Paper]:
    return [record for record in readers.read(file) if isinstance(record, Paper)]


def add(file: Path, home: Path) -> None:
    library = Library(home, Drawn())
    report = next(step for step in library.add([file]) if isinstance(step, ImportReport))
    library.close()
    print(f"{file.name}: {report.added:,} added", file=sys.stderr)


def used(work: Callable[[], object]) -> float:
    """Seconds of the processor: the machine may be shared."""
    began = time.process_time()
    work()
    return time.process_time() - began


def told(what: str, papers: int, pairs: Sequence[tuple[float, ...]]) -> bool:
    ratio = median(zotero / other for zotero, other in pairs)
    zotero, other = (median(side) for side in zip(*pairs, strict=True))
    print(
        f"{what} {papers:,} papers: Zotero {zotero:.2f} s, BibTeX {other:.2f} s; {ratio:.2f} times (at most {WANTED})"
    )
    return ratio <= WANTED


def digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


if __name__ == "__main__":
    main()
