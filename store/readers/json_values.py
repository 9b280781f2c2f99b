"""Values of JSON as text, whatever stands where."""

import json
from collections.abc import Iterator, Mapping
from typing import Any


def text(value: Any) -> str:
    """A string or a number as text; anything else is none."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def texts(value: Any) -> Iterator[str]:
    """The texts of a list, or the one text that stands where a list may."""
    for each in value if isinstance(value, list) else [value]:
        if found := text(each):
            yield found


def objects(value: Any) -> Iterator[Mapping[str, Any]]:
    """The objects of a list, or the one that stands where a list may."""
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, dict):
            yield each


def at(value: Any, *path: str) -> Any:
    """What lies at the path through nested objects; nothing where it breaks off."""
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def as_text(value: Any) -> str:
    """Any value as one text: lists of words with semicolons, objects as JSON."""
    if isinstance(value, list) and all(isinstance(each, str | int | float) for each in value):
        return "; ".join(texts(value))
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False) if value else ""
    return text(value)
