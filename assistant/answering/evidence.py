"""Evidence: which papers answer a question, and which of their sentences; found before any model writes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from assistant.answering.called import asked_of_it, nameless, papers_called
from assistant.answering.candidates import Candidate, CandidateFinder, coverage
from assistant.answering.choosing import RELEVANT, as_named, pointed_to, talked_about, worth_citing
from assistant.answering.details import asked_detail
from assistant.answering.quoting import quoted, with_best_sentence, words_for
from assistant.answering.words import proper_names, stem, telling
from assistant.events import Source
from assistant.understanding.question import Kind, Question
from store.embedding.base import Vectors
from store.library import Library
from store.records import Filters, Hit
from store.sentences import Sentence
from store.terms import terms

SPOKEN_OF, MEANT_BY = 0.25, 0.45
"""A paper that is called by name is asked for what it speaks of: least share of the words that ask, weighted by their
rarity, that it must have, or else the cosine that one of its sentences must have to the question without the name."""

CLOSEST = 3
"""Papers shown where there is no answer."""

ASKED, ASKED_OF_SEVERAL = 3, 6
"""Papers that a language model which can judge is asked, for one answer and for several."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the library has on a question: numbered sources with their telling sentences, or else the closest papers.

    `lacking` says which detail is not there, where papers on the subject are but cannot answer. Each of
    `closest` has its sentence nearest to the question as `why.sentence`. `asked` are the papers that a language
    model which can judge is asked whether they answer, best first, under the numbers of `sources`; it is empty where
    nothing in the library is near the question.
    """

    question: str
    sources: tuple[Source, ...]
    closest: tuple[Hit, ...]
    searched: int
    lacking: str = ""
    asked: tuple[Source, ...] = ()


class EvidenceFinder:
    """Finds evidence in a library."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._candidates = CandidateFinder(library)

    def find(self, wanted: Question, most_papers: int = 6) -> Evidence:
        """The sources that answer the question, best first."""
        called = self._called(wanted)
        numbers = {number for holders in called.values() for number in holders}
        also = [*wanted.papers, *sorted(numbers)]
        near = self._candidates.near(wanted.sought, wanted.filters, also=also)
        candidates = [c for c in near if c.found.number not in wanted.without]
        named = [c for c in candidates if c.found.number in numbers]
        liked = named or _liked(wanted, candidates)
        relevant = liked or max((c.relevance for c in candidates), default=0.0) >= RELEVANT
        if not relevant:
            return self._none(wanted, candidates)
        answers = liked or not wanted.bound
        chosen = _chosen(wanted, candidates, named, liked, most_papers) if answers else []
        most = ASKED_OF_SEVERAL if wanted.several or wanted.each else ASKED
        asked = [*chosen, *(c for c in candidates if c not in chosen)][: max(most, len(chosen))]
        read = self._candidates.wholly_read(wanted.sought, asked)
        sources = [
            quoted(number, candidate, words_for(number, len(chosen), several=wanted.several), wanted.told)
            for number, candidate in enumerate(read, start=1)
        ]
        given = tuple(source for source in sources[: len(chosen)] if source.quotes)
        known = called if len(named) == 1 else {}
        lacking = self._lacking(wanted.sought, read[: len(chosen)], known, known=bool(liked)) if given else ""
        quotable = tuple(source for source in sources if source.quotes)
        if given and not lacking:
            return Evidence(wanted.sought, given, (), self._library.catalogue.count(), asked=quotable)
        return replace(self._none(wanted, candidates, lacking), asked=quotable)

    def _none(self, wanted: Question, candidates: Sequence[Candidate], lacking: str = "") -> Evidence:
        nearest = self._candidates.wholly_read(wanted.sought, candidates[:CLOSEST])
        closest = tuple(with_best_sentence(candidate) for candidate in nearest)
        return Evidence(wanted.sought, (), closest, self._library.catalogue.count(), lacking)

    def further(self, question: str, filters: Filters, asked: Sequence[Source]) -> tuple[Source, ...]:
        """The papers nearest to another wording of the question that are not among those asked, numbered on."""
        known = {source.hit.number for source in asked}
        near = [c for c in self._candidates.near(question, filters) if c.found.number not in known][:ASKED]
        read = self._candidates.wholly_read(question, near)
        numbered = enumerate(read, start=len(asked) + 1)
        return tuple(quoted(n, c, words_for(1, 1, several=False), frozenset()) for n, c in numbered)

    def sentences(self, sources: Sequence[Source]) -> dict[int, tuple[tuple[Sentence, ...], Vectors]]:
        """For each source number the sentences of its abstract and their vectors."""
        papers = {source.hit.number: source.hit.paper for source in sources}
        vectors = self._candidates.sentences_of(papers)
        return {source.number: vectors[source.hit.number] for source in sources}

    def _called(self, wanted: Question) -> dict[str, list[int]]:
        if wanted.bound or wanted.kind is Kind.TOPIC:
            return {}
        return papers_called(wanted.sought, self._library.catalogue, several=wanted.several)

    def _lacking(self, question: str, chosen: list[Candidate], called: Iterable[str], *, known: bool) -> str:
        """What the papers do not give, though they are the nearest; empty where they give it.

        `called` are the names by which the question calls the one paper that is `chosen`; `known` where it names
        or points to papers of the library.
        """
        if not known and (unknown := self._unknown_names(question)):
            return f"No abstract mentions {unknown}."
        return (self._unsaid(question, called, chosen[0]) if called else "") or _detail_lacking(question, chosen)

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
        if not asked or coverage(text, self._candidates.weights(" ".join(asked))) >= SPOKEN_OF:
            return ""
        cosines = self._candidates.sentences_of({candidate.found.number: candidate.paper})[candidate.found.number][1]
        if (cosines @ self._library.embedder.question(rest)).max(initial=0.0) >= MEANT_BY:
            return ""
        known = set(telling(text))
        missing = ", ".join(f"“{word}”" for word in asked if stem(word.casefold()) not in known)
        return f"The abstract that introduces {' and '.join(called)} says nothing of {missing}."


def _liked(wanted: Question, candidates: list[Candidate]) -> list[Candidate]:
    """The papers that a question points back to, in its order."""
    if wanted.bound:
        return pointed_to(candidates, wanted.papers, each=wanted.each)
    return talked_about(candidates, wanted.papers)


def _chosen(
    wanted: Question, candidates: list[Candidate], named: list[Candidate], liked: list[Candidate], most: int
) -> list[Candidate]:
    if liked and not named:
        return liked[:most]
    best = named or worth_citing(
        candidates, most, several=wanted.several, broad=wanted.kind is Kind.TOPIC, least=wanted.least_papers
    )
    return as_named(wanted.sought, best[:most])


def _detail_lacking(question: str, chosen: list[Candidate]) -> str:
    """What no sentence of the papers gives, where the question asks for a figure or a detail; empty where one does."""
    detail = asked_detail(question)
    meant = [c for c in chosen if c.named] or chosen
    if detail is None or any(detail.given_in(s.text) for c in meant for s in c.sentences):
        return ""
    return f"The abstracts nearest to it give no {detail}."
