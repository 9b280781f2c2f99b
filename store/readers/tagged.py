"""Tagged text as records: RIS, MEDLINE, Web of Science and refer are one parser with four syntaxes.

An own parser, since rispy reads a file whole, stops at the first bad line and loses what stands before a missing `TY`.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

Line = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Syntax:
    """How a format writes its records.

    `tag` matches a line with a field, in groups `tag` and `text`. A tag of `opens` or `titles` is there once a record:
    a second one begins the next, whatever the file leaves out. `texts` are the fields that may have paragraphs.
    """

    tag: re.Pattern[str]
    opens: frozenset[str]
    titles: frozenset[str]
    texts: frozenset[str]
    closes: frozenset[str] = frozenset()
    ends: frozenset[str] = frozenset()
    skipped: frozenset[str] = frozenset()


@dataclass(slots=True)
class TaggedRecord:
    """One record: the line where it begins, and its fields; a value of several lines keeps its line ends."""

    line: int = 0
    fields: list[tuple[str, str]] = field(default_factory=list)


def records(lines: Iterable[Line], syntax: Syntax) -> Iterator[TaggedRecord]:
    """The records in the order of the file."""
    parser = _Parser(syntax)
    for number, line in lines:
        yield from parser.feed(number, line.rstrip("\n"))
    yield from parser.finish()


class _Parser:
    """Collects fields, and tells by them where a record ends."""

    def __init__(self, syntax: Syntax) -> None:
        self._syntax = syntax
        self._fields: list[tuple[int, str, list[str]]] = []
        self._group = 0  # where the fields after the last blank line begin
        self._after_blank = False
        self._within = False  # whether lines without a tag can belong to a field

    def feed(self, number: int, line: str) -> Iterator[TaggedRecord]:
        found = self._syntax.tag.match(line)
        if found is None:
            self._continue(line)
            return
        tag = found["tag"].upper()
        if tag in self._syntax.closes | self._syntax.ends:
            yield from self.finish()
        elif tag not in self._syntax.skipped:
            yield from self._before(tag)
            self._fields.append((number, tag, [found["text"] or ""]))
            self._within, self._after_blank = True, False

    def finish(self) -> Iterator[TaggedRecord]:
        yield from self._cut(len(self._fields))
        self._within = False

    def _before(self, tag: str) -> Iterator[TaggedRecord]:
        """The record that ends where this tag comes, if one does."""
        if self._after_blank:
            self._group = len(self._fields)
        syntax = self._syntax
        if tag in syntax.opens and self._has(frozenset({tag}), 0):
            bare = not self._has(syntax.opens | syntax.titles, self._group)
            yield from self._cut(self._group if bare else len(self._fields))
        elif tag in syntax.titles and self._has(frozenset({tag}), 0, self._group):
            yield from self._cut(self._group)

    def _has(self, tags: frozenset[str], start: int, end: int | None = None) -> bool:
        return any(tag in tags for _, tag, _ in self._fields[start:end])

    def _continue(self, line: str) -> None:
        if not line.strip():
            self._after_blank = True
        elif self._within and (not self._after_blank or self._fields[-1][1] in self._syntax.texts):
            self._fields[-1][2].append(line)

    def _cut(self, end: int) -> Iterator[TaggedRecord]:
        fields, self._fields, self._group = self._fields[:end], self._fields[end:], 0
        if fields:
            yield TaggedRecord(fields[0][0], [(tag, "\n".join(text).strip()) for _, tag, text in fields])
