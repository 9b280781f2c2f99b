"""The fields of one record, whatever its format: what makes the paper is taken out, the rest is kept."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from store.names import groups, people, settled
from store.readers import identifiers, markup
from store.readers.plain import squeeze
from store.records import Paper

Names = Mapping[str, Sequence[str]]
"""For each field of a paper, what a format calls it, the better name first.

Besides the fields of `Paper`: `groups` (authors that are no persons); `pmid`; `start` and `end` (pages); and the names
of BibTeX for what is kept as it is.
"""

NO_TITLE = "the record has no title"
UNTITLED = "The record has no title: the first words of its abstract stand for one."
"""The note of a paper that is called by its abstract."""

_TAKEN = frozenset("title abstract authors groups year venue doi arxiv url key id note pmid pages start end".split())
_BETWEEN = {"keywords": ", ", "editor": " and "}
_PMID = re.compile(
    r"(?:\bPMID\W{0,3}|\bPUBMED\W{0,3}|nlm\.nih\.gov/(?:pubmed/)?|^\W*)([1-9][0-9]{0,8})\W*$", re.IGNORECASE
)
_NOT_IN_NAMES = re.compile(r"[^a-z0-9_]+")
_NO_TITLE_GIVEN = re.compile(
    r"\W*(?:no title(?: (?:is )?available| given)?|title (?:not|un)\s?available|null|nan)\W*", re.I
)
_LONGEST_EXTRA = 20_000
_FIRST_WORDS, _LONGEST_OPENING = 12, 120


class Fields:
    """The values of one record by name, in the order of the record."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._values: dict[str, list[str]] = {}
        self._used: set[str] = set()
        for name, text in pairs:
            if text.strip():
                self._values.setdefault(name, []).append(text)

    def values(self, *names: str) -> list[str]:
        """The values under the first of the names that has any."""
        return next((self._values[name] for name in names if name in self._values), [])

    def first(self, *names: str) -> str:
        """The first value under the first of the names that has one."""
        return next(iter(self.values(*names)), "")

    def discard(self, *names: str) -> None:
        """Leave out values that say nothing of the paper, or have been read."""
        self._used.update(names)

    def paper(self, names: Names, *, authors: Sequence[str] = (), kind: str = "article") -> Paper | str:
        """The paper, or why the record is none. `authors` stands for what the fields would give."""
        title = self._first_of(names.get("title", ()), _title)
        abstract = self._abstract(names.get("abstract", ()))
        if not title and not abstract:
            return NO_TITLE
        venue = self._first_of(names.get("venue", ()), lambda text: _venue(text, title))
        written_by = tuple(filter(None, map(settled, map(markup.readable, authors)))) or self._authors(
            names.get("authors", ())
        )
        written_by += tuple(each for each in self._authors(names.get("groups", ()), groups) if each not in written_by)
        found = Paper(
            title=title,
            abstract=abstract,
            authors=written_by,
            year=self._year(names.get("year", ())),
            venue=venue,
            arxiv=self._arxiv(names),
            doi=self._doi(names),
            url=self._first_of(names.get("url", ()), lambda text: squeeze(text).split(" ")[0]),
            key=self._first_of(names.get("key", ()), squeeze),
            id=self._first_of(names.get("id", ()), squeeze),
            note=self._first_of(names.get("note", ()), markup.readable),
            kind=kind,
            extra=self._extra(names, title, venue),
        )
        return found if title else untitled(found)

    def _first_of(self, names: Iterable[str], read: Callable[[str], str]) -> str:
        """The first value under any of the names that reads as something."""
        for name in names:
            for value in self._values.get(name, ()):
                if text := read(value):
                    self._used.add(name)
                    return text
        return ""

    def _abstract(self, names: Sequence[str]) -> str:
        """The longest of the abstracts: some exports shorten one of two."""
        found = [(markup.abstract(" ".join(self._values[name])), name) for name in names if name in self._values]
        text, used = max(found, key=lambda pair: len(pair[0]), default=("", ""))
        self._used |= {used} | {name for other, name in found if other in text}
        return text

    def _authors(
        self, names: Sequence[str], read: Callable[[Iterable[str]], tuple[str, ...]] = people
    ) -> tuple[str, ...]:
        """The longest of the lists, without those who stand in it twice."""
        self._used.update(names)
        lists = (tuple(dict.fromkeys(read(map(markup.readable, self._values.get(name, ()))))) for name in names)
        return max(lists, key=len, default=())

    def _year(self, names: Sequence[str]) -> int | None:
        """The year; what says more, a whole date, is kept."""
        for name in names:
            text = squeeze(self.first(name)).strip("/.;, ")
            if year := identifiers.year(text):
                self._used |= {name} if text == str(year) else set()
                return year
        return None

    def _doi(self, names: Names) -> str:
        return self._first_of(names.get("doi", ()), identifiers.doi) or next(
            filter(None, map(identifiers.linked_doi, self._all(names.get("url", ())))), ""
        )

    def _arxiv(self, names: Names) -> str:
        places = [*names.get("doi", ()), *names.get("url", ()), *names.get("venue", ()), "extra"]
        linked = map(identifiers.arxiv, self._all(places))
        return self._first_of(names.get("arxiv", ()), identifiers.eprint) or next(filter(None, linked), "")

    def _all(self, names: Iterable[str]) -> Iterator[str]:
        return (text for name in names for text in self._values.get(name, ()))

    def _extra(self, names: Names, *said: str) -> dict[str, str]:
        """What is left of the record and not `said` already, under BibTeX's names where it has one."""
        extra = {"pmid": self._first_of(names.get("pmid", ()), pmid), "pages": self._pages(names)}
        for field, theirs in names.items():
            if field not in _TAKEN:
                name = next((name for name in theirs if name in self._values and name not in self._used), "")
                extra[field] = self._joined(self._values.get(name, ()), _BETWEEN.get(field, "; "))
                self._used.add(name)
        for name, values in self._values.items():
            text = "" if name in self._used else self._joined(values, "; ")
            if text not in {*said, *extra.values()}:
                extra.setdefault(_NOT_IN_NAMES.sub("-", name.lower()).strip("-"), text)
        return {field: text for field, text in extra.items() if field and text}

    def _joined(self, values: Iterable[str], mark: str) -> str:
        return mark.join(dict.fromkeys(filter(None, map(markup.readable, values))))[:_LONGEST_EXTRA].rstrip()

    def _pages(self, names: Names) -> str:
        start = self._first_of(names.get("start", ()), squeeze)
        end = self._first_of(names.get("end", ()), squeeze)
        span = "-".join(filter(None, [start, "" if start == end else end]))
        return self._first_of(names.get("pages", ()), squeeze) or span


def _venue(text: str, title: str) -> str:
    """Where the paper appeared; a book often repeats its title, a trial names its register's address."""
    venue = markup.readable(text)
    return "" if venue == title or "://" in venue else venue


def untitled(paper: Paper) -> Paper:
    """A paper without a title, called by the first words of its abstract and marked so."""
    words = paper.abstract[:_LONGEST_OPENING].split(" ")
    whole = len(paper.abstract) <= _LONGEST_OPENING and len(words) <= _FIRST_WORDS
    opening = paper.abstract if whole else " ".join(words[:_FIRST_WORDS]).rstrip(",;:.") + " \u2026"
    return replace(paper, title=opening, note=" ".join(filter(None, (paper.note, UNTITLED))))


def _title(text: str) -> str:
    """The title; empty where it only says that there is none."""
    title = markup.readable(text)
    return "" if _NO_TITLE_GIVEN.fullmatch(title) else title


def pmid(text: str) -> str:
    """The PubMed identifier that the text is, links to or names as one."""
    found = _PMID.search(text)
    return found[1] if found else ""
