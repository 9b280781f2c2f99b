"""Evidence: which papers answer a question, and which of their sentences; found before any model writes."""

import math
import re
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, replace

import numpy as np

from assistant.answering.called import asked_of_it, nameless, papers_called
from assistant.answering.clauses import asking
from assistant.answering.details import asked_detail
from assistant.answering.rhetoric import prior
from assistant.answering.words import names, proper_names, stem, telling, words
from assistant.events import Quote, Source
from store.embedding.base import Vectors
from store.library import Library
from store.records import Filters, Hit, Paper
from store.search import Found, words_of
from store.sentence_vectors import SentenceVectors
from store.sentences import Sentence
from store.terms import terms

CANDIDATES = 20
"""Papers of the search among which the answer is looked for; gold papers ranked 11th and 14th were found there."""

READ = 8
"""Papers whose sentences are read one by one: those with the best sentences in context."""

RELEVANT = 0.36
"""Least relevance of the best paper for the library to have an answer; see `Candidate.relevance`.

Between the highest of everyday questions (0.34) and the lowest of answerable ones (0.38) in `benchmarks.refusal`.
"""

SAYS_SOMETHING = 0.15
AS_MUCH = 0.4
"""A question that points back is answered from the papers of the last answer if they say something, and at least
this share of what the best other paper says."""

MUCH_AS_SAID = 0.75
"""Least share of what the best says, for a paper to be among those of the last answer that a question asks "which of
them" about."""

CALLED_BY_NAME = 0.1
"""Added where the title of a paper holds a name that the question uses, capitals and all; twice where it begins so."""

ONE_PAPER_WORDS = 100
SEVERAL_PAPERS_WORDS = 210
BESIDE_WORDS = 30
MOST_SENTENCES = 5
"""How much is quoted of one paper, of several together, of one beside the best, and how many sentences of each."""

ASKING_SHARE = 0.5
"""Of a sentence's cosine, the share of that to the clause that asks, beside that to the whole question."""

HELD = 0.4
"""What a sentence gains that has all of the question's words, rare ones counting more."""

SEARCH_SHARE = 0.6
"""What the score of the search counts beside the best sentence's cosine."""

MUCH_AS_GOOD, AS_GOOD, ON_TOPIC = 0.92, 0.8, 0.72
"""Least score, as a share of the best paper's, of a paper cited beside it: for a question that one paper may answer,
for one that asks about several, and for one that asks for all on a topic."""

ALONGSIDE = 0.25
"""Least relevance of a paper cited beside the best one."""

SPOKEN_OF, MEANT_BY = 0.25, 0.45
"""A paper that is called by name is asked for what it speaks of: least share of the words that ask, weighted by their
rarity, that it must have, or else the cosine that one of its sentences must have to the question without the name."""

CLOSEST = 3
"""Papers shown where there is no answer."""


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
class Evidence:
    """What the library has on a question: numbered sources with their telling sentences, or nothing close.

    `lacking` says which detail is not there, where papers on the subject are but cannot answer. Each of
    `closest` has its sentence nearest to the question as `why.sentence`.
    """

    question: str
    sources: tuple[Source, ...]
    closest: tuple[Hit, ...]
    searched: int
    lacking: str = ""


