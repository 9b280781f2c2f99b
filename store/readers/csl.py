"""CSL-JSON, and Crossref's records, which are much like it."""

from collections.abc import Iterator, Mapping
from typing import Any

from store.names import from_object
from store.readers import beside
from store.readers.fields import Fields, Names
from store.readers.json_values import as_text, at, objects, text, texts
from store.readers.plain import squeeze
from store.records import Paper
from store.retractions import marked

_TELLING = frozenset(
    {"container-title", "issued", "date-parts", "title-short", "original-date", "event-place", "citation-key"}
)
_NAMES = {
    "title": ("title", "title-short", "shortTitle", "original-title"),
    "abstract": ("abstract",),
    "year": ("issued", "published", "published-print", "published-online", "created", "original-date", "submitted"),
    "venue": ("container-title", "event-title", "event", "collection-title", "container-title-short", "publisher"),
    "doi": ("DOI",),
    "pmid": ("PMID",),
    "url": ("URL",),
    "arxiv": ("arxiv", "arxivId"),
    "key": ("citation-key", "citation-label"),
    "note": (),
    "pages": ("page",),
    "volume": ("volume",),
    "number": ("issue", "number", "collection-number"),
    "series": ("collection-title",),
    "type": ("genre",),
    "issn": ("ISSN",),
    "isbn": ("ISBN",),
    "publisher": ("publisher",),
    "address": ("publisher-place",),
    "keywords": ("keyword", "subject"),
    "language": ("language",),
    "pmcid": ("PMCID",),
    "date": ("issued",),
    "editor": ("editor",),
}
_KINDS = {
    "book": "book",
    "monograph": "book",
    "chapter": "incollection",
    "book-chapter": "incollection",
    "paper-conference": "inproceedings",
    "proceedings-article": "inproceedings",
    "thesis": "phdthesis",
    "dissertation": "phdthesis",
    "report": "techreport",
    "webpage": "online",
    "dataset": "dataset",
    "software": "software",
    "patent": "patent",
    "document": "misc",
    "posted-content": "misc",
    "manuscript": "unpublished",
}
_OF_THEIR_OWN = frozenset({"book", "phdthesis", "techreport", "dataset", "software", "patent"})
"""Kinds that stand in nothing but, perhaps, a series: their venue is who has published them."""

_PEOPLE = frozenset({"author", "editor", "translator", "collection-editor", "container-author", "director"})
_CORRECTIONS = "correction erratum corrigendum partial_retraction clarification".split()
_RETRACTIONS = "retraction removal".split()
_UPDATES = {
    "update-to": {
        **dict.fromkeys(_CORRECTIONS, "erratum-for"),
        **dict.fromkeys(_RETRACTIONS, "retraction-of"),
        "withdrawal": "withdrawal-of",
        "expression_of_concern": "concern-for",
    },
    "updated-by": {
        **dict.fromkeys(_CORRECTIONS, "erratum-in"),
        **dict.fromkeys(_RETRACTIONS, "retraction-in"),
        "withdrawal": "withdrawal-in",
        "expression_of_concern": "concern-in",
    },
}
"""What Crossref calls the updates of other papers (of this one by another), and the fields that they become."""

_NOISE = frozenset({"reference", "assertion", "link", "license", "indexed", "content-domain", "relation", "prefix"})


def fits(found: Mapping[str, Any]) -> bool:
    """Whether the record has CSL's own names, or a CSL type with people in parts."""
    if not _TELLING.isdisjoint(found):
        return True
    people = list(objects(found.get("author")))
    return "type" in found and any("family" in each or "literal" in each for each in people)


def paper(found: Mapping[str, Any]) -> Paper | str:
    """The paper that the record describes, or why it describes none."""
    authors = list(filter(None, map(from_object, objects(found.get("author")))))
    kind = _KINDS.get(text(found.get("type")), "article")
    key = _key(text(found.get("id")))
    pairs = [*_values(found), *([("citation-key", key)] if key else [])]
    names: Names = _NAMES | (
        {"venue": ("container-title", "publisher", "event-title")} if kind in _OF_THEIR_OWN else {}
    )
    record = Fields(pairs).paper(names, authors=authors, kind=kind)
    stood_beside = _beside(found)
    return beside.restored(marked(record), stood_beside) if isinstance(record, Paper) else record


def _beside(found: Mapping[str, Any]) -> dict[str, Any]:
    custom = found.get("custom")
    return beside.unprefixed(custom) if isinstance(custom, dict) else {}


def _values(found: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in found.items():
        if name in _PEOPLE:
            yield from ((name, from_object(each)) for each in objects(value) if name != "author")
        elif isinstance(value, dict) and ("date-parts" in value or "raw" in value or "literal" in value):
            yield name, _date(value)
        elif name in {"title", "container-title", "ISSN", "ISBN", "keyword", "subject", "original-title"}:
            yield from ((name, each) for each in texts(value))
        elif name == "event":
            yield name, text(value) or text(at(value, "name"))
        elif name == "custom" and _beside(found):
            continue
        elif name in _UPDATES:
            yield from _updates(_UPDATES[name], objects(value))
        elif name not in _NOISE and name not in {"type", "id"}:
            yield name, as_text(value)


def _updates(fields: Mapping[str, str], updates: Iterator[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """What Crossref says of retractions and corrections, each with the DOI of the other paper."""
    for update in updates:
        kind = text(update.get("type")).lower().replace("-", "_")
        if field := fields.get(kind):
            yield field, " ".join(filter(None, (kind, text(update.get("DOI") or update.get("doi")))))


def _date(value: Mapping[str, Any]) -> str:
    """A date as 2017-05-09; a span of dates by its beginning."""
    lists = value.get("date-parts")
    parts = lists[0] if isinstance(lists, list) and lists and isinstance(lists[0], list) else []
    written = [each.zfill(2) for each in texts(parts[:3])]
    return "-".join(written) or text(value.get("raw")) or text(value.get("literal"))


def _key(identifier: str) -> str:
    """The identifier where it can be a cite key: Zotero writes the address of the item there."""
    identifier = squeeze(identifier)
    return "" if "/" in identifier or " " in identifier or identifier.isdigit() or len(identifier) > 80 else identifier
