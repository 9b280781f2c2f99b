"""The themes of a section: papers that lie together, named by what they share, the earlier work first."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assistant.related.labels import labels
from assistant.section import Chosen, Theme
from store.catalogue import Catalogue
from store.embedding.base import Vectors, unit
from store.records import Paper

APART = "Further work"
"""The title of the papers that fit into no theme."""

SHORT = 5
"""Words of a topic that can be the title of a theme among others: of papers that share nothing but the topic."""

SMALLEST_SPLIT = 5
"""Papers below which a section is one theme."""

LARGEST = 11
"""Papers of a theme that is still one paragraph."""

DISTINCT = 0.06
"""Least mean silhouette for two or more groups; below it the papers are one group."""

FITS = 0.75
"""Least share of a theme's own mean cosine that a paper alone must have to its papers to join it."""


def themes(catalogue: Catalogue, topic: str, papers: Sequence[Chosen]) -> tuple[Theme, ...]:
    """Group the papers; those that fit nowhere come last, in a theme that says so."""
    if not papers:
        return ()
    numbers = [chosen.hit.number for chosen in papers]
    records = [chosen.hit.paper for chosen in papers]
    vectors = paper_vectors(catalogue, numbers)
    groups, apart = _settled(grouped(vectors), vectors)
    names = _names(groups, records, topic)
    named = [name for name in names if name.title and len(groups) > 1]
    rest = [row for name in names if name not in named for row in name.rows]
    if named and len(topic.split()) > SHORT:
        apart, rest = rest + apart, []
    order = _order([name.rows for name in named], records, vectors)
    general = [_Named(_capital(topic), rest, ())] if rest else []
    found = [_theme(name, numbers, records, vectors) for name in [*general, *(named[place] for place in order)]]
    if apart:
        rows = _order([[row] for row in apart], records, vectors)
        inside = tuple(numbers[apart[place]] for place in rows)
        found.append(Theme(APART, inside, "on the topic, but in none of the themes above", apart=True))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Named:
    """A group of rows with its name; "" where its papers share no words that others lack."""

    title: str
    rows: list[int]
    terms: tuple[str, ...]


def _names(groups: Sequence[list[int]], papers: Sequence[Paper], topic: str) -> list[_Named]:
    """The groups with names, none of which stands twice."""
    taken: set[str] = set()
    found = []
    members = [[papers[row] for row in rows] for rows in groups]
    single = labels(members, topic, words=(1, 1), each=2)
    for rows, terms, nouns in zip(groups, labels(members, topic), single, strict=True):
        terms += [" and ".join(nouns)] if len(nouns) == 2 else []
        title = next((term for term in terms if term.casefold() not in taken), "")
        taken.add(title.casefold())
        found.append(_Named(_capital(title), rows, tuple(terms)))
    return found


def _theme(named: _Named, numbers: Sequence[int], papers: Sequence[Paper], vectors: Vectors) -> Theme:
    order = _order([[row] for row in named.rows], papers, vectors)
    inside = tuple(numbers[named.rows[place]] for place in order)
    reason = "the library has one paper on the topic" if len(inside) == 1 else ""
    return Theme(named.title, inside, reason, named.terms)


def _order(groups: Sequence[Sequence[int]], papers: Sequence[Paper], vectors: Vectors) -> list[int]:
    """What came first, then what came after it: by the median year; without years each before what is most like it."""
    years = [[year for row in rows if (year := papers[row].year)] for rows in groups]
    if all(years):
        return sorted(range(len(groups)), key=lambda place: (float(np.median(years[place])), min(groups[place])))
    centres = unit(np.stack([vectors[list(rows)].mean(axis=0) for rows in groups]))
    return chained(centres, min(range(len(groups)), key=lambda place: min(groups[place])))


def paper_vectors(catalogue: Catalogue, numbers: Sequence[int]) -> Vectors:
    """Unit vectors of papers, shape (papers, dimension): the means of their sentences, the title's among them."""
    stretches = catalogue.sentences_of(numbers)
    means = np.zeros((len(numbers), stretches.vectors.shape[1]), dtype=np.float32)
    for place, number in enumerate(numbers):
        own = stretches.vectors[stretches.papers == number]
        if len(own):
            means[place] = own.mean(axis=0)
    return unit(means)


def grouped(vectors: Vectors) -> list[list[int]]:
    """Rows of unit vectors, shape (papers, dimension), in groups by average linkage.

    The number of groups is the one with the highest mean silhouette (Rousseeuw, 1987) among those that give
    paragraphs of a bearable length. What all papers share, their mean, is taken out first.
    """
    count = len(vectors)
    if count < SMALLEST_SPLIT:
        return [list(range(count))]
    from sklearn.cluster import AgglomerativeClustering
    from sklearn.metrics import silhouette_score

    centred = unit(vectors - vectors.mean(axis=0))
    far = np.clip(1.0 - np.asarray(centred @ centred.T, dtype=np.float64), 0.0, 2.0)
    np.fill_diagonal(far, 0.0)
    fewest, most = max(2, count // LARGEST), max(2, min(count // 3, round(2.0 * count**0.5 - 3)))
    best, best_worth, best_silhouette = np.zeros(count, dtype=np.int64), -np.inf, 0.0
    for number in range(fewest, most + 1):
        rows = AgglomerativeClustering(number, metric="precomputed", linkage="average").fit_predict(far)
        silhouette = float(silhouette_score(far, rows, metric="precomputed"))
        sizes = np.bincount(rows)
        too_long = np.maximum(0, sizes - LARGEST).sum() / count
        worth = silhouette - 0.5 * float((sizes == 1).sum() / count) - 0.5 * float(too_long)
        if worth > best_worth:
            best, best_worth, best_silhouette = rows, worth, silhouette
    if count <= LARGEST and best_silhouette < DISTINCT:
        return [list(range(count))]
    return [np.flatnonzero(best == group).tolist() for group in dict.fromkeys(best.tolist())]


def chained(vectors: Vectors, first: int) -> list[int]:
    """An order of rows in which each is followed by the nearest that is left."""
    order, left = [first], [i for i in range(len(vectors)) if i != first]
    while left:
        following = max(left, key=lambda i: float(vectors[order[-1]] @ vectors[i]))
        left.remove(following)
        order.append(following)
    return order


def _settled(groups: list[list[int]], vectors: Vectors) -> tuple[list[list[int]], list[int]]:
    """Groups of two and more, which papers alone join where they fit; and the papers that fit nowhere."""
    several = [list(group) for group in groups if len(group) > 1]
    alone = [group[0] for group in groups if len(group) == 1]
    if not several:
        return groups, []
    apart = []
    for row in alone:
        nearness = [float((vectors[group] @ vectors[row]).mean()) for group in several]
        best = int(np.argmax(nearness))
        if nearness[best] >= FITS * _closeness(several[best], vectors):
            several[best].append(row)
        else:
            apart.append(row)
    return several, apart


def _closeness(group: list[int], vectors: Vectors) -> float:
    """The mean cosine between different papers of a group."""
    alike = vectors[group] @ vectors[group].T
    count = len(group)
    return float((alike.sum() - np.trace(alike)) / (count * (count - 1)))


def _capital(title: str) -> str:
    return title[:1].upper() + title[1:]
