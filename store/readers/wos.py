"""Web of Science's tagged text."""

import re
from collections.abc import Iterator

from store.readers.fields import Fields
from store.readers.source import Source
from store.readers.tagged import Syntax, TaggedRecord, records
from store.records import Paper, Rejected

name = "Web of Science text (.txt, .ciw)"

SYNTAX = Syntax(
    tag=re.compile(r"\ufeff?(?P<tag>[A-Z][A-Z0-9])(?: (?P<text>.*)|$)"),
    opens=frozenset({"PT"}),
    titles=frozenset({"TI"}),
    texts=frozenset({"AB"}),
    closes=frozenset({"ER"}),
    ends=frozenset({"EF"}),
    skipped=frozenset({"FN", "VR"}),
)
NAMES = {
    "title": ("TI", "BT"),
    "abstract": ("AB",),
    "authors": ("AF", "AU", "BF", "BA"),
    "groups": ("CA", "GP"),
    "year": ("PY", "EY", "EA"),
    "venue": ("SO", "BS", "SE", "J9", "JI", "CT", "PU"),
    "doi": ("DI", "D2"),
    "pmid": ("PM",),
    "start": ("BP",),
    "end": ("EP",),
    "volume": ("VL",),
    "number": ("IS",),
    "keywords": ("DE", "ID"),
    "publisher": ("PU",),
    "address": ("PI",),
    "issn": ("SN",),
    "isbn": ("BN",),
    "language": ("LA",),
    "editor": ("BE", "ED"),
}
_KINDS = {"B": "book", "C": "inproceedings", "S": "incollection"}
_A_LINE_EACH = frozenset({"AU", "AF", "BA", "BF", "BE", "ED", "CR", "CA", "GP"})
_OPENING = re.compile(r"^PT [A-Z]\b", re.MULTILINE)
_CLOSING = re.compile(r"^(?:ER|EF)\s*$|^(?:FN|VR) |^UT (?:WOS|ISI|MEDLINE)", re.MULTILINE)


def recognises(head: str, suffix: str) -> float:
    """Whether a record begins and the lines that frame records are there."""
    return (0.9 + 0.1 * (suffix == ".ciw")) * bool(_OPENING.search(head) and _CLOSING.search(head))


def read(source: Source) -> Iterator[Paper | Rejected]:
    """The records one by one, in bounded memory."""
    for record in records(source.lines(), SYNTAX):
        paper = _paper(record)
        yield paper if isinstance(paper, Paper) else Rejected(source.name, f"line {record.line}", paper)


def _paper(record: TaggedRecord) -> Paper | str:
    fields = Fields(pair for tag, text in record.fields for pair in _values(tag, text))
    kind = _KINDS.get(fields.first("PT").strip(), "article")
    fields.discard("PT")
    return fields.paper(NAMES, kind=kind)


def _values(tag: str, text: str) -> Iterator[tuple[str, str]]:
    yield from ((tag, line.strip()) for line in (text.split("\n") if tag in _A_LINE_EACH else [text]))
