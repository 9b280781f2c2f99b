"""A cross-encoder of the user's own as the scorer."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from store.entailment import Entailment, open_entailment


class OwnScorer:
    """Puts a cross-encoder that tells support from contradiction in the scorer's place."""

    def __init__(self, model: Entailment) -> None:
        self._model = model

    def entailment(self, pairs: Sequence[tuple[str, str]]) -> npt.NDArray[np.float32]:
        """Chances of (premise, hypothesis) pairs, shape (pairs, 3): entail, contradict, neutral."""
        found = np.zeros((len(pairs), 3), dtype=np.float32)
        for claim in dict.fromkeys(hypothesis for _, hypothesis in pairs):
            rows = [n for n, (_, hypothesis) in enumerate(pairs) if hypothesis == claim]
            found[rows, :2] = self._model.chances([pairs[n][0] for n in rows], claim)
        found[:, 2] = np.clip(1 - found[:, 0] - found[:, 1], 0, 1)
        return found


def open_scorer(folder: Path) -> OwnScorer:
    """Load the cross-encoder of a folder; raises `ModelUnreadable` where it is none for entailment."""
    return OwnScorer(open_entailment(folder))
