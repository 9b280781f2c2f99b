"""Hybrid search: passages and sentences by meaning, papers by words, fused into one ranking."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from store.catalogue import Catalogue, PlacedVector
from store.chunking import TITLE as TITLE_SPAN
from store.embedding.base import Embedder, Vectors, unit
from store.identity import squashed
from store.index import ExactIndex, VectorIndex
from store.question import Asked, understood
from store.ranking import copies, fuse, smoothed
from store.records import Filters, Hit, Paper, Why
from store.terms import STOPWORDS, plain_words, stemmed

DEPTH = 200
"""How many passages, and how many papers by words, enter the fusion at the least."""

CLOSE = 100
"""Papers of the first fusion whose sentences are read, and which lean on each other."""

DENSE_SHARE = 0.6
"""The share of meaning in the score, beside words."""

MEANINGS = (1 / 3, 1 / 3, 1 / 3)
"""In the score by meaning, the shares of the best passage, of the paper as a whole, and of the best sentence."""

SURE = 0.6
"""A best cosine below this is taken for what it is, not scaled to 1: the embedder saw nothing that is near."""

TITLE_ONLY = 0.85
"""What the cosine of a paper without an abstract counts: a title is near to much, and backs nothing."""

COVERAGE = 0.15
"""Added for a paper that has all words of the question, rare words counting more."""

NEIGHBOURS = 3
NEIGHBOUR_SHARE = 0.1
"""How far a paper's score leans on the papers most like it; see `store.ranking.smoothed`."""

COPY = 0.985
"""Cosine from which two papers say the same thing: the later one makes room for others."""

TITLE = 1.0
WRITTEN_BY = 0.5
IN_YEARS = 0.25
"""Added where the question is the paper's title, names an author of it, names its year."""


_NEVER = -2.0

WORTH = {"title": TITLE, "author": WRITTEN_BY, "year": IN_YEARS, "outside the years": -WRITTEN_BY}


@dataclass(frozen=True, slots=True)
class Found:
    """A paper in the ranking, with what each part of the search said of it.

    `cosine` is that of its best passage, `bm25` its score by words (0 where it has none of them);
    `score` is the fused one, relative to this ranking. `passage` and `sentence` are those nearest to
    the question, as (start, end) in the abstract; `notes` say what else speaks for the paper.
    """

    number: int
    score: float
    cosine: float
    bm25: float
    passage: tuple[int, int]
    sentence: tuple[int, int] | None = None
    notes: tuple[str, ...] = ()


def words_of(text: str) -> list[str]:
    """The telling words of a text, lower case, each once, in order."""
    words = (word.casefold() for word in re.findall(r"\w+(?:[-'’]\w+)*", text))
    return [word for word in dict.fromkeys(words) if word not in STOPWORDS]


@dataclass(frozen=True, slots=True)
class _Nearest:
    """Of each paper the stretch nearest to the question: its cosine, and where it is in the abstract."""

    cosine: dict[int, float]
    place: dict[int, tuple[int, int]]


class Searcher:
    """Ranks papers for a question. Filters are applied before ranking, to both sides alike."""

    def __init__(self, catalogue: Catalogue, index: VectorIndex, embedder: Embedder) -> None:
        self._catalogue = catalogue
        self._index = index
        self._exact = index if isinstance(index, ExactIndex) else ExactIndex(catalogue)
        self._embedder = embedder

    def ranking(self, question: str, *, limit: int, filters: Filters) -> list[Found]:
        """The best papers with their best passages, best first; equal scores in order of import."""
        with self._catalogue.reading():
            allowed = self._catalogue.allowed(filters)
            if allowed is not None and not allowed:
                return []
            asked = understood(question, self._catalogue)
            vector = self._embedder.question(asked.text)
            depth = max(DEPTH, 2 * limit)
            lexical = self._catalogue.lexical(asked.terms, limit=depth, filters=filters)
            titled = set(self._catalogue.titled(squashed(question)))
            candidates = {*lexical, *self._near(vector, depth, allowed), *titled, *self._written(asked, depth)}
            stretches = self._catalogue.passages_of(candidates if allowed is None else candidates & allowed)
            passages = _nearest(stretches, vector)
            close = _closest(passages, lexical, max(CLOSE, limit), also=titled)
            sentences = _nearest(self._catalogue.sentences_of(close), vector)
            held = self._catalogue.terms_of(close)
            coverage = _coverage(asked.terms, held, self._catalogue)
            notes = {n: self._notes(n, asked, titled) for n in close}
        vectors = _means(stretches, close)
        meaning = _by_meaning(close, passages, (vectors @ vector).tolist(), sentences)
        fused = fuse(meaning, lexical, weight=DENSE_SHARE, sure=SURE)
        scores = [fused[n] + COVERAGE * share for n, share in zip(close, coverage, strict=True)]
        leaning = smoothed(scores, vectors, neighbours=NEIGHBOURS, share=NEIGHBOUR_SHARE) / (1 + COVERAGE)
        total = {n: float(s) + sum(WORTH[note] for note in notes[n]) for n, s in zip(close, leaning, strict=True)}
        order = sorted(range(len(close)), key=lambda i: (-total[close[i]], close[i]))
        later = set(copies(vectors[order], alike=COPY))
        spread = [i for place, i in enumerate(order) if place not in later]
        spread += [order[place] for place in sorted(later)]
        ranked = [close[i] for i in spread[:limit]]
        falling = np.minimum.accumulate([min(1.0, max(0.0, total[n])) for n in ranked]).tolist()
        return [
            Found(
                n, score, passages.cosine[n], lexical.get(n, 0.0), passages.place[n], sentences.place.get(n), notes[n]
            )
            for n, score in zip(ranked, falling, strict=True)
        ]

    def hits(self, found: Sequence[Found], question: str = "") -> list[Hit]:
        """The found papers with their records, and which words of the question each one has."""
        papers = self._catalogue.papers(f.number for f in found)
        held = self._catalogue.terms_of(papers)
        wanted = {term: word for word in plain_words(question) for term in stemmed([word])}
        return [_hit(f, papers[f.number], _shared(wanted, held[f.number])) for f in found if f.number in papers]

    def _near(self, vector: Vectors, depth: int, allowed: set[int] | None) -> set[int]:
        """The papers of the nearest passages; one that another process has just replaced is left out."""
        if allowed is None:
            nearest = self._index.nearest(vector, depth)
        else:
            nearest = self._exact.nearest_among(vector, depth, allowed)
        return set(self._catalogue.papers_of(number for number, _ in nearest).values())

    def _written(self, asked: Asked, depth: int) -> set[int]:
        """Papers by the authors that the question names."""
        return {number for family in asked.families for number in self._catalogue.written_by(family)[:depth]}

    def _notes(self, number: int, asked: Asked, titled: set[int]) -> tuple[str, ...]:
        notes = ["title"] if number in titled else []
        if not asked.families and asked.years == (None, None):
            return tuple(notes)
        families, year = self._catalogue.families_and_year(number)
        if families & set(asked.families):
            notes.append("author")
        first, last = asked.years
        if asked.years != (None, None) and year is not None:
            if (first or year) <= year <= (last or year):
                notes.append("year")
            elif asked.strict:
                notes.append("outside the years")
        return tuple(notes)