class EvidenceFinder:
    """Finds evidence in a library."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._sentence_vectors = SentenceVectors(library.embedder)

    def find(
        self,
        question: str,
        *,
        filters: Filters,
        most_papers: int,
        several: bool,
        broad: bool = False,
        at_least: int = 1,
        preferred: Sequence[int] = (),
        bound: bool = False,
        each: bool = False,
        without: Sequence[int] = (),
        told: Set[str] = frozenset(),
    ) -> Evidence:
        """The sources that answer the question, best first.

        `several` where the question asks about more than one paper, `broad` where it asks for all on a topic,
        `at_least` so many where it can do with no fewer; `preferred` are the numbers of papers that were talked
        about last: they are answered from if they have as much to say, and alone where the question is `bound` to
        them, from `each` of them where it asks for that. Papers of the numbers `without`, and sentences `told`, are
        left out.
        """
        called = {} if bound or broad else papers_called(question, self._library.catalogue, several=several)
        numbers = [number for holders in called.values() for number in holders if number not in without]
        candidates = [
            c for c in self.candidates(question, filters, also=[*preferred, *numbers]) if c.found.number not in without
        ]
        meant = [c for c in candidates if c.found.number in numbers]
        if bound:
            liked = _picked(candidates, preferred, each=each)
        elif not meant:
            liked = _meant(candidates, preferred)
        else:
            liked = []
        closest = tuple(_with_best_sentence(candidate) for candidate in candidates[:CLOSEST])
        searched = self._library.catalogue.count()
        relevant = liked or meant or max((c.relevance for c in candidates), default=0.0) >= RELEVANT
        if (bound and not liked) or not relevant:
            return Evidence(question, (), closest, searched)
        if not (liked or meant) and (unknown := self._unknown_names(question)):
            return Evidence(question, (), closest, searched, f"No abstract mentions {unknown}.")
        chosen = liked[:most_papers] or _as_named(question, meant[:most_papers])
        if len(meant) == 1 and (unsaid := self._unsaid(question, called, meant[0])):
            return Evidence(question, (), closest, searched, unsaid)
        if not chosen:
            best = _chosen(candidates, most_papers, several=several, broad=broad, least=at_least)
            chosen = _as_named(question, best)
        if lacking := _lacking(question, chosen):
            return Evidence(question, (), closest, searched, lacking)
        sources = tuple(
            _source(number, candidate, _words_for(number, len(chosen), several=several), told)
            for number, candidate in enumerate(chosen, start=1)
        )
        return Evidence(question, tuple(s for s in sources if s.quotes), closest, searched)

    def sentences(self, sources: Sequence[Source]) -> dict[int, tuple[tuple[Sentence, ...], Vectors]]:
        """For each source number the sentences of its abstract and their vectors."""
        papers = {source.hit.number: source.hit.paper for source in sources}
        vectors = self._sentence_vectors.of(papers)
        return {source.number: vectors[source.hit.number] for source in sources}

    def candidates(self, question: str, filters: Filters, *, also: Sequence[int] = ()) -> list[Candidate]:
        """The papers nearest to the question, the best to cite first; `also` those of these numbers."""
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
        asked = self._library.embedder.question(question)
        weights = self._weights(question)
        in_context = self._in_context(papers, asked)
        first = [
            (_rank_score(found, in_context.get(found.number, 0.0), question, papers[found.number], weights), found)
            for found in ranking
            if found.number in papers
        ]
        first.sort(key=lambda pair: (-pair[0], pair[1].number))
        read = [found for place, (_, found) in enumerate(first) if place < READ or found.number in also]
        vectors = self._sentence_vectors.of({found.number: papers[found.number] for found in read})
        clauses = [
            asked if clause == question else self._library.embedder.question(clause) for clause in asking(question)
        ]
        look = _Look(question, asked, np.stack(clauses), weights)
        candidates = [_candidate(look, found, hits[found.number], *vectors[found.number]) for found in read]
        return sorted(candidates, key=lambda c: (-c.rank_score, c.found.number))

    def _unknown_names(self, question: str) -> str:
        """The things that the question calls by a name of their own, where the library mentions none of them."""
        called = proper_names(question)
        if any(self._library.catalogue.mentions(terms(name)) for name in called):
            return ""
        return " or ".join(called)

    def _unsaid(self, question: str, called: Iterable[str], candidate: Candidate) -> str:
        """What the paper that the question calls by name does not speak of; empty where it does."""
        rest = nameless(called, question)
        asked = asked_of_it(rest)
        text = f"{candidate.paper.title} {candidate.paper.abstract}"
        if not asked or _coverage(text, self._weights(" ".join(asked))) >= SPOKEN_OF:
            return ""
        cosines = self._sentence_vectors.of({candidate.found.number: candidate.paper})[candidate.found.number][1]
        if (cosines @ self._library.embedder.question(rest)).max(initial=0.0) >= MEANT_BY:
            return ""
        known = set(telling(text))
        missing = " ".join(word for word in asked if stem(word) not in known)
        return f"The abstract that introduces {' and '.join(called)} says nothing of “{missing}”."

    def _in_context(self, papers: Iterable[int], asked: Vectors) -> dict[int, float]:
        """The highest cosine of a sentence in its context, by paper."""
        stretches = self._library.catalogue.sentences_of(papers)
        best: dict[int, float] = {}
        cosines = stretches.vectors.reshape(-1, len(asked)) @ asked
        for number, cosine in zip(stretches.papers.tolist(), cosines.tolist(), strict=True):
            best[number] = max(cosine, best.get(number, -1.0))
        return best

    def _weights(self, question: str) -> dict[str, float]:
        """The question's stems, weighted by their rarity (idf) in the library."""
        catalogue = self._library.catalogue
        total = catalogue.count()
        weights = {}
        for word in words_of(question):
            frequency = min(catalogue.document_frequency(terms(word)).values(), default=0)
            weights[stem(word)] = math.log((total + 1) / (frequency + 0.5))
        return weights


