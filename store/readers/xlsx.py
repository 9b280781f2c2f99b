"""Excel workbooks (.xlsx) with a table of papers.

Read row by row with the XML reader of this package: openpyxl trusts the sizes that a file claims.
"""

import re
import zipfile
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from store.errors import UnreadableFile
from store.readers import archive
from store.readers.source import Source
from store.readers.tables import Header, is_blank
from store.readers.xml_elements import elements, inner_text
from store.records import Paper, Rejected

name = "Excel workbook (.xlsx) with a title column"

_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
_STRINGS = "xl/sharedStrings.xml"
_REFERENCE = re.compile(r"([A-Z]{1,3})[0-9]*")
_WIDEST = 1000
_HEADER_WITHIN = 30
_WHOLE_NUMBER = re.compile(r"-?[0-9]+\.0+")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def is_workbook(source: Source) -> bool:
    """Whether the file is a zip archive with sheets in it."""
    if not source.start.startswith(archive.ZIP):
        return False
    with source.open_bytes() as file, archive.opened_zip(source, file) as book:
        return any(_SHEET.fullmatch(name) for name in book.namelist())


def recognises(_head: str, _suffix: str) -> float:
    """Never: a workbook is no text; see `is_workbook`."""
    return 0.0


def read(source: Source) -> Iterator[Paper | Rejected]:
    """The rows of every sheet that has a header."""
    found = False
    with source.open_bytes() as file, archive.opened_zip(source, file) as book:
        strings = [inner_text(each) for each in _parts(book, source, _STRINGS, "si")]
        for sheet in sorted(name for name in book.namelist() if _SHEET.fullmatch(name)):
            for record in _papers(source, _rows(book, source, sheet, strings)):
                found = True
                yield record
    if not found:
        raise UnreadableFile(
            f"{source.name} has no sheet with a table of papers.", hint="The first rows must name a title column."
        )


def _papers(source: Source, rows: Iterator[tuple[int, list[str] | str]]) -> Iterator[Paper | Rejected]:
    header: Header | None = None
    for count, (number, row) in enumerate(rows):
        if isinstance(row, str):
            yield Rejected(source.name, f"row {number}", row)
        elif header is None:
            if count > _HEADER_WITHIN:
                return
            header = found if (found := Header(row)).is_one else None
        elif not is_blank(row):
            paper = header.paper(row)
            yield paper if isinstance(paper, Paper) else Rejected(source.name, f"row {number}", paper)


def _rows(
    book: zipfile.ZipFile, source: Source, sheet: str, strings: list[str]
) -> Iterator[tuple[int, list[str] | str]]:
    for count, row in enumerate(_parts(book, source, sheet, "row"), start=1):
        number = row.get("r", "") if isinstance(row, Element) else ""
        line = int(number) if number.isdecimal() and len(number) < 10 else count
        yield line, _cells(row, strings) if isinstance(row, Element) else row


def _parts(book: zipfile.ZipFile, source: Source, member: str, tag: str) -> Iterator[Element]:
    if member not in book.namelist():
        return
    part = Source(source.path, name=source.name, opened=lambda: archive.opened_member(source, book, member))
    for _, element in elements(part.pieces(), tag):
        yield element if isinstance(element, Element) else Element(tag)


def _cells(row: Element, strings: list[str]) -> list[str]:
    cells: dict[int, str] = {}
    for count, cell in enumerate(each for each in row if _local(each) == "c"):
        reference = _REFERENCE.match(cell.get("r", ""))
        column = _column(reference[1]) if reference else count
        if column < _WIDEST:
            cells[column] = _text(cell, strings)
    return [cells.get(column, "") for column in range(max(cells, default=-1) + 1)]


def _column(letters: str) -> int:
    """A as 0, B as 1, AA as 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _text(cell: Element, strings: list[str]) -> str:
    value = next((inner_text(part) for part in cell if _local(part) in {"v", "is"}), "")
    if cell.get("t") == "s":
        at = int(value) if value.isdecimal() and len(value) < 10 else -1
        value = strings[at] if 0 <= at < len(strings) else ""
    elif _WHOLE_NUMBER.fullmatch(value):
        value = value.partition(".")[0]
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), value)


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]
