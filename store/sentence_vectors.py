"""The vectors of a paper's sentences, made when the paper first comes near an answer and kept in memory."""

from collections import OrderedDict
from collections.abc import Sequence

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
            self._keep(number, papers[number].abstract, each, vectors[first : first + len(each)])
            first += len(each)
        found = {number: self._kept[number][1:] for number in papers}
        self._shrink()
        return found

    def _keep(self, number: int, abstract: str, each: Sequence[Sentence], vectors: Vectors) -> None:
        self._kept[number] = (abstract, tuple(each), vectors)

    def _shrink(self) -> None:
        while len(self._kept) > CAPACITY:
            self._kept.popitem(last=False)
