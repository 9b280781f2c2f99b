"""From a question to a checked answer."""

import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field

from assistant.answering.checking import Checker, Draft, parsed
from assistant.answering.composing import Composer, escaped, markdown
from assistant.answering.drafting import Piece, drafted
from assistant.answering.evidence import Evidence, EvidenceFinder
from assistant.answering.prompt import fitting
from assistant.answering.questions import asked, compares, standing_alone, wants_all, wants_several
from assistant.answering.templates import NOT_IN_LIBRARY, check_all
from assistant.conversation import Turn
from assistant.events import Answer, Checked, Drafted, Event, Finished, Note, Retrieved
from assistant.models import LanguageModel, Message, Stop
from assistant.settings import Settings
from store.library import Library
from store.records import Filters

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


class Answerer:
    """Answers questions from one library; evidence first, then a checked draft."""

    def __init__(self, library: Library, settings: Settings) -> None:
        check_all()
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
        evidence = self._evidence(question, history, filters)
        clock.mark("evidence")
        if filters and not evidence.closest:
            yield Note(NOTHING_PASSES)
        yield Retrieved(question, evidence.sources, evidence.searched)
        if not evidence.sources:
            yield Finished(_refusal(question, evidence, clock, stop()))
            return
        composer = Composer(evidence.sources)
        if load is None:
            yield Note(NO_MODEL)
        model = yield from self._written(question, evidence, composer, load, clock, stop)
        for claim in composer.rest():
            yield Checked("", claim)
        clock.mark("total")
        yield Finished(_answer(question, composer, model, clock, stop()), clock.tokens_per_second)

    def _evidence(self, question: str, history: Sequence[Turn], filters: Filters) -> Evidence:
        alone = standing_alone(question, history)
        return self._finder.find(
            question,
            filters=filters,
            most_papers=self._settings.evidence_papers,
            several=wants_several(question),
            broad=wants_all(question),
            at_least=2 if compares(question) else 1,
            preferred=alone.preferred,
        )

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
        model = yield from load()
        prompt = fitting(model, question, evidence.sources, self._settings.answer_tokens)
        if prompt is None:
            yield Note(
                f"The context of {model.context_size} tokens is smaller than the evidence: the answer is made of"
                " quotes. Raise the setting 'context_size' or lower 'answer_tokens'."
            )
            return ""
        chat, clock.tokens["prompt"] = prompt
        checker = Checker(self._library.embedder, evidence.sources, self._finder.sentences(evidence.sources))
        for part in drafted(self._pieces(model, chat, clock, stop)):
            if isinstance(part, Piece):
                yield Drafted(part.text)
            else:
                yield _settled(part.text, checker, composer)
        clock.mark("written")
        return model.name

    def _pieces(self, model: LanguageModel, chat: list[Message], clock: Clock, stop: Stop) -> Iterator[str]:
        clock.tokens["completion"] = 0
        for piece in model.write(chat, limit=self._settings.answer_tokens, stop=stop):
            clock.mark("first_token")
            clock.tokens["completion"] += 1
            yield piece


def _settled(sentence: str, checker: Checker, composer: Composer) -> Checked:
    draft = parsed(sentence)
    claim = checker.check(draft)
    if claim and composer.keep(claim):
        return Checked(sentence, claim)
    return Checked(sentence, None if claim or _says_nothing(draft) else composer.in_place_of(draft))


def _says_nothing(draft: Draft) -> bool:
    return NOT_IN_LIBRARY.casefold().rstrip(".") in draft.text.casefold() or not draft.text


def _answer(question: str, composer: Composer, model: str, clock: Clock, stopped: bool) -> Answer:
    claims = tuple(composer.claims)
    seconds = {name: value for name, value in clock.seconds.items() if name != "written"}
    return Answer(
        question, True, markdown(claims), claims, composer.sources(), (), model, seconds, clock.tokens, stopped
    )


def _refusal(question: str, evidence: Evidence, clock: Clock, stopped: bool) -> Answer:
    clock.mark("total")
    text = " ".join(part for part in (NOT_IN_LIBRARY, escaped(evidence.lacking)) if part)
    return Answer(question, False, text, closest=evidence.closest, seconds=clock.seconds, stopped=stopped)
