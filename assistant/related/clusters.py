"""Groups of vectors that lie together: average linkage, cut where the groups are most distinct."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from store.embedding.base import Vectors, unit

Matrix = npt.NDArray[np.float64]

SMALLEST_SPLIT = 5
"""Papers below which a section is one theme."""

LARGEST = 11
"""Papers of a theme that is still one paragraph."""

DISTINCT = 0.06
"""Least mean silhouette for two or more groups; below it the papers are one group."""


def grouped(vectors: Vectors) -> list[list[int]]:
    """Rows of unit vectors, shape (papers, dimension), in groups by average linkage (Sokal and Michener, 1958).

    The number of groups is the one with the highest mean silhouette (Rousseeuw, 1987) among those that give
    paragraphs of a bearable length. What all papers share, their mean, is taken out first.
    """
    count = len(vectors)
    if count < SMALLEST_SPLIT:
        return [list(range(count))]
    far = _distances(vectors)
    fewest, most = max(2, count // LARGEST), max(2, min(count // 3, round(2.0 * count**0.5 - 3)))
    levels = [groups for groups in _levels(far) if fewest <= len(groups) <= most]
    best = max(levels, key=lambda groups: _worth(groups, far), default=[list(range(count))])
    if count <= LARGEST and _silhouette(best, far) < DISTINCT:
        return [list(range(count))]
    return best


def chained(vectors: Vectors, first: int) -> list[int]:
    """An order of rows in which each is followed by the nearest that is left."""
    order, left = [first], [i for i in range(len(vectors)) if i != first]
    while left:
        following = max(left, key=lambda i: float(vectors[order[-1]] @ vectors[i]))
        left.remove(following)
        order.append(following)
    return order


def _distances(vectors: Vectors) -> Matrix:
    centred = unit(vectors - vectors.mean(axis=0))
    far = 1.0 - np.asarray(centred @ centred.T, dtype=np.float64)
    np.fill_diagonal(far, 0.0)
    return far


def _levels(far: Matrix) -> list[list[list[int]]]:
    """The groups after each merge, from every row alone to all together."""
    groups = [[i] for i in range(len(far))]
    levels = [groups]
    while len(groups) > 1:
        one, other = _nearest(groups, far)
        merged = sorted(groups[one] + groups[other])
        groups = [group for place, group in enumerate(groups) if place not in {one, other}] + [merged]
        levels.append(groups)
    return levels


def _nearest(groups: Sequence[Sequence[int]], far: Matrix) -> tuple[int, int]:
    member = np.zeros((len(groups), len(far)))
    for place, group in enumerate(groups):
        member[place, list(group)] = 1.0 / len(group)
    between = member @ far @ member.T
    np.fill_diagonal(between, np.inf)
    one, other = divmod(int(np.argmin(between)), len(groups))
    return one, other


def _worth(groups: Sequence[Sequence[int]], far: Matrix) -> float:
    """Distinct groups, few papers alone, no paragraph too long."""
    alone = sum(len(group) == 1 for group in groups) / len(far)
    too_long = sum(max(0, len(group) - LARGEST) for group in groups) / len(far)
    return _silhouette(groups, far) - 0.5 * alone - 0.5 * too_long


def _silhouette(groups: Sequence[Sequence[int]], far: Matrix) -> float:
    values = []
    for group in groups:
        others = [other for other in groups if other is not group]
        for row in group:
            if len(group) == 1 or not others:
                values.append(0.0)
                continue
            own = far[row, list(group)].sum() / (len(group) - 1)
            near = min(far[row, list(other)].mean() for other in others)
            values.append((near - own) / max(near, own, 1e-9))
    return float(np.mean(values))