@dataclass(frozen=True, slots=True)
class _Look:
    """What sentences are held against; `clauses` has shape (clauses, dimension)."""

    question: str
    whole: Vectors
    clauses: Vectors
    weights: dict[str, float]


def _candidate(look: _Look, found: Found, hit: Hit, sentences: tuple[Sentence, ...], vectors: Vectors) -> Candidate:
    paper = hit.paper
    coverage = _coverage(f"{paper.title} {paper.abstract}", look.weights)
    named = _called(f"- {look.question}", paper.title)
    if not sentences:
        return Candidate(found, hit, (), (), (), 0.0, coverage, named)
    whole = vectors @ look.whole
    by_clause = (
        (1 - ASKING_SHARE) * whole[:, None] + ASKING_SHARE * (vectors @ look.clauses.T) + _worth(look, sentences)
    )
    told_first = tuple(dict.fromkeys(by_clause.argmax(axis=0).tolist()))
    scores = tuple(by_clause.max(axis=1).tolist())
    return Candidate(found, hit, sentences, scores, told_first, float(whole.max()), coverage, named)


def _worth(look: _Look, sentences: Sequence[Sentence]) -> Vectors:
    """What speaks for each sentence beside its meaning, shape (sentences, 1)."""
    last = max(1, len(sentences) - 1)
    worth = [
        HELD * _coverage(sentence.text, look.weights) + prior(sentence.text, place / last, look.question)
        for place, sentence in enumerate(sentences)
    ]
    return np.array(worth, dtype=np.float32)[:, None]


def _rank_score(found: Found, best: float, question: str, paper: Paper, weights: dict[str, float]) -> float:
    """`Candidate.rank_score` before its sentences are read by themselves."""
    coverage = _coverage(f"{paper.title} {paper.abstract}", weights)
    return SEARCH_SHARE * found.score + best + 0.3 * coverage + _called(f"- {question}", paper.title)


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


def _coverage(text: str, weights: dict[str, float]) -> float:
    total = sum(weights.values())
    held = set(telling(text))
    return sum(weight for word, weight in weights.items() if word in held) / total if total else 0.0


def _meant(candidates: list[Candidate], preferred: Sequence[int]) -> list[Candidate]:
    """The papers talked about last, where they answer a question that points back; none where others do far better."""
    liked = sorted(
        (c for c in candidates if c.found.number in preferred), key=lambda c: preferred.index(c.found.number)
    )
    said = max((c.says for c in liked), default=0.0)
    others = max((c.says for c in candidates if c.found.number not in preferred), default=0.0)
    if said < max(SAYS_SOMETHING, AS_MUCH * others):
        return []
    return [c for c in liked if c.says >= 0.5 * said]


