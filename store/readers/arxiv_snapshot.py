"""The records of arXiv's metadata snapshot."""

from collections.abc import Iterator, Mapping
from typing import Any

from store import names
from store.readers.fields import Fields
from store.readers.json_values import text
from store.readers.markup import from_latex as readable
from store.readers.plain import squeeze
from store.records import Paper

_NAMES = {
    "title": ("title",),
    "abstract": ("abstract",),
    "year": ("published", "update_date"),
    "venue": ("journal-ref",),
    "doi": ("doi",),
    "arxiv": ("id",),
    "keywords": ("categories",),
    "comment": ("comments",),
    "number": ("report-no",),
}


def fits(found: Mapping[str, Any]) -> bool:
    """Whether the record has the snapshot's own names."""
    return "authors_parsed" in found or ("journal-ref" in found and "categories" in found)


def paper(found: Mapping[str, Any]) -> Paper | str:
    """The paper that the record describes, or why it describes none."""
    return Fields(_values(found)).paper(_NAMES, authors=_authors(found), kind="misc")


def _values(found: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name in ("title", "abstract"):
        yield name, readable(text(found.get(name)))
    yield "published", _first_version(found)
    for name in ("id", "update_date", "journal-ref", "doi", "categories", "comments", "report-no", "license"):
        yield name, text(found.get(name))


def _first_version(found: Mapping[str, Any]) -> str:
    """The date of the first version; a record is updated long after its paper appeared."""
    versions = found.get("versions")
    first = versions[0] if isinstance(versions, list) and versions else None
    return text(first.get("created")) if isinstance(first, dict) else ""


def _authors(found: Mapping[str, Any]) -> list[str]:
    parsed = found.get("authors_parsed")
    people = [_person(each) for each in parsed if isinstance(each, list)] if isinstance(parsed, list) else []
    return list(filter(None, people)) or list(names.listed(readable(text(found.get("authors")))))


def _person(parts: list[Any]) -> str:
    """A name given as family, given and suffix."""
    family, given, suffix = (*(squeeze(readable(text(part))) for part in parts[:3]), "", "", "")[:3]
    return str(names.Name(family, given, suffix))
