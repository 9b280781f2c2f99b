"""What a format must offer to be written; each writer is a module of this shape."""

from collections.abc import Iterable, Iterator
from typing import Protocol

from store.records import Paper


class Writer(Protocol):
    """Writes one format. `suffix` is the one that its files have, with the dot."""

    suffix: str

    def write(self, papers: Iterable[Paper]) -> Iterator[str]:
        """The text of a file with these papers, piece by piece; read again, it gives the same papers."""
