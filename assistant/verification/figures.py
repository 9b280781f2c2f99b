"""The figures from which a chance is made: what words, vectors, guards and a cross-encoder say of a claim."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Protocol

import numpy as np
import numpy.typing as npt

from assistant.verification.language import Statement, coverage
from assistant.verification.polarity import opposites
from assistant.verification.records import Verdict, Veto
from assistant.verification.strength import HEDGES, WEAK_HEDGES
from store.embedding.base import Vectors
from store.sentences import Sentence

NEAREST = 4
"""Sentences of an abstract that a cross-encoder reads one by one."""

_LEAST_CHANCE = 1e-4


class Scorer(Protocol):
    """A cross-encoder for entailment."""

    def entailment(self, pairs: Sequence[tuple[str, str]]) -> npt.NDArray[np.float32]:
        """Chances of (premise, hypothesis) pairs, shape (pairs, 3): entail, contradict, neutral."""
        ...


@dataclass(frozen=True, slots=True)
class Read:
    """An abstract, parted, parsed and embedded; `vectors` has a row for each sentence."""

    title: str
    sentences: tuple[Sentence, ...]
    statements: tuple[Statement, ...]
    vectors: Vectors
    titled: Statement


Figures = dict[str, float]


def plain(claim: Statement, vector: Vectors, read: Read, against: Sequence[Veto]) -> tuple[Figures, list[int]]:
    """The figures of words, vectors and guards, and the sentences' places, nearest first."""
    covered = np.array([coverage(claim, sentence) for sentence in read.statements])
    cosines = read.vectors @ vector
    order: list[int] = np.argsort(-(covered + cosines), kind="stable").tolist()
    best = read.statements[order[0]]
    said = claim.stems
    held = frozenset().union(read.titled.stems, *(s.stems for s in read.statements))
    two = max((len(said & (a.stems | b.stems)) for a, b in pairwise(read.statements)), default=0)
    figures = {
        "cosine": float(cosines.max()),
        "cosine_second": float(np.sort(cosines)[-2:].mean()),
        "covered": float(covered.max()),
        "covered_by_two": two / len(said) if said and two else float(covered.max()),
        "covered_by_all": len(said & held) / len(said) if said else 0.0,
        "in_order": _in_order(claim, best),
        "length": math.log(1 + len(said)),
        "opposed": float(_opposed(claim, best)),
        "negations": float(abs(_negations(claim) - _negations(best))),
        "hedge_lost": float(bool(best.words & (HEDGES | WEAK_HEDGES)) and not claim.words & (HEDGES | WEAK_HEDGES)),
    }
    verdicts = {veto.verdict for veto in against}
    figures["denied"] = float(Verdict.CONTRADICTED in verdicts)
    figures["unstated"] = float(Verdict.NOT_STATED in verdicts)
    return figures, order


def _in_order(claim: Statement, sentence: Statement) -> float:
    mine = [token.stem for token in claim.tokens if token.tells]
    theirs = [token.stem for token in sentence.tokens if token.tells]
    blocks = SequenceMatcher(None, mine, theirs, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks) / max(1, len(mine))


def _negations(read: Statement) -> int:
    return sum(word in {"not", "no", "never", "without", "neither", "nor", "cannot"} for word in read.lowers)


def _opposed(claim: Statement, sentence: Statement) -> bool:
    theirs = {token.stem for token in sentence.tokens}
    return any(opposites().of.get(t.stem, frozenset()) & theirs and t.stem not in theirs for t in claim.tokens)


def pairs_of(claim: str, read: Read, order: Sequence[int]) -> list[tuple[str, str]]:
    """What a cross-encoder reads: the nearest sentences, the two nearest together, and each with a neighbour."""
    texts = [sentence.text for sentence in read.sentences]
    near = list(order[:NEAREST])
    windows = [sorted(near[:2])] if len(near) > 1 else []
    windows += [[n, n + 1] for best in near[:2] for n in (best - 1, best) if n >= 0 and n + 1 < len(texts)]
    premises = [texts[n] for n in near]
    premises += [" ".join(texts[n] for n in window) for window in dict.fromkeys(map(tuple, windows))]
    return [(premise, claim) for premise in premises]


def scored(chances: npt.NDArray[np.float32], sentences: int) -> Figures:
    """The cross-encoder's figures, as log-odds: first come `sentences` single sentences, then windows of two."""
    entail, contradict = _log_odds(chances[:, 0]), _log_odds(chances[:, 1])
    telling = int(np.argmin(chances[:, 2]))
    return {
        "entail_sentence": float(entail[:sentences].max()),
        "entail_window": float(entail.max()),
        "entail_nearest": float(entail[0]),
        "contradict_nearest": float(contradict[0]),
        "contradict_telling": float(contradict[telling]),
        "contradict_sentence": float(contradict[:sentences].max()),
        "neutral_least": float(_log_odds(chances[:, 2]).min()),
    }


def against(chances: npt.NDArray[np.float32], sentences: int) -> list[int]:
    """The places among the single sentences read, those that speak most against the claim first."""
    order: list[int] = np.argsort(-chances[:sentences, 1], kind="stable").tolist()
    return order


def _log_odds(chances: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    safe = np.clip(chances.astype(np.float64), _LEAST_CHANCE, 1 - _LEAST_CHANCE)
    odds: npt.NDArray[np.float64] = np.log(safe / (1 - safe))
    return odds
