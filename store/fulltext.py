"""The search by words: FTS5 for a question or two, postings in memory for whoever goes on asking."""

import math
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from contextlib import closing

from store.catalogue import Catalogue
from store.errors import StoreError
from store.postings import Postings

SOON = 3
"""Questions to the same state of the library after which its words are read into memory, beside the next ones."""


_PAUSE_EVERY = 32
_PAUSE = 0.0005


class FullText:
    """Answers alike from FTS5 and, once they are read, from postings (see `store.postings`)."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._state = -1
        self._asked = 0
        self._papers = 0
        self._postings: Postings | None = None
        self._read: tuple[int, Postings] | None = None

    def prepare(self) -> None:
        """Read the words into memory, beside whatever comes, in a process that will be asked more than once."""
        with self._catalogue.reading():
            if self._catalogue.changes != self._state or self._asked < SOON:
                self._asked = SOON - 1
            self.asked()

    def asked(self) -> None:
        """Get ready for a question (inside `Catalogue.reading`)."""
        changes = self._catalogue.changes
        if changes != self._state:
            self._state, self._postings = changes, None
            self._asked = 0 if self._asked >= SOON else self._asked
            self._papers = self._catalogue.count()
        self._asked += 1
        if self._asked == SOON and self._papers:
            own = Catalogue(self._catalogue.path)  # opened here: a moment later the library may have been moved away
            threading.Thread(target=self._read_all, args=(own,), name="postings", daemon=True).start()
        if self._postings is None and self._read and self._read[0] == changes:
            self._postings, self._read = self._read[1], None

    @property
    def served_by(self) -> str:
        """What answers the question that was last got ready for."""
        return "memory" if self._postings else "FTS5"

    def best(self, terms: Sequence[str], *, limit: int, allowed: Set[int] | None) -> dict[int, float]:
        """As `Catalogue.lexical`."""
        if self._postings:
            return self._postings.best(terms, limit=limit, allowed=allowed)
        return self._catalogue.lexical(terms, limit=limit, allowed=allowed)

    def rarity(self, terms: Iterable[str]) -> dict[str, float]:
        """Of each term the logarithm of how few papers have it, by term."""
        frequency = self._catalogue.document_frequency(set(terms))
        return {term: math.log((self._papers + 1) / (count + 0.5)) for term, count in sorted(frequency.items())}

    def held(self, terms: Sequence[str], papers: Sequence[int]) -> Mapping[str, set[int]]:
        """For each term those of the papers that have it."""
        if self._postings:
            return {term: self._postings.holders(term, papers) for term in terms}
        streams = self._catalogue.terms_of(papers)
        return {term: {number for number, stream in streams.items() if term in stream} for term in terms}

    def _read_all(self, own: Catalogue) -> None:
        try:
            with closing(own) as catalogue, catalogue.reading():
                changes = catalogue.changes
                if changes == self._state and catalogue.splits_terms_at_spaces():
                    self._read = changes, Postings(_with_pauses(catalogue.streams()))
        except StoreError:  # the questions go on without it
            return


def _with_pauses(streams: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """The same, letting go of the interpreter so often that the questions beside it hardly wait."""
    for place, stream in enumerate(streams):
        if place % _PAUSE_EVERY == 0:
            time.sleep(_PAUSE)
        yield stream
