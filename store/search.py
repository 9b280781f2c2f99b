"""Hybrid search: passages and sentences by meaning, papers by words, fused into one ranking."""

import re
from collections.abc import Mapping, Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from store.catalogue import Catalogue, Numbers, Stretches
from store.chunking import TITLE as TITLE_SPAN
from store.embedding.base import Embedder, Vectors, unit
from store.fulltext import FullText
from store.identity import squashed
from store.index import ExactIndex, VectorIndex
from store.question import Asked, understood
from store.ranking import copies, fuse, smoothed
from store.records import Filters, Hit, Paper, Why
from store.reranking import RERANKED, Reranker, reranked
from store.terms import STOPWORDS, plain_words, stemmed

DEPTH = 200
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


@dataclass(frozen=True, slots=True)
class _Nearest:
    """Of each paper the stretch nearest to the question: its cosine, and where it is in the abstract."""

    cosine: dict[int, float]
    span: dict[int, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class _Candidates:
    """Papers worth a closer look, in order of import, with all their passages and what the words score."""

    papers: list[int]
    passage: _Nearest
    passages: Stretches
    lexical: dict[int, float]
    notes: dict[int, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class _Scores:
    """Of each candidate, in order: its score, and its vector in an array of shape (papers, dimension)."""

    total: list[float]
    vectors: Vectors
    sentence: dict[int, tuple[int, int]]


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
        self._beside = ThreadPoolExecutor(max_workers=1, thread_name_prefix="question")

    def prepare(self) -> None:
        """Read what a process that stays would read at its first questions; returns at once."""
        self._words.prepare()

    @property
    def words_from(self) -> str:
        """Where the words of the last question were looked up: "FTS5", or "memory"."""
        return self._words.served_by

    def ranking(self, question: str, *, limit: int, filters: Filters) -> list[Found]:
        """The best papers with their best passages, best first; equal scores in order of import."""
        with self._catalogue.reading():
            allowed = self._catalogue.allowed(filters)
            if allowed is not None and not allowed:
                return []
            self._words.asked()
            asked = understood(question, self._catalogue)
            reading = self._beside.submit(self._embedder.question, asked.text)
            lexical = self._words.best(asked.terms, limit=max(DEPTH_BY_WORDS, 2 * limit), allowed=allowed)
            vector = reading.result()
            near = self._candidates(question, asked, vector, lexical, max(CLOSE, limit), allowed)
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
        count: int,
        allowed: Set[int] | None,
    ) -> _Candidates:
        """The `count` papers that a first fusion of passages and words finds worth a closer look."""
        depth = max(DEPTH, 2 * count)
        titled = set(self._catalogue.titled(squashed(question)))
        named = {number for family in asked.families for number in self._catalogue.written_by(family)[:depth]}
        found = {*lexical, *self._near(vector, depth, allowed), *titled, *named}
        passages = self._exact.passages_of(found if allowed is None else found & allowed)
        nearest = _nearest(passages, vector)
        first = fuse(nearest.cosine, lexical, weight=DENSE_SHARE, sure=SURE)
        order = sorted(nearest.cosine, key=lambda n: (n not in titled, -first[n], n))
        close = sorted(order[:count])
        notes = {n: self._notes(n, asked, titled) for n in close}
        return _Candidates(close, nearest, passages.of(close), lexical, notes)

    def _scores(self, asked: Asked, near: _Candidates, vector: Vectors) -> _Scores:
        """The closer look: sentences, words held, neighbours, and what else the question names."""
        sentences = _nearest(self._catalogue.sentences_of(near.papers), vector)
        meaning = {
            n: _blend(near.passage.cosine[n], sentences.cosine.get(n), titles_only=near.passage.span[n] == (0, 0))
            for n in near.papers
        }
        fused = fuse(meaning, near.lexical, weight=DENSE_SHARE, sure=SURE)
        held = self._coverage(asked.terms, near.papers)
        scores = [fused[n] + COVERAGE * share for n, share in zip(near.papers, held, strict=True)]
        vectors = _means(near.passages, near.papers)
        leaning = smoothed(scores, vectors, neighbours=NEIGHBOURS, share=NEIGHBOUR_SHARE) / (1 + COVERAGE)
        total = [
            float(score) + sum(WORTH[note] for note in near.notes[n])
            for n, score in zip(near.papers, leaning, strict=True)
        ]
        return _Scores(total, vectors, sentences.span)

    def _coverage(self, asked: Sequence[str], papers: Sequence[int]) -> list[float]:
        """For each paper the share of the question's terms that it has, weighted by their rarity, in [0, 1]."""
        rarity = self._words.rarity(asked)
        whole = sum(rarity.values()) or 1.0
        held = self._words.held(list(rarity), papers)
        return [sum(weight for term, weight in rarity.items() if n in held[term]) / whole for n in papers]

    def _read_again(self, asked: Asked, near: _Candidates, scores: _Scores, reranker: Reranker) -> None:
        """Let the cross-encoder have its say on the best papers."""
        best = sorted(range(len(near.papers)), key=lambda i: (-scores.total[i], i))[:RERANKED]
        papers = self._catalogue.papers(near.papers[i] for i in best)
        texts = [f"{paper.title}. {paper.abstract}" for paper in papers.values()]
        said = reranked([scores.total[i] for i in best], reranker.scores(asked.text, texts))
        for i, score in zip(best, said, strict=True):
            scores.total[i] = score

    def hits(self, found: Sequence[Found], question: str = "") -> list[Hit]:
        """The found papers with their records, and which words of the question each one has."""
        papers = self._catalogue.papers(f.number for f in found)
        wanted = {term: word for word in plain_words(question) for term in stemmed([word])}
        held = self._words.held(list(wanted), list(papers))
        return [_hit(f, papers[f.number], _shared(wanted, held, f.number)) for f in found if f.number in papers]

    def _near(self, vector: Vectors, depth: int, allowed: Set[int] | None) -> set[int]:
        """The papers of the nearest passages; one that another process has just replaced is left out."""
        if allowed is None:
            nearest = self._index.nearest(vector, depth)
        else:
            nearest = self._exact.nearest_among(vector, depth, allowed)
        return self._exact.papers_of([number for number, _ in nearest])

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
    order = sorted(range(len(near.papers)), key=lambda i: (-scores.total[i], i))
    later = set(copies(scores.vectors[order], alike=COPY))
    spread = [i for place, i in enumerate(order) if place not in later]
    spread += [order[place] for place in sorted(later)]
    found = []
    score = 1.0
    for i in spread[:limit]:
        n = near.papers[i]
        score = min(score, max(0.0, scores.total[i]))
        cosine, passage = near.passage.cosine[n], near.passage.span[n]
        bm25, sentence, notes = near.lexical.get(n, 0.0), scores.sentence.get(n), near.notes[n]
        found.append(Found(n, score, cosine, bm25, passage, sentence, notes))
    return found


def _nearest(stretches: Stretches, vector: Vectors) -> _Nearest:
    """Of each paper the highest cosine, and the span that has it (the first of equal ones, never the title's)."""
    cosines = stretches.vectors.reshape(-1, len(vector)) @ vector
    in_text = (stretches.spans != TITLE_SPAN).any(axis=1)
    best = _first_of_each(stretches.papers, cosines)
    cosine = dict(zip(stretches.papers[best].tolist(), cosines[best].tolist(), strict=True))
    papers, spans = stretches.papers[in_text], stretches.spans[in_text]
    best = _first_of_each(papers, cosines[in_text])
    return _Nearest(
        cosine, {paper: (a, b) for paper, (a, b) in zip(papers[best].tolist(), spans[best].tolist(), strict=True)}
    )


def _first_of_each(papers: Numbers, scores: Vectors) -> Numbers:
    """The place of each paper's highest score, by paper."""
    order = np.lexsort((-scores, papers))
    ordered = papers[order]
    return np.asarray(order[np.flatnonzero(np.diff(ordered, prepend=-1))], dtype=np.int64)


def _blend(passage: float, sentence: float | None, *, titles_only: bool) -> float:
    read = passage if sentence is None else (1 - SENTENCE_SHARE) * passage + SENTENCE_SHARE * sentence
    return read * (TITLE_ONLY if titles_only else 1.0)


def _means(passages: Stretches, papers: Sequence[int]) -> Vectors:
    """Unit vectors of the papers, shape (papers, dimension): the means of their passages."""
    belongs = np.asarray(papers)[:, None] == passages.papers
    return unit(belongs.astype(np.float32) @ passages.vectors)


def _shared(wanted: Mapping[str, str], held: Mapping[str, Set[int]], number: int) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for term, word in wanted.items() if number in held[term]))


def _hit(found: Found, paper: Paper, words: tuple[str, ...]) -> Hit:
    start, end = found.passage
    first, last = found.sentence or found.passage
    passage = paper.abstract[start:end] or " ".join(paper.abstract.split()[:60])
    why = Why(meaning=found.cosine, words=words, notes=found.notes, sentence=paper.abstract[first:last])
    return Hit(found.number, paper, found.score, passage, why)
