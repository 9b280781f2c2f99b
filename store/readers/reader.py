"""What a format must offer to be read; each reader is a module of this shape."""

from collections.abc import Iterator
from typing import Protocol

from store.readers.source import Source
from store.records import Paper, Rejected


class Reader(Protocol):
    """Reads one format. `name` is how the format is called in messages and help texts."""

    name: str

    def recognises(self, head: str, suffix: str, /) -> float:
        """How sure the reader is, from 0 (not mine) to 1, that a file beginning with `head` is its own.

        `suffix` is the file name's, in lower case with its dot; it may tip the scales, no more.
        """

    def read(self, source: Source) -> Iterator[Paper | Rejected]:
        """Yield the records in the order of the file."""
