"""Exact search over the catalogue's own vectors, in memory: always right, never behind.

It serves filtered searches, short-lived processes, and the second of two processes that read the same
library, since Chroma's local store bears only one.
"""

from collections.abc import Collection, Sequence, Set

import numpy as np

from store.catalogue import Catalogue, Numbers, Stretches
from store.embedding.base import Vectors

_NEVER = -2.0
"""Below every cosine: the score of a passage that is not asked for."""


class ExactIndex:
    """A dot product over every vector of the catalogue, read again when the catalogue has changed."""

    name = "exact (in memory)"

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._read_at = -1
        none = np.empty(0, dtype=np.int64)
        self._numbers: Numbers = none
        self._passages = Stretches(none, none.reshape(0, 2), np.empty((0, 0), dtype=np.float32))

    def count(self) -> int:
        return self._catalogue.passage_count()

    def numbers(self) -> set[int]:
        self._refresh()
        return set(self._numbers.tolist())

    def add(self, numbers: Sequence[int], vectors: Vectors) -> None:
        """Nothing to do: what is in the catalogue is in here."""

    def remove(self, numbers: Sequence[int]) -> None:
        """Nothing to do: what is in the catalogue is in here."""

    def nearest(self, question: Vectors, limit: int) -> list[tuple[int, float]]:
        return self.nearest_among(question, limit, None)

    def nearest_among(self, question: Vectors, limit: int, papers: Set[int] | None) -> list[tuple[int, float]]:
        """As `nearest`, among the passages of some papers only."""
        self._refresh()
        if not len(self._numbers):
            return []
        scores = self._passages.vectors @ question
        if papers is not None:
            scores = np.where(self._passages.among(papers), scores, _NEVER)
        best = _best(scores, limit)
        best = best[scores[best] > _NEVER]
        return list(zip(self._numbers[best].tolist(), scores[best].tolist(), strict=True))

    def passages_of(self, papers: Collection[int]) -> Stretches:
        """The passages of some papers, by number."""
        self._refresh()
        return self._passages.of(papers)

    def papers_of(self, passages: Sequence[int]) -> set[int]:
        """The papers of these passages; a passage that is gone is left out."""
        self._refresh()
        if not len(self._numbers):
            return set()
        asked = np.array(passages, dtype=np.int64)
        places = np.minimum(np.searchsorted(self._numbers, asked), len(self._numbers) - 1)
        return set(self._passages.papers[places[self._numbers[places] == asked]].tolist())

    @property
    def in_step_with(self) -> int:
        return self._catalogue.changes

    def set_in_step(self, changes: int) -> None:
        """Nothing to do: it reads the catalogue itself."""

    def close(self) -> None:
        self._read_at = -1

    def _refresh(self) -> None:
        if self._catalogue.changes != self._read_at:
            with self._catalogue.reading():
                self._read()

    def _read(self) -> None:
        self._numbers, self._passages = self._catalogue.all_passages()
        self._read_at = self._catalogue.changes


def _best(scores: Vectors, limit: int) -> Numbers:
    """Places of the highest scores, best first; of equal ones the earlier."""
    places = np.arange(len(scores))
    if limit < len(scores):
        places = np.flatnonzero(scores >= np.partition(scores, -limit)[-limit])
    return places[np.argsort(-scores[places], kind="stable")][:limit]
