"""The full text in memory: what FTS5 answers from disk, to the same last bit and sooner."""

import math
from array import array
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set

import numpy as np
import numpy.typing as npt

from store.catalogue import Numbers

K1 = 1.2
B = 0.75
"""The constants of BM25 that FTS5 has built in."""

_LEAST_IDF = 1e-6
_Weights = npt.NDArray[np.float64]


class Postings:
    """For each term the papers that have it, and what it adds to their BM25 before its rarity counts.

    The arithmetic is that of FTS5's `bm25()` (Robertson and Zaragoza, 2009; a rarity below 0 counts 1e-6),
    in the same order, so that both rank alike.
    """

    def __init__(self, streams: Iterable[tuple[int, str]]) -> None:
        """Read (paper, its terms with spaces between them), by paper."""
        codes: defaultdict[str, int] = defaultdict()
        codes.default_factory = codes.__len__
        numbers, lengths, said = array("q"), array("q"), array("q")
        for number, stream in streams:
            before = len(said)
            said.extend(map(codes.__getitem__, stream.split()))
            numbers.append(number)
            lengths.append(len(said) - before)
        self._numbers: Numbers = np.array(numbers, dtype=np.int64)
        self._codes: Mapping[str, int] = dict(codes)
        self._fill(np.array(said, dtype=np.int64), np.array(lengths, dtype=np.int64))

    @property
    def papers(self) -> int:
        """How many papers there are."""
        return len(self._numbers)

    def frequency(self, term: str) -> int:
        """In how many papers the term occurs."""
        return len(self._rows_of(term))

    def best(self, terms: Sequence[str], *, limit: int, allowed: Set[int] | None) -> dict[int, float]:
        """As `Catalogue.lexical`."""
        if not terms:
            return {}
        rows = np.concatenate([self._rows_of(term) for term in terms])
        weights = np.concatenate([self._rarity(term) * self._weights_of(term) for term in terms])
        scores = np.bincount(rows, weights, minlength=self.papers)
        if allowed is not None:
            scores[~np.isin(self._numbers, np.fromiter(allowed, np.int64, len(allowed)))] = 0.0
        rows = np.flatnonzero(scores)
        if limit < len(rows):
            rows = rows[scores[rows] >= np.partition(scores[rows], -limit)[-limit]]
        rows = rows[np.argsort(-scores[rows], kind="stable")][:limit]
        return dict(zip(self._numbers[rows].tolist(), scores[rows].tolist(), strict=True))

    def holders(self, term: str, papers: Sequence[int]) -> set[int]:
        """Those of the papers that have the term."""
        rows, asked = self._rows_of(term), np.searchsorted(self._numbers, papers)
        if not len(rows):
            return set()
        places = np.minimum(np.searchsorted(rows, asked), len(rows) - 1)
        return {paper for paper, has in zip(papers, (rows[places] == asked).tolist(), strict=True) if has}

    def _rarity(self, term: str) -> float:
        having = self.frequency(term)
        return max(math.log((self.papers - having + 0.5) / (having + 0.5)), _LEAST_IDF)

    def _rows_of(self, term: str) -> Numbers:
        code = self._codes.get(term, -1)
        return self._rows[self._starts[code] : self._starts[code + 1]] if code >= 0 else self._rows[:0]

    def _weights_of(self, term: str) -> _Weights:
        code = self._codes.get(term, -1)
        return self._weights[self._starts[code] : self._starts[code + 1]] if code >= 0 else self._weights[:0]

    def _fill(self, said: Numbers, lengths: Numbers) -> None:
        papers = len(lengths)
        pairs = said * papers + np.repeat(np.arange(papers), lengths)
        pairs, times = np.unique(pairs, return_counts=True)
        terms, self._rows = np.divmod(pairs, max(papers, 1))
        self._starts = np.searchsorted(terms, np.arange(len(self._codes) + 1))
        mean = lengths.sum() / max(papers, 1)
        often, length = times.astype(np.float64), lengths[self._rows].astype(np.float64)
        self._weights: _Weights = (often * (K1 + 1.0)) / (often + K1 * (1 - B + B * length / mean))
