"""Lists of authors written as one string."""

import re

from store.readers.plain import squeeze

_AND = re.compile(r"\s+and\s+|\s*;\s*|\s+&\s+", re.IGNORECASE)
_NOBODY = frozenset({"", "others", "et al", "et al."})
_INITIAL = re.compile(r"\w\.")
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
    is_list = len(parts) > 2 or text.endswith(",") or _INITIAL.match(text) is not None
    return parts if is_list and all(" " in part for part in parts) else [text]


def _tidy(person: str) -> str:
    return _COMMA.sub(", ", squeeze(person)).strip(" ,")
