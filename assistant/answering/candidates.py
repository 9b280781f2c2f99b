"""Papers near a question, their sentences scored: what evidence is chosen from."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from assistant.answering.clauses import asking
from assistant.answering.rhetoric import prior
from assistant.answering.words import names, stem, telling
from store.embedding.base import Span, Vectors
from store.library import Library
from store.records import Filters, Hit, Paper
from store.search import Found, words_of
from store.sentence_vectors import SentenceVectors
from store.sentences import Sentence, sentences
from store.terms import terms

CANDIDATES = 20
"""Papers of the search among which the answer is looked for; gold papers ranked 11th and 14th were found there."""

READ, LIKELY = 8, 4
"""Papers whose sentences are read one by one, those with the best sentences in context, and how many of each, the
nearest in context: among these is nearly always the one that is nearest by itself."""

CALLED_BY_NAME = 0.1
"""Added where the title of a paper holds a name that the question uses, capitals and all; twice where it begins so."""

ASKING_SHARE = 0.5
"""Of a sentence's cosine, the share of that to the clause that asks, beside that to the whole question."""

HELD = 0.4
"""What a sentence gains that has all of the question's words, rare ones counting more."""

SEARCH_SHARE = 0.6
"""What the score of the search counts beside the best sentence's cosine."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A paper near the question. `sentence_scores` has one entry per sentence of the abstract.

    `told_first` are the places of the sentences that fit the clauses of the question best, a clause each;
    `best` is the highest cosine of a sentence to the question, `coverage` the share of the question's
    words, weighted by their rarity in the library, that the paper contains; `named` what it is worth
    that the question calls the paper by a name in its title.
    """

    found: Found
    hit: Hit
    sentences: tuple[Sentence, ...]
    sentence_scores: tuple[float, ...]
    told_first: tuple[int, ...]
    best: float
    coverage: float
    named: float

    @property
    def paper(self) -> Paper:
        """The paper itself."""
        return self.hit.paper

    @property
    def rank_score(self) -> float:
        """By what the candidates are ordered: the search's score, the best sentence, the words."""
        return SEARCH_SHARE * self.found.score + self.best + 0.3 * self.coverage + self.named

    @property
    def says(self) -> float:
        """How much the abstract itself has to say, whatever the search thought of the paper."""
        return self.best + 0.3 * self.coverage

    @property
    def relevance(self) -> float:
        """How sure we are that this paper is on the question's subject; comparable between questions."""
        close = 0.5 * self.best + 0.5 * max(self.found.cosine, 0.0) + 0.2 * self.coverage
        return close + self.named


@dataclass(frozen=True, slots=True)
class _Look:
    """What sentences are held against; `clauses` has shape (clauses, dimension)."""

    question: str
    whole: Vectors
    clauses: Vectors
    weights: dict[str, float]


class CandidateFinder:
    """Finds the papers of a library that a question may be answered from."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._sentence_vectors = SentenceVectors(library.embedder)
        self._vector = lru_cache(maxsize=100)(library.embedder.question)

    def near(self, question: str, filters: Filters, *, also: Sequence[int] = ()) -> list[Candidate]:
        """The papers nearest to the question, the best to cite first; `also` those of these numbers.

        Only the likeliest sentences of each are read; see `wholly_read`.
        """
        ranking = self._library.ranking(question, limit=CANDIDATES, filters=filters)
        allowed = self._library.catalogue.allowed(filters)
        ranked = {found.number for found in ranking}
        ranking += [
            Found(number, 0.0, 0.0, 0.0, (0, 0))
            for number in also
            if number not in ranked and (allowed is None or number in allowed)
        ]
        hits = {hit.number: hit for hit in self._library.hits(ranking, question)}
        papers = {number: hit.paper for number, hit in hits.items()}
        look = self._look(question)
        in_context = self._in_context(papers, look.whole)
        first = [
            (_rank_score(found, in_context[found.number], look, papers[found.number]), found)
            for found in ranking
            if found.number in papers
        ]
        first.sort(key=lambda pair: (-pair[0], pair[1].number))
        read = [found for place, (_, found) in enumerate(first) if place < READ or found.number in also]
        likely = {found.number: _likely(papers[found.number], in_context[found.number]) for found in read}
        vectors = self._sentence_vectors.of({number: papers[number] for number in likely}, likely)
        candidates = [_candidate(look, found, hits[found.number], *vectors[found.number]) for found in read]
        return sorted(candidates, key=lambda c: (-c.rank_score, c.found.number))

    def wholly_read(self, question: str, candidates: Sequence[Candidate]) -> list[Candidate]:
        """The same papers in the same order, every sentence of theirs read."""
        look = self._look(question)
        vectors = self._sentence_vectors.of({c.found.number: c.paper for c in candidates})
        return [_candidate(look, c.found, c.hit, *vectors[c.found.number]) for c in candidates]

    def sentences_of(self, papers: dict[int, Paper]) -> dict[int, tuple[tuple[Sentence, ...], Vectors]]:
        """By number the sentences of each paper and their vectors, shape (sentences, dimension)."""
        return self._sentence_vectors.of(papers)

    def weights(self, question: str) -> dict[str, float]:
        """The question's stems, weighted by their rarity (idf) in the library."""
        catalogue = self._library.catalogue
        total = catalogue.count()
        weights = {}
        for word in words_of(question):
            frequency = min(catalogue.document_frequency(terms(word)).values(), default=0)
            weights[stem(word)] = math.log((total + 1) / (frequency + 0.5))
        return weights

    def _look(self, question: str) -> _Look:
        clauses = np.stack([self._vector(clause) for clause in asking(question)])
        return _Look(question, self._vector(question), clauses, self.weights(question))

    def _in_context(self, papers: Mapping[int, Paper], asked: Vectors) -> dict[int, dict[Span, float]]:
        """The cosines of each paper's sentences in their context, by place in the abstract."""
        stretches = self._library.catalogue.sentences_of(papers)
        cosines = (stretches.vectors.reshape(-1, len(asked)) @ asked).tolist()
        found: dict[int, dict[Span, float]] = {number: {} for number in papers}
        rows = zip(stretches.papers.tolist(), stretches.spans.tolist(), cosines, strict=True)
        for number, (start, end), cosine in rows:
            found[number][start, end] = cosine
        return found


