"""Which stretch of each paper is nearest to a question, as arrays."""

from dataclasses import dataclass

import numpy as np

from store.catalogue import Numbers, Stretches
from store.chunking import TITLE
from store.embedding.base import Vectors, unit
from store.ranking import Array


@dataclass(frozen=True, slots=True, eq=False)
class Nearest:
    """Of each paper the stretch nearest to the question, by paper.

    `papers` and `cosine` have shape (n,); `spans`, shape (n, 2), says where it is in the abstract.
    """

    papers: Numbers
    cosine: Array
    spans: Numbers


def nearest(stretches: Stretches, vector: Vectors) -> Nearest:
    """Of each paper the highest cosine, and the span that has it (the first of equal ones, the title's last)."""
    cosines = stretches.vectors.reshape(-1, len(vector)) @ vector
    titles = (stretches.spans == TITLE).all(axis=1)
    best = _first_of_each(stretches.papers, np.lexsort((-cosines, stretches.papers)))
    in_text = _first_of_each(stretches.papers, np.lexsort((-cosines, titles, stretches.papers)))
    return Nearest(stretches.papers[best], cosines[best].astype(np.float64), stretches.spans[in_text])


def _first_of_each(papers: Numbers, order: Numbers) -> Numbers:
    """Of places in an order by paper, the first of each paper."""
    return np.asarray(order[np.flatnonzero(np.diff(papers[order], prepend=-1))], dtype=np.int64)


def means(passages: Stretches, papers: Numbers) -> Vectors:
    """Unit vectors of the papers, shape (papers, dimension): the means of their passages."""
    belongs = papers[:, None] == passages.papers
    return unit(belongs.astype(np.float32) @ passages.vectors)
