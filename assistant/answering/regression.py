"""A logistic regression as it lies in a readable file: for each figure its mean, its spread and its weight."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Regression:
    """The chance that something is so, from figures; `terms` gives (mean, spread, weight) by figure, in order."""

    bias: float
    terms: Mapping[str, tuple[float, float, float]]

    def chance(self, figures: Sequence[float]) -> float:
        """In [0, 1]; raises ValueError where the number of figures is not that of the terms."""
        rows = zip(figures, self.terms.values(), strict=True)
        total = self.bias + sum(weight * (figure - mean) / spread for figure, (mean, spread, weight) in rows)
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


def log_odds(chance: float) -> float:
    """The logarithm of the odds, within bounds."""
    bounded = min(1 - 1e-4, max(1e-4, chance))
    return math.log(bounded / (1 - bounded))
