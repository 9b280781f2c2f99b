"""Questions for a detail that abstracts often leave out: one answers only where a sentence of it names that thing."""

import re
from dataclasses import dataclass

from assistant.answering.words import numbers, stem, words
from store.terms import STOPWORDS

_COUNTED = re.compile(r"\bhow many ((?:[\w-]+[ ,?]*){1,4})", re.IGNORECASE)
_ASKED_FOR = r"\b(?:what|which|its|the|their|under what|under which)\b[\w ,'’-]{0,40}?\b"
_MEASURED = re.compile(
    _ASKED_FOR
    + r"(accuracy|precision|recall|error rate|perplexity|age|latency|percentage|sample size|dose|temperature|"
    r"f1|bleu|rouge|auc|auroc|rmse|learning rate|batch size|price|p-value|wattage|power consumption)\b",
    re.IGNORECASE,
)
_NAMED = re.compile(
    _ASKED_FOR + r"(licen[cs]e|optimi[sz]er|gpus?|hardware|funding|funder|universit(?:y|ies)|affiliations?)\b",
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
        "auc auroc",
        "price cost costs usd dollars euros $ €",
        "wattage power watt watts w",
        "license licence licensed mit apache gpl cc",
        "optimizer optimiser adam adamw sgd adagrad rmsprop",
        "gpu gpus hardware tpu tpus a100 h100 v100 rtx nvidia cpu cpus",
        "funding funder funded grant grants supported",
        "university universities institute affiliation affiliations college school",
    )
)
"""Words that count, measure or name the same; any of them stands for the others."""


@dataclass(frozen=True, slots=True)
class Detail:
    """What is asked for: words of which one must stand in a sentence, beside a number where it is a figure."""

    called: str
    things: frozenset[str]
    is_figure: bool = True

    def __str__(self) -> str:
        return self.called

    def given_in(self, sentence: str) -> bool:
        """Whether the sentence names the thing, with a number where it is to be counted or measured."""
        said = {*words(sentence), *(sign for sign in "%$€" if sign in sentence)}
        if not self.is_figure:  # an optimizer is no optimization
            return not said.isdisjoint(self.things)
        named = not {stem(word) for word in said}.isdisjoint(stem(thing) for thing in self.things)
        return named and bool(numbers(sentence))


def asked_detail(question: str) -> Detail | None:
    """The detail that a question asks for; None where it asks for something else, or the thing is not plain."""
    if counted := _COUNTED.search(question):
        things = _plurals(counted[1])
        return Detail(f"number of {' '.join(things)}", _with_alike(things)) if things else None
    if measured := _MEASURED.search(question):
        return Detail(measured[1].casefold(), _with_alike({measured[1].casefold().split()[0]}))
    if named := _NAMED.search(question):
        return Detail(named[1].casefold(), _with_alike({named[1].casefold()}), is_figure=False)
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
