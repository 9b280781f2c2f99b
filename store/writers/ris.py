"""RIS, as EndNote, Zotero, Mendeley and Covidence read it."""

from collections.abc import Iterable, Iterator

from store.identity import suggested_key
from store.names import parts
from store.readers import beside, ris
from store.readers.plain import squeeze
from store.readers.tagged import TaggedRecord
from store.records import Paper
from store.retractions import noted

suffix = ".ris"

_TYPES = {
    "BOOK": "book mvbook collection mvcollection proceedings mvproceedings booklet manual",
    "CHAP": "incollection inbook bookinbook suppbook",
    "CONF": "inproceedings conference",
    "THES": "phdthesis mastersthesis thesis",
    "RPRT": "techreport report",
    "UNPB": "unpublished",
    "ELEC": "online electronic www",
    "PAT": "patent",
    "DATA": "dataset",
    "COMP": "software",
    "GEN": "misc",
}
_TYPE = {kind: type_ for type_, kinds in _TYPES.items() for kind in kinds.split()}
_PUBLISHED_BY = frozenset({"BOOK", "THES", "RPRT"})
_FURTHER = {
    "VL": "volume",
    "IS": "number",
    "PB": "publisher",
    "CY": "address",
    "SN": "issn",
    "ET": "edition",
    "LA": "language",
    "DA": "date",
}


def write(papers: Iterable[Paper]) -> Iterator[str]:
    """A reference for each paper, a blank line between them."""
    for paper in papers:
        yield reference(paper) + "\n"


def reference(paper: Paper) -> str:
    """The paper as a reference; what RIS has no tag for stands in fields that are the user's (U5)."""
    record, values = beside.complete(paper, _record, ris.paper)
    further = [(ris.BESIDE, f"{name} = {text}") for name, text in beside.written(values).items()]
    return "".join(f"{tag}  - {text}\n" for tag, text in [*record.fields, *further, ("ER", "")])


def _record(paper: Paper) -> TaggedRecord:
    return TaggedRecord(1, [(tag, line) for tag, text in _fields(paper) if (line := squeeze(text))])


def _fields(paper: Paper) -> Iterator[tuple[str, str]]:
    type_ = _TYPE.get(paper.kind, "JOUR")
    extra = paper.extra
    start, _, end = extra.get("pages", "").partition("-")
    yield "TY", type_
    yield "ID", paper.key or suggested_key(paper)
    yield from (("AU", str(parts(author))) for author in paper.authors)
    yield "PY", str(paper.year or "")
    yield "TI", paper.title
    yield "PB" if type_ in _PUBLISHED_BY and "publisher" not in extra else "T2", paper.venue
    yield "SP", start
    yield "EP", end
    yield from ((tag, extra.get(field, "")) for tag, field in _FURTHER.items())
    yield from (("ED", editor) for editor in extra.get("editor", "").split(" and "))
    yield "N1", noted(extra.get("annote", ""), paper.status)
    yield "DO", paper.doi
    yield "UR", paper.url
    if pmid := extra.get("pmid", ""):
        yield "AN", pmid
        yield "DB", "PubMed"
    yield from (("KW", keyword) for keyword in [*extra.get("keywords", "").split(", "), *paper.tags])
    yield "AB", paper.abstract
