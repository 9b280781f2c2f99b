"""Stretches of abstracts with their vectors, as arrays."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from store.embedding.base import Vectors

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Stretches:
    """Passages or sentences: `papers` has shape (n,), `spans` (n, 2), `vectors` (n, dimension).

    A span is (start, end) in the abstract of its paper.
    """

    papers: Numbers
    spans: Numbers
    vectors: Vectors

    def of(self, papers: Iterable[int]) -> Stretches:
        """Those of some papers, in the same order."""
        if not len(self.papers):
            return self
        wanted = np.zeros(int(self.papers.max()) + 1, dtype=bool)
        wanted[[paper for paper in papers if paper < len(wanted)]] = True
        rows = np.flatnonzero(wanted[self.papers])
        return Stretches(self.papers[rows], self.spans[rows], self.vectors[rows])
