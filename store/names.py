"""Names of people and of groups: lists of them in one string, and the parts of each.

A name is kept as "Family, Given" or "Family, Given, Suffix" where its source tells the parts apart, else as written.
"""

import ast
import json
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

_NOBODY = frozenset(
    """others|et al|al, et|and others|null|none|nil|nan|n/a|na|n.a|undefined|anonymous|anon|no author|no authors
    |no author name available|no author names available|no author available|no authors available|no author listed
    |no authors listed|no author given|no author id available|author unknown|authors unknown|unknown|unknown author
    |unknown authors|various|various authors|not available|authors not listed|s.n|n.n|sine nomine|author not identified
    |anonymous, anonymous|佚名""".replace("\n    ", "").split("|")
)
_ET_AL = re.compile(r"[\s,;]{1,9}(?:(?:and\s+)?et\.?\s*al|and\s+others)\.?$", re.IGNORECASE)
_EDGES = " \t.,;:[](){}<>*\u2026'\"-"
_COMMA = re.compile(r"\s*(?:,|\uff0c)\s*")
_SEMICOLON = re.compile(r"\s*[;\uff1b|]\s*(?:and\s+)?", re.IGNORECASE)
_AND = re.compile(r"\s*,?\s+(?:and|&)\s+", re.IGNORECASE)
_IDENTIFIER = re.compile(r"\s*\((?:[0-9]{5,}|https?:[^()]*|orcid[^()]*)\)|\s*;?\s*ORCID:.*", re.IGNORECASE)
_NO_GIVEN = re.compile(r",\s*(?:null|none|nan|NULL|None|NaN)?$")
_YEAR = r"(?:(?:ca?|approximately|about)\.?\s*)?[0-9]{3,4}\??"
_LIFE = re.compile(
    rf"(?:,\s*|\s*\()(?:{_YEAR}\s*[-\u2013]\s*(?:{_YEAR})?|(?:b|d|fl|born|died|active)\.?\s*{_YEAR})\)?\.?"
    r"(?:,?\s*(?:author|editor|compiler|translator)s?\.?)?$",
    re.IGNORECASE,
)
_GENERATION = r"(?:(?:Jr|Sr|Jnr|Snr)\.?|II|III|IV|2nd|3rd|4th)"
_SUFFIX = re.compile(rf"{_GENERATION}|Junior|Senior|Ph\.?\s?D\.?|Esq\.?")
_ENDS_IN_SUFFIX = re.compile(rf"(?P<name>.*\S)\s+(?P<suffix>{_GENERATION})")
_INITIALS = r"(?:[^\W\d_a-z]\.?[\s-]?){1,4}"
_GIVEN_INITIALS = re.compile(r"(?:[^\W\d_a-z]\.?[ -]?){1,4}")
_SURNAME_FIRST = re.compile(rf"(?P<family>[^,]*[^\W\d_]{{2}}[^,\s.]*)\s+(?P<given>{_INITIALS})\.?")
_INITIALS_FIRST = re.compile(r"(?:[^\W\d_a-z]\.?[ -]?){1,3}\s+[^\W\d_a-z][\w'\u2019-]*[^\W\d_][^,]*")
_DOTTED_START = re.compile(r"\w\.")
_ENDS_A_LIST = re.compile(r"[^\W\d_]{2,4}\.")
_LONGEST, _LONGEST_LIST = 100, 200_000
_MOST_WORDS = 6

_HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0002fa1f\u3005"
_EAST_ASIAN = re.compile(
    rf"(?=.*[{_HAN}\uac00-\ud7af])([{_HAN}\u3040-\u30ff\uac00-\ud7af]{{1,4}})[ \u3000]"
    rf"([{_HAN}\u3040-\u30ff\uac00-\ud7af]{{1,4}})"
)
_EAST_ASIAN_WORD = re.compile(rf"[{_HAN}\u3040-\u30ff\uac00-\ud7af]{{2,6}}")
_EAST_ASIAN_GROUP = re.compile(
    "(?:大学|大學|学院|學院|学部|研究所|研究院|研究室|研究会|委员会|委員会|协会|協会|学会|學會|中心|センター|科学院"
    "|グループ|株式会社|出版社|대학교|연구소|학회|협회|위원회|연구원)$"
)
_PARTICLES = frozenset(
    "af al av bin da das de del della den der di do dos du el ibn la le ten ter van vom von zu zum zur".split()
)
_PARTICLES_IN_CAPITALS = frozenset("Van Von De Del Della Der Den Dos Ter".split())
_GROUP = re.compile(
    r"\b(?:academy|agency|alliance|assembly|association|authority|board|bureau|cent(?:er|re)|coalition|collab\w*"
    r"|college|commission|committee|community|company|conference|congress|consorti\w+|contributors|corporation|council"
    r"|department|developers|division|editors|federation|forum|foundation|gesellschaft|gmbh|government|group|grp"
    r"|hospital|inc|initiative|institut\w*|investigators|lab|laborator\w+|ltd|members|ministry|museum|network|office"
    r"|organi[sz]ation|panel|program(?:me)?|project|research|researchers|school|service|society|statistics|studies|study"
    r"|survey|task force|team|trial|trialists|trust|union|universi\w+|working|workshop|world)\b|[0-9&/]",
    re.IGNORECASE,
)
_JOINED = re.compile(r"\b(?:and|of|for|the|und|f\xfcr|pour)\b|^The\b")


@dataclass(frozen=True, slots=True)
class Name:
    """A name in its parts; `given` is empty for a group and for a name of one word."""

    family: str
    given: str = ""
    suffix: str = ""

    def __str__(self) -> str:
        if not self.given:
            return " ".join(filter(None, (self.family, self.suffix)))
        return ", ".join(filter(None, (self.family, self.given, self.suffix)))


def listed(text: str) -> tuple[str, ...]:
    """The people of a list in one field: with semicolons, bars, "and", commas between whole names, or as code has it.

    pandas writes lists as `['Post, Emil', 'Curie, Marie']`.
    """
    found = _as_code_writes(text)
    people = found if found is not None else _between_marks(text)
    return tuple(filter(None, map(parted, people)))


def people(values: Iterable[str]) -> tuple[str, ...]:
    """The people of a field that has one for each value; a value that is plainly a list is taken for one."""
    return tuple(
        person for value in values for person in (listed(value) if _is_list(value) else [parted(value)]) if person
    )


def groups(values: Iterable[str]) -> tuple[str, ...]:
    """The groups of a field, each as it is written."""
    return tuple(filter(None, (settled(name) for value in values for name in _SEMICOLON.split(value))))


def parted(person: str) -> str:
    """As `settled`, and "Family, Given" for forms such as "Curie MS"; empty where this is nobody."""
    person = settled(person)
    ending = _ENDS_IN_SUFFIX.fullmatch(person) if "," not in person else None
    found = _SURNAME_FIRST.fullmatch(ending["name"] if ending else person) if len(person) < _LONGEST else None
    if not found or found["given"] in {"II", "III", "IV"} or _is_group(found["family"]):
        return person
    if not found["given"][0].isupper():  # a letter of a script without capitals
        return person
    given = found["given"].strip()
    given = given[:-1] if _ENDS_A_LIST.fullmatch(given) else given
    return str(Name(found["family"], given, ending["suffix"] if ending else ""))


def settled(person: str) -> str:
    """The name in the form in which names are kept: suffix last, no dates; empty where this is nobody."""
    person = _tidy(_LIFE.sub("", _ET_AL.sub("", _tidy(_IDENTIFIER.sub("", person)))))
    person = _NO_GIVEN.sub("", person).lstrip(", ")
    if not somebody(person):
        return ""
    match person.split(", "):
        case [whole]:
            found = None if _EAST_ASIAN_GROUP.search(whole) else _EAST_ASIAN.fullmatch(whole)
            return f"{found[1]}, {found[2]}" if found else whole
        case [family, given]:
            return str(_with_suffix(family, given))
        case [family, suffix, given] if _SUFFIX.fullmatch(suffix) and not _SUFFIX.fullmatch(given):
            return str(Name(family, given, suffix))
        case [family, *initials] if len(initials) == 2 and all(map(_GIVEN_INITIALS.fullmatch, initials)):
            return str(Name(family, " ".join(initials)))
    return person


