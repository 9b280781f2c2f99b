"""Hybrid search: passages and sentences by meaning, papers by words, fused into one ranking."""

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

import numpy as np

from store.catalogue import Catalogue, Numbers, Stretches
from store.chunking import TITLE as TITLE_SPAN
from store.embedding.base import Embedder, Vectors
from store.fulltext import FullText
from store.identity import squashed
from store.index import ExactIndex, VectorIndex
from store.nearest import Nearest, means, nearest
from store.question import Asked, understood
from store.ranking import Array, copies, fuse, scaled, smoothed
from store.records import Filters, Hit, Paper, Why
from store.reranking import RERANKED, Reranker, reranked
from store.terms import STOPWORDS, plain_words, stemmed

DEPTH = 120
DEPTH_BY_WORDS = 400
"""How many passages, and how many papers by words, enter the fusion at the least."""

CLOSE = 110
"""Papers of the first fusion whose sentences are read, and which lean on each other."""

DENSE_SHARE = 0.6
"""The share of meaning in the score, beside words."""

SENTENCE_SHARE = 0.5
"""In the score by meaning, the share of the best sentence beside the best passage."""

SURE = 0.6
"""A best cosine below this is taken for what it is, not scaled to 1: the embedder saw nothing that is near."""

TITLE_ONLY = 0.85
"""What the cosine of a paper without an abstract counts: a title is near to much, and backs nothing."""

COVERAGE = 0.15
"""Added for a paper that has all words of the question, rare words counting more."""

NEIGHBOURS = 3
NEIGHBOUR_SHARE = 0.2
"""How far a paper's score leans on the papers most like it; see `store.ranking.smoothed`."""

COPY = 0.985
"""Cosine from which two papers say the same thing: the later one makes room for others."""

TITLE = 1.0
WRITTEN_BY = 0.5
IN_YEARS = 0.25
"""Added where the question is the paper's title, names an author of it, names its year."""


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


@dataclass(frozen=True, slots=True, eq=False)
class _Candidates:
    """Papers worth a closer look, in order of import: `papers`, `cosine`, `bm25`, `by_words` have shape (n,).

    `spans` (n, 2) are their nearest passages, `by_words` is `bm25` scaled over all that were found.
    """

    papers: Numbers
    cosine: Array
    spans: Numbers
    bm25: Array
    by_words: Array
    passages: Stretches
    notes: list[tuple[str, ...]]


@dataclass(frozen=True, slots=True, eq=False)
class _Scores:
    """Of each candidate, in order: its score, its vector (n, dimension), and its nearest sentence (n, 2)."""

    total: Array
    vectors: Vectors
    sentences: Numbers


