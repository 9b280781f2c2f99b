"""RIS, as reference managers, publishers and databases write it."""

import re
from collections.abc import Iterator

from store.readers import beside
from store.readers.fields import Fields
from store.readers.plain import squeeze
from store.readers.source import Source
from store.readers.tagged import Syntax, TaggedRecord, records
from store.records import Paper, Rejected
from store.retractions import marked

name = "RIS (.ris)"

SYNTAX = Syntax(
    tag=re.compile(
        r"[ \ufeff]{0,3}(?P<tag>[A-Z][A-Z0-9]|PMID|DOI)(?:[ \t]{1,3}-(?:[ \t]+|$)|[ \t]{2}-|-[ \t]{2})(?P<text>.*)"
    ),
    opens=frozenset({"TY"}),
    titles=frozenset({"TI", "T1"}),
    texts=frozenset({"AB", "N2", "N1"}),
    closes=frozenset({"ER"}),
)
_NAMES = {
    "title": ("TI", "T1", "CT", "BT", "ST"),
    "abstract": ("AB", "N2"),
    "authors": ("AU", "A1"),
    "year": ("PY", "Y1", "DA", "YR"),
    "venue": ("JF", "T2", "JO", "BT", "JA", "J2", "J1", "C3", "T3", "PB"),
    "doi": ("DO", "DOI", "DI"),
    "url": ("UR", "L2", "L1", "LK"),
    "pmid": ("PMID", "C3", "PM"),
    "start": ("SP",),
    "end": ("EP",),
    "keywords": ("KW",),
    "volume": ("VL", "VO"),
    "number": ("IS",),
    "issn": ("SN",),
    "publisher": ("PB",),
    "address": ("CY", "PP"),
    "editor": ("ED", "A2"),
    "language": ("LA",),
    "edition": ("ET",),
    "date": ("DA",),
    "annote": ("N1",),
}
_KINDS = {
    "BOOK": "book",
    "EBOOK": "book",
    "EDBOOK": "book",
    "CHAP": "incollection",
    "ECHAP": "incollection",
    "CPAPER": "inproceedings",
    "THES": "phdthesis",
    "RPRT": "techreport",
    "CONF": "inproceedings",
    "UNPB": "unpublished",
    "ELEC": "online",
    "PAT": "patent",
    "DATA": "dataset",
    "COMP": "software",
    "GEN": "misc",
}
BESIDE = "U5"
"""The tag, free for the user's own, under which `store.writers.ris` writes what RIS has no tag for."""

_STOOD_BESIDE = re.compile(rf"(?P<name>{beside.PREFIX}[a-z]+) = (?P<text>.*)")
_CITE_KEY = re.compile(r"[A-Za-z][A-Za-z_:'+-]{2,}(?:18|19|20)[0-9]{2}[A-Za-z0-9_:-]*")
_ONLY_A_DOI = re.compile(r"\s*(?:doi\W{0,3}|https?://\S{0,6}doi\.org/)?10\.[0-9]{4,9}/\S+\s*", re.IGNORECASE)
_PUBMED = re.compile(r"pubmed|medline|nlm", re.IGNORECASE)


def recognises(head: str, suffix: str) -> float:
    """Whether a reference begins at the start of a line, or at least fields of one stand there."""
    tags = [found["tag"] for line in head.splitlines() if (found := SYNTAX.tag.match(line))]
    if "TY" in tags:
        return 1.0
    likely = len({"TI", "T1"} & set(tags)) > 0 and len(set(tags)) >= 3
    return (0.7 + 0.1 * (suffix == ".ris")) * likely


def read(source: Source) -> Iterator[Paper | Rejected]:
    """The references one by one, in bounded memory."""
    for record in records(source.lines(), SYNTAX):
        found = paper(record)
        yield found if isinstance(found, Paper) else Rejected(source.name, f"line {record.line}", found)


def paper(record: TaggedRecord) -> Paper | str:
    """The paper that the reference describes, or why it describes none."""
    stood_beside = beside.read({each["name"]: each["text"] for each in map(_beside, record.fields) if each})
    given = [each for each in record.fields if not (stood_beside and _beside(each))]
    fields = Fields(pair for tag, text in given for pair in _values(tag, text))
    kind = _KINDS.get(squeeze(fields.first("TY")).upper(), "article")
    fields.discard("TY")
    read = fields.paper(_NAMES | _own_names(fields), kind=kind)
    return beside.restored(marked(read), stood_beside) if isinstance(read, Paper) else read


def _beside(field: tuple[str, str]) -> re.Match[str] | None:
    return _STOOD_BESIDE.fullmatch(field[1]) if field[0] == BESIDE else None


def _own_names(fields: Fields) -> dict[str, tuple[str, ...]]:
    """A DOI, a cite key and a PubMed identifier stand in fields that hold other things, too."""
    own = {"doi": (*_NAMES["doi"], *(tag for tag in ("M3", "L3", "N1") if _ONLY_A_DOI.fullmatch(fields.first(tag))))}
    if _CITE_KEY.fullmatch(squeeze(fields.first("ID"))):
        own["key"] = ("ID",)
    if _PUBMED.search(fields.first("DB", "DP")) and fields.first("AN").strip().isdigit():
        own["pmid"] = (*_NAMES["pmid"], "AN")
        fields.discard("DB", "DP")
    return own


def _values(tag: str, text: str) -> Iterator[tuple[str, str]]:
    """Authors and keywords stand one to a line; a type says nothing that `kind` does not."""
    if tag in {"AU", "A1", "A2", "ED", "KW"}:
        yield from ((tag, line) for line in text.split("\n"))
    else:
        yield tag, text
