"""The built-in trial of a language model: each thing that it may be asked to do, measured by itself.

What it writes is held against the gold of each item, and never against the program's own check.
"""

import math
import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field

from assistant.answering.checking import parsed
from assistant.answering.drafting import Sentence, drafted
from assistant.answering.prompt import Prompt, fitting
from assistant.answering.trial_items import Asking, Item, Judging, items
from assistant.answering.writer import MOST_OF_EACH, MOST_SENTENCES
from assistant.events import Event, Progress
from assistant.models import LanguageModel, Stop
from assistant.models.trials import Trial

ANSWER_TOKENS = 128

LOST = 0.05
"""Share of the stated answers that may be judged not stated: each is a question wrongly refused."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an item: whether it was right, the sentences written and how many of them are false.

    For judging, `odds` is the log-odds of "Yes", and nothing is right or wrong before all are known; NaN where the
    model cannot tell chances.
    """

    item: Item
    right: bool = False
    said: tuple[str, ...] = ()
    false: int = 0
    odds: float = math.nan


@dataclass
class Speeds:
    """Tokens and seconds of the first prompt, which is read from its start, and of all that was written."""

    read: tuple[int, float] = (0, 0.0)
    written: list[tuple[int, float]] = field(default_factory=list)


def tried(model: LanguageModel, stop: Stop, *, thinking: bool = False) -> Generator[Event, None, Trial | None]:
    """Put the items to a model and return what it did; None where `stop()` ended it. Raises `ModelFailed`."""
    outcomes, speeds, everything = list[Outcome](), Speeds(), items()
    for number, item in enumerate(everything):
        yield Progress(f"Trying {model.name}: {ability_of(item)}", number, len(everything))
        outcomes.append(outcome(item, model, speeds, stop, thinking=thinking))
        if stop():
            return None
    return summed(model.name, outcomes, speeds)


def ability_of(item: Item) -> str:
    """What an item measures."""
    return "judging" if isinstance(item, Judging) else item.ability


def outcome(item: Item, model: LanguageModel, speeds: Speeds, stop: Stop, *, thinking: bool = False) -> Outcome:
    """Put one item to a model, by the prompts that answers are made with."""
    if isinstance(item, Judging):
        return Outcome(item, odds=_odds(item, model, stop))
    asking = "answer" if item.ability == "answering" else "each"
    prompt = fitting(model, asking, item.question, item.paper, ANSWER_TOKENS, thinking=thinking)
    if prompt is None:
        return Outcome(item)
    most = MOST_SENTENCES if item.ability == "answering" else MOST_OF_EACH
    return _held(item, _said(model, prompt, most, speeds, stop))


def _odds(item: Judging, model: LanguageModel, stop: Stop) -> float:
    prompt = fitting(model, "stated", item.question, item.paper, 1)
    chances = model.chances(prompt.chat, ("Yes", "No"), stop=stop) if prompt else None
    return chances[0] - chances[1] if chances else math.nan


def _said(model: LanguageModel, prompt: Prompt, most: int, speeds: Speeds, stop: Stop) -> tuple[str, ...]:
    """The sentences that an answer would be made of."""
    pieces = _Timed(model.write(prompt.chat, limit=prompt.limit, stop=stop))
    said = tuple(text for part in drafted(pieces, most=most) if isinstance(part, Sentence) if (text := _text(part)))
    if not speeds.read[0]:
        speeds.read = (prompt.tokens, pieces.first)
    speeds.written.append((max(0, pieces.count - 1), pieces.rest))
    return said


def _text(sentence: Sentence) -> str:
    return parsed(sentence.text).text


def _held(item: Asking, said: Sequence[str]) -> Outcome:
    false = sum(item.gold.is_false(sentence) for sentence in said)
    return Outcome(item, item.gold.is_met(" ".join(said)) and not false, tuple(said), false)


def summed(name: str, outcomes: Sequence[Outcome], speeds: Speeds) -> Trial:
    """What a model did, ability by ability."""
    judged = [one for one in outcomes if not math.isnan(one.odds)]
    written = [one for one in outcomes if not isinstance(one.item, Judging)]
    right: dict[str, tuple[int, int]] = {}
    for ability in dict.fromkeys(ability_of(one.item) for one in written):
        of = [one.right for one in written if ability_of(one.item) == ability]
        right[ability] = (sum(of), len(of))
    if judged:
        right["judging"] = (sum(_well_judged(judged)), len(judged))
    prefill, decode = _rate(*speeds.read), _rate(*(sum(column) for column in zip((0, 0.0), *speeds.written)))
    return Trial(
        name,
        right,
        false=_share(sum(one.false for one in written), sum(len(one.said) for one in written)),
        area=area_under_curve(judged),
        stated_from=stated_from(judged),
        prefill=prefill,
        decode=decode,
        reads=round(prefill / decode, 3) if decode else 0.0,
    )


def stated_from(judged: Sequence[Outcome]) -> float:
    """The highest log-odds from which on no more than `LOST` of the stated answers are missed; 0 where none is known."""
    odds = sorted(one.odds for one in judged if _is_stated(one))
    return math.floor(100 * odds[int(len(odds) * LOST)]) / 100 if odds else 0.0


def area_under_curve(judged: Sequence[Outcome]) -> float:
    """The chance that a stated answer has higher odds than one that is not stated; 0 where none is known."""
    stated = [one.odds for one in judged if _is_stated(one)]
    missing = [one.odds for one in judged if not _is_stated(one)]
    above = sum((yes > no) + (yes == no) / 2 for yes in stated for no in missing)
    return _share(above, len(stated) * len(missing))


def _well_judged(judged: Sequence[Outcome]) -> Iterator[bool]:
    """Whether each is judged rightly by the odds that the items of all other papers ask for."""
    for one in judged:
        others = [other for other in judged if other.item.paper is not one.item.paper]
        yield (one.odds >= stated_from(others)) == _is_stated(one)


def _is_stated(one: Outcome) -> bool:
    return isinstance(one.item, Judging) and one.item.stated


class _Timed:
    """Pieces, how many there were, and the seconds to the first and from there to the last."""

    def __init__(self, pieces: Iterator[str]) -> None:
        self._pieces = pieces
        self.count = 0
        self.first = self.rest = 0.0

    def __iter__(self) -> Iterator[str]:
        began = time.perf_counter()
        for piece in self._pieces:
            if not self.count:
                self.first = time.perf_counter() - began
            self.count += 1
            yield piece
            self.rest = time.perf_counter() - began - self.first


def _share(part: float, whole: float) -> float:
    return round(part / whole, 3) if whole else 0.0


def _rate(tokens: float, seconds: float) -> float:
    return round(tokens / seconds, 1) if seconds > 0 else 0.0
