"""From a question to a checked answer."""

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.answering.clock import Clock
from assistant.answering.composing import Composer, escaped, markdown
from assistant.answering.evidence import Evidence, EvidenceFinder, Wanted
from assistant.answering.facts import fact_asked, told_facts
from assistant.answering.followups import StandAlone, standing_alone
from assistant.answering.limits import merged
from assistant.answering.pointing import own_words
from assistant.answering.present import present
from assistant.answering.questions import asked, compares, read_as, wants_all, wants_several
from assistant.answering.templates import NOT_IN_LIBRARY, check_all
from assistant.answering.writer import MOST_QUOTES, Writer
from assistant.conversation import Turn
from assistant.errors import ModelFailed, ServerFailed
from assistant.events import Answer, Checked, Event, Finished, Note, Retrieved, Source
from assistant.models import LanguageModel, Stop
from assistant.models.files import NONE
from assistant.models.trials import known
from assistant.settings import Settings
from assistant.verification.verifier import Verifier
from store.library import Library
from store.records import Filters, Hit
from store.terms import terms

LoadModel = Callable[[], Generator[Event, None, LanguageModel]]

NO_MODEL = "No language model is installed: the answer is made of quotes. `assistant models list` says how to add one."
EMPTY_LIBRARY = (
    "The library is empty. Add a bibliography with `assistant add FILE`, or the sample with `assistant add --sample`."
)
NOTHING_PASSES = "No paper of the library passes the filters."


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as typed, as it stands alone ("" where that is the same), and the filters that hold for it."""

    question: str
    rewritten: str
    filters: Filters
    several: bool = False

    @property
    def alone(self) -> str:
        """The question as it can be understood without what was said before."""
        return self.rewritten or self.question


class Answerer:
    """Answers questions from one library; evidence first, then a checked draft."""

    def __init__(self, library: Library, settings: Settings, verifier: Verifier | None = None) -> None:
        check_all()
        self._verifier = verifier or Verifier(library.embedder)
        self._library = library
        self._settings = settings
        self._finder = EvidenceFinder(library)

    def events(
        self,
        question: str,
        history: Sequence[Turn],
        filters: Filters,
        load: LoadModel | None,
        stop: Stop,
        *,
        quotes_only: bool = False,
    ) -> Iterator[Event]:
        """Yield the evidence, then the answer as it grows, then how it ended.

        `load` yields progress and returns the language model; None where there is none. With `quotes_only` it is
        not asked.
        """
        clock = Clock()
        question = asked(question)
        if not self._library.catalogue.count():
            yield Note(EMPTY_LIBRARY)
        history = present(history, self._library.catalogue)
        if fact := fact_asked(question, history):
            clock.mark("evidence")
            yield from told_facts(question, fact, self._library.catalogue.count())
            return
        alone = standing_alone(question, history)
        filters = merged(filters, alone.filters)
        if alone.note:
            yield from self._not_understood(question, alone)
            return
        evidence = self._evidence(alone, filters)
        clock.mark("evidence")
        if note := read_as(self._library.repaired(question)):
            yield Note(note)
        if filters and not (evidence.sources or evidence.closest):
            yield Note(self._nothing_passes(filters))
        several = wants_several(alone.sought) or alone.each
        asked_for = Asked(question, "" if alone.text == question else alone.text, filters, several)
        yield Retrieved(question, evidence.sources, evidence.searched, asked_for.rewritten)
        if load is None and self._settings.model != NONE and evidence.sources and not quotes_only:
            yield Note(NO_MODEL)
        yield from self._answered(asked_for, evidence, None if quotes_only else load, clock, stop)

    def _answered(
        self, asked_for: Asked, evidence: Evidence, load: LoadModel | None, clock: Clock, stop: Stop
    ) -> Iterator[Event]:
        writer = None
        if load is not None and evidence.asked and not stop():
            writer = yield from self._writer(asked_for, load, clock, stop)
        judged = bool(writer and writer.can_judge)
        sources = self._asked(asked_for, evidence) if judged else evidence.sources
        composer = Composer(sources)
        if writer and sources:
            try:
                yield from writer.events(sources, composer)
            except ModelFailed as error:
                yield Note(f"{error} The rest of the answer is made of quotes. {error.hint}".strip())
                for claim in composer.quotes(evidence.sources, most=MOST_QUOTES):
                    yield Checked("", claim)
                judged = False
        if not composer.claims and not (judged and not stop()):
            for claim in composer.quotes(evidence.sources, most=MOST_QUOTES):
                yield Checked("", claim)
        name = writer.name if writer else ""
        if composer.claims:
            clock.mark("total")
            yield Finished(_answer(asked_for, composer, name, clock, stop()), clock.tokens_per_second)
        else:
            yield Finished(_refusal(asked_for, evidence, name, clock, stop()))

    def _asked(self, asked_for: Asked, evidence: Evidence) -> tuple[Source, ...]:
        """The papers that are asked whether they answer; for a follow-up also those near it with what it points to."""
        if not asked_for.rewritten:
            return evidence.asked
        return (*evidence.asked, *self._finder.further(asked_for.rewritten, asked_for.filters, evidence.asked))

    def _writer(
        self, asked_for: Asked, load: LoadModel, clock: Clock, stop: Stop
    ) -> Generator[Event, None, Writer | None]:
        """The model with what it may do; None where it cannot be reached, or cannot write."""
        try:
            model = yield from load()
        except ServerFailed as error:
            yield Note(f"{error} The answer is made of quotes. {error.hint}".strip())
            return None
        trial = known(self._settings.home).get(model.identity)
        if trial is not None and not (trial.may("answering") or trial.may("judging")):
            return None
        return Writer(model, trial, self._verifier, self._settings, asked_for.alone, asked_for.several, clock, stop)

    def _not_understood(self, question: str, alone: StandAlone) -> Iterator[Event]:
        """Say that the question points to nothing, and show what it could have pointed to."""
        papers = self._library.catalogue.papers(alone.preferred)
        yield Note(alone.note)
        yield Retrieved(question, (), self._library.catalogue.count())
        closest = tuple(Hit(number, paper, 0.0, "") for number, paper in papers.items())
        seconds = {"evidence": 0.0, "total": 0.0}
        yield Finished(Answer(question, False, NOT_IN_LIBRARY, closest=closest, seconds=seconds))

    def _is_bound(self, alone: StandAlone) -> bool:
        """Whether only the papers pointed to may answer: not where the library has none of the question's words."""
        own = [term for word in own_words(alone.sought) for term in terms(word)]
        known = self._library.catalogue.document_frequency(own)
        return alone.bound and (alone.each or not own or any(known.values()))

    def _nothing_passes(self, filters: Filters) -> str:
        years = filters.years != (None, None) and not self._library.catalogue.allowed(Filters(years=(0, 9999)))
        return f"{NOTHING_PASSES} None of them says its year." if years else NOTHING_PASSES

    def _evidence(self, alone: StandAlone, filters: Filters) -> Evidence:
        together = len(alone.preferred) if alone.each else 1
        wanted = Wanted(
            alone.sought,
            filters,
            most_papers=self._settings.evidence_papers,
            several=wants_several(alone.sought),
            broad=wants_all(alone.sought),
            at_least=max(together, 2 if compares(alone.sought) else 1),
            preferred=alone.preferred,
            bound=self._is_bound(alone),
            each=alone.each,
            without=alone.without,
            told=alone.told,
        )
        return self._finder.find(wanted)


