"""MEDLINE's tagged text, as PubMed and ERIC write it."""

import re
from collections.abc import Iterator

from store.readers.fields import Fields
from store.readers.pubmed import without_period
from store.readers.source import Source
from store.readers.tagged import Syntax, TaggedRecord, records
from store.records import Paper, Rejected

name = "MEDLINE text (.nbib)"

SYNTAX = Syntax(
    tag=re.compile(r"(?P<tag>[A-Z][A-Z0-9]{1,3}) {0,2}- ?(?P<text>.*)"),
    opens=frozenset({"PMID", "OWN"}),
    titles=frozenset({"TI", "BTI"}),
    texts=frozenset({"AB"}),
)
_NAMES = {
    "title": ("TI", "BTI", "CTI", "TT"),
    "abstract": ("AB", "OAB"),
    "authors": ("FAU", "AU"),
    "groups": ("CN",),
    "year": ("DP", "DEP", "EDAT", "CRDT"),
    "venue": ("JT", "TA", "BTI", "SO"),
    "pmid": ("PMID",),
    "url": ("URL", "UR"),
    "number": ("IP",),
    "volume": ("VI",),
    "pages": ("PG",),
    "keywords": ("OT", "MH"),
    "language": ("LA",),
    "issn": ("IS", "ISSN"),
    "pmcid": ("PMC",),
    "date": ("DP",),
    "publisher": ("PB",),
    "affiliation": ("AD",),
}
_OPENING = re.compile(r"^(?:PMID- ?[0-9]|OWN - |PMID-\s*$)", re.MULTILINE)
_DOI = re.compile(r"\[doi\]|doi\.org/", re.IGNORECASE)


def recognises(head: str, suffix: str) -> float:
    """Whether a citation begins at the start of a line."""
    if not _OPENING.search(head):
        return 0.0
    tags = {found["tag"] for line in head.splitlines() if (found := SYNTAX.tag.match(line))}
    return 0.0 if "TY" in tags else 0.9 + 0.1 * (suffix == ".nbib")


def read(source: Source) -> Iterator[Paper | Rejected]:
    """The citations one by one, in bounded memory."""
    for record in records(source.lines(), SYNTAX):
        paper = _paper(record)
        yield paper if isinstance(paper, Paper) else Rejected(source.name, f"line {record.line}", paper)


def _paper(record: TaggedRecord) -> Paper | str:
    fields = Fields((tag, _one_line(tag, text)) for tag, text in record.fields)
    doi = tuple(tag for tag in ("LID", "AID", "SO") if _DOI.search(" ".join(fields.values(tag))))
    book = not fields.first("TI", "JT") and fields.first("BTI")
    return fields.paper(_NAMES | {"doi": doi}, kind="book" if book else "article")


def _one_line(tag: str, text: str) -> str:
    return without_period(text) if tag in {"TI", "BTI"} else text
