"""Hybrid search: passages by meaning, papers by words, fused into one ranking."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from store.catalogue import Catalogue
from store.embedding.base import Embedder
from store.index import ExactIndex, VectorIndex
from store.records import Filters, Hit

DEPTH = 200
"""How many passages, and how many papers by words, enter the fusion at the least."""

DENSE_SHARE = 0.6
"""The share of the dense score; 0.5 to 0.7 measured best on collections of three fields."""

STOPWORDS = frozenset(
    "a about after all also am an and any anyone are as at be because been before being between both but by can"
    " could did do does doing during each for from further had has have having he her here him his how i if in into"
    " is it its itself just me more most my no nor not of off on once only or other our out over own same she should"
    " so some such than that the their them then there these they this those through to too under until up very was"
    " we were what when where which while who whom whose why will with would you your".split()
)

Scores = Mapping[int, float]


@dataclass(frozen=True, slots=True)
class Found:
    """A paper in the ranking, with what each part of the search said of it.

    `cosine` is that of its best passage (0 where the dense side did not return it), `bm25` its
    score by words; `score` is the fused one, in [0, 1] relative to this ranking.
    """

    number: int
    score: float
    cosine: float
    bm25: float
    passage: str


def words_of(text: str) -> list[str]:
    """The telling words of a text, lower case, each once, in order."""
    words = (word.casefold() for word in re.findall(r"\w+(?:[-'’]\w+)*", text))
    return [word for word in dict.fromkeys(words) if word not in STOPWORDS]


def fuse(dense: Scores, lexical: Scores, *, weight: float = DENSE_SHARE) -> dict[int, float]:
    """Convex combination of min-max-normalised scores (Bruch et al., 2023).

    `weight` in [0, 1] is the share of `dense`. A paper missing from one side scores 0 there.
    """
    one, other = _normalised(dense), _normalised(lexical)
    return {
        number: weight * one.get(number, 0.0) + (1 - weight) * other.get(number, 0.0)
        for number in one.keys() | other.keys()
    }


class Searcher:
    """Ranks papers for a question. Filters are applied before ranking, to both sides alike."""

    def __init__(self, catalogue: Catalogue, index: VectorIndex, embedder: Embedder) -> None:
        self._catalogue = catalogue
        self._index = index
        self._exact = index if isinstance(index, ExactIndex) else ExactIndex(catalogue)
        self._embedder = embedder

    def ranking(self, question: str, *, limit: int, filters: Filters) -> list[Found]:
        """The best papers with their best passages, best first; equal scores in order of import."""
        allowed = self._catalogue.allowed(filters)
        if allowed is not None and not allowed:
            return []
        depth = max(DEPTH, 2 * limit)
        dense, passages = self._dense(question, depth, allowed)
        lexical = self._lexical(question, depth, allowed)
        fused = sorted(fuse(dense, lexical).items(), key=lambda item: (-item[1], item[0]))
        return [
            Found(number, score, dense.get(number, 0.0), lexical.get(number, 0.0), passages.get(number, ""))
            for number, score in fused[:limit]
        ]

    def hits(self, found: list[Found]) -> list[Hit]:
        """The found papers with their records."""
        papers = self._catalogue.papers(f.number for f in found)
        return [
            Hit(f.number, papers[f.number], f.score, f.passage or _opening(papers[f.number].abstract))
            for f in found
            if f.number in papers
        ]

    def _dense(self, question: str, depth: int, allowed: set[int] | None) -> tuple[dict[int, float], dict[int, str]]:
        vector = self._embedder.question(question)
        nearest = (
            self._index.nearest(vector, depth) if allowed is None else self._exact.nearest_among(vector, depth, allowed)
        )
        scores: dict[int, float] = {}
        passages: dict[int, str] = {}
        for number, cosine in nearest:
            found = self._catalogue.passage(number)  # None: replaced by another process, our index is behind
            if found and (paper := found[0]) not in scores:
                scores[paper], passages[paper] = cosine, found[1]
        return scores, passages

    def _lexical(self, question: str, depth: int, allowed: set[int] | None) -> dict[int, float]:
        query = " OR ".join('"' + word.replace('"', "") + '"' for word in words_of(question)[:64])
        return self._catalogue.lexical(query, limit=depth, allowed=allowed) if query else {}


def _normalised(scores: Scores) -> dict[int, float]:
    if not scores:
        return {}
    low, high = min(scores.values()), max(scores.values())
    spread = high - low
    return {number: (score - low) / spread if spread else 1.0 for number, score in scores.items()}


def _opening(abstract: str, words: int = 60) -> str:
    return " ".join(abstract.split()[:words])
