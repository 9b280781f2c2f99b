"""One chance out of all figures: logistic regressions whose coefficients `training/calibrate.py` fits."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class Regression:
    """A bias, and for each figure its mean and spread where it was fitted, and its weight."""

    bias: float
    terms: Mapping[str, tuple[float, float, float]]

    def chance(self, figures: Mapping[str, float]) -> float:
        """The chance in [0, 1]; a figure that is missing counts as its mean."""
        total = self.bias
        for name, (mean, spread, weight) in self.terms.items():
            total += weight * (figures.get(name, mean) - mean) / spread
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


@dataclass(frozen=True, slots=True)
class Calibration:
    """The regressions for support and for contradiction, and the chances from which each is called."""

    support: Regression
    contradiction: Regression
    support_from: float
    contradicted_from: float


@cache
def shipped(kind: str) -> Calibration:
    """The calibration of `calibration.json` for "scorer" or "scorer+model"."""
    table = json.loads(files("assistant.verification").joinpath("calibration.json").read_text(encoding="utf-8"))
    return from_table(table[kind])


def from_table(table: Mapping[str, Any]) -> Calibration:
    """A calibration in the form of the file."""
    return Calibration(
        _regression(table["support"]),
        _regression(table["contradiction"]),
        table["support_from"],
        table["contradicted_from"],
    )


def _regression(table: Mapping[str, Any]) -> Regression:
    return Regression(table["bias"], {name: tuple(row) for name, row in table["terms"].items()})
