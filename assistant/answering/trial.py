"""The built-in trial of a language model: each thing that it may be asked to do, measured by itself.

What it writes is held against the gold of each item, and never against the program's own check.
"""

import math
import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field

from assistant.answering.checking import parsed
from assistant.answering.drafting import Sentence, drafted, ended
from assistant.answering.naming_themes import theme_name
from assistant.answering.prompt import fitting
from assistant.answering.rewriting import rewritten
from assistant.answering.synthesis import synthesis
from assistant.answering.trial_items import Asking, Item, Judging, Naming, Rewriting, Synthesis, items
from assistant.answering.writer import MOST_OF_EACH, MOST_SENTENCES
from assistant.events import Event, Progress
from assistant.models import LanguageModel, Stop
from assistant.models.trials import Ability, Trial

ANSWER_TOKENS = 128
"""More than any right answer takes."""

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


def ability_of(item: Item) -> Ability:
    """What an item measures."""
    match item:
        case Asking():
            return item.ability
        case Judging():
            return "judging"
        case Rewriting():
            return "rewriting"
        case Naming():
            return "naming"
        case Synthesis():
            return "synthesis"


def outcome(item: Item, model: LanguageModel, speeds: Speeds, stop: Stop, *, thinking: bool = False) -> Outcome:
    """Put one item to a model, with the prompts and the checks of the program."""
    match item:
        case Asking():
            return _held(item, _said(item, model, speeds, stop, thinking=thinking))
        case Judging():
            return Outcome(item, odds=_odds(item, model, stop))
        case Rewriting():
            return _held(item, _said_at_once(rewritten(model, item.question, item.title, item.follow_up, stop)))
        case Naming():
            return _held(item, _said_at_once(theme_name(model, item.titles, stop)))
        case Synthesis():
            return _held(item, _said_at_once(synthesis(model, item.question, item.findings, stop)))


def _odds(item: Judging, model: LanguageModel, stop: Stop) -> float:
    prompt = fitting(model, "stated", item.question, item.paper, 1)
    chances = model.chances(prompt.chat, ("Yes", "No"), stop=stop) if prompt else None
    return chances[0] - chances[1] if chances else math.nan


def _said(item: Asking, model: LanguageModel, speeds: Speeds, stop: Stop, *, thinking: bool) -> tuple[str, ...]:
    """The sentences that an answer would be made of."""
    alone = item.ability == "answering"
    most = MOST_SENTENCES if alone else MOST_OF_EACH
    prompt = fitting(model, "answer" if alone else "each", item.question, item.paper, ANSWER_TOKENS, thinking=thinking)
    if prompt is None:
        return ()
    pieces = _Timed(model.write(prompt.chat, limit=prompt.limit, stop=stop))
    said = [
        parsed(part.text).text
        for part in drafted(ended(pieces, prompt.limit, stop), most=most)
        if isinstance(part, Sentence)
    ]
    if not speeds.read[0]:
        speeds.read = (prompt.tokens, pieces.first)
    speeds.written.append((max(0, pieces.count - 1), pieces.rest))
    return tuple(filter(None, said))


def _said_at_once(text: str) -> tuple[str, ...]:
    return (text,) if text else ()


def _held(item: Asking | Rewriting | Naming | Synthesis, said: Sequence[str]) -> Outcome:
    false = sum(item.gold.is_false(sentence) for sentence in said)
    return Outcome(item, item.gold.is_met(" ".join(said)) and not false, tuple(said), false)


def summed(name: str, outcomes: Sequence[Outcome], speeds: Speeds) -> Trial:
    """What a model did, ability by ability."""
    judged = [(one.item, one.odds) for one in outcomes if isinstance(one.item, Judging) and not math.isnan(one.odds)]
    answers = [one for one in outcomes if isinstance(one.item, Asking)]
    right: dict[str, tuple[int, int]] = {"judging": (sum(_well_judged(judged)), len(judged))} if judged else {}
    for ability in dict.fromkeys(ability_of(one.item) for one in outcomes if not isinstance(one.item, Judging)):
        of = [one.right for one in outcomes if ability_of(one.item) == ability]
        right[ability] = (sum(of), len(of))
    tokens, seconds = sum(tokens for tokens, _ in speeds.written), sum(seconds for _, seconds in speeds.written)
    prefill, decode = _rate(*speeds.read), _rate(tokens, seconds)
    return Trial(
        name,
        right,
        false=_share(sum(one.false for one in answers), sum(len(one.said) for one in answers)),
        area=area_under_curve(judged),
        stated_from=stated_from(judged),
        prefill=prefill,
        decode=decode,
        reads=_share(prefill, decode),
    )


Judged = tuple[Judging, float]
"""A question about an abstract, and the log-odds of "Yes, it states the answer"."""


def stated_from(judged: Sequence[Judged]) -> float:
    """The highest log-odds from which on at most `LOST` of the stated answers are missed; 0 where none is known."""
    odds = sorted(odds for item, odds in judged if item.stated)
    return math.floor(100 * odds[int(len(odds) * LOST)]) / 100 if odds else 0.0


def area_under_curve(judged: Sequence[Judged]) -> float:
    """The chance that a stated answer has higher odds than one that is not stated; 0 where none is known."""
    stated = [odds for item, odds in judged if item.stated]
    missing = [odds for item, odds in judged if not item.stated]
    above = sum((yes > no) + (yes == no) / 2 for yes in stated for no in missing)
    return _share(above, len(stated) * len(missing))


def _well_judged(judged: Sequence[Judged]) -> Iterator[bool]:
    """Whether each is judged rightly by the odds that the items of all other papers ask for."""
    for item, odds in judged:
        least = stated_from([other for other in judged if other[0].paper is not item.paper])
        yield (odds >= least) == item.stated


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
