"""Lists of authors written as one string."""

import re

from store.readers.plain import squeeze

_AND = re.compile(r"\s+and\s+|\s*;\s*|\s+&\s+", re.IGNORECASE)
_NOBODY = frozenset({"", "others", "et al", "et al."})
_COMMA = re.compile(r"\s*,\s*")


def listed(text: str) -> tuple[str, ...]:
    """The people of a list with "and", semicolons or, where each part is a whole name, commas."""
    people = [_tidy(person) for part in _AND.split(text) for person in _whole_names(part)]
    return tuple(person for person in people if somebody(person))


def somebody(person: str) -> bool:
    """Whether this is a person at all, not the "others" at the end of a list."""
    return person.lower() not in _NOBODY


def _whole_names(text: str) -> list[str]:
    parts = [part for part in _COMMA.split(text) if part]
    whole = len(parts) > 2 and all(" " in part for part in parts)
    return parts if whole else [text]


def _tidy(person: str) -> str:
    return _COMMA.sub(", ", squeeze(person)).strip(" ,")
