"""What a format has no place for, written beside what it has, so that a paper comes back as it was.

A writer reads back what it is about to write, as the format's reader will, and adds what differs.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from store.readers.plain import clean
from store.records import Paper

Record = TypeVar("Record")

PREFIX = "x-"
"""Before the name of a field, where a format has one flat list of them."""

_TEXTS = ("title", "abstract", "venue", "doi", "arxiv", "url", "key", "id", "kind", "note", "status")
_LISTS = ("authors", "tags")
FIELDS = frozenset({*_TEXTS, *_LISTS, "year", "extra", "latex"})
LATER = frozenset({"status", "latex"})
"""Fields that earlier versions of this program did not write."""

_GIVEN_FIRST = "given first"
UNTITLED = "Untitled"
"""Written for a title in which a format's reader finds no word."""

_NEEDED = frozenset({"title", "kind"})


def complete(
    paper: Paper, write: Callable[[Paper], Record], read: Callable[[Record], Paper | str]
) -> tuple[Record, dict[str, Any]]:
    """The record that a format writes, and what its reader will miss of the paper."""
    record = write(paper)
    back = read(record)
    if not isinstance(back, Paper):
        record = write(replace(paper, title=UNTITLED))
        back = read(record)
    return record, lost(paper, back) if isinstance(back, Paper) else {}


def lost(paper: Paper, back: Paper) -> dict[str, Any]:
    """The fields of a paper that a record does not say, read back as `back`, and their values."""
    values: dict[str, Any] = {}
    for name in (*_TEXTS, "year", *_LISTS):
        mine, theirs = getattr(paper, name), getattr(back, name)
        if mine != theirs:
            values[name] = list(mine) if isinstance(mine, tuple) else mine
    if values.get("id") == paper.key and not back.id:
        del values["id"]  # an identifier that is the key is none of its own
    if "authors" in values and tuple(map(_given_first, back.authors)) == paper.authors:
        values["authors"] = _GIVEN_FIRST
    if extra := _differences(paper.extra, back.extra):
        values["extra"] = extra
    return values


def restored(paper: Paper, values: Mapping[str, Any]) -> Paper:
    """The paper with the fields that stood beside it; a value that cannot be one of its field is passed over."""
    fields: dict[str, Any] = {name: clean(text) for name in _TEXTS if isinstance(text := values.get(name), str)}
    fields = {name: text for name, text in fields.items() if text or name not in _NEEDED}
    fields |= {name: found for name in _LISTS if (found := _list(values.get(name))) is not None}
    if values.get("authors") == _GIVEN_FIRST:
        fields["authors"] = tuple(map(_given_first, paper.authors))
    if "year" in values and _is_year(values["year"]):
        fields["year"] = values["year"]
    if isinstance(extra := values.get("extra"), dict):
        fields["extra"] = _patched(paper.extra, extra)
    if isinstance(latex := values.get("latex"), dict):
        fields["latex"] = {name: text for name, text in latex.items() if isinstance(text, str)}
    return replace(paper, **fields)


def written(values: Mapping[str, Any]) -> dict[str, str]:
    """The values as text of letters that every format keeps: under their prefixed names, as JSON unless plain."""
    return {PREFIX + name: value if _is_plain(value) else _json(value) for name, value in values.items()}


def prefixed(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values under their prefixed names, for a format that has more than text."""
    return {PREFIX + name: value for name, value in values.items()}


def unprefixed(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values that `prefixed` named; others are left out."""
    names = {name: name.removeprefix(PREFIX) for name in values if name.startswith(PREFIX)}
    return {name: values[theirs] for theirs, name in names.items() if name in FIELDS}


def read(fields: Mapping[str, str]) -> dict[str, Any]:
    """The values from the texts that `written` made of them, under their own names; others are left out."""
    return {name: _value(text) for name, text in unprefixed(fields).items()}


def _differences(mine: Mapping[str, str], theirs: Mapping[str, str]) -> dict[str, str | None]:
    changed = {name: text for name, text in mine.items() if theirs.get(name) != text}
    return dict(sorted({**changed, **dict.fromkeys(theirs.keys() - mine.keys())}.items()))


def _patched(extra: Mapping[str, str], changes: Mapping[str, Any]) -> dict[str, str]:
    texts = {clean(name): clean(text) for name, text in changes.items() if isinstance(text, str)}
    return {**{name: text for name, text in extra.items() if name not in changes}, **texts}


def _given_first(author: str) -> str:
    """ "Ada Lovelace" for "Lovelace, Ada"."""
    family, comma, given = author.partition(", ")
    return f"{given} {family}" if comma else author


def _list(value: Any) -> tuple[str, ...] | None:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        return None
    return tuple(filter(None, map(clean, value)))


def _is_year(value: Any) -> bool:
    return value is None or (type(value) is int and 0 < value < 10_000)


def _is_plain(value: Any) -> bool:
    """Whether a value can stand as it is: a word or a few that nothing reads as anything else."""
    if not isinstance(value, str) or not value.isascii() or " ".join(value.split()) != value:
        return False
    return (
        value[:1].isalpha()
        and value not in {"null", "true", "false"}
        and all(c.isalnum() or c in " .:/-" for c in value)
    )


def _json(value: Any) -> str:
    """JSON on one line, in ASCII, without markup and without two spaces that would become one."""
    text = json.dumps(value)
    for mark in "<>&$'`~":
        text = text.replace(mark, f"\\u{ord(mark):04x}")
    return text.replace("  ", " \\u0020").replace("--", "-\\u002d")


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
