"""Comma-, semicolon- and tab-separated tables, as databases, reference managers and spreadsheets write them."""

import csv
from collections.abc import Iterator

from store.readers.source import Source
from store.readers.tables import Header, is_blank
from store.records import Paper, Rejected

name = "table (.csv, .tsv) with a title column"

_MARKS = ",;\t|"
_HEADER_WITHIN = 30
_LONGEST_CELL = 1 << 20


def recognises(head: str, suffix: str) -> float:
    """Whether one of the first lines is a header."""
    found = _header(head)
    if found is None:
        return 0.0
    return min(0.9, 0.55 + 0.05 * found[2].known + 0.1 * (suffix in {".csv", ".tsv"}))


def read(source: Source) -> Iterator[Paper | Rejected]:
    """The rows one by one, in bounded memory."""
    found = _header(source.head)
    if found is None:
        return
    number, mark, header = found
    lines = (line for count, line in source.lines() if count > number)
    for line, row in _rows(lines, mark):
        record = row if isinstance(row, str) else header.paper(row)
        yield record if isinstance(record, Paper) else Rejected(source.name, f"line {number + line}", record)


def _rows(lines: Iterator[str], mark: str) -> Iterator[tuple[int, list[str] | str]]:
    """The rows that say something, each with its first line; as text why one cannot be read."""
    csv.field_size_limit(_LONGEST_CELL)
    rows = csv.reader(lines, delimiter=mark)
    while True:
        line = rows.line_num + 1
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield line, f"the row cannot be read: {error}"
            continue
        if not is_blank(row):
            yield line, row


def _header(head: str) -> tuple[int, str, Header] | None:
    """The line of the header, what separates its columns, and the columns; the line with most known names."""
    best: tuple[int, str, Header] | None = None
    for number, line in enumerate(head.split("\n")[:_HEADER_WITHIN], start=1):
        for mark in _MARKS:
            header = Header(_cells(line, mark))
            if header.is_one and (best is None or header.known > best[2].known):
                best = number, mark, header
    return best


def _cells(line: str, mark: str) -> list[str]:
    if mark not in line:
        return []
    try:
        return next(csv.reader([line], delimiter=mark), [])
    except csv.Error:
        return []
