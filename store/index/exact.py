"""Exact search over the catalogue's own vectors, in memory: always right, never behind.

It serves filtered searches, and the second of two processes that read the same library, since
Chroma's local store bears only one.
"""

from collections.abc import Sequence

import numpy as np

from store.catalogue import Catalogue
from store.embedding.base import Vectors

_BLOCK = 4096


class ExactIndex:
    """A dot product over every vector of the catalogue, read again when the catalogue has changed."""

    name = "exact (in memory)"

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._read_at = -1
        self._numbers = np.empty(0, dtype=np.int64)
        self._papers = np.empty(0, dtype=np.int64)
        self._vectors: Vectors = np.empty((0, 0), dtype=np.float32)

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

    def nearest_among(self, question: Vectors, limit: int, papers: set[int] | None) -> list[tuple[int, float]]:
        """As `nearest`, among the passages of some papers only."""
        self._refresh()
        if not len(self._numbers):
            return []
        rows = np.arange(len(self._numbers))
        if papers is not None:
            rows = np.flatnonzero(np.isin(self._papers, np.fromiter(papers, dtype=np.int64)))
        scores = self._vectors[rows] @ question
        best = np.lexsort((self._numbers[rows], -scores))[:limit]
        return [(int(self._numbers[rows[i]]), float(scores[i])) for i in best]

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
        self._numbers, self._papers = self._catalogue.passage_papers()
        blocks = [
            self._catalogue.vectors(self._numbers[first : first + _BLOCK].tolist())
            for first in range(0, len(self._numbers), _BLOCK)
        ]
        self._vectors = np.concatenate(blocks) if blocks else np.empty((0, 0), dtype=np.float32)
        self._read_at = self._catalogue.changes
