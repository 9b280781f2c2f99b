"""From a question to a checked answer."""

import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field

from assistant.answering.checking import Checker, Draft, parsed
from assistant.answering.composing import Composer, escaped, leaves_out, markdown
from assistant.answering.drafting import MOST_SENTENCES, Part, Piece, drafted
from assistant.answering.evidence import Evidence, EvidenceFinder, Wanted
from assistant.answering.facts import fact_asked, told_facts
from assistant.answering.followups import StandAlone, standing_alone
from assistant.answering.judging import Judge
from assistant.answering.limits import merged
from assistant.answering.pointing import own_words
from assistant.answering.present import present
from assistant.answering.prompt import LEAD_IN_TOKENS, Prompt, fitting
from assistant.answering.questions import asked, compares, read_as, wants_all, wants_several
from assistant.answering.templates import NOT_IN_LIBRARY, check_all
from assistant.answering.thinking import Thought
from assistant.conversation import Turn
from assistant.errors import ModelFailed, ServerFailed
from assistant.events import Answer, Checked, Drafted, Event, Finished, Note, Progress, Retrieved, Source
from assistant.models import LanguageModel, Stop
from assistant.models.files import NONE
from assistant.models.trials import known
from assistant.settings import Settings
from store.library import Library
from store.records import Filters, Hit
from store.terms import terms

LoadModel = Callable[[], Generator[Event, None, LanguageModel]]

NO_MODEL = "No language model is installed: the answer is made of quotes. `assistant models list` says how to add one."
EMPTY_LIBRARY = (
    "The library is empty. Add a bibliography with `assistant add FILE`, or the sample with `assistant add --sample`."
)
NOTHING_PASSES = "No paper of the library passes the filters."


@dataclass
class Clock:
    """Seconds since the question, by name, and how many tokens went in and out."""

    began: float = field(default_factory=time.monotonic)
    seconds: dict[str, float] = field(default_factory=dict)
    tokens: dict[str, int] = field(default_factory=dict)

    def mark(self, name: str) -> None:
        """Note the time under a name, the first time only."""
        self.seconds.setdefault(name, time.monotonic() - self.began)

    @property
    def tokens_per_second(self) -> float:
        """The writing speed; 0 where nothing was written."""
        written = self.tokens.get("completion", 0) - 1
        spent = self.seconds.get("written", 0.0) - self.seconds.get("first_token", 0.0)
        return written / spent if written > 0 and spent > 0 else 0.0


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as typed, as it stands alone ("" where that is the same), and the filters that hold for it."""

    question: str
    rewritten: str
    filters: Filters


class Answerer:
    """Answers questions from one library; evidence first, then a checked draft."""

    def __init__(self, library: Library, settings: Settings, judge: Judge | None = None) -> None:
        check_all()
        self._judge = judge
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
    ) -> Iterator[Event]:
        """Yield the evidence, then the answer as it grows, then how it ended.

        `load` yields progress and returns the language model; None where there is none.
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
        asked_for = Asked(question, "" if alone.text == question else alone.text, filters)
        yield Retrieved(question, evidence.sources, evidence.searched, asked_for.rewritten)
        if not evidence.sources:
            yield Finished(_refusal(asked_for, evidence, clock, stop()))
            return
        composer = Composer(evidence.sources)
        if load is None and self._settings.model != NONE:
            yield Note(NO_MODEL)
        model = yield from self._written(alone.text, evidence, composer, load, clock, stop)
        for claim in composer.rest():
            yield Checked("", claim)
        clock.mark("total")
        yield Finished(_answer(asked_for, composer, model, clock, stop()), clock.tokens_per_second)

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

    def _written(
        self,
        question: str,
        evidence: Evidence,
        composer: Composer,
        load: LoadModel | None,
        clock: Clock,
        stop: Stop,
    ) -> Generator[Event, None, str]:
        """Draft and check; returns the model's name, "" where none wrote."""
        if load is None or stop():
            return ""
        try:
            model = yield from load()
        except ServerFailed as error:
            yield Note(f"{error} The answer is made of quotes. {error.hint}".strip())
            return ""
        trial = known(self._settings.home).get(model.identity)
        prose = trial is None or trial.prose
        room = self._settings.answer_tokens if prose else min(LEAD_IN_TOKENS, self._settings.answer_tokens)
        prompt = fitting(model, question, evidence.sources, room, thinking=self._settings.thinking)
        if prompt is None:
            yield Note(
                f"The context of {model.context_size} tokens is smaller than the question: the answer is made of"
                " quotes. Raise the setting 'context_size'."
            )
            return ""
        clock.tokens["prompt"] = prompt.tokens
        held = self._finder.sentences(evidence.sources)
        checker = Checker(self._library.embedder, evidence.sources, held, self._judge)
        parts = drafted(_pieces(model, prompt, evidence.sources, clock, stop), most=MOST_SENTENCES if prose else 1)
        yield from _checked(parts, checker, composer, whole=not prose)
        clock.mark("written")
        return model.name