def parts(author: str) -> Name:
    """The parts of a name as it is kept; a group, and a name of one word, is all family name."""
    family, comma, rest = author.partition(", ")
    if comma and family and rest:
        given, _, suffix = rest.rpartition(", ")
        if len(family.split()) > 1 and _is_group(family) and not _GIVEN_INITIALS.fullmatch(rest):
            return Name(author)
        return Name(family, given, suffix) if given and _SUFFIX.fullmatch(suffix) else Name(family, rest)
    ending = _ENDS_IN_SUFFIX.fullmatch(author)
    words = (ending["name"] if ending else author).split()
    is_person = 2 <= len(words) <= _MOST_WORDS and not comma and not _is_group(author)
    if not is_person or not (words[-1][:1].isupper() or author.islower()):
        return Name(author)
    at = len(words) - 1
    while at > 0 and (words[at - 1] in _PARTICLES or (at > 1 and words[at - 1] in _PARTICLES_IN_CAPITALS)):
        at -= 1
    return Name(" ".join(words[at:]), " ".join(words[:at]), ending["suffix"] if ending else "")


def somebody(person: str) -> bool:
    """Whether this is a person or a group at all, not "others" or "[No author name available]"."""
    plain = " ".join(person.split()).strip(_EDGES)
    return plain == "Na" or (any(map(str.isalnum, plain)) and plain.lower() not in _NOBODY)


def from_object(value: Mapping[str, Any]) -> str:
    """The name that an object of JSON gives in parts or whole, under the names that programs use."""
    said = {"".join(filter(str.isalpha, str(key))).lower(): part for key, part in value.items()}

    def first(*keys: str) -> str:
        texts = (said[key] for key in keys if isinstance(said.get(key), str))
        return next(filter(None, (" ".join(text.split()) for text in texts)), "")

    particles = [first("droppingparticle"), first("nondroppingparticle"), first("prefix")]
    family = " ".join(filter(None, [*particles, first("family", "last", "lastname", "surname", "familyname")]))
    given = first("given", "first", "firstname", "givenname", "forename", "givennames", "initials")
    if family:
        return settled(str(Name(family, given, first("suffix"))))
    whole = first("name", "literal", "fullname", "displayname", "rawauthorname", "authorname", "collectivename")
    inner = next((each for each in said.values() if isinstance(each, dict)), {})
    return settled(whole or given) or (from_object(inner) if inner else "")


def is_particle(word: str) -> bool:
    """Whether a family name may begin with this word, as "van" does."""
    return word in _PARTICLES


def is_suffix(text: str) -> bool:
    """Whether this stands after a name, as "Jr." does."""
    return _SUFFIX.fullmatch(text) is not None


def _with_suffix(family: str, given: str) -> Name:
    """The parts of "Family, Given" where one of the two holds a suffix, too."""
    if is_suffix(given) and (name := parts(family)).given:
        return Name(name.family, name.given, given)
    if found := _ENDS_IN_SUFFIX.fullmatch(given):
        return Name(family, found["name"], found["suffix"])
    if (found := _ENDS_IN_SUFFIX.fullmatch(family)) and not _is_group(family):
        return Name(found["name"], given, found["suffix"])
    return Name(family, given)


def _is_group(name: str) -> bool:
    return _GROUP.search(name) is not None or _JOINED.search(name) is not None


def _is_list(value: str) -> bool:
    """Whether a value that should be one person is a list: marks between names that are whole by themselves."""
    if _SEMICOLON.search(value.strip(" ;")) or value.lstrip()[:1] in {"[", "(", "{"}:
        return True
    sides = _AND.split(value)
    if len(sides) > 1:
        return all(("," in side or " " in side.strip()) and not _is_group(side) for side in sides)
    return "," in value and len(_whole_names(_tidy(value))) > 1


