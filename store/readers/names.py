"""Names of people as they are written, and lists of them in one string."""

import re

from store.readers.plain import squeeze

_AND = re.compile(r"\s+and\s+|\s*;\s*|\s+&\s+", re.IGNORECASE)
_NOBODY = frozenset({"", "others", "et al", "et al.", "...", "\u2026", "null", "none", "anonymous", "[anonymous]"})
_INITIAL = re.compile(r"\w\.")
_COMMA = re.compile(r"\s*,\s*")
_INITIALS = r"(?:[^\W\d_a-z]\.?[\s-]?){1,4}"
_SURNAME_FIRST = re.compile(rf"(?P<family>[^,]*[^\W\d_]{{2}}[^,\s.]*)\s+(?P<given>{_INITIALS})\.?")
_ENDS_A_LIST = re.compile(r"[^\W\d_]{2,4}\.")
_GIVEN_INITIALS = re.compile(r"(?:[^\W\d_a-z]\.?[ -]?){1,4}")
_LONGEST = 100
_GENERATION = frozenset({"II", "III", "IV"})
_IDENTIFIER = re.compile(r"\s*\((?:[0-9]{5,}|https?:[^()]*)\)|\s*;?\s*ORCID:.*")
_NO_GIVEN = re.compile(r",\s*(?:null|none|nan)?$", re.IGNORECASE)


def listed(text: str) -> tuple[str, ...]:
    """The people of a list with "and", semicolons or, where each part is a whole name, commas."""
    people = [_tidy(person) for part in _AND.split(squeeze(text)) for person in _whole_names(part)]
    return tuple(person for person in people if somebody(person))


def parted(person: str) -> str:
    """The name as "Family, Given" where its form tells the parts apart, as in "Curie MS" and "Curie, M. S."."""
    person = _NO_GIVEN.sub("", _tidy(_IDENTIFIER.sub("", person)))
    if person.startswith(","):
        person = person.lstrip(", ")
    found = _SURNAME_FIRST.fullmatch(person) if len(person) < _LONGEST else None
    if not found or found["given"] in _GENERATION:
        return person
    given = found["given"].strip()
    return f"{found['family']}, {given[:-1] if _ENDS_A_LIST.fullmatch(given) else given}"


def somebody(person: str) -> bool:
    """Whether this is a person at all, not the "others" at the end of a list."""
    return person.lower().strip(" ,") not in _NOBODY


def _whole_names(text: str) -> list[str]:
    parts = [part for part in _COMMA.split(text) if part]
    if len(parts) >= 4 and len(parts) % 2 == 0 and all(map(_GIVEN_INITIALS.fullmatch, parts[1::2])):
        return [", ".join(pair) for pair in zip(parts[::2], parts[1::2], strict=True)]
    is_list = len(parts) > 2 or text.endswith(",") or _INITIAL.match(text) is not None
    surnames_first = len(parts) > 1 and all(len(part) < _LONGEST and _SURNAME_FIRST.fullmatch(part) for part in parts)
    return parts if surnames_first or (is_list and all(" " in part for part in parts)) else [text]


def _tidy(person: str) -> str:
    return _COMMA.sub(", ", squeeze(person)).strip(" ,")