def _likely(paper: Paper, in_context: Mapping[Span, float]) -> list[int]:
    """The places of the `LIKELY` sentences that are nearest in context; of all where nothing is stored yet."""
    near = [in_context.get((sentence.start, sentence.end), -1.0) for sentence in sentences(paper.abstract)]
    order = sorted(range(len(near)), key=lambda place: (-near[place], place))
    return order[:LIKELY] if in_context else order


def _candidate(look: _Look, found: Found, hit: Hit, sentences: tuple[Sentence, ...], vectors: Vectors) -> Candidate:
    paper = hit.paper
    held = coverage(f"{paper.title} {paper.abstract}", look.weights)
    named = _called(f"- {look.question}", paper.title)
    if not sentences:
        return Candidate(found, hit, (), (), (), 0.0, held, named)
    whole = vectors @ look.whole
    by_clause = (
        (1 - ASKING_SHARE) * whole[:, None] + ASKING_SHARE * (vectors @ look.clauses.T) + _worth(look, sentences)
    )
    told_first = tuple(dict.fromkeys(by_clause.argmax(axis=0).tolist()))
    scores = tuple(by_clause.max(axis=1).tolist())
    return Candidate(found, hit, sentences, scores, told_first, float(whole.max()), held, named)


def _worth(look: _Look, sentences: Sequence[Sentence]) -> Vectors:
    """What speaks for each sentence beside its meaning, shape (sentences, 1)."""
    last = max(1, len(sentences) - 1)
    worth = [
        HELD * coverage(sentence.text, look.weights) + prior(sentence.text, place / last, look.question)
        for place, sentence in enumerate(sentences)
    ]
    return np.array(worth, dtype=np.float32)[:, None]


def _rank_score(found: Found, in_context: Mapping[Span, float], look: _Look, paper: Paper) -> float:
    """`Candidate.rank_score` before its sentences are read by themselves."""
    held = coverage(f"{paper.title} {paper.abstract}", look.weights)
    named = _called(f"- {look.question}", paper.title)
    return SEARCH_SHARE * found.score + max(in_context.values(), default=0.0) + 0.3 * held + named


def _called(question: str, title: str) -> float:
    """What the names that question and title share are worth."""
    shared = _capitalised(question) & _capitalised(f"- {title}")
    if not shared:
        return 0.0
    begins = any(re.match(rf"{re.escape(name)}\b(?!-)", title) for name in shared)
    return 2 * CALLED_BY_NAME if begins else CALLED_BY_NAME


def _capitalised(text: str) -> set[str]:
    """Names as they are written: "alpine" in a question does not call the paper on ALPINE."""
    known = names(text)
    return {word for word in re.findall(r"[^\W_]+(?:[-'’.][^\W_]+)*", text) if word.casefold() in known}


def coverage(text: str, weights: Mapping[str, float]) -> float:
    """The share of weighted stems (see `CandidateFinder.weights`) that a text has, in [0, 1]."""
    total = sum(weights.values())
    held = set(telling(text))
    return sum(weight for word, weight in weights.items() if word in held) / total if total else 0.0