def _nearest(stretches: Sequence[PlacedVector], vector: Vectors) -> _Nearest:
    """Of each paper the stretch with the highest cosine, the first of equal ones."""
    cosines = np.array([s.vector for s in stretches], dtype=np.float32).reshape(len(stretches), len(vector)) @ vector
    cosine: dict[int, float] = {}
    placed: dict[int, float] = {}
    place: dict[int, tuple[int, int]] = {}
    for stretch, value in zip(stretches, cosines.tolist(), strict=True):
        if value > cosine.get(stretch.paper, _NEVER):
            cosine[stretch.paper] = value
        if (stretch.start, stretch.end) != TITLE_SPAN and value > placed.get(stretch.paper, _NEVER):
            placed[stretch.paper] = value
            place[stretch.paper] = (stretch.start, stretch.end)
    return _Nearest(cosine, place)


def _closest(passages: _Nearest, lexical: Mapping[int, float], count: int, *, also: set[int]) -> list[int]:
    """The papers that are worth a closer look, in order of import."""
    first = fuse(passages.cosine, lexical, weight=DENSE_SHARE, sure=SURE)
    order = sorted(passages.cosine, key=lambda n: (n not in also, -first[n], n))
    return sorted(order[:count])


def _by_meaning(
    close: Sequence[int], passages: _Nearest, wholes: Sequence[float], sentences: _Nearest
) -> dict[int, float]:
    """The best passage, the whole paper and the best sentence together."""
    scores = {}
    for n, whole in zip(close, wholes, strict=True):
        own = passages.cosine[n]
        read = sum(
            share * cosine for share, cosine in zip(MEANINGS, (own, whole, sentences.cosine.get(n, own)), strict=True)
        )
        scores[n] = read * (TITLE_ONLY if passages.place[n] == (0, 0) else 1.0)
    return scores


def _coverage(asked: Sequence[str], held: Mapping[int, set[str]], catalogue: Catalogue) -> list[float]:
    """For each paper the share of the question's terms that it has, weighted by their rarity, in [0, 1]."""
    total = catalogue.count()
    frequency = catalogue.document_frequency(set(asked))
    weights = {term: math.log((total + 1) / (count + 0.5)) for term, count in sorted(frequency.items())}
    whole = sum(weights.values()) or 1.0
    return [sum(weight for term, weight in weights.items() if term in terms) / whole for terms in held.values()]


def _means(stretches: Sequence[PlacedVector], papers: Sequence[int]) -> Vectors:
    """Unit vectors of the papers, shape (papers, dimension): the means of their passages."""
    row = {paper: place for place, paper in enumerate(papers)}
    kept = [s for s in stretches if s.paper in row]
    if not kept:
        return np.empty((0, 0), dtype=np.float32)
    sums = np.zeros((len(papers), len(kept[0].vector)), dtype=np.float32)
    np.add.at(sums, [row[s.paper] for s in kept], np.array([s.vector for s in kept]))
    return unit(sums)


def _shared(wanted: Mapping[str, str], held: set[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for term, word in wanted.items() if term in held))


def _hit(found: Found, paper: Paper, words: tuple[str, ...]) -> Hit:
    start, end = found.passage
    first, last = found.sentence or found.passage
    passage = paper.abstract[start:end] or " ".join(paper.abstract.split()[:60])
    why = Why(meaning=found.cosine, words=words, notes=found.notes, sentence=paper.abstract[first:last])
    return Hit(found.number, paper, found.score, passage, why)
