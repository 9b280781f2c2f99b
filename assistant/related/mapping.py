"""A map of a library: papers that say like things lie near each other, and the topics have names."""

from array import array
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from assistant.events import Mapped
from assistant.related.labels import labels
from store.catalogue import Catalogue
from store.catalogue.stretches import Numbers
from store.embedding.base import Vectors
from store.records import Progress

TOPICS = 8
_FEWEST = 12
"""Papers that a topic has at least, on average."""
_ROUNDS = 25
_TOLD = 40
"""Papers in the middle of a topic that give it its name."""


class Map:
    """Remembers the map of a library until the library changes."""

    def __init__(self) -> None:
        self._drawn: Mapped | None = None
        self._drawn_at = (Path(), -1)

    def events(self, catalogue: Catalogue, stop: Callable[[], bool]) -> Iterator[Progress | Mapped]:
        """Yield progress where there is something to do, then the map."""
        now = (catalogue.path, catalogue.changes)
        if self._drawn is None or self._drawn_at != now:
            for step in mapped(catalogue, stop):
                if isinstance(step, Progress):
                    yield step
                elif not stop():
                    self._drawn, self._drawn_at = step, now
        if self._drawn is not None and self._drawn_at == now:
            yield self._drawn


def mapped(catalogue: Catalogue, stop: Callable[[], bool]) -> Iterator[Progress | Mapped]:
    """Yield progress, then the map.

    A paper's vector is the mean of its passages'; topics are found by k-means; the plane is the one in which the
    centres of the topics differ most (their first two principal components).
    """
    yield Progress("Drawing the map", 0)
    numbers, vectors = _papers(catalogue)
    if not len(numbers) or stop():
        yield Mapped(array("q"), array("f"), array("f"), array("B"), ())
        return
    topics, centres = _topics(vectors, max(1, min(TOPICS, len(numbers) // _FEWEST)), stop)
    places = _scaled(vectors @ _plane(vectors, centres, np.bincount(topics, minlength=len(centres))))
    yield Progress("Naming its topics", 0)
    names = _names(catalogue, numbers, vectors, topics, centres)
    yield Mapped(
        array("q", numbers.tolist()),
        array("f", places[:, 0].tolist()),
        array("f", places[:, 1].tolist()),
        array("B", topics.tolist()),
        names,
    )


def _papers(catalogue: Catalogue) -> tuple[Numbers, Vectors]:
    """The papers' numbers, and their vectors of length 1, shape (papers, dimension)."""
    _, passages = catalogue.all_passages()
    numbers, owner = np.unique(passages.papers, return_inverse=True)
    sums = np.zeros((len(numbers), passages.vectors.shape[1]), dtype=np.float32)
    np.add.at(sums, owner, passages.vectors)
    return numbers, _unit(sums)


def _unit(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Vectors = vectors / np.maximum(lengths, 1e-9)
    return unit


def _topics(vectors: Vectors, count: int, stop: Callable[[], bool]) -> tuple[Numbers, Vectors]:
    """The topic of each paper, shape (papers,), the largest first, and the topics' centres (spherical k-means)."""
    centres = _far_apart(vectors, count)
    topics = np.zeros(len(vectors), dtype=np.int64)
    for _ in range(_ROUNDS):
        before, topics = topics, np.argmax(vectors @ centres.T, axis=1)
        sums = np.stack([vectors[topics == topic].sum(axis=0) for topic in range(count)])
        centres = np.where(np.linalg.norm(sums, axis=1, keepdims=True) > 0, _unit(sums), centres)
        if stop() or np.array_equal(before, topics):
            break
    order = np.argsort(-np.bincount(topics, minlength=count), kind="stable")
    return np.argsort(order)[topics], centres[order]


def _far_apart(vectors: Vectors, count: int) -> Vectors:
    """Papers to begin with: the most typical one, then each time one far from those before (k-means++)."""
    chosen = [int(np.argmax(vectors @ vectors.mean(axis=0)))]
    drawn = np.random.default_rng(7)
    while len(chosen) < count:
        far = np.maximum(1 - (vectors @ vectors[chosen].T).max(axis=1), 0) ** 2 + 1e-9
        chosen.append(int(drawn.choice(len(vectors), p=far / far.sum())))
    return vectors[chosen]


def _plane(vectors: Vectors, centres: Vectors, sizes: Numbers) -> Vectors:
    """The first two principal components of the topics' centres, each as often as it has papers; (dimension, 2)."""
    among, weights = (centres, np.sqrt(sizes)) if len(centres) > 2 else (vectors, np.ones(len(vectors)))
    apart = (among - vectors.mean(axis=0)) * weights[:, None]
    _, _, directions = np.linalg.svd(apart, full_matrices=False)
    plane = np.zeros((vectors.shape[1], 2), dtype=np.float32)
    plane[:, : min(2, len(directions))] = directions[:2].T
    return plane


def _scaled(places: Vectors) -> Vectors:
    """From 0 to 1 both ways: half by distance, half by rank, so that one far topic does not press the others flat."""
    low, high = np.quantile(places, 0.005, axis=0), np.quantile(places, 0.995, axis=0)
    by_distance = np.clip((places - low) / np.maximum(high - low, 1e-9), 0, 1)
    by_rank = places.argsort(axis=0).argsort(axis=0) / max(1, len(places) - 1)
    scaled: Vectors = (by_distance + by_rank) / 2
    return scaled


def _names(
    catalogue: Catalogue, numbers: Numbers, vectors: Vectors, topics: Numbers, centres: Vectors
) -> tuple[str, ...]:
    told = []
    for topic, centre in enumerate(centres):
        its = np.flatnonzero(topics == topic)
        middle = its[np.argsort(-(vectors[its] @ centre), kind="stable")[:_TOLD]]
        told.append(list(catalogue.papers(numbers[middle].tolist()).values()))
    return tuple(", ".join(terms[:2]) or "other" for terms in labels(told, "", each=2, words=(1, 4), least=0.1))
