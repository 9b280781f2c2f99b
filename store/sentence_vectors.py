"""The sentences of papers with their vectors: those kept with the library, or made when they are first wanted."""

from collections import OrderedDict
from collections.abc import Iterable

import numpy as np

from store.catalogue import Catalogue
from store.embedding.base import Embedder, Vectors
from store.records import Paper
from store.sentences import Sentence, sentences

CAPACITY = 4000
"""Papers kept in memory; a paper takes about 12 kB."""


class SentenceVectors:
    """Sentences and their vectors by paper number."""

    def __init__(self, catalogue: Catalogue, embedder: Embedder) -> None:
        self._catalogue = catalogue
        self._embedder = embedder
        self._kept: OrderedDict[int, tuple[str, tuple[Sentence, ...], Vectors]] = OrderedDict()

    def of(self, papers: dict[int, Paper]) -> dict[int, tuple[tuple[Sentence, ...], Vectors]]:
        """For each paper its sentences and their vectors, shape (sentences, dimension).

        A paper without an abstract is represented by no sentence.
        """
        self._fetch({n: p for n, p in papers.items() if n not in self._kept or self._kept[n][0] != p.abstract})
        found = {number: self._kept[number][1:] for number in papers}
        while len(self._kept) > CAPACITY:
            self._kept.popitem(last=False)
        return found

    def _fetch(self, papers: dict[int, Paper]) -> None:
        """Read what the catalogue has; a sentence that it lacks is embedded by itself."""
        kept = self._catalogue.sentences_of(papers)
        places = zip(kept.papers.tolist(), kept.spans.tolist(), strict=True)
        stored = {(n, start, end): v for (n, (start, end)), v in zip(places, kept.vectors, strict=True)}
        split = {number: sentences(paper.abstract) for number, paper in papers.items()}
        wanted = {(number, s.start, s.end): s.text for number, each in split.items() for s in each}
        missing = [place for place in wanted if place not in stored]
        stored.update(zip(missing, self._embedder.passages([wanted[place] for place in missing]), strict=True))
        for number, each in split.items():
            vectors = _stacked((stored[number, s.start, s.end] for s in each), self._embedder.id.dimension)
            self._kept[number] = (papers[number].abstract, each, vectors)


def _stacked(vectors: Iterable[Vectors], dimension: int) -> Vectors:
    return np.array(list(vectors), dtype=np.float32).reshape(-1, dimension)
