"""What an embedder is."""

from collections.abc import Iterator, Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from store.records import EmbedderId

Vectors = npt.NDArray[np.float32]
"""Shape (texts, dimension), each row of length 1."""

Span = tuple[int, int]
"""Where a part of a text begins and ends, in characters."""


class Embedder(Protocol):
    """Texts to unit vectors, so that a dot product is the cosine."""

    @property
    def id(self) -> EmbedderId:
        """Which model this is; stored with every vector made by it."""
        ...

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Embed texts to be found, shape (texts, dimension); a text beyond the model's limit is cut."""
        ...

    def passages_and_parts(
        self, texts: Sequence[str], parts: Sequence[Sequence[Span]]
    ) -> tuple[Vectors, list[Vectors]]:
        """Embed texts as `passages` does, and parts of each: one array of shape (parts, dimension) per text.

        With a model that averages its tokens, a part's vector is the average of its own tokens, read in
        the context of the whole text (late chunking, Günther et al., 2024): it comes at no further cost,
        and "it" in a sentence means what it means in the text. Other models read each part by itself.
        """
        ...

    def question(self, text: str) -> Vectors:
        """Embed one text to search with, shape (dimension,)."""
        ...


BATCH = 32
"""Texts to a run of the model, where it does not say otherwise: more of them gain nothing on a processor."""


def readable(text: str) -> str:
    """The text with a question mark for each character that no tokenizer takes; no other moves."""
    return text.encode("utf-8", "replace").decode()


def batches(texts: Sequence[str], at_once: int = BATCH) -> Iterator[list[int]]:
    """The texts' places, so many at a time and the short ones first: little is computed on padding."""
    by_length = sorted(range(len(texts)), key=lambda i: len(texts[i]))
    for first in range(0, len(by_length), at_once):
        yield by_length[first : first + at_once]


def read_one_by_one(
    embedder: Embedder, texts: Sequence[str], parts: Sequence[Sequence[Span]]
) -> tuple[Vectors, list[Vectors]]:
    """`Embedder.passages_and_parts` for a model whose tokens say nothing by themselves."""
    vectors = embedder.passages(
        [text[first:last] for text, each in zip(texts, parts, strict=True) for first, last in each]
    )
    ends = np.cumsum([len(each) for each in parts], dtype=np.int64)
    return embedder.passages(texts), np.split(vectors, ends)[: len(parts)]


def unread(text: Vectors, parts: Vectors) -> Vectors:
    """The parts' vectors, that of the text standing in where a part lies beyond what the model reads."""
    empty = ~parts.any(axis=1)
    parts[empty] = text
    return parts


def averaged(tokens: Vectors, offsets: Sequence[Span], parts: Sequence[Span]) -> Vectors:
    """Unit vectors of the parts, shape (parts, dimension); zeros for a part without a token.

    `tokens` has shape (tokens, dimension), `offsets` says which characters each token stands for.
    """
    begin, end = np.array(offsets, dtype=np.int64).reshape(-1, 2).T
    real = end > begin
    inside = np.array([real & (begin >= first) & (end <= last) for first, last in parts], dtype=np.float32)
    return unit(inside.reshape(len(parts), len(offsets)) @ tokens)


def unit(vectors: Vectors) -> Vectors:
    """Scale each row to length 1; a row of zeros stays."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    scaled: Vectors = (vectors / np.maximum(lengths, 1e-12)).astype(np.float32)
    return scaled
