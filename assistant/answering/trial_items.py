"""The items of the built-in trial: what is asked of a model, and the gold that its words are held against.

The papers and their facts are invented, so that no model can know them from elsewhere.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from store.records import Paper

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_UNITS = "one two three four five six seven eight nine ten eleven twelve".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_WORD_NUMBER = re.compile(rf"\b(?:({'|'.join(_TENS)})(?:[- ]({'|'.join(_UNITS[:9])}))?|({'|'.join(_UNITS)}))\b")


@dataclass(frozen=True, slots=True)
class Gold:
    """What must be said, and what makes a sentence false.

    `facts` are patterns that must all be found; each of `false` is a pattern that must not be, unless its second one
    is found in the same sentence. A number that `given`, the text that the model was shown, does not have is false.
    """

    facts: tuple[re.Pattern[str], ...]
    false: tuple[tuple[re.Pattern[str], re.Pattern[str] | None], ...]
    given: str

    def is_false(self, sentence: str) -> bool:
        """Whether a sentence says what the text does not."""
        wrong = any(bad.search(sentence) and not (but and but.search(sentence)) for bad, but in self.false)
        return wrong or bool(set(_numbers(sentence)) - _known_numbers(self.given))

    def is_met(self, text: str) -> bool:
        """Whether every fact is said."""
        return all(fact.search(text) for fact in self.facts)


@dataclass(frozen=True, slots=True)
class Asking:
    """A question to one paper: alone ("answering"), or as to one of several ("each")."""

    ability: Literal["answering", "each"]
    question: str
    paper: Paper
    gold: Gold


@dataclass(frozen=True, slots=True)
class Judging:
    """A question whose answer the abstract states, or one in the same words whose answer it does not."""

    question: str
    paper: Paper
    stated: bool


@dataclass(frozen=True, slots=True)
class Rewriting:
    """A follow-up to a question that the paper of this title answered."""

    question: str
    title: str
    follow_up: str
    gold: Gold


@dataclass(frozen=True, slots=True)
class Naming:
    """The titles of papers on one theme."""

    titles: tuple[str, ...]
    gold: Gold


@dataclass(frozen=True, slots=True)
class Synthesis:
    """What two papers say to a question: each paper's name, and its sentence."""

    question: str
    findings: tuple[tuple[str, str], ...]
    gold: Gold


Item = Asking | Judging | Rewriting | Naming | Synthesis


@cache
def items() -> tuple[Item, ...]:
    """All items. Those of a paper stand together, so that its abstract is read once."""
    content = json.loads(files("assistant.answering").joinpath("trial.json").read_text(encoding="utf-8"))
    found: list[Item] = [item for given in content["papers"] for item in _of_paper(given)]
    found += map(_rewriting, content["rewriting"])
    found += map(_naming, content["naming"])
    found += map(_synthesis, content["synthesis"])
    return tuple(found)


def _of_paper(given: Mapping[str, Any]) -> Iterator[Item]:
    paper = Paper(title=given["title"], abstract=given["abstract"])
    for ability in ("answering", "each"):
        for asked in given[ability]:
            question = asked["question"]
            yield Asking(ability, question, paper, _gold(asked, f"{paper.title} {paper.abstract} {question}"))
    for stated, missing in zip(given["stated"], given["missing"], strict=True):
        yield Judging(stated, paper, stated=True)
        yield Judging(missing, paper, stated=False)


def _rewriting(given: Mapping[str, Any]) -> Rewriting:
    texts = given["question"], given["title"], given["follow_up"]
    return Rewriting(*texts, _gold(given, " ".join(texts)))


def _naming(given: Mapping[str, Any]) -> Naming:
    return Naming(tuple(given["titles"]), _gold(given, " ".join(given["titles"])))


def _synthesis(given: Mapping[str, Any]) -> Synthesis:
    findings = tuple((name, sentence) for name, sentence in given["findings"])
    shown = " ".join(f"{name} {sentence}" for name, sentence in findings)
    return Synthesis(given["question"], findings, _gold(given, f"{given['question']} {shown}"))


def _gold(item: Mapping[str, Any], given: str) -> Gold:
    false = (bad if isinstance(bad, list) else [bad, ""] for bad in item["false"])
    facts = tuple(map(_pattern, item["facts"]))
    return Gold(facts, tuple((_pattern(bad), _pattern(but) if but else None) for bad, but in false), given)


def _pattern(text: str) -> re.Pattern[str]:
    """A pattern that begins at a word, and does not find the 9 of 9.5 or of 90."""
    return re.compile(rf"(?<!\w)(?<!\d[.,])(?:{text})(?!\d|[.,]\d)", re.IGNORECASE)


@cache
def _known_numbers(given: str) -> frozenset[str]:
    """The numbers of a text, also those written as words; 0.79 is also 79 of a hundred."""
    found = {*_numbers(given), *map(str, _in_words(given.casefold()))}
    return frozenset(found | {number.removeprefix("0.") for number in found})


def _numbers(text: str) -> Sequence[str]:
    return [re.sub(r",(?=\d{3})", "", number) for number in _NUMBER.findall(text)]


def _in_words(text: str) -> Iterator[int]:
    for tens, units, small in _WORD_NUMBER.findall(text):
        if tens:
            yield 10 * (_TENS.index(tens) + 2) + (_UNITS.index(units) + 1 if units else 0)
        else:
            yield _UNITS.index(small) + 1
