"""CSL-JSON, as Zotero, Pandoc and citeproc read it: a list of items."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from store.identity import suggested_key
from store.keywords import with_tags
from store.names import parts
from store.readers import beside, csl
from store.records import Paper

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
_FURTHER = {
    "page": "pages",
    "volume": "volume",
    "issue": "number",
    "ISSN": "issn",
    "ISBN": "isbn",
    "PMID": "pmid",
    "PMCID": "pmcid",
    "publisher": "publisher",
    "publisher-place": "address",
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
        "container-title": paper.venue,
        "issued": _date(paper),
        "DOI": paper.doi,
        "URL": paper.url,
        **{name: paper.extra.get(field, "") for name, field in _FURTHER.items()},
        "editor": list(map(_person, filter(None, paper.extra.get("editor", "").split(" and ")))),
        "keyword": with_tags(paper.extra.get("keywords", ""), paper.tags),
        "note": paper.note,
        "abstract": paper.abstract,
    }
    return {name: value for name, value in fields.items() if value}


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
