"""EndNote's XML export, which other programs write, too."""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from store.readers.fields import Fields
from store.readers.plain import squeeze
from store.readers.source import Source
from store.readers.xml_elements import elements, texts_at
from store.records import Paper, Rejected

name = "EndNote XML (.xml)"

_OPENING = re.compile(
    r"<(?:xml|XML)>\s*<(?:records|RECORDS)>|<records>\s*<record>|<record>\s*<(?:database|rec-number)\b"
)
_PATHS = {
    "title": "titles/title",
    "short-title": "titles/short-title",
    "secondary": "titles/secondary-title",
    "tertiary": "titles/tertiary-title",
    "alternative": "titles/alt-title",
    "translated-title": "titles/translated-title",
    "journal": "periodical/full-title",
    "journal-abbreviation": "periodical/abbr-1",
    "author": "contributors/authors/author",
    "editor": "contributors/secondary-authors/author",
    "abstract": "abstract",
    "year": "dates/year",
    "date": "dates/pub-dates/date",
    "volume": "volume",
    "number": "number",
    "pages": "pages",
    "edition": "edition",
    "section": "section",
    "keyword": "keywords/keyword",
    "doi": "electronic-resource-num",
    "accession": "accession-num",
    "link": "urls/related-urls/url",
    "address-link": "urls/web-urls/url",
    "isbn": "isbn",
    "publisher": "publisher",
    "place": "pub-location",
    "language": "language",
    "label": "label",
    "notes": "notes",
    "research-notes": "research-notes",
    "database": "remote-database-name",
    "provider": "remote-database-provider",
    "affiliation": "auth-address",
    "call-number": "call-num",
    "work-type": "work-type",
    **{f"custom{number}": f"custom{number}" for number in range(1, 8)},
}
_NAMES = {
    "title": ("title", "short-title", "translated-title"),
    "abstract": ("abstract",),
    "authors": ("author",),
    "year": ("year", "date"),
    "venue": ("journal", "secondary", "alternative", "tertiary", "publisher"),
    "doi": ("doi", "custom"),
    "url": ("link", "address-link"),
    "pages": ("pages",),
    "keywords": ("keyword",),
    "editor": ("editor",),
    "address": ("place",),
    "issn": ("isbn",),
    "annote": ("notes",),
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
    "dataset": "dataset",
}
_PUBMED_NUMBER = re.compile(r"\s*[0-9]{5,8}\s*")
_PUBMED = re.compile(r"medline|pubmed|nlm", re.IGNORECASE)


def recognises(head: str, suffix: str) -> float:
    """Whether a list of EndNote's records opens."""
    return (0.9 + 0.1 * (suffix == ".xml")) * (_OPENING.search(head) is not None)


def read(source: Source) -> Iterator[Paper | Rejected]:
    """The records one by one, in bounded memory; EndNote writes them on one line, so they are counted."""
    for count, (line, element) in enumerate(elements(source.pieces(), "record"), start=1):
        paper = _paper(element) if isinstance(element, Element) else element
        yield paper if isinstance(paper, Paper) else Rejected(source.name, f"line {line}, record {count}", paper)


def _paper(record: Element) -> Paper | str:
    fields = Fields((field, text) for field, path in _PATHS.items() for text in _values(record, field, path))
    type_ = record.find("ref-type")
    kind = _KINDS.get(squeeze(type_.get("name", "")).lower(), "article") if type_ is not None else "article"
    return fields.paper(_NAMES | {"pmid": ("accession",) if _is_pubmed(fields) else ()}, kind=kind)


def _values(record: Element, field: str, path: str) -> Iterator[str]:
    """The texts at a path; EndNote writes the lines of a list as one text with line ends."""
    for text in texts_at(record, path):
        yield from re.split(r"[\r\n]+", text) if field in {"link", "address-link", "keyword"} else [text]


def _is_pubmed(fields: Fields) -> bool:
    """Whether the accession number is PubMed's: that of other databases is longer, or they are named."""
    database = " ".join([fields.first("database"), fields.first("provider")]).strip()
    is_number = _PUBMED_NUMBER.fullmatch(fields.first("accession")) is not None
    return is_number and (not database or (_PUBMED.search(database) is not None and "embase" not in database.lower()))
