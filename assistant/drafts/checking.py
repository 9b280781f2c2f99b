"""Each sentence of a draft held against the papers that it cites, or against the nearest of the library."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from assistant.answering.judging import Abstract, Judge, Judgement, Verdict, abstract_of
from assistant.answering.regression import log_odds
from assistant.answering.words import numbers, telling
from assistant.drafts.citing import Resolver
from assistant.drafts.marking import DraftSentence
from assistant.drafts.reading import read
from assistant.drafts.records import Backing, CheckedSentence, DraftReport, Status
from assistant.events import DraftChecked, Event, SentenceChecked
from store.library import Library
from store.records import Filters, Hit, Progress
from store.search import Found
from store.sentence_vectors import SentenceVectors
from store.sentences import Sentence

LEAST_WORDS = 3
"""Telling words below which a sentence without a citation claims nothing that could be looked up."""

LOOKED_AT = 3
"""Papers that a sentence without a citation is held against."""

NEAREST_ABOUT = 0.6
"""Least chance that an abstract which nobody named is about a sentence, for it to support it. A search always finds
something near, so the line is higher than for the papers that the author cites."""

MOST_KEPT = 2000
"""Abstracts read that are kept for the next sentences."""

NAMED_ABOUT, NAMED_FROM = 0.35, 1.0
"""The line for a paper that the author cites, and so vouches for being about the sentence: how much the log-odds of
that count beside those of speaking for it, and their least sum. `python -m benchmarks.drafts --cited` measures it."""

LONGEST = 2000
"""Characters of a sentence that are read."""


class DraftChecker:
    """Checks drafts against one library."""

    def __init__(self, library: Library, judge: Judge) -> None:
        self._library = library
        self._judge = judge
        self._sentence_vectors = SentenceVectors(library.embedder)
        self._abstracts: dict[int, Abstract] = {}

    def events(self, name: str, text: str, *, suggest: bool, stop: Callable[[], bool]) -> Iterator[Event]:
        """Yield each sentence as it is checked, then the report; stopping reports what was checked."""
        yield Progress("Reading the draft", 0)
        draft = read(name, text)
        resolver = Resolver(self._library, draft.entries)
        worth = [s for s in draft.sentences if s.citations or len(set(telling(s.text))) >= LEAST_WORDS]
        checked: list[CheckedSentence] = []
        for place, sentence in enumerate(worth):
            if stop():
                break
            yield Progress("Checking sentences", place, len(worth))
            found = self._checked(sentence, resolver, suggest=suggest)
            checked.append(found)
            yield SentenceChecked(found)
        yield DraftChecked(DraftReport(tuple(checked), draft.form, stopped=len(checked) < len(worth)))

    def _checked(self, sentence: DraftSentence, resolver: Resolver, *, suggest: bool) -> CheckedSentence:
        meant = {citation: resolver.papers(citation) for citation in sentence.citations}
        cited = {number: citation.shown for citation, numbers in meant.items() for number in numbers}
        unknown = tuple(citation.shown for citation, numbers in meant.items() if not numbers)
        backings = tuple(vouched(one, sentence.text) for one in self._backings(sentence.text, [*cited], cited))
        silent = tuple(cited[backing.hit.number] for backing in backings if not backing.hit.paper.abstract)
        spoken = tuple(backing for backing in backings if backing.hit.paper.abstract)
        near = self._nearest(sentence.text, cited) if not sentence.citations or suggest else ()
        status = _of_cited(spoken) if sentence.citations else _of_nearest(near)
        suggested = () if status == "cited" or not suggest else _keys(near)
        return CheckedSentence(
            sentence.text,
            sentence.line,
            sentence.last_line,
            status,
            tuple(citation.shown for citation in meant),
            unknown,
            silent,
            spoken if sentence.citations else near,
            suggested,
        )

    def _nearest(self, text: str, cited: dict[int, str]) -> tuple[Backing, ...]:
        """The papers nearest to a sentence, those it cites left out."""
        ranking = self._library.ranking(text[:LONGEST], limit=LOOKED_AT + len(cited), filters=Filters())
        numbers = [found.number for found in ranking if found.number not in cited][:LOOKED_AT]
        return tuple(map(doubted, self._backings(text, numbers, {})))

    def _backings(self, text: str, papers: Sequence[int], cited: dict[int, str]) -> tuple[Backing, ...]:
        if not papers:
            return ()
        hits = self._library.hits([Found(number, 0.0, 0.0, 0.0, (0, 0)) for number in papers])
        self._read(hits)
        judgements = self._judge.judge(text[:LONGEST], [self._abstracts[hit.number] for hit in hits])
        return tuple(
            _backing(text, hit, judgement, cited.get(hit.number, ""))
            for hit, judgement in zip(hits, judgements, strict=True)
        )

    def _read(self, hits: Sequence[Hit]) -> None:
        if len(self._abstracts) > MOST_KEPT:
            self._abstracts.clear()
        new = {hit.number: hit.paper for hit in hits if hit.number not in self._abstracts}
        for number, (sentences, vectors) in self._sentence_vectors.of(new).items():
            self._abstracts[number] = abstract_of(new[number].title, sentences, vectors, self._library.embedder)


def _backing(text: str, hit: Hit, judgement: Judgement, cited: str) -> Backing:
    """The judgement with the sentence to show: of the nearest the one that has most of the words."""
    said = set(telling(text))
    held = [len(said & set(telling(sentence.text))) for sentence in judgement.sentences]
    best = judgement.sentences[held.index(max(held))] if held else Sentence(0, 0, "")
    sure = judgement.about, judgement.speaks_for
    return Backing(hit, judgement.verdict.value, best.text, *sure, best.start, best.end, cited)


def vouched(backing: Backing, text: str) -> Backing:
    """A cited paper as it stands, but supporting where only its being about the sentence was in doubt."""
    paper = backing.hit.paper
    sure = NAMED_ABOUT * log_odds(backing.about) + log_odds(backing.speaks_for) >= NAMED_FROM
    if (
        backing.says != Verdict.NOT_ENOUGH.value
        or not sure
        or numbers(text) - numbers(f"{paper.title} {paper.abstract}")
    ):
        return backing
    return replace(backing, says=Verdict.SUPPORT.value)


def doubted(backing: Backing) -> Backing:
    """A nearest paper as it stands, but for support by one that is hardly about the sentence."""
    supports = backing.says == Verdict.SUPPORT.value
    return replace(backing, says=Verdict.NOT_ENOUGH.value) if supports and backing.about < NEAREST_ABOUT else backing


def _of_cited(papers: Sequence[Backing]) -> Status:
    if not papers:
        return "unknown"
    return "cited" if any(paper.says == Verdict.SUPPORT.value for paper in papers) else "unsupported"


def _of_nearest(papers: Sequence[Backing]) -> Status:
    """What the first of the nearest papers says that says anything."""
    for paper in papers:
        if paper.says == Verdict.SUPPORT.value:
            return "supported"
        if paper.says == Verdict.CONTRADICT.value:
            return "contradicted"
    return "nothing"


def _keys(papers: Sequence[Backing]) -> tuple[str, ...]:
    return tuple(paper.hit.paper.key for paper in papers if paper.says == Verdict.SUPPORT.value)