def _picked(candidates: list[Candidate], numbers: Sequence[int], *, each: bool) -> list[Candidate]:
    """The papers that the question is bound to, in its order; none where none of them says anything to it."""
    bound = sorted((c for c in candidates if c.found.number in numbers), key=lambda c: numbers.index(c.found.number))
    said = max((c.says for c in bound), default=0.0)
    return [c for c in bound if each or c.says >= MUCH_AS_SAID * said] if said >= SAYS_SOMETHING else []


def _chosen(candidates: list[Candidate], most: int, *, several: bool, broad: bool, least: int) -> list[Candidate]:
    """The papers worth citing: one where one stands out, more where several are as good."""
    top = candidates[0].rank_score
    share = (ON_TOPIC if broad else AS_GOOD) if several else MUCH_AS_GOOD
    close = [c for c in candidates if c.rank_score >= share * top and c.relevance >= ALONGSIDE]
    if len(close) < least:
        close = [c for c in candidates[:least] if c.relevance >= RELEVANT]
    return (close or candidates[:1])[:most]


def _lacking(question: str, chosen: list[Candidate]) -> str:
    """What no sentence of the papers gives, where the question asks for a figure or a detail; empty where one does."""
    detail = asked_detail(question)
    meant = [c for c in chosen if c.named] or chosen
    if detail is None or any(detail.given_in(s.text) for c in meant for s in c.sentences):
        return ""
    return f"The abstracts nearest to it give no {detail}."


def _with_best_sentence(candidate: Candidate) -> Hit:
    scores = candidate.sentence_scores
    if not scores:
        return candidate.hit
    sentence = candidate.sentences[max(range(len(scores)), key=lambda place: (scores[place], -place))]
    return replace(candidate.hit, why=replace(candidate.hit.why, sentence=sentence.text))


def _as_named(question: str, chosen: list[Candidate]) -> list[Candidate]:
    """Papers that the question calls by name come in the order of their names, so that "the first one" is the first."""
    if len(chosen) < 2:
        return chosen
    texts = [set(telling(f"{c.paper.title} {c.paper.abstract}")) for c in chosen]
    named = [stem(word) for word in words(question) if word in names(f"- {question}")]

    def place(number: int) -> int:
        others = set().union(*(text for other, text in enumerate(texts) if other != number))
        return next((i for i, name in enumerate(named) if name in texts[number] - others), len(named))

    return [chosen[number] for number in sorted(range(len(chosen)), key=place)]


def _words_for(number: int, papers: int, *, several: bool) -> int:
    """How many words of a source are quoted: an answer stays short whatever it draws on."""
    if papers == 1 or (number == 1 and not several):
        return ONE_PAPER_WORDS
    return max(BESIDE_WORDS, SEVERAL_PAPERS_WORDS // papers) if several else BESIDE_WORDS


def _source(number: int, candidate: Candidate, words: int, told: Set[str]) -> Source:
    scores = candidate.sentence_scores
    fresh = [place for place, sentence in enumerate(candidate.sentences) if sentence.text not in told]
    order = sorted(fresh, key=lambda place: (place not in candidate.told_first, -scores[place]))
    kept: list[Sentence] = []
    for place in order[:MOST_SENTENCES]:
        if kept and scores[place] < 0:
            break
        sentence = candidate.sentences[place]
        length = sum(len(s.text.split()) for s in [*kept, sentence])
        if not kept or length <= words:
            kept.append(sentence)
    quotes = tuple(Quote(number, s.text, s.start, s.end) for s in sorted(kept, key=lambda s: s.start))
    return Source(number, candidate.hit, quotes)


def renumbered(source: Source, number: int) -> Source:
    """The same source under another number."""
    return Source(number, source.hit, tuple(replace(quote, source=number) for quote in source.quotes))
