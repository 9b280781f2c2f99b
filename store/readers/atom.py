"""Atom feeds as the arXiv API gives them."""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from store.readers.fields import Fields
from store.readers.markup import from_latex as readable
from store.readers.plain import squeeze
from store.readers.source import Source
from store.readers.xml_elements import elements, text_at, texts_at
from store.records import Paper, Rejected

name = "Atom feed (.xml) of the arXiv API"

_OPENING = re.compile(
    r"<(?:\w+:)?feed[\s>][^<]{0,2000}(?:<(?!/?(?:\w+:)?entry)[^<]{0,2000}){0,300}<(?:\w+:)?entry[\s>]"
)
_NAMES = {
    "year": ("published", "updated", "date"),
    "venue": ("journal_ref",),
    "doi": ("doi",),
    "url": ("id", "link"),
    "arxiv": ("id",),
    "keywords": ("category",),
    "date": ("published",),
    "comment": ("comment",),
    "title": ("title",),
    "abstract": ("summary", "content"),
}


def recognises(head: str, suffix: str) -> float:
    """Whether a feed opens and has an entry."""
    return (0.9 + 0.1 * (suffix == ".atom")) * (_OPENING.search(head) is not None)


def read(source: Source) -> Iterator[Paper | Rejected]:
    """The entries one by one, in bounded memory."""
    for line, element in elements(source.pieces(), "entry"):
        paper = _paper(element) if isinstance(element, Element) else element
        yield paper if isinstance(paper, Paper) else Rejected(source.name, f"line {line}", paper)


def _paper(entry: Element) -> Paper | str:
    authors = [squeeze(text) for text in texts_at(entry, "author/name")]
    return Fields(_values(entry)).paper(_NAMES, authors=list(filter(None, authors)), kind="misc")


def _values(entry: Element) -> Iterator[tuple[str, str]]:
    for field in ("title", "summary", "content"):
        yield field, readable(text_at(entry, field))
    for field in ("id", "published", "updated", "journal_ref", "doi", "comment"):
        yield field, text_at(entry, field)
    yield from (("link", each.get("href", "")) for each in entry.findall("link"))
    yield from (("category", each.get("term", "")) for each in entry.findall("category"))
