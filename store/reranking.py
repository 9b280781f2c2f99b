"""A cross-encoder of the user's own: it reads question and abstract together, and reorders the best papers."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np

from store.errors import ModelUnreadable

RERANKED = 30
"""Papers that are read again: a cross-encoder is slow."""

SHARE = 0.5
"""What the cross-encoder says beside what the search said; both scaled to [0, 1] over the papers read.
No cross-encoder could be measured here: see docs/decisions/0005."""


class Reranker(Protocol):
    """Question and texts to scores, higher is better."""

    def scores(self, question: str, texts: Sequence[str]) -> Sequence[float]:
        """One score for each text, comparable within the call only."""
        ...


def open_reranker(folder: Path) -> Reranker:
    """Load the cross-encoder in a folder saved by sentence-transformers or transformers."""
    if not (folder / "config.json").is_file():
        raise ModelUnreadable(
            f"{folder} is not a cross-encoder folder: it has no config.json.",
            hint="Point the setting 'reranker' at a folder saved by sentence-transformers, or leave it empty.",
        )
    from store.embedding.torch_embedder import TorchReranker

    try:
        return TorchReranker(folder)
    except Exception as error:
        raise ModelUnreadable(f"{folder} cannot be loaded: {error}.", hint="Copy the complete folder again.") from error


def reranked(own: Sequence[float], theirs: Sequence[float]) -> list[float]:
    """The scores of a cross-encoder mixed into those of the search, within the range of the latter."""
    ours, read = np.asarray(own, dtype=np.float64), np.asarray(theirs, dtype=np.float64)
    if len(ours) < 2 or not np.isfinite(read).all():
        return list(own)
    low, spread = ours.min(), float(np.ptp(ours))
    wide = float(np.ptp(read))
    scaled = (read - read.min()) / wide if wide else np.zeros_like(read)
    mixed: list[float] = ((1 - SHARE) * ours + SHARE * (low + spread * scaled)).tolist()
    return mixed