def _pieces(model: LanguageModel, prompt: Prompt, sources: Sequence[Source], clock: Clock, stop: Stop) -> Iterator[str]:
    clock.tokens["completion"] = 0
    for piece in model.write(prompt.chat, limit=prompt.limit, stop=stop, citable=[s.number for s in sources]):
        clock.mark("first_token")
        clock.tokens["completion"] += 1
        yield piece


def _checked(parts: Iterator[Part], checker: Checker, composer: Composer, *, whole: bool) -> Iterator[Event]:
    """Draw what is written and settle each sentence; a model that fails in the middle leaves what it has written."""
    thoughts = 0
    try:
        for part in parts:
            if isinstance(part, Thought):
                thoughts += 1
                yield Progress("The model is thinking", thoughts)
            elif isinstance(part, Piece):
                yield Drafted(part.text)
            else:
                yield _settled(part.text, checker, composer, whole=whole)
    except ModelFailed as error:
        yield Note(f"{error} The rest of the answer is made of quotes. {error.hint}".strip())


def _settled(sentence: str, checker: Checker, composer: Composer, *, whole: bool) -> Checked:
    """What becomes of a drafted sentence; with `whole` a quote takes the place of one that leaves part of it out."""
    draft = parsed(sentence)
    claim = checker.check(draft)
    if claim and not (whole and leaves_out(claim)) and composer.keep(claim):
        return Checked(sentence, claim)
    if claim and whole:
        return Checked(sentence, composer.in_place_of(draft))
    return Checked(sentence, None if claim or _says_nothing(draft) else composer.in_place_of(draft))


def _says_nothing(draft: Draft) -> bool:
    return NOT_IN_LIBRARY.casefold().rstrip(".") in draft.text.casefold() or not draft.text


def _answer(asked_for: Asked, composer: Composer, model: str, clock: Clock, stopped: bool) -> Answer:
    claims = tuple(composer.claims)
    return Answer(
        asked_for.question,
        True,
        markdown(claims, composer.sources()),
        claims,
        composer.sources(),
        model=model,
        seconds={name: value for name, value in clock.seconds.items() if name != "written"},
        tokens=clock.tokens,
        stopped=stopped,
        rewritten=asked_for.rewritten,
        filters=asked_for.filters,
    )


def _refusal(asked_for: Asked, evidence: Evidence, clock: Clock, stopped: bool) -> Answer:
    clock.mark("total")
    return Answer(
        asked_for.question,
        False,
        " ".join(part for part in (NOT_IN_LIBRARY, escaped(evidence.lacking)) if part),
        closest=evidence.closest,
        seconds=clock.seconds,
        stopped=stopped,
        rewritten=asked_for.rewritten,
        filters=asked_for.filters,
    )
