"""How the parts of the search become one ranking: pure functions over scores and vectors."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from store.embedding.base import Vectors

Array = npt.NDArray[np.float64]


def fuse(dense: Array, lexical: Array, *, weight: float) -> Array:
    """Convex combination of scaled scores (Bruch et al., 2023); `weight` in [0, 1] is the share of `dense`."""
    return weight * dense + (1 - weight) * lexical


def scaled(scores: Array, least: float = 0.0) -> Array:
    """Scores as shares of the best one, or of `least` where that is higher; what is below 0 becomes 0."""
    best = float(scores.max(initial=0.0))
    return np.maximum(scores, 0.0) / max(best, least) if best > 0 else np.zeros_like(scores)


def smoothed(scores: Sequence[float] | Array, vectors: Vectors, *, neighbours: int, share: float) -> Array:
    """Let each paper's score lean on those of the papers most like it among the same results.

    `vectors` has shape (papers, dimension), rows of length 1; `share` of the new score is the mean of the
    nearest `neighbours`, weighted by cosine. Papers on one subject are relevant together (score
    regularisation, Diaz, 2005).
    """
    own = np.asarray(scores, dtype=np.float64)
    count = min(neighbours, len(own) - 1)
    if count < 1:
        return own
    alike = vectors @ vectors.T
    np.fill_diagonal(alike, -np.inf)
    nearest, weights = _highest(alike, count)
    weights = np.maximum(weights, 1e-6)
    theirs = (weights * own[nearest]).sum(axis=1) / weights.sum(axis=1)
    leaning: Array = (1 - share) * own + share * theirs
    return leaning


def copies(vectors: Vectors, *, alike: float) -> list[int]:
    """Places of rows that say what an earlier row says: their cosine to it is at least `alike`."""
    same = np.tril(vectors @ vectors.T >= alike, -1)
    found: list[int] = []
    for place in np.flatnonzero(same.any(axis=1)).tolist():
        if same[place].any():
            found.append(place)
            same[:, place] = False
    return found


def _highest(rows: Vectors, count: int) -> tuple[npt.NDArray[np.intp], Array]:
    """The columns of each row's highest values and the values, both of shape (rows, count), best first.

    Of equal ones the first. What was found is struck out of `rows`.
    """
    every = np.arange(len(rows))
    columns = np.empty((len(rows), count), dtype=np.intp)
    values = np.empty((len(rows), count))
    for place in range(count):
        columns[:, place] = rows.argmax(axis=1)
        values[:, place] = rows[every, columns[:, place]]
        rows[every, columns[:, place]] = -np.inf
    return columns, values