class Searcher:
    """Ranks papers for a question. Filters are applied before ranking, to both sides alike."""

    def __init__(
        self, catalogue: Catalogue, index: VectorIndex, embedder: Embedder, reranker: Reranker | None = None
    ) -> None:
        self._catalogue = catalogue
        self._index = index
        self._exact = index if isinstance(index, ExactIndex) else ExactIndex(catalogue)
        self._words = FullText(catalogue)
        self._embedder = embedder
        self._reranker = reranker

    def prepare(self) -> None:
        """Read what a process that stays would read at its first questions; returns at once."""
        self._words.prepare()

    @property
    def words_from(self) -> str:
        """Where the words of the last question were looked up: "FTS5", or "memory"."""
        return self._words.served_by

    def understood(self, question: str) -> Asked:
        """What the question asks for; a word that the embedder knows is never taken for a slip."""
        return understood(question, self._catalogue, getattr(self._embedder, "knows", lambda _word: False))

    def ranking(self, question: str, *, limit: int, filters: Filters) -> list[Found]:
        """The best papers with their best passages, best first; equal scores in order of import."""
        with self._catalogue.reading():
            allowed = self._catalogue.allowed(filters)
            if allowed is not None and not allowed:
                return []
            self._words.asked()
            asked = self.understood(question)
            lexical = self._words.best(asked.terms, limit=max(DEPTH_BY_WORDS, 2 * limit), allowed=allowed)
            vector = self._embedder.question(asked.text)
            near = self._candidates(question, asked, vector, lexical, limit, allowed)
            scores = self._scores(asked, near, vector)
            if self._reranker:
                self._read_again(asked, near, scores, self._reranker)
            return _ranked(near, scores, limit)

    def _candidates(
        self,
        question: str,
        asked: Asked,
        vector: Vectors,
        lexical: dict[int, float],
        limit: int,
        allowed: Set[int] | None,
    ) -> _Candidates:
        """The papers that a first fusion of passages and words finds worth a closer look."""
        depth = max(DEPTH, 2 * limit)
        titled = set(self._catalogue.titled(squashed(question)))
        named = {number for family in asked.families for number in self._catalogue.written_by(family)[:depth]}
        found = {*lexical, *self._near(vector, depth, allowed), *titled, *named}
        passages = self._exact.passages_of(found if allowed is None else found & allowed)
        best = nearest(passages, vector)
        bm25 = np.array([lexical.get(n, 0.0) for n in best.papers.tolist()])
        by_words = scaled(bm25)
        first = fuse(scaled(best.cosine, SURE), by_words, weight=DENSE_SHARE)
        foreign = ~np.isin(best.papers, list(titled)) if titled else np.ones(len(first), dtype=bool)
        close = np.sort(np.lexsort((-first, foreign))[: max(CLOSE, limit)])
        papers = best.papers[close]
        notes = [self._notes(n, asked, titled) for n in papers.tolist()]
        return _Candidates(
            papers,
            best.cosine[close],
            best.spans[close],
            bm25[close],
            by_words[close],
            passages.of(papers.tolist()),
            notes,
        )

    def _scores(self, asked: Asked, near: _Candidates, vector: Vectors) -> _Scores:
        """The closer look: sentences, words held, neighbours, and what else the question names."""
        papers = near.papers.tolist()
        cosine, sentences = _aligned(nearest(self._catalogue.sentences_of(papers), vector), near)
        titles_only = ~near.spans.any(axis=1)
        meaning = (1 - SENTENCE_SHARE) * near.cosine + SENTENCE_SHARE * cosine
        meaning = np.where(titles_only, meaning * TITLE_ONLY, meaning)
        fused = fuse(scaled(meaning, SURE), near.by_words, weight=DENSE_SHARE)
        scores = fused + COVERAGE * self._coverage(asked.terms, papers)
        vectors = means(near.passages, near.papers)
        leaning = smoothed(scores, vectors, neighbours=NEIGHBOURS, share=NEIGHBOUR_SHARE) / (1 + COVERAGE)
        worth = np.array([sum(WORTH[note] for note in notes) for notes in near.notes], dtype=np.float64)
        return _Scores(leaning + worth, vectors, sentences)

    def _coverage(self, asked: Sequence[str], papers: Sequence[int]) -> Array:
        """For each paper the share of the question's terms that it has, weighted by their rarity, in [0, 1]."""
        rarity = self._words.rarity(asked)
        whole = sum(rarity.values()) or 1.0
        held = self._words.held(list(rarity), papers)
        return np.array([sum(weight for term, weight in rarity.items() if n in held[term]) / whole for n in papers])

    def _read_again(self, asked: Asked, near: _Candidates, scores: _Scores, reranker: Reranker) -> None:
        """Let the cross-encoder have its say on the best papers."""
        best = np.argsort(-scores.total, kind="stable")[:RERANKED]
        papers = self._catalogue.papers(near.papers[best].tolist())
        texts = [f"{paper.title}. {paper.abstract}" for paper in papers.values()]
        scores.total[best] = reranked(scores.total[best].tolist(), reranker.scores(asked.text, texts))

    def hits(self, found: Sequence[Found], question: str = "") -> list[Hit]:
        """The found papers with their records, and which words of the question each one has."""
        papers = self._catalogue.papers(f.number for f in found)
        wanted = {term: word for word in plain_words(question) for term in stemmed([word])}
        held = self._words.held(list(wanted), list(papers))
        return [_hit(f, papers[f.number], _shared(wanted, held, f.number)) for f in found if f.number in papers]

    def _near(self, vector: Vectors, depth: int, allowed: Set[int] | None) -> set[int]:
        """The papers of the nearest passages; one that another process has just replaced is left out."""
        if allowed is None:
            found = self._index.nearest(vector, depth)
        else:
            found = self._exact.nearest_among(vector, depth, allowed)
        return self._exact.papers_of([number for number, _ in found])

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
                notes += ["year"] if asked.strict or asked.families else []
            elif asked.strict:
                notes.append("outside the years")
        return tuple(notes)


def _ranked(near: _Candidates, scores: _Scores, limit: int) -> list[Found]:
    """Best first, but what says the same as a better one comes after the others."""
    order = np.argsort(-scores.total, kind="stable")
    later = np.zeros(len(order), dtype=bool)
    later[copies(scores.vectors[order], alike=COPY)] = True
    spread = np.concatenate([order[~later], order[later]])[:limit]
    falling = np.minimum.accumulate(np.clip(scores.total[spread], 0.0, 1.0))
    return [
        Found(
            number=int(near.papers[i]),
            score=score,
            cosine=float(near.cosine[i]),
            bm25=float(near.bm25[i]),
            passage=_span(near.spans[i]),
            sentence=None if (scores.sentences[i] == TITLE_SPAN).all() else _span(scores.sentences[i]),
            notes=near.notes[i],
        )
        for i, score in zip(spread.tolist(), falling.tolist(), strict=True)
    ]


def _span(row: Numbers) -> tuple[int, int]:
    start, end = row.tolist()
    return start, end


def _aligned(sentences: Nearest, near: _Candidates) -> tuple[Array, Numbers]:
    """Cosines and spans of the nearest sentences for all candidates; one without sentences has its passage's cosine."""
    cosine, spans = near.cosine.copy(), np.full((len(near.papers), 2), TITLE_SPAN, dtype=np.int64)
    places = np.searchsorted(near.papers, sentences.papers)
    cosine[places], spans[places] = sentences.cosine, sentences.spans
    return cosine, spans


def _shared(wanted: Mapping[str, str], held: Mapping[str, Set[int]], number: int) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for term, word in wanted.items() if number in held[term]))


def _hit(found: Found, paper: Paper, words: tuple[str, ...]) -> Hit:
    start, end = found.passage
    first, last = found.sentence or found.passage
    passage = paper.abstract[start:end] or " ".join(paper.abstract.split()[:60])
    why = Why(meaning=found.cosine, words=words, notes=found.notes, sentence=paper.abstract[first:last])
    return Hit(found.number, paper, found.score, passage, why)
