"""EndNote's refer text: lines such as `%A Family, Given`."""

import re
from collections.abc import Iterator

from store.readers.fields import Fields
from store.readers.plain import squeeze
from store.readers.source import Source
from store.readers.tagged import Syntax, TaggedRecord, records
from store.records import Paper, Rejected

name = "EndNote refer text (.enw)"

SYNTAX = Syntax(
    tag=re.compile(r"\ufeff?[ \t]{0,3}(?P<tag>%[0-9A-Z@*#!$&+<=>?^~(\[])(?:[ \t]+(?P<text>.*)|[ \t]*$)"),
    opens=frozenset({"%0"}),
    titles=frozenset({"%T"}),
    texts=frozenset({"%X"}),
)
_NAMES = {
    "title": ("%T", "%Q", "%!"),
    "abstract": ("%X",),
    "authors": ("%A",),
    "year": ("%D", "%8"),
    "venue": ("%J", "%B", "%S", "%I"),
    "doi": ("%R", "%M"),
    "url": ("%U", "%>"),
    "note": (),
    "key": ("%F",),
    "editor": ("%E",),
    "keywords": ("%K",),
    "volume": ("%V",),
    "number": ("%N",),
    "pages": ("%P",),
    "publisher": ("%I",),
    "address": ("%C",),
    "issn": ("%@",),
    "language": ("%G",),
    "edition": ("%7",),
    "date": ("%8",),
    "annote": ("%Z",),
    "database": ("%W", "%~"),
    "affiliation": ("%+",),
    "accession": ("%M",),
}
_KINDS = {
    "book": "book",
    "edited book": "book",
    "book section": "incollection",
    "conference paper": "inproceedings",
    "conference proceedings": "inproceedings",
    "thesis": "phdthesis",
    "report": "techreport",
    "unpublished work": "unpublished",
    "web page": "online",
    "generic": "misc",
}


def recognises(head: str, suffix: str) -> float:
    """Whether lines with a title and with other fields stand there."""
    tags = [found["tag"] for line in head.splitlines() if (found := SYNTAX.tag.match(line))]
    sure = "%T" in tags and len(set(tags)) >= 2 and ("%0" in tags or len(tags) >= 3)
    return (0.9 + 0.1 * (suffix in {".enw", ".enl"})) * sure


def read(source: Source) -> Iterator[Paper | Rejected]:
    """The references one by one, in bounded memory."""
    for record in records(source.lines(), SYNTAX):
        paper = _paper(record)
        yield paper if isinstance(paper, Paper) else Rejected(source.name, f"line {record.line}", paper)


def _paper(record: TaggedRecord) -> Paper | str:
    fields = Fields(pair for tag, text in record.fields for pair in _values(tag, text))
    kind = _KINDS.get(squeeze(fields.first("%0")).lower(), "article")
    fields.discard("%0")
    return fields.paper(_NAMES, kind=kind)


def _values(tag: str, text: str) -> Iterator[tuple[str, str]]:
    """People and keywords stand one to a line."""
    yield from ((tag, line) for line in (text.split("\n") if tag in {"%A", "%E", "%K"} else [text]))
