"""CSL-JSON, as Zotero, Pandoc and citeproc read it: a list of items."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from store.identity import suggested_key
from store.keywords import with_tags
from store.names import parts
from store.readers import beside, csl
from store.records import Paper
from store.retractions import noted

suffix = ".json"

_TYPES = {
    "book": "book mvbook collection mvcollection proceedings mvproceedings booklet manual",
    "chapter": "incollection inbook bookinbook suppbook",
    "paper-conference": "inproceedings conference",
    "thesis": "phdthesis mastersthesis thesis",
    "report": "techreport report",
    "webpage": "online electronic www",
    "dataset": "dataset",
    "software": "software",
    "patent": "patent",
    "document": "misc",
    "manuscript": "unpublished",
}
_TYPE = {kind: type_ for type_, kinds in _TYPES.items() for kind in kinds.split()}
_BOOKS = frozenset(_TYPES["book"].split())
_IN_BOOKS = frozenset(f"{_TYPES['chapter']} {_TYPES['paper-conference']}".split())
_OF_THEIR_OWN = _BOOKS | frozenset("phdthesis mastersthesis thesis techreport report patent software dataset".split())
"""Kinds that stand in nothing: what a record calls their venue is who has published them."""

_FURTHER = {
    "page": "pages",
    "volume": "volume",
    "ISSN": "issn",
    "ISBN": "isbn",
    "PMID": "pmid",
    "PMCID": "pmcid",
    "publisher-place": "address",
    "collection-title": "series",
    "genre": "type",
    "language": "language",
    "edition": "edition",
}


def write(papers: Iterable[Paper]) -> Iterator[str]:
    """The items one by one, a line each, between brackets."""
    before = "[\n"
    for paper in papers:
        yield before + json.dumps(item(paper), ensure_ascii=False)
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


def item(paper: Paper) -> dict[str, Any]:
    """The paper as an item; what CSL has no variable for stands under `custom`."""
    written, values = beside.complete(paper, _item, csl.paper)
    return written | ({"custom": beside.prefixed(values)} if values else {})


def _item(paper: Paper) -> dict[str, Any]:
    key = paper.key or suggested_key(paper)
    fields: dict[str, Any] = {
        "id": key,
        "citation-key": key,
        "type": _TYPE.get(paper.kind, "article-journal"),
        "title": paper.title,
        "author": list(map(_person, paper.authors)),
        **_published(paper),
        "issued": _date(paper),
        "DOI": paper.doi,
        "URL": paper.url,
        **{name: paper.extra.get(field, "") for name, field in _FURTHER.items()},
        "editor": list(map(_person, filter(None, paper.extra.get("editor", "").split(" and ")))),
        "keyword": with_tags(paper.extra.get("keywords", ""), paper.tags),
        "note": noted(paper.note or paper.extra.get("note", ""), paper.status),
        "status": paper.status,
        "abstract": paper.abstract,
    }
    return {name: value for name, value in fields.items() if value}


def _published(paper: Paper) -> dict[str, str]:
    """What the paper stands in, or else who has published it; its number, in a journal, in a series or of its own."""
    number, publisher = paper.extra.get("number", ""), paper.extra.get("publisher", "")
    if paper.kind in _OF_THEIR_OWN:
        name = "collection-number" if paper.extra.get("series") and paper.kind in _BOOKS else "number"
        further = paper.extra.get("publisher") and paper.venue != publisher
        return {"container-title": paper.venue if further else "", "publisher": publisher or paper.venue, name: number}
    in_series = "collection-number" if paper.extra.get("series") and paper.kind in _IN_BOOKS else "issue"
    return {"container-title": paper.venue, "publisher": publisher, in_series: number}


def _person(author: str) -> Mapping[str, str]:
    name = parts(author)
    if not name.given:
        return {"literal": name.family}
    return {"family": name.family, "given": name.given} | ({"suffix": name.suffix} if name.suffix else {})


def _date(paper: Paper) -> dict[str, Any]:
    """The date as far as it is known: the day or the month where the record has one of the paper's year."""
    whole = paper.extra.get("date", "").split("-")
    if whole[0] == str(paper.year or "") and all(part.isdecimal() for part in whole) and len(whole) <= 3:
        return {"date-parts": [list(map(int, whole))]}
    return {"date-parts": [[paper.year]]} if paper.year else {}
