"""What a vector index is. Nothing above this package may know which one it talks to."""

from collections.abc import Sequence
from typing import Protocol

from store.embedding.base import Vectors


class PassageVectors(Protocol):
    """Passage numbers by the cosine of their vectors."""

    def count(self) -> int:
        """How many passages it holds."""
        ...

    def numbers(self) -> set[int]:
        """The passages it holds."""
        ...

    def add(self, numbers: Sequence[int], vectors: Vectors) -> None:
        """Hold these passages; `vectors` has shape (len(numbers), dimension), rows of length 1."""
        ...

    def remove(self, numbers: Sequence[int]) -> None:
        """Forget these passages; unknown numbers are ignored."""
        ...

    def nearest(self, question: Vectors, limit: int) -> list[tuple[int, float]]:
        """The passages closest to a vector of shape (dimension,): (number, cosine), best first."""
        ...

    def close(self) -> None:
        """Let go of files and locks."""
        ...


class VectorIndex(PassageVectors, Protocol):
    """Passage vectors that know which state of the catalogue they hold; may be thrown away and filled again."""

    @property
    def name(self) -> str:
        """What it is, for `doctor`."""
        ...

    @property
    def in_step_with(self) -> int:
        """The catalogue's `changes` when the index last held exactly its passages; -1 if never."""
        ...

    def set_in_step(self, changes: int) -> None:
        """Remember that the index now holds exactly the catalogue's passages."""
        ...
