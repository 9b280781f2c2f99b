"""Browsing a library: pages of a list that is filtered while one types, kept light for tens of thousands of papers."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from store.catalogue import Catalogue
from store.errors import NoSuchPaper
from store.identity import family
from store.records import Entry, Filters, Page, Paper
from store.terms import folded

_YEARS = re.compile(r"(?:year:)?(\d{4})?[-–](\d{4})?")


@dataclass(frozen=True, slots=True)
class _Row:
    entry: Entry
    words: str
    """All that can be filtered by, folded."""


ORDERS: dict[str, Callable[[Entry], tuple[object, ...]]] = {
    "author": lambda entry: (
        not entry.authors,
        [family(author) for author in entry.authors[:2]],
        entry.year or 0,
        entry.number,
    ),
    "year": lambda entry: (-(entry.year or 0), folded(entry.title), entry.number),
    "title": lambda entry: (folded(entry.title), entry.number),
    "newest": lambda entry: (-entry.number,),
}
"""The orders of the list, by name."""


class Shelf:
    """Reads a catalogue beside whoever writes it; the list is read anew when it has changed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._catalogue: Catalogue | None = None
        self._file = 0
        self._rows: list[_Row] = []
        self._read_at = -1
        self._lists: dict[tuple[str, str], list[_Row]] = {}

    def close(self) -> None:
        """Close the catalogue."""
        if self._catalogue:
            self._catalogue.close()
            self._catalogue = None

    def count(self) -> int:
        """How many papers there are; 0 where no library has been made yet, and none is made by looking."""
        catalogue = self._opened()
        return catalogue.count() if catalogue else 0

    def page(self, text: str, *, order: str, offset: int, limit: int) -> Page:
        """Papers that have all the words of a text in title, authors, venue, key, year or as `tag:name`.

        A span of years (2019-2021, 2020-) is understood. `order` is one of `ORDERS`.
        """
        rows = self._listed(text, order)
        return Page(len(rows), offset, tuple(row.entry for row in rows[offset : offset + limit]))

    def per_year(self, text: str) -> tuple[tuple[int, int], ...]:
        """How many of those papers appeared in each year, by year; papers without a year are left out."""
        years = Counter(row.entry.year for row in self._listed(text, "author"))
        return tuple(sorted((year, count) for year, count in years.items() if year is not None))

    def papers(self, numbers: tuple[int, ...]) -> dict[int, Paper]:
        """The whole papers of these numbers; one that is gone is left out."""
        catalogue = self._opened()
        return catalogue.papers(numbers) if catalogue else {}

    def found(self, keys: Sequence[str], filters: Filters, limit: int) -> dict[int, Paper]:
        """The whole papers of these cite keys or identifiers, or without any at most `limit` that pass the filters.

        Raises `NoSuchPaper` for a key that is unknown.
        """
        catalogue = self._opened()
        if catalogue is None and keys:
            raise NoSuchPaper(f"No paper has the key or identifier '{keys[0]}': the library is empty.")
        if catalogue is None:
            return {}
        numbers = [catalogue.number_of(key) for key in keys] if keys else catalogue.numbers(filters, limit=limit)
        return catalogue.papers(numbers)

    def _listed(self, text: str, order: str) -> list[_Row]:
        catalogue = self._opened()
        if catalogue is None:
            return []
        if (version := catalogue.version) != self._read_at:
            self._rows = [_row(entry) for entry in catalogue.entries()]
            self._lists.clear()
            self._read_at = version
        if (text, order) not in self._lists:
            passes = _filter(text)
            self._lists = {key: kept for key, kept in self._lists.items() if not key[0]}
            self._lists[text, order] = [row for row in self._ordered(order) if passes(row)]
        return self._lists[text, order]

    def _ordered(self, order: str) -> list[_Row]:
        if ("", order) not in self._lists:
            rank = ORDERS[order]
            self._lists["", order] = sorted(self._rows, key=lambda row: rank(row.entry))
        return self._lists["", order]

    def _opened(self) -> Catalogue | None:
        file = self._path.stat().st_ino if self._path.is_file() else 0
        if file != self._file:  # another file has taken its place: a backup was restored
            self.close()
            self._read_at = -1
            self._catalogue = Catalogue(self._path) if file else None
            self._file = file
        return self._catalogue


def _row(entry: Entry) -> _Row:
    tags = " ".join([f"tag:{tag}" for tag in entry.tags] + [entry.status])
    return _Row(
        entry,
        folded(f"{entry.title}\n{'; '.join(entry.authors)}\n{entry.venue}\n{entry.key} {entry.year or ''} {tags}"),
    )


def _filter(text: str) -> Callable[[_Row], bool]:
    words = folded(text).split()
    spans = [match for word in words if (match := _YEARS.fullmatch(word)) and any(match.groups())]
    plain = [word for word in words if not (_YEARS.fullmatch(word) and any(c.isdigit() for c in word))]

    def passes(row: _Row) -> bool:
        year = row.entry.year
        return all(word in row.words for word in plain) and all(
            year is not None and int(span[1] or 0) <= year <= int(span[2] or 9999) for span in spans
        )

    return passes
