"""What an embedder is."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from store.records import EmbedderId

Vectors = npt.NDArray[np.float32]
"""Shape (texts, dimension), each row of length 1."""


class Embedder(Protocol):
    """Texts to unit vectors, so that a dot product is the cosine."""

    @property
    def id(self) -> EmbedderId:
        """Which model this is; stored with every vector made by it."""
        ...

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Embed texts to be found, shape (texts, dimension); a text beyond the model's limit is cut."""
        ...

    def question(self, text: str) -> Vectors:
        """Embed one text to search with, shape (dimension,)."""
        ...


def unit(vectors: Vectors) -> Vectors:
    """Scale each row to length 1; a row of zeros stays."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    scaled: Vectors = (vectors / np.maximum(lengths, 1e-12)).astype(np.float32)
    return scaled
