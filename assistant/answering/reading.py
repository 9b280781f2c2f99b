"""Sentences read word by word: each word with its direction and its vector in the sentence."""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass

from assistant.answering.polarity import Word, words
from store.embedding.base import Embedder, Vectors

CAPACITY = 2000
"""Sentences kept; one takes about 40 kB."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A sentence, its words and their vectors, shape (words, dimension), each read in the sentence."""

    text: str
    words: tuple[Word, ...]
    vectors: Vectors


class Reader:
    """Reads sentences; one that was read before is remembered."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._kept: OrderedDict[str, Reading] = OrderedDict()

    def read(self, texts: Iterable[str]) -> list[Reading]:
        """The readings of the texts, in order; those not known are embedded together."""
        wanted = list(texts)
        new = [text for text in dict.fromkeys(wanted) if text not in self._kept]
        if new:
            self._kept.update((reading.text, reading) for reading in self._fresh(new))
        readings = [self._kept[text] for text in wanted]
        while len(self._kept) > CAPACITY:
            self._kept.popitem(last=False)
        return readings

    def _fresh(self, texts: list[str]) -> list[Reading]:
        split = [words(text) for text in texts]
        _, vectors = self._embedder.passages_and_parts(texts, [[(w.start, w.end) for w in each] for each in split])
        return [Reading(*each) for each in zip(texts, split, vectors, strict=True)]