def _answer(asked_for: Asked, composer: Composer, model: str, clock: Clock, stopped: bool) -> Answer:
    claims = tuple(composer.claims)
    return Answer(
        asked_for.question,
        True,
        markdown(claims, composer.sources()),
        claims,
        composer.sources(),
        model=model,
        seconds=clock.told(),
        tokens=clock.tokens,
        stopped=stopped,
        rewritten=asked_for.rewritten,
        filters=asked_for.filters,
    )


def _refusal(asked_for: Asked, evidence: Evidence, model: str, clock: Clock, stopped: bool) -> Answer:
    clock.mark("total")
    nearest = evidence.closest or tuple(_with_sentence(source) for source in evidence.asked[:3])
    return Answer(
        asked_for.question,
        False,
        " ".join(part for part in (NOT_IN_LIBRARY, escaped(evidence.lacking)) if part),
        closest=nearest,
        model=model,
        seconds=clock.told(),
        tokens=clock.tokens,
        stopped=stopped,
        rewritten=asked_for.rewritten,
        filters=asked_for.filters,
    )


def _with_sentence(source: Source) -> Hit:
    """A paper that was asked and does not answer, with its nearest sentence."""
    if not source.quotes:
        return source.hit
    return replace(source.hit, why=replace(source.hit.why, sentence=source.quotes[0].text))
