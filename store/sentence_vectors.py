"""The vectors of a paper's sentences by themselves, made when the paper first comes near an answer and kept in memory.

The search has vectors of sentences in their context (see `store.catalogue`). A drafted sentence that is held against
its source stands alone, and is compared with sentences that stand alone.
"""

from collections import OrderedDict

from store.embedding.base import Embedder, Vectors
from store.records import Paper
from store.sentences import Sentence, sentences

CAPACITY = 4000
"""Papers kept; a paper takes about 12 kB."""


class SentenceVectors:
    """Sentences and their vectors by paper number."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._kept: OrderedDict[int, tuple[str, tuple[Sentence, ...], Vectors]] = OrderedDict()

    def of(self, papers: dict[int, Paper]) -> dict[int, tuple[tuple[Sentence, ...], Vectors]]:
        """For each paper its sentences and their vectors, shape (sentences, dimension).

        A paper without an abstract is represented by no sentence.
        """
        split = {
            number: sentences(paper.abstract)
            for number, paper in papers.items()
            if number not in self._kept or self._kept[number][0] != paper.abstract
        }
        vectors = self._embedder.passages([s.text for each in split.values() for s in each])
        first = 0
        for number, each in split.items():
            self._kept[number] = (papers[number].abstract, each, vectors[first : first + len(each)])
            first += len(each)
        found = {number: self._kept[number][1:] for number in papers}
        while len(self._kept) > CAPACITY:
            self._kept.popitem(last=False)
        return found
