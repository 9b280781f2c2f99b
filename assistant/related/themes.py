"""The themes of a section: papers that lie together, named by what they share, in an order that flows."""

from collections.abc import Sequence

import numpy as np

from assistant.related.clusters import chained, grouped
from assistant.related.labels import labels
from assistant.section import Chosen, Theme
from store.catalogue import Catalogue
from store.embedding.base import Vectors, unit

APART = "Further work"
"""The title of the papers that fit into no theme."""

OTHERS = "Other questions"
"""The title of a theme whose papers share no words that others lack."""

SHORT = 4
"""Words of a topic that can stand as the title of a theme among others: its opening claims nothing, and stays short."""

FITS = 0.75
"""Least share of a theme's own mean cosine that a paper alone must have to its papers to join it."""


def themes(catalogue: Catalogue, topic: str, papers: Sequence[Chosen]) -> tuple[Theme, ...]:
    """Group the papers; those alone that fit nowhere come last, in a theme that says so."""
    if not papers:
        return ()
    numbers = [chosen.hit.number for chosen in papers]
    vectors = paper_vectors(catalogue, numbers)
    groups, apart = _settled(grouped(vectors), vectors)
    ordered = [groups[place] for place in _order(groups, vectors)]
    titles = labels([[papers[row].hit.paper for row in rows] for rows in ordered], topic)
    if not any(titles):
        ordered, titles = [[row for rows in ordered for row in rows]], [[]]
    taken: set[str] = set()
    found = []
    for rows, terms in zip(ordered, titles, strict=True):
        title = _title(terms, topic, taken, len(ordered))
        inside = [rows[place] for place in _told_in(rows, papers, vectors)]
        reason = "the library has one paper on the topic" if len(rows) == 1 else ""
        found.append(Theme(title, tuple(numbers[row] for row in inside), reason, tuple(terms)))
    if apart:
        reason = "on the topic, but like no two others"
        found.append(Theme(APART, tuple(numbers[row] for row in apart), reason))
    return tuple(found)


def paper_vectors(catalogue: Catalogue, numbers: Sequence[int]) -> Vectors:
    """Unit vectors of papers, shape (papers, dimension): the means of their sentences, the title's among them."""
    stretches = catalogue.sentences_of(numbers)
    means = np.zeros((len(numbers), stretches.vectors.shape[1]), dtype=np.float32)
    for place, number in enumerate(numbers):
        own = stretches.vectors[stretches.papers == number]
        if len(own):
            means[place] = own.mean(axis=0)
    return unit(means)


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


def _order(groups: list[list[int]], vectors: Vectors) -> list[int]:
    """First the theme with the papers nearest to the topic, then always the most similar one that is left."""
    centres = unit(np.stack([vectors[rows].mean(axis=0) for rows in groups]))
    first = min(range(len(groups)), key=lambda place: float(np.mean(sorted(groups[place])[:3])))
    return chained(centres, first)


def _told_in(rows: list[int], papers: Sequence[Chosen], vectors: Vectors) -> list[int]:
    """By year where the years are known, else from the paper nearest to the topic to the one most like it, and on."""
    years = [papers[row].hit.paper.year for row in rows]
    if all(years):
        return sorted(range(len(rows)), key=lambda place: (years[place] or 0, rows[place]))
    return chained(vectors[rows], min(range(len(rows)), key=lambda place: rows[place]))


def _title(terms: list[str], topic: str, taken: set[str], count: int) -> str:
    """The first label that no other theme has; the topic itself for the only theme, and for one without a label."""
    free = [term for term in terms if term.casefold() not in taken]
    plain = topic if topic.casefold() not in taken and len(topic.split()) <= SHORT else OTHERS
    title = topic if count == 1 else free[0] if free else plain
    taken.add(title.casefold())
    return title[:1].upper() + title[1:]
