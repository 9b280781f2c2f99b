"""JSON Lines: one object a line, under the names that data sets and tools give to the fields."""

import json
import math
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from store.readers import identifiers, names
from store.readers.plain import clean, squeeze
from store.readers.source import Source
from store.records import Paper, Rejected

name = "JSON Lines (.jsonl): one object a line with title, abstract, authors, year ..."

_NAMES = {
    "id": ("id", "paperid", "docid", "corpusid"),
    "title": ("title", "papertitle"),
    "abstract": ("abstract", "text", "summary", "paperabstract"),
    "authors": ("authors", "author"),
    "year": ("year", "date", "published", "publicationdate", "pubdate"),
    "venue": ("venue", "journal", "booktitle", "containertitle", "journalref"),
    "doi": ("doi",),
    "arxiv": ("arxiv", "arxivid", "eprint"),
    "url": ("url", "link"),
    "key": ("key", "citekey", "citationkey", "bibkey", "bibtexkey"),
    "note": ("note",),
}
"""Each field of a paper, and its names in files: in lower case, letters only, the better name first."""

_NESTED = frozenset({"metadata", "externalids"})
_FAMILY = ("family", "last", "lastname", "surname")
_GIVEN = ("given", "first", "firstname", "givenname", "forename")
_OBJECT = re.compile(r"\{\s*[\"}]")
_INVALID = "it is not valid JSON: {error.msg} (column {error.colno})"
_CUT_OFF = "the file ends in the middle of this record; another program may still be writing it"


def recognises(head: str, suffix: str) -> float:
    """Whether most lines begin as objects do."""
    lines = [line.lstrip() for line in head.splitlines() if line.strip()]
    objects = sum(_OBJECT.match(line) is not None for line in lines)
    sure = objects / len(lines)
    return min(1.0, sure + 0.1 * (suffix in {".jsonl", ".ndjson"})) if sure >= 0.5 else 0.0


def read(source: Source) -> Iterator[Paper | Rejected]:
    """The papers line by line, in bounded memory."""
    for number, line in source.lines():
        if line.strip():
            record = _record(line)
            yield record if isinstance(record, Paper) else Rejected(source.name, f"line {number}", record)


def _record(line: str) -> Paper | str:
    """The paper on the line, or what is wrong with it."""
    try:
        found = json.loads(line)
        return _paper(_fields(found)) if isinstance(found, dict) else "it is not a JSON object"
    except json.JSONDecodeError as error:
        return _INVALID.format(error=error) if line.endswith("\n") else _CUT_OFF
    except RecursionError:
        return "it is nested too deeply"
    except ValueError:
        return "it holds a number that is too long"


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
    title, abstract = _take(fields, "title"), _take(fields, "abstract")
    if not title:
        return "it has no title" if abstract else "it has neither title nor abstract"
    authors, year = _authors(fields), _year(fields)
    url = _take(fields, "url")
    return Paper(
        title=title,
        abstract=abstract,
        authors=authors,
        year=year,
        doi=_identifier(fields, "doi", identifiers.doi) or identifiers.linked_doi(url),
        url=url,
        venue=_take(fields, "venue"),
        key=_take(fields, "key"),
        id=_take(fields, "id"),
        note=_take(fields, "note"),
        arxiv=_identifier(fields, "arxiv", identifiers.eprint) or identifiers.arxiv(url),
        extra={key: text for key, value in fields.items() if (text := _kept(value))},
    )


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
        text = _text(fields.get(key))
        if year := identifiers.year(text):
            if text == str(year):
                del fields[key]
            return year
    return None


def _authors(fields: dict[str, Any]) -> tuple[str, ...]:
    for key in _NAMES["authors"]:
        value = fields.get(key)
        found = names.listed(value) if isinstance(value, str) else _people(value)
        if found:
            del fields[key]
            return found
    return ()


def _people(value: Any) -> tuple[str, ...]:
    people = value if isinstance(value, list) else [value]
    return tuple(filter(None, (_person(person) for person in people)))


def _person(value: Any) -> str:
    if not isinstance(value, dict):
        return squeeze(_text(value))
    parts = {_plain(key): _text(part) for key, part in value.items()}
    family = next(filter(None, (parts.get(key) for key in _FAMILY)), "")
    given = next(filter(None, (parts.get(key) for key in _GIVEN)), "")
    return ", ".join(filter(None, (family, given))) or parts.get("name", "") or parts.get("literal", "")


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
    """A further field of the record as text: lists of words with commas, objects as JSON."""
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return ", ".join(filter(None, map(clean, value)))
    as_text = isinstance(value, str | int | float)
    return _text(value) if as_text else clean(json.dumps(value, ensure_ascii=False))


def _plain(key: str) -> str:
    return "".join(filter(str.isalnum, key)).lower()
