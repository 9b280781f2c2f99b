"""A short built-in trial of a language model: does it keep to the evidence, cite, answer, refuse and stop?

The papers and their facts are invented, so that no model can know them from elsewhere.
"""

import json
import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field
from importlib.resources import files

from assistant.answering.checking import Checker, parsed
from assistant.answering.drafting import Sentence, drafted
from assistant.answering.prompt import fitting
from assistant.answering.templates import NOT_IN_LIBRARY
from assistant.events import Event, Progress, Quote, Source
from assistant.models import LanguageModel, Stop
from assistant.models.trials import Trial
from store.embedding import Embedder
from store.records import Hit, Paper
from store.sentence_vectors import SentenceVectors
from store.sentences import sentences

ANSWER_TOKENS = 128


@dataclass(frozen=True, slots=True)
class Case:
    """A question, the sources it comes with, and the fact of its answer; "" where they do not answer it."""

    question: str
    sources: tuple[Source, ...]
    fact: str


@dataclass
class Outcome:
    """What was counted over the cases so far."""

    cases: int = 0
    sentences: int = 0
    cited: int = 0
    supported: int = 0
    answerable: int = 0
    answered: int = 0
    refused: int = 0
    stopped: int = 0
    read: tuple[int, float] = (0, 0.0)
    written: list[tuple[int, float]] = field(default_factory=list)


def cases() -> tuple[Case, ...]:
    """The built-in cases."""
    given = json.loads(files("assistant.answering").joinpath("trial.json").read_text(encoding="utf-8"))
    papers = [Paper(**paper) for paper in given["papers"]]
    return tuple(
        Case(case["question"], tuple(_source(n, p, papers[p]) for n, p in enumerate(case["papers"], 1)), case["fact"])
        for case in given["cases"]
    )


def tried(model: LanguageModel, embedder: Embedder, stop: Stop) -> Generator[Event, None, Trial | None]:
    """Put the cases to a model and return what it did; None where `stop()` ended it. Raises `ModelFailed`."""
    outcome, vectors, all_cases = Outcome(), SentenceVectors(embedder), cases()
    for number, case in enumerate(all_cases):
        yield Progress(f"Trying {model.name}: {case.question}", number, len(all_cases))
        abstracts = vectors.of({source.hit.number: source.hit.paper for source in case.sources})
        checker = Checker(embedder, case.sources, {s.number: abstracts[s.hit.number] for s in case.sources})
        _put(case, model, checker, outcome, stop)
        if stop():
            return None
    return _trial(model.name, outcome)


def _put(case: Case, model: LanguageModel, checker: Checker, outcome: Outcome, stop: Stop) -> None:
    prompt = fitting(model, case.question, case.sources, ANSWER_TOKENS)
    if prompt is None:
        return
    pieces = _Timed(model.write(prompt.chat, limit=prompt.limit, stop=stop, citable=[s.number for s in case.sources]))
    said = [part.text for part in drafted(pieces) if isinstance(part, Sentence)]
    outcome.cases += 1
    outcome.stopped += pieces.ended and pieces.count < prompt.limit
    if not outcome.read[0]:
        outcome.read = (prompt.tokens, pieces.first)
    outcome.written.append((max(0, pieces.count - 1), pieces.rest))
    _judge(case, said, checker, outcome)


def _judge(case: Case, said: Sequence[str], checker: Checker, outcome: Outcome) -> None:
    refusal = any(NOT_IN_LIBRARY.casefold().rstrip(".") in sentence.casefold() for sentence in said)
    if not case.fact:
        outcome.refused += refusal
        return
    drafts = [parsed(sentence) for sentence in said]
    numbers = {source.number for source in case.sources}
    outcome.answerable += 1
    outcome.sentences += len(drafts)
    outcome.cited += sum(bool(draft.cited) and set(draft.cited) <= numbers for draft in drafts)
    kept = [claim.text for draft in drafts if draft.cited and (claim := checker.check(draft))]
    outcome.supported += len(kept)
    outcome.answered += any(case.fact in text for text in kept)


def _trial(name: str, outcome: Outcome) -> Trial:
    written, spent = (sum(column) for column in zip(*outcome.written, strict=True)) if outcome.written else (0, 0.0)
    prefill, decode = _rate(*outcome.read), _rate(int(written), spent)
    return Trial(
        name,
        cited=_share(outcome.cited, outcome.sentences),
        supported=_share(outcome.supported, outcome.sentences),
        answered=_share(outcome.answered, outcome.answerable),
        refused=_share(outcome.refused, outcome.cases - outcome.answerable),
        stopped=_share(outcome.stopped, outcome.cases),
        sentences=outcome.sentences,
        prefill=prefill,
        decode=decode,
        reads=_share(prefill, decode),
    )


class _Timed:
    """Pieces, how many there were, the seconds to the first and from there to the last, and whether they ended."""

    def __init__(self, pieces: Iterator[str]) -> None:
        self._pieces = pieces
        self.count = 0
        self.first = self.rest = 0.0
        self.ended = False

    def __iter__(self) -> Iterator[str]:
        began = time.perf_counter()
        for piece in self._pieces:
            if not self.count:
                self.first = time.perf_counter() - began
            self.count += 1
            yield piece
            self.rest = time.perf_counter() - began - self.first
        self.ended = True


def _source(number: int, row: int, paper: Paper) -> Source:
    quotes = tuple(Quote(number, s.text, s.start, s.end) for s in sentences(paper.abstract))
    return Source(number, Hit(row, paper, 1.0, ""), quotes)


def _share(part: float, whole: float) -> float:
    return round(part / whole, 3) if whole else 0.0


def _rate(tokens: int, seconds: float) -> float:
    return round(tokens / seconds, 1) if seconds > 0 else 0.0