def _as_code_writes(text: str) -> list[str] | None:
    """The names of a list as Python, NumPy, JSON or R writes it; none where the text is no such list."""
    text = re.sub(r"^c(?=\()", "", text.strip())
    if not (text[:1] + text[-1:] in {"[]", "()", "{}"} and len(text) < _LONGEST_LIST):
        return None
    for read in (json.loads, _literal):
        with suppress(ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
            found = read(text)
            if isinstance(found, dict):
                found = [found]
            if isinstance(found, list | tuple | set):
                return [name for each in found for name in _in_code(each)]
    return None


def _in_code(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from_object(value)
    elif isinstance(value, list | tuple):
        texts = [each for each in value if isinstance(each, str)]
        yield ", ".join(texts[:3]) if len(texts) == len(value) <= 3 else " ".join(texts)
    elif isinstance(value, str):
        yield value


def _literal(text: str) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.literal_eval(re.sub(r"""(?<=['"])\s+(?=['"])""", ", ", text))


def _between_marks(text: str) -> list[str]:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > 1 and not re.search(r"[,;|]|\band\b", text):
        return lines
    found: list[str] = []
    for part in _SEMICOLON.split(_ET_AL.sub("", " ".join(text.split()))):
        sides = _sides(part)
        given_first = len(sides) > 1 and _is_given_first(sides[-1])
        for side in sides:
            pieces = [piece for piece in _COMMA.split(side) if piece]
            is_list = given_first and len(pieces) > 1 and all(map(_is_given_first, pieces))
            found += pieces if is_list else _whole_names(side)
    return found


def _is_given_first(name: str) -> bool:
    """Whether this is a whole name such as "Wilma E. Waterl"."""
    words = name.split()
    return "," not in name and len(words) > 1 and words[0][:1].isupper() and not _is_group(name)


def _sides(text: str) -> list[str]:
    """The text cut at each "and" that stands between two names, not within the name of a group."""
    sides = _AND.split(text)
    if len(sides) == 1 or not _GROUP.search(text.replace("&", "")):
        return sides
    found = [sides[0]]
    for side in sides[1:]:
        left = found[-1]
        if " " in left.strip() and not _is_group(left):
            found.append(side)
        else:
            found[-1] = f"{left} and {side}"
    return found


def _whole_names(text: str) -> list[str]:
    parts_ = _pieces(text)
    if len(parts_) > 2 and all(map(_EAST_ASIAN_WORD.fullmatch, parts_)):
        return parts_
    if "\u3001" in text and len(several := [each for each in text.split("\u3001") if each]) > 1:
        return several
    if len(parts_) >= 4 and len(parts_) % 2 == 0 and all(_GIVEN_INITIALS.fullmatch(each) for each in parts_[1::2]):
        return [", ".join(pair) for pair in zip(parts_[::2], parts_[1::2], strict=True)]
    is_list = len(parts_) > 2 or text.endswith(",") or _DOTTED_START.match(text) is not None
    short = len(parts_) > 1 and all(len(each) < _LONGEST for each in parts_)
    surnames_first = short and all(map(_SURNAME_FIRST.fullmatch, parts_))
    initials_first = short and all(map(_INITIALS_FIRST.fullmatch, parts_))
    return parts_ if surnames_first or initials_first or (is_list and all(" " in each for each in parts_)) else [text]


def _pieces(text: str) -> list[str]:
    """What stands between commas; a suffix belongs to the name before it."""
    pieces: list[str] = []
    for piece in filter(None, _COMMA.split(text)):
        if pieces and is_suffix(piece):
            pieces[-1] += f", {piece}"
        else:
            pieces.append(piece)
    return pieces


def _tidy(person: str) -> str:
    return _COMMA.sub(", ", " ".join(person.split())).strip(" ,;")
