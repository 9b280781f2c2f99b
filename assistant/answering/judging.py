"""Does an abstract support a claim, contradict it, or say nothing of it?

Two small logistic regressions over plain figures: is the abstract about the claim (nearness of its sentences, share
of the claim's words that it has), and does it speak for it (`assistant.answering.stance`). Their weights lie in
`judge.toml`, which `python -m benchmarks.checker --fit` writes.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache
from importlib.resources import files
from typing import Any, Literal, Protocol

import numpy as np

from assistant.answering.polarity import counterclaims
from assistant.answering.reading import Reader, Reading
from assistant.answering.regression import Regression, log_odds
from assistant.answering.stance import CLAIM, VIEW, Claim, Side, Weigh, asserts, of_claim, view
from assistant.answering.words import numbers, proper_names
from store.embedding.base import Embedder, Vectors
from store.sentences import Sentence
from store.terms import terms

RELEVANCE = ("nearest", "two_nearest", "title", "covered", "covered_at_once", "rarest_missing", "shared")
FIGURES = ("numbers_missing", "names_missing")
STANCE = (*CLAIM, *FIGURES, *(f"near_{name}" for name in VIEW), *(f"said_{name}" for name in VIEW))
"""The figures by name, in the order of their rows."""

NEAREST, SAID = 3, 2
"""Sentences of each view; see `assistant.answering.stance`."""

CLOSENESS = 6.0
"""How much more the nearest sentence counts than the next."""


class Verdict(Enum):
    """What an abstract says of a claim."""

    SUPPORT = "supported"
    CONTRADICT = "contradicted"
    NOT_ENOUGH = "not enough"

    value: Literal["supported", "contradicted", "not enough"]


@dataclass(frozen=True, slots=True)
class Abstract:
    """What a claim is held against: title, sentences, their vectors alone, and the title's."""

    title: str
    sentences: tuple[Sentence, ...]
    vectors: Vectors
    title_vector: Vectors


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict; how sure it is that the abstract is about the claim and speaks for it, each in [0, 1]; and the
    sentences to show, nearest first."""

    verdict: Verdict
    about: float
    speaks_for: float
    sentences: tuple[Sentence, ...]


class Judge(Protocol):
    """Holds a claim against abstracts."""

    def judge(self, claim: str, abstracts: Sequence[Abstract]) -> list[Judgement]:
        """One judgement for each abstract."""
        ...


class FittedJudge:
    """The judge without a further model. `weigh` gives the rarity of a stem in the library."""

    def __init__(self, embedder: Embedder, weigh: Weigh = lambda _stem: 1.0) -> None:
        self._embedder = embedder
        self._reader = Reader(embedder)
        self._weigh = weigh

    def judge(self, claim: str, abstracts: Sequence[Abstract]) -> list[Judgement]:
        rows = self.figures(claim, abstracts)
        return [
            _judgement(relevance, stance, abstract, nearest)
            for (relevance, stance, nearest), abstract in zip(rows, abstracts, strict=True)
        ]

    def figures(self, claim: str, abstracts: Sequence[Abstract]) -> list[tuple[list[float], list[float], list[int]]]:
        """For each abstract the figures named in `RELEVANCE` and in `STANCE`, and its sentences, nearest first."""
        vector = self._embedder.question(claim)
        read = self._claim(claim)
        return [self._held(read, vector, abstract) for abstract in abstracts]

    def _claim(self, text: str) -> Claim:
        counter = counterclaims(text)
        reading, *countered = self._reader.read([text, *(opposite for _, opposite in counter)])
        return Claim(reading, tuple((at, r.vectors[at]) for (at, _), r in zip(counter, countered, strict=True)))

    def _held(self, claim: Claim, vector: Vectors, abstract: Abstract) -> tuple[list[float], list[float], list[int]]:
        cosines = abstract.vectors @ vector if abstract.sentences else np.zeros(0, dtype=np.float32)
        order = np.argsort(-cosines, kind="stable").tolist()
        relevance = self._relevance(claim.reading.text, vector, abstract, cosines)
        if not order:
            return relevance, [0.0] * len(STANCE), order
        near = order[:NEAREST]
        said = [i for i in order[: NEAREST + 1] if asserts(abstract.sentences[i].text)][:SAID] or near[:1]
        readings = dict(zip({*near, *said}, self._read(abstract, {*near, *said}), strict=True))
        views = [
            view(claim, Side([readings[i] for i in places], _shares(cosines[places]), wide), self._weigh)
            for places, wide in ((near, True), (said, False))
        ]
        stance = [*of_claim(claim), *_figures_missing(claim.reading.text, abstract), *views[0], *views[1]]
        return relevance, stance, order

    def _read(self, abstract: Abstract, places: set[int]) -> list[Reading]:
        return self._reader.read(abstract.sentences[i].text for i in places)

    def _relevance(self, claim: str, vector: Vectors, abstract: Abstract, cosines: Vectors) -> list[float]:
        nearest = -np.sort(-cosines)[:2] if len(cosines) else np.zeros(1, dtype=np.float32)
        weights = {term: self._weigh(term) for term in terms(claim)}
        total = sum(weights.values()) or 1.0
        split = [set(terms(sentence.text)) for sentence in abstract.sentences] or [set()]
        held = set(terms(abstract.title)).union(*split)
        return [
            float(nearest[0]),
            float(nearest.mean()),
            float(abstract.title_vector @ vector),
            sum(w for term, w in weights.items() if term in held) / total,
            max(sum(w for term, w in weights.items() if term in each) for each in split) / total,
            max((w for term, w in weights.items() if term not in held), default=0.0),
            max(len(weights.keys() & each) for each in split) / max(1, len(weights)),
        ]


@dataclass(frozen=True, slots=True)
class Weights:
    """The two regressions and the lines drawn through their chances; see `verdict`."""

    relevance: Regression
    stance: Regression
    about_from: float
    about_share: float
    support_from: float
    contradict_below: float

    def verdict(self, about: float, speaks_for: float) -> Verdict:
        """Support and contradiction want an abstract that is about the claim; support wants both sure together."""
        if about < self.about_from:
            return Verdict.NOT_ENOUGH
        if self.about_share * log_odds(about) + log_odds(speaks_for) >= self.support_from:
            return Verdict.SUPPORT
        return Verdict.CONTRADICT if speaks_for < self.contradict_below else Verdict.NOT_ENOUGH


@cache
def fitted() -> Weights:
    """The weights of `judge.toml`."""
    return weights_from(tomllib.loads(files("assistant.answering").joinpath("judge.toml").read_text(encoding="utf-8")))


def weights_from(table: Mapping[str, Any]) -> Weights:
    """The weights in the form of the file."""
    return Weights(
        Regression(table["relevance"]["bias"], {name: tuple(table["relevance"][name]) for name in RELEVANCE}),
        Regression(table["stance"]["bias"], {name: tuple(table["stance"][name]) for name in STANCE}),
        **table["lines"],
    )


def _judgement(relevance: list[float], stance: list[float], abstract: Abstract, nearest: list[int]) -> Judgement:
    weights = fitted()
    about, speaks_for = weights.relevance.chance(relevance), weights.stance.chance(stance)
    verdict = weights.verdict(about, speaks_for) if nearest else Verdict.NOT_ENOUGH
    if verdict is Verdict.SUPPORT and stance[STANCE.index("numbers_missing")]:
        verdict = Verdict.NOT_ENOUGH
    return Judgement(verdict, about, speaks_for, tuple(abstract.sentences[i] for i in nearest[:NEAREST]))


def _figures_missing(claim: str, abstract: Abstract) -> list[float]:
    known = f"{abstract.title} {' '.join(sentence.text for sentence in abstract.sentences)}"
    names = {name.casefold() for name in proper_names(claim)}
    return [float(len(numbers(claim) - numbers(known))), float(sum(name not in known.casefold() for name in names))]


def abstract_of(title: str, sentences: tuple[Sentence, ...], vectors: Vectors, embedder: Embedder) -> Abstract:
    """An abstract to be judged, whose sentences are embedded already."""
    return Abstract(title, sentences, vectors, embedder.passages([title])[0])


def _shares(cosines: Vectors) -> Vectors:
    shares = np.exp(CLOSENESS * (cosines - cosines.max()))
    found: Vectors = (shares / shares.sum()).astype(np.float32)
    return found
