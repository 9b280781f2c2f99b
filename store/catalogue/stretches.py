"""Stretches of abstracts with their vectors, as arrays."""

from __future__ import annotations

from collections.abc import Collection
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

    def of(self, papers: Collection[int]) -> Stretches:
        """Those of some papers, in the same order."""
        rows = np.flatnonzero(self.among(papers))
        return Stretches(self.papers[rows], self.spans[rows], self.vectors[rows])

    def among(self, papers: Collection[int]) -> npt.NDArray[np.bool_]:
        """For each stretch whether it is one of these papers', shape (n,)."""
        asked = np.fromiter(papers, dtype=np.int64, count=len(papers))
        flags = np.zeros(int(max(self.papers.max(initial=0), asked.max(initial=0))) + 1, dtype=bool)
        flags[asked] = True
        among: npt.NDArray[np.bool_] = flags[self.papers]
        return among
