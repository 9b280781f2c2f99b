"""Each sentence of a draft checked against the papers that it cites, or against the nearest of the library."""

from collections.abc import Callable, Iterator, Sequence

from assistant.answering.words import telling
from assistant.drafts.citing import Resolver
from assistant.drafts.marking import DraftSentence
from assistant.drafts.reading import read
from assistant.drafts.records import Backing, CheckedSentence, DraftReport, Status
from assistant.events import DraftChecked, Event, SentenceChecked
from assistant.verification.judge import Judge
from assistant.verification.records import Judgement, Verdict
from assistant.verification.verifier import Verifier
from store.library import Library
from store.records import Filters, Hit, Progress
from store.search import Found
from store.sentences import Sentence

LEAST_WORDS = 3
"""Telling words below which a sentence without a citation claims nothing that could be looked up."""

LOOKED_AT = 3
"""Papers against which a sentence without a citation is checked."""

LONGEST = 2000
"""Characters of a sentence by which papers are searched."""


class DraftChecker:
    """Checks drafts against one library."""

    def __init__(self, library: Library, verifier: Verifier, judge: Judge | None = None) -> None:
        self._library = library
        self._verifier = verifier
        self._judge = judge

    def events(
        self, name: str, text: str, *, suggest: bool, stop: Callable[[], bool], cited_only: bool = False
    ) -> Iterator[Event]:
        """Yield each sentence as it is checked, then the report; stopping reports what was checked."""
        yield Progress("Reading the draft", 0)
        draft = read(name, text)
        resolver = Resolver(self._library, draft.entries)
        worth = [
            s for s in draft.sentences if s.citations or (not cited_only and len(set(telling(s.text))) >= LEAST_WORDS)
        ]
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
        backings = self._backings(sentence.text, [*cited], cited)
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
        return self._backings(text, numbers, {})

    def _backings(self, text: str, papers: Sequence[int], cited: dict[int, str]) -> tuple[Backing, ...]:
        """What each paper says of a sentence."""
        hits = self._library.hits([Found(number, 0.0, 0.0, 0.0, (0, 0)) for number in papers]) if papers else []
        judgements = [self._verifier.verify([text], hit.paper, self._judge)[0] for hit in hits]
        return tuple(
            _backing(hit, judgement, cited.get(hit.number, "")) for hit, judgement in zip(hits, judgements, strict=True)
        )


def _backing(hit: Hit, judgement: Judgement, cited: str) -> Backing:
    best = judgement.evidence[0] if judgement.evidence else Sentence(0, 0, "")
    chances = judgement.support, judgement.contradiction
    return Backing(hit, judgement.verdict.value, best.text, *chances, judgement.reasons, best.start, best.end, cited)


def _of_cited(papers: Sequence[Backing]) -> Status:
    if not papers:
        return "unknown"
    return "cited" if any(paper.says == Verdict.SUPPORTED.value for paper in papers) else "unsupported"


def _of_nearest(papers: Sequence[Backing]) -> Status:
    """Supported by any of the nearest; else contradicted, where the nearest of all says so."""
    if any(paper.says == Verdict.SUPPORTED.value for paper in papers):
        return "supported"
    return "contradicted" if papers and papers[0].says == Verdict.CONTRADICTED.value else "nothing"


def _keys(papers: Sequence[Backing]) -> tuple[str, ...]:
    return tuple(paper.hit.paper.key for paper in papers if paper.says == Verdict.SUPPORTED.value)
