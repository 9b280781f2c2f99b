"""Questions that ask for a figure: a paper answers one only where a sentence of it has a number of that thing."""

import re
from dataclasses import dataclass

from assistant.answering.words import numbers, stem, words
from store.terms import STOPWORDS

_COUNTED = re.compile(r"\bhow many ((?:[\w-]+[ ,?]*){1,4})", re.IGNORECASE)
_MEASURED = re.compile(
    r"\b(?:what|which|its|the|their)\b[\w ,'’-]{0,40}?\b"
    r"(accuracy|precision|recall|error rate|perplexity|age|latency|percentage|sample size|dose|temperature)\b",
    re.IGNORECASE,
)
_ALIKE = tuple(
    frozenset(group.split())
    for group in (
        "participants subjects people persons volunteers patients individuals humans adults children animals",
        "raters annotators judges evaluators labellers labelers",
        "milliseconds ms msec",
        "seconds s sec",
        "minutes min",
        "hours h",
        "datasets benchmarks collections corpora",
        "papers articles studies publications",
        "images pictures photographs photos",
        "accuracy accurate accurately %",
        "percentage percent %",
        "age aged ages old",
    )
)
"""Words that count or measure the same; any of them stands for the others."""


@dataclass(frozen=True, slots=True)
class Figure:
    """What is to be counted or measured: words of which one must stand in a sentence with a number."""

    things: frozenset[str]

    def given_in(self, sentence: str) -> bool:
        """Whether the sentence has a number and names the thing."""
        said = {stem(word) for word in words(sentence)} | ({"%"} if "%" in sentence else set())
        return bool(numbers(sentence)) and not said.isdisjoint(stem(thing) for thing in self.things)


def asked_figure(question: str) -> Figure | None:
    """The figure that a question asks for; None where it asks for something else, or the thing is not plain."""
    if counted := _COUNTED.search(question):
        things = _plurals(counted[1])
        return Figure(_with_alike(things)) if things else None
    if measured := _MEASURED.search(question):
        return Figure(_with_alike({measured[1].casefold().split()[0]}))
    return None


def _plurals(phrase: str) -> set[str]:
    """The first plural of a phrase: what "how many" counts, whatever stands before it."""
    for word in words(phrase):
        if word in STOPWORDS:
            return set()
        if word.endswith("s") or word in {"people", "children", "corpora"}:
            return {word}
    return set()


def _with_alike(things: set[str]) -> frozenset[str]:
    return frozenset(things.union(*(group for group in _ALIKE if not group.isdisjoint(things))))
