"""Whether sentences speak for a claim or against it, in figures: which way the words point that both have.

Two views are taken of a paper: its nearest sentences, with every pair of opposites; and those of the nearest that
assert something (an aim asserts nothing), with words of direction only. `benchmarks.checker` weighs the figures.
"""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.answering.polarity import Word, is_hedge, is_negation, opposed
from assistant.answering.reading import Reading
from store.embedding.base import Vectors

VIEW = (
    "agreeing", "opposing", "same_word", "opposite_word", "balance", "counterclaim", "pointing", "least_pointing",
    "surest_pointing", "parity",
)  # fmt: skip
"""The figures of one view; see `view`."""

CLAIM = ("negated", "can_be_countered")
"""The figures of the claim by itself; see `of_claim`."""

DECAY = 4.0
"""Words over which the bond between a word of direction and another falls to 1/e."""

SHARPNESS = 12.0
"""How much more the likeliest counterpart of a word counts than the next."""

Weigh = Callable[[str], float]
"""The rarity of a stem in the library, in [0, 1]."""

_AIM = re.compile(
    r"\b(?:whether|objectives?|aim(?:s|ed)?|we sought|background|context|importance|methods?|design|setting|"
    r"hypothes\w*|"
    r"to (?:determine|investigate|examine|evaluate|assess|test|explore|study|compare|identify|estimate|summari[sz]e)|"
    r"(?:is|remains?) (?:\w+ )?(?:unknown|unclear)|poorly understood|not well (?:known|understood|described))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim as read, and for each word with an opposite its place and the opposite's vector in that place."""

    reading: Reading
    counter: tuple[tuple[int, Vectors], ...]


@dataclass(frozen=True, slots=True)
class Side:
    """Sentences that may speak for or against a claim, with the weight of each; `wide` as in `Word.wide`."""

    sentences: Sequence[Reading]
    weights: Vectors
    wide: bool

    def way(self, word: Word) -> int:
        """The direction of a word in this view."""
        return word.wide if self.wide else word.way


def asserts(sentence: str) -> bool:
    """Whether a sentence states something, rather than an aim, a question or a method."""
    return _AIM.search(sentence) is None


def of_claim(claim: Claim) -> list[float]:
    """The figures named in `CLAIM`."""
    negations = sum(is_negation(word.text) for word in claim.reading.words)
    return [float(negations % 2), float(bool(claim.counter))]


def view(claim: Claim, side: Side, weigh: Weigh) -> list[float]:
    """The figures named in `VIEW`, for the sentences of one view together."""
    bonds = np.array([_bonds(claim.reading, sentence, side, weigh) for sentence in side.sentences])
    agreeing, opposing, same, opposite = (bonds * side.weights[:, None]).sum(axis=0).tolist()
    return [
        *np.log1p([agreeing, opposing, same, opposite]).tolist(),
        (agreeing - opposing) / (agreeing + opposing + 0.25),
        _countered(claim, side),
        *_pointing(claim.reading, side),
        _parity(claim.reading, side) * float(np.dot([_parity(s, side) for s in side.sentences], side.weights)),
    ]


def _bonds(claim: Reading, sentence: Reading, side: Side, weigh: Weigh) -> list[float]:
    """How strongly words of direction are tied to the same other words in both: alike and opposed in direction,
    then the same for those that are one word, or a word and its opposite."""
    places: dict[str, list[int]] = {}
    for place, word in enumerate(sentence.words):
        places.setdefault(word.stem, []).append(place)
    shared = [
        (i, places[word.stem], weigh(word.stem))
        for i, word in enumerate(claim.words)
        if word.stem in places and word.stem and not side.way(word) and not _is_function(word)
    ]
    found = [0.0] * 4
    for i, mine in enumerate(claim.words):
        if not side.way(mine) or not shared:
            continue
        for j, theirs in enumerate(sentence.words):
            if not side.way(theirs):
                continue
            bond = sum(w * _near(i - k) * _near(min(abs(j - p) for p in at)) for k, at, w in shared)
            alike = side.way(mine) == side.way(theirs)
            found[0 if alike else 1] += bond
            if mine.stem == theirs.stem or opposed(mine.stem, theirs.stem):
                found[2 if alike else 3] += bond
    return found


def _countered(claim: Claim, side: Side) -> float:
    """By how much a word is nearer to the sentences than its opposite in the same place: that of the least."""
    if not claim.counter:
        return 0.0
    nearer = [
        sum(
            weight * float((s.vectors @ claim.reading.vectors[place]).max() - (s.vectors @ opposite).max())
            for s, weight in zip(side.sentences, side.weights.tolist(), strict=True)
        )
        for place, opposite in claim.counter
    ]
    return float(min(nearer))


def _pointing(claim: Reading, side: Side) -> tuple[float, float, float]:
    """Whether the likeliest counterparts of each word of direction point the same way, in [-1, 1]: on average,
    at least, and in the sentence that is surest of it."""
    rows = [
        [_counterparts(vector, s, side) * side.way(word) for s in side.sentences]
        for word, vector in zip(claim.words, claim.vectors, strict=True)
        if side.way(word)
    ]
    if not rows:
        return 0.0, 0.0, 0.0
    points = np.array(rows)
    means = points @ side.weights
    surest = points[np.arange(len(points)), np.abs(points).argmax(axis=1)]
    return float(means.mean()), float(means.min()), float(surest.mean())


def _counterparts(vector: Vectors, sentence: Reading, side: Side) -> float:
    ways = np.array([side.way(word) for word in sentence.words], dtype=np.float32)
    if not ways.any():
        return 0.0
    near = sentence.vectors[ways != 0] @ vector
    share = np.exp(SHARPNESS * (near - near.max()))
    return float((share * ways[ways != 0]).sum() / share.sum() * max(0.0, float(near.max())))


def _parity(reading: Reading, side: Side) -> int:
    """+1 or -1: the product of all directions; a loss that is prevented is a gain."""
    return math.prod(side.way(word) for word in reading.words if side.way(word))


def _near(distance: int) -> float:
    return math.exp(-abs(distance) / DECAY)


def _is_function(word: Word) -> bool:
    return is_negation(word.text) or is_hedge(word.text)
