"""Each sentence of a draft checked against the papers that it cites, or against the nearest of the library."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from assistant.answering.words import telling
from assistant.drafts.citing import Resolver
from assistant.drafts.marking import Citation, DraftSentence
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
        self,
        name: str,
        text: str,
        *,
        suggest: bool,
        stop: Callable[[], bool],
        cited_only: bool = False,
        known: Sequence[CheckedSentence] = (),
    ) -> Iterator[Event]:
        """Yield each sentence as it is checked, then the report; stopping reports what was checked.

        Sentences that are among the `known`, with the same papers cited, are not checked again and not yielded.
        """
        yield Progress("Reading the draft", 0)
        draft = read(name, text)
        resolver = Resolver(self._library, draft.entries)
        worth = [pair for pair in self._worth(draft.sentences, resolver) if pair[0].citations or not cited_only]
        before = {(one.text, one.cited, one.meant): one for one in known}
        checked: list[CheckedSentence] = []
        for place, (sentence, meant) in enumerate(worth):
            if stop():
                break
            yield Progress("Checking sentences", place, len(worth))
            found = before.get(_identity(sentence, meant))
            if found is not None:
                last = sentence.last_line
                checked.append(replace(found, line=sentence.line, last_line=last, file=sentence.file))
                continue
            checked.append(self._checked(sentence, meant, suggest=suggest))
            yield SentenceChecked(checked[-1])
        stopped = len(checked) < len(worth)
        missing = tuple(map(str, draft.missing))
        yield DraftChecked(DraftReport(tuple(checked), draft.form, stopped, draft.files, missing))

    def _worth(
        self, sentences: Sequence[DraftSentence], resolver: Resolver
    ) -> list[tuple[DraftSentence, dict[Citation, tuple[int, ...]]]]:
        """The sentences that claim something, with the papers that they mean; a note that names a paper cites it."""
        found = []
        references: set[str] = set()
        for sentence in sentences:
            meant = {citation: resolver.papers(citation) for citation in sentence.citations}
            notes = {citation.name for citation, numbers in meant.items() if citation.kind == "note" and numbers}
            references |= notes
            found.append((sentence, {c: n for c, n in meant.items() if c.kind != "note" or n}))
        return [
            (sentence, meant)
            for sentence, meant in found
            if (meant or len(set(telling(sentence.text))) >= LEAST_WORDS) and sentence.note not in references
        ]

    def _checked(
        self, sentence: DraftSentence, meant: dict[Citation, tuple[int, ...]], *, suggest: bool
    ) -> CheckedSentence:
        cited = {number: citation.shown for citation, numbers in meant.items() for number in numbers}
        unknown = tuple(citation.shown for citation, numbers in meant.items() if not numbers)
        backings = self._backings(sentence.text, [*cited], cited)
        silent = tuple(cited[backing.hit.number] for backing in backings if not backing.hit.paper.abstract)
        spoken = tuple(backing for backing in backings if backing.hit.paper.abstract)
        cautions = tuple((cited[each.hit.number], each.hit.paper.status) for each in backings if each.hit.paper.status)
        status: Status = _of_cited(spoken) if meant else "nothing"
        near = self._nearest(sentence.text, cited) if not meant or (suggest and status != "cited") else ()
        if not meant:
            status = _of_nearest(near)
        suggested = near if suggest and status != "cited" else ()
        return CheckedSentence(
            sentence.text,
            sentence.line,
            sentence.last_line,
            status,
            tuple(citation.shown for citation in meant),
            unknown,
            silent,
            spoken if meant else near,
            tuple(paper for paper in suggested if paper.says == Verdict.SUPPORTED.value),
            sentence.file,
            tuple(sorted(cited)),
            cautions,
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


def _identity(
    sentence: DraftSentence, meant: dict[Citation, tuple[int, ...]]
) -> tuple[str, tuple[str, ...], tuple[int, ...]]:
    """What makes a sentence the same one in a later state of the draft."""
    numbers = {number for each in meant.values() for number in each}
    return sentence.text, tuple(citation.shown for citation in meant), tuple(sorted(numbers))
