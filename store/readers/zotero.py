"""Zotero's items: in JSON, as Better BibTeX and Zotero's own interface write them, and as its database has them."""

from collections.abc import Iterator, Mapping
from typing import Any

from store.names import from_object
from store.readers.fields import Fields
from store.readers.json_values import as_text, objects, text, texts
from store.readers.plain import squeeze
from store.records import Paper

_NAMES = {
    "title": ("title", "caseName", "nameOfAct", "subject", "shortTitle"),
    "abstract": ("abstractNote",),
    "year": ("date", "issueDate", "dateDecided", "dateEnacted", "filingDate"),
    "venue": (
        "publicationTitle", "proceedingsTitle", "bookTitle", "conferenceName", "encyclopediaTitle", "dictionaryTitle",
        "websiteTitle", "blogTitle", "forumTitle", "repository", "university", "institution", "journalAbbreviation",
        "series", "publisher", "code", "reporter",
    ),
    "doi": ("DOI", "extra-doi"),
    "pmid": ("PMID", "extra-pmid"),
    "arxiv": ("archiveID", "extra-arxiv"),
    "url": ("url",),
    "key": ("citationKey", "citekey", "extra-citation key", "extra-bibtex"),
    "pages": ("pages",),
    "volume": ("volume",),
    "number": ("issue", "number", "reportNumber", "patentNumber"),
    "issn": ("ISSN",),
    "isbn": ("ISBN",),
    "publisher": ("publisher", "university", "institution"),
    "address": ("place",),
    "language": ("language",),
    "keywords": ("tag",),
    "editor": ("editor",),
    "date": ("date",),
    "edition": ("edition",),
    "pmcid": ("PMCID", "extra-pmcid"),
}  # fmt: skip
_KINDS = {
    "book": "book",
    "bookSection": "incollection",
    "conferencePaper": "inproceedings",
    "thesis": "phdthesis",
    "report": "techreport",
    "webpage": "online",
    "blogPost": "online",
    "forumPost": "online",
    "manuscript": "unpublished",
    "patent": "patent",
    "dataset": "dataset",
    "computerProgram": "software",
    "preprint": "misc",
    "document": "misc",
    "encyclopediaArticle": "incollection",
    "dictionaryEntry": "incollection",
} | dict.fromkeys(
    "artwork audioRecording bill case email film hearing instantMessage interview letter map podcast presentation"
    " radioBroadcast standard statute tvBroadcast videoRecording".split(),
    "misc",
)
NO_PAPERS = {"attachment": "an attachment", "note": "a note", "annotation": "an annotation"}
_INNER = frozenset(
    "itemID itemType creators tags attachments notes relations collections seeAlso key version select uri libraryID"
    " itemKey links meta library inPublications autoJournalAbbreviation".split()
)
_AUTHORS = ("author", "bookAuthor", "inventor", "presenter", "artist", "director", "programmer", "podcaster")


def fits(found: Mapping[str, Any]) -> bool:
    """Whether the record names Zotero's type of item."""
    return "itemType" in _item(found)


def paper(found: Mapping[str, Any]) -> Paper | str:
    """The paper that the item describes, or why it describes none."""
    item = _item(found)
    type_ = text(item.get("itemType"))
    if type_ in NO_PAPERS:
        return f"it is {NO_PAPERS[type_]} that stands alone, no paper"
    return Fields(_values(item)).paper(_NAMES, authors=_authors(item), kind=_kind(type_, item))


def _kind(type_: str, item: Mapping[str, Any]) -> str:
    if type_ == "thesis" and "master" in text(item.get("thesisType") or item.get("type")).lower():
        return "mastersthesis"
    return _KINDS.get(type_, "article")


def _item(found: Mapping[str, Any]) -> Mapping[str, Any]:
    """The item itself, which Zotero's web interface wraps."""
    inner = found.get("data")
    return inner if isinstance(inner, dict) and "itemType" in inner else found


def _values(item: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in item.items():
        if name == "extra":
            yield from _extra(value)
        elif name not in _INNER:
            yield name, as_text(value)
    yield from (("tag", text(tag.get("tag"))) for tag in objects(item.get("tags")))
    yield from (("tag", tag) for tag in texts(item.get("tags")))
    yield from (("editor", from_object(each)) for each in _creators(item) if each.get("creatorType") == "editor")


def _extra(value: Any) -> Iterator[tuple[str, str]]:
    """The lines of the field "Extra", where people keep `PMID: 123` and the like."""
    for line in (line for each in texts(value) for line in each.split("\n")):
        name, mark, said = line.partition(":")
        yield (f"extra-{squeeze(name).lower()}", said) if mark and len(name) < 40 else ("extra", line)


def _authors(item: Mapping[str, Any]) -> list[str]:
    """The creators of the first kind of author that the item has."""
    for kind in _AUTHORS:
        found = [from_object(each) for each in _creators(item) if each.get("creatorType") == kind]
        if found := list(filter(None, found)):
            return found
    return []


def _creators(item: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    return objects(item.get("creators"))
