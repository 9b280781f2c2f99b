"""The vectors of a paper's sentences by themselves, made when they first come near an answer and kept in memory.

The search has vectors of sentences in their context (see `store.catalogue`). A drafted sentence that is held against
its source stands alone, and is compared with sentences that stand alone.
"""

from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import numpy as np

from store.embedding.base import Embedder, Vectors
from store.records import Paper
from store.sentences import Sentence, sentences

CAPACITY = 4000
"""Papers kept; a paper takes about 12 kB."""


@dataclass(frozen=True, slots=True)
class _Read:
    """A paper's sentences, and the vectors of those that were read, by place."""

    abstract: str
    sentences: tuple[Sentence, ...]
    vectors: dict[int, Vectors] = field(default_factory=dict)


class SentenceVectors:
    """Sentences and their vectors by paper number."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._kept: OrderedDict[int, _Read] = OrderedDict()

    def of(
        self, papers: Mapping[int, Paper], only: Mapping[int, Collection[int]] | None = None
    ) -> dict[int, tuple[tuple[Sentence, ...], Vectors]]:
        """For each paper its sentences and their vectors, shape (sentences, dimension).

        `only` gives by number the places of the sentences to read; the others have zeros, whether they were read
        before or not. A paper without an abstract is represented by no sentence.
        """
        read = {number: self._of(number, paper) for number, paper in papers.items()}
        places = {n: range(len(each.sentences)) if only is None else only.get(n, ()) for n, each in read.items()}
        new = [(n, place) for n, wanted in places.items() for place in wanted if place not in read[n].vectors]
        fresh = self._embedder.passages([read[n].sentences[place].text for n, place in new])
        for (n, place), vector in zip(new, fresh, strict=True):
            read[n].vectors[place] = vector
        found = {n: (each.sentences, _rows(each, places[n], fresh.shape[1])) for n, each in read.items()}
        while len(self._kept) > CAPACITY:
            self._kept.popitem(last=False)
        return found

    def _of(self, number: int, paper: Paper) -> _Read:
        kept = self._kept.get(number)
        if kept is None or kept.abstract != paper.abstract:
            kept = self._kept[number] = _Read(paper.abstract, sentences(paper.abstract))
        return kept


def _rows(read: _Read, places: Collection[int], dimension: int) -> Vectors:
    rows = np.zeros((len(read.sentences), dimension), dtype=np.float32)
    for place in places:
        rows[place] = read.vectors[place]
    return rows
