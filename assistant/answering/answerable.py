"""The chance that a paper answers a question: the search's parts and the trained scorer, one logistic regression.

`training/answerable.py` fits it, and draws the line, on questions written for that; see its docstring.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from assistant.answering.candidates import Candidate
from assistant.verification.calibration import Regression
from assistant.verification.figures import Scorer

READ = 5
"""Papers whose sentences the scorer reads, the first of the candidates."""

SENTENCES = 3
"""Sentences of each that it reads alone, the likeliest; the best also with those around it."""

FIGURES = "states best cosine coverage named search".split()


@dataclass(frozen=True, slots=True)
class Answerable:
    """The regression over `FIGURES`, and the chance from which a question counts as answered."""

    regression: Regression
    answered_from: float


@cache
def shipped() -> Answerable:
    """What `answerable.json` holds."""
    table = json.loads(files("assistant.answering").joinpath("answerable.json").read_text(encoding="utf-8"))
    terms = {name: tuple(row) for name, row in table["terms"].items()}
    return Answerable(Regression(table["bias"], terms), table["answered_from"])


def read(question: str, candidates: Sequence[Candidate], scorer: Scorer) -> list[Candidate]:
    """The candidates; the first of them with how surely the scorer finds the answer in each of their sentences."""
    first = candidates[:READ]
    pairs = [[(text, question) for text in _passages(candidate)] for candidate in first]
    chances = scorer.entailment([pair for each in pairs for pair in each])
    found, at = [], 0
    for candidate, each in zip(first, pairs, strict=True):
        states = [_log_odds(float(chance)) for chance in chances[at : at + len(each), 0]]
        found.append(
            replace(candidate, states=tuple(states[: len(_likeliest(candidate))]), whole=max(states, default=-6.0))
        )
        at += len(each)
    return [*found, *candidates[READ:]]


def figures(candidate: Candidate) -> dict[str, float]:
    """What the chance is made of."""
    return {
        "states": candidate.whole,
        "best": candidate.best,
        "cosine": max(candidate.found.cosine, 0.0),
        "coverage": candidate.coverage,
        "named": candidate.named,
        "search": candidate.found.score,
    }


def chance(candidate: Candidate) -> float:
    """The chance in [0, 1] that the abstract states the answer."""
    return shipped().regression.chance(figures(candidate))


def _likeliest(candidate: Candidate) -> list[int]:
    scores = candidate.sentence_scores
    return sorted(range(len(scores)), key=lambda place: -scores[place])[:SENTENCES]


def _passages(candidate: Candidate) -> list[str]:
    """The likeliest sentences, and the likeliest of all with its neighbours."""
    texts, likeliest = [sentence.text for sentence in candidate.sentences], _likeliest(candidate)
    if not likeliest:
        return []
    best = likeliest[0]
    return [*(texts[place] for place in likeliest), " ".join(texts[max(0, best - 1) : best + 2])]


def _log_odds(chance: float) -> float:
    kept = min(max(chance, 0.002), 0.998)
    return math.log(kept / (1 - kept))
