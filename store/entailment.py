"""A cross-encoder for entailment: does one text follow from another, or speak against it?"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from store.embedding.base import Vectors
from store.errors import ModelUnreadable

_ORDER = (("entail", "support"), ("contra", "refut"))
"""What the names of the labels begin with, in any capitals: for, against."""


class Entailment(Protocol):
    """Chances that a claim follows from texts, or is contradicted by them."""

    def chances(self, texts: Sequence[str], claim: str) -> Vectors:
        """Shape (texts, 2): for and against, each in [0, 1]."""
        ...


def open_entailment(folder: Path) -> Entailment:
    """Load the cross-encoder of a folder saved by sentence-transformers or transformers."""
    labels = labels_of(folder)
    from store.embedding.torch_embedder import TorchEntailment

    try:
        return TorchEntailment(folder, labels)
    except Exception as error:
        raise ModelUnreadable(f"{folder} cannot be loaded: {error}.", hint="Copy the complete folder again.") from error


def labels_of(folder: Path) -> tuple[int, int]:
    """Which outputs of the model speak for and against a claim, from `id2label` of its config.json."""
    hint = "Point the setting 'checker' at a cross-encoder for natural language inference, or leave it empty."
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        named = {int(place): str(name).casefold() for place, name in config.get("id2label", {}).items()}
    except FileNotFoundError as error:
        raise ModelUnreadable(f"{folder} is not a cross-encoder folder: it has no config.json.", hint=hint) from error
    except (OSError, ValueError, AttributeError) as error:
        raise ModelUnreadable(f"{folder / 'config.json'} cannot be read: {error}.", hint=hint) from error
    found = [[place for place, name in named.items() if name.startswith(starts)] for starts in _ORDER]
    if len(named) != 3 or any(len(places) != 1 for places in found):
        raise ModelUnreadable(
            f"{folder} does not tell support from contradiction: its labels are {', '.join(named.values()) or 'none'};"
            " entailment, neutral and contradiction are needed.",
            hint=hint,
        )
    return found[0][0], found[1][0]
