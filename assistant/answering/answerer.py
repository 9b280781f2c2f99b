"""From a question to a checked answer."""

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import replace

from assistant.answering.catalogue_answers import catalogue_events
from assistant.answering.clock import Clock
from assistant.answering.composing import Composer, escaped, markdown
from assistant.answering.evidence import Evidence, EvidenceFinder
from assistant.answering.templates import NOT_IN_LIBRARY, check_all
from assistant.answering.writer import MOST_QUOTES, Writer
from assistant.conversation import Turn
from assistant.errors import ModelFailed, ServerFailed
from assistant.events import Answer, Checked, Event, Finished, Note, Retrieved, Source
from assistant.models import LanguageModel, Stop
from assistant.models.files import NONE
from assistant.models.trials import known
from assistant.settings import Settings
from assistant.understanding.question import Question, read_as, understood
from assistant.verification.verifier import Verifier
from store.library import Library
from store.records import Filters, Hit

LoadModel = Callable[[], Generator[Event, None, LanguageModel]]

NO_MODEL = "No language model is installed: the answer is made of quotes. `assistant models list` says how to add one."
EMPTY_LIBRARY = (
    "The library is empty. Add a bibliography with `assistant add FILE`, or the sample with `assistant add --sample`."
)
NOTHING_PASSES = "No paper of the library passes the filters."


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
        text: str,
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
        clock, catalogue = Clock(), self._library.catalogue
        if not catalogue.count():
            yield Note(EMPTY_LIBRARY)
        question = understood(text, history, filters, catalogue, self._library.is_word)
        if question.catalogue:
            yield from catalogue_events(question, catalogue)
            return
        if question.note:
            yield from self._not_understood(question)
            return
        evidence = self._finder.find(question, self._settings.evidence_papers)
        clock.mark("evidence")
        if note := read_as(self._library.repaired(question.asked)):
            yield Note(note)
        if question.filters and not (evidence.sources or evidence.closest):
            yield Note(self._nothing_passes(question.filters))
        yield Retrieved(question.asked, evidence.sources, evidence.searched, question.rewritten)
        if load is None and self._settings.model != NONE and evidence.sources and not quotes_only:
            yield Note(NO_MODEL)
        yield from self._answered(question, evidence, None if quotes_only else load, clock, stop)

    def _answered(
        self, question: Question, evidence: Evidence, load: LoadModel | None, clock: Clock, stop: Stop
    ) -> Iterator[Event]:
        writer = None
        if load is not None and evidence.asked and not stop():
            writer = yield from self._writer(question, load, clock, stop)
        judged = bool(writer and writer.can_judge)
        sources = self._asked(question, evidence) if judged else evidence.sources
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
            yield Finished(_answer(question, composer, name, clock, stop()), clock.tokens_per_second)
        else:
            yield Finished(_refusal(question, evidence, name, clock, stop()))

    def _asked(self, question: Question, evidence: Evidence) -> tuple[Source, ...]:
        """The papers that are asked whether they answer; for a follow-up also those near it with what it points to."""
        if not question.rewritten:
            return evidence.asked
        return (*evidence.asked, *self._finder.further(question.rewritten, question.filters, evidence.asked))

    def _writer(
        self, question: Question, load: LoadModel, clock: Clock, stop: Stop
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
        return Writer(
            model, trial, self._verifier, self._settings, question.alone, question.several or question.each, clock, stop
        )

    def _not_understood(self, question: Question) -> Iterator[Event]:
        """Say that the question points to nothing, and show what it could have pointed to."""
        papers = self._library.catalogue.papers(question.papers)
        yield Note(question.note)
        yield Retrieved(question.asked, (), self._library.catalogue.count())
        closest = tuple(Hit(number, paper, 0.0, "") for number, paper in papers.items())
        seconds = {"evidence": 0.0, "total": 0.0}
        yield Finished(Answer(question.asked, False, NOT_IN_LIBRARY, closest=closest, seconds=seconds))

    def _nothing_passes(self, filters: Filters) -> str:
        years = filters.years != (None, None) and not self._library.catalogue.allowed(Filters(years=(0, 9999)))
        return f"{NOTHING_PASSES} None of them says its year." if years else NOTHING_PASSES


def _answer(question: Question, composer: Composer, model: str, clock: Clock, stopped: bool) -> Answer:
    claims = tuple(composer.claims)
    return Answer(
        question.asked,
        True,
        markdown(claims, composer.sources()),
        claims,
        composer.sources(),
        model=model,
        seconds=clock.told(),
        tokens=clock.tokens,
        stopped=stopped,
        rewritten=question.rewritten,
        filters=question.filters,
        understood=question.as_json(),
    )


def _refusal(question: Question, evidence: Evidence, model: str, clock: Clock, stopped: bool) -> Answer:
    clock.mark("total")
    nearest = evidence.closest or tuple(_with_sentence(source) for source in evidence.asked[:3])
    return Answer(
        question.asked,
        False,
        " ".join(part for part in (NOT_IN_LIBRARY, escaped(evidence.lacking)) if part),
        closest=nearest,
        model=model,
        seconds=clock.told(),
        tokens=clock.tokens,
        stopped=stopped,
        rewritten=question.rewritten,
        filters=question.filters,
        understood=question.as_json(),
    )


def _with_sentence(source: Source) -> Hit:
    """A paper that was asked and does not answer, with its nearest sentence."""
    if not source.quotes:
        return source.hit
    return replace(source.hit, why=replace(source.hit.why, sentence=source.quotes[0].text))
