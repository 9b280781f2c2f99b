"""How the parts of the search become one ranking: pure functions over scores and vectors."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from store.embedding.base import Vectors

Scores = Mapping[int, float]
Array = npt.NDArray[np.float64]


def fuse(dense: Scores, lexical: Scores, *, weight: float, sure: float = 0.0) -> dict[int, float]:
    """Convex combination of scores scaled to [0, 1] by their best (Bruch et al., 2023).

    `weight` in [0, 1] is the share of `dense`. A paper missing from one side, or with a score below
    0 there, has 0 of it. `sure` is the least that the best score of `dense` is taken for.
    """
    one, other = _scaled(dense, sure), _scaled(lexical, 0.0)
    return {
        number: weight * one.get(number, 0.0) + (1 - weight) * other.get(number, 0.0)
        for number in one.keys() | other.keys()
    }


def smoothed(scores: Sequence[float], vectors: Vectors, *, neighbours: int, share: float) -> Array:
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
    np.fill_diagonal(alike, -1.0)
    nearest = np.argsort(-alike, axis=1, kind="stable")[:, :count]
    weights = np.maximum(np.take_along_axis(alike, nearest, axis=1).astype(np.float64), 1e-6)
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


def _scaled(scores: Scores, least: float) -> dict[int, float]:
    best = max(scores.values(), default=0.0)
    best = max(best, least) if best > 0 else 0.0
    return {number: max(score, 0.0) / best if best > 0 else 0.0 for number, score in scores.items()}
