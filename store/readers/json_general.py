"""Records in JSON that follow no standard: papers under the names that data sets and tools give to the fields."""

import json
import math
from collections.abc import Callable, Mapping
from typing import Any

from store import names
from store.readers import identifiers, markup
from store.readers.fields import untitled
from store.readers.plain import clean, squeeze
from store.records import Paper

_NAMES = {
    "id": ("id", "paperid", "docid", "corpusid"),
    "title": ("title", "papertitle"),
    "abstract": ("abstract", "text", "summary", "paperabstract", "abstracttext", "abstractnote"),
    "authors": ("authors", "author", "authorstring", "authornames", "creators"),
    "year": ("year", "date", "published", "publicationdate", "pubdate", "pubyear", "publicationyear"),
    "venue": (
        "venue",
        "journal",
        "booktitle",
        "containertitle",
        "journalref",
        "journaltitle",
        "publicationtitle",
        "source",
    ),
    "doi": ("doi",),
    "arxiv": ("arxiv", "arxivid", "eprint"),
    "url": ("url", "link", "articleurl"),
    "key": ("key", "citekey", "citationkey", "bibkey", "bibtexkey"),
    "note": ("note",),
}
"""Each field of a paper, and its names in files: in lower case, letters only, the better name first."""

_EXTRA = {"pubmed": "pmid", "pubmedid": "pmid", "pubmedcentral": "pmcid"}
_NESTED = frozenset({"metadata", "externalids"})


def paper(found: Mapping[str, Any]) -> Paper | str:
    """The paper that the object describes, or why it describes none."""
    return _paper(_fields(found))


def _fields(found: Mapping[str, Any]) -> dict[str, Any]:
    """The values under plain names, those of nested objects such as `metadata` among them."""
    fields: dict[str, Any] = {}
    nested = [value for key, value in found.items() if _plain(key) in _NESTED and isinstance(value, dict)]
    for mapping in (found, *nested):
        for key, value in mapping.items():
            if value not in (None, "", [], {}) and value not in nested:
                fields.setdefault(_plain(key), value)
    return fields


def _paper(fields: dict[str, Any]) -> Paper | str:
    title = markup.without_tags(_take(fields, "title"))
    abstract = markup.abstract(_take(fields, "abstract"), markup.without_tags)
    if not title and not abstract:
        return "it has neither title nor abstract"
    authors, year = _authors(fields), _year(fields)
    url = _take(fields, "url")
    doi = _identifier(fields, "doi", identifiers.doi) or identifiers.linked_doi(url)
    found = Paper(
        title=title,
        abstract=abstract,
        authors=authors,
        year=year,
        doi=doi,
        url=url,
        venue=_take(fields, "venue"),
        key=_take(fields, "key"),
        id=_take(fields, "id"),
        note=_take(fields, "note"),
        arxiv=_identifier(fields, "arxiv", identifiers.eprint) or identifiers.arxiv(url) or identifiers.arxiv(doi),
        extra={_EXTRA.get(key, key): text for key, value in fields.items() if (text := _kept(value))},
    )
    return found if title else untitled(found)


def _take(fields: dict[str, Any], field: str) -> str:
    """The text of a field of the paper, taken out of the fields of the record."""
    for key in _NAMES[field]:
        if text := _text(fields.get(key)):
            del fields[key]
            return text
    return ""


def _identifier(fields: dict[str, Any], field: str, normal: Callable[[str], str]) -> str:
    """As `_take`, but what is no identifier stays in the record."""
    for key in _NAMES[field]:
        if identifier := normal(_text(fields.get(key))):
            del fields[key]
            return identifier
    return ""


def _year(fields: dict[str, Any]) -> int | None:
    """The year; a whole date stays in the record, too."""
    for key in _NAMES["year"]:
        value = fields.get(key)
        text = _text(value.get("year") if isinstance(value, dict) else value)
        if year := identifiers.year(text):
            if text == str(year):
                del fields[key]
            return year
    return None


def _authors(fields: dict[str, Any]) -> tuple[str, ...]:
    for key in _NAMES["authors"]:
        value = fields.get(key)
        found = names.listed(markup.without_tags(value)) if isinstance(value, str) else _people(value)
        if found:
            del fields[key]
            return found
    return ()


def _people(value: Any) -> tuple[str, ...]:
    people = value if isinstance(value, list) else [value]
    return names.people(filter(None, map(_person, people)))


def _person(value: Any) -> str:
    return names.from_object(value) if isinstance(value, dict) else squeeze(_text(value))


def _text(value: Any) -> str:
    """A string, a number, a list of them, or the name in an object; anything else is no text."""
    if isinstance(value, dict):
        value = value.get("name")
    parts = value if isinstance(value, list) else [value]
    return " ".join(filter(None, (_scalar(part) for part in parts)))


def _scalar(value: Any) -> str:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, float):
        return str(value) if math.isfinite(value) else ""
    return str(value) if type(value) is int else ""


def _kept(value: Any) -> str:
    """A further field of the record as text: lists of words with commas, objects and truth values as JSON."""
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return ", ".join(filter(None, map(clean, value)))
    as_text = isinstance(value, str | int | float) and not isinstance(value, bool)
    return _text(value) if as_text else clean(json.dumps(value, ensure_ascii=False))


def _plain(key: str) -> str:
    return "".join(filter(str.isalnum, key)).lower()
