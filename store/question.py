"""What a question asks the search for: terms, people, years; with misspelt words set right."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from rapidfuzz.distance import OSA

from store.catalogue import Catalogue
from store.identity import squashed
from store.terms import FRAME, STOPWORDS, asked_terms, plain_words, stemmed, terms

MOST_TERMS = 64
"""Terms of a question that are searched for, and words set right; a longer text says the same things again."""

_CAPITAL = "".join(char for char in map(chr, range(0x530)) if char.isupper())
NAME = (
    rf"(?:[{_CAPITAL}]\.[ -]?){{0,4}}(?:(?:van|von|der|den|de|del|della|di|da|dos|du|la|le|ten|ter) ){{0,3}}"
    rf"[{_CAPITAL}](?:['’](?=[{_CAPITAL}]))?[^\W\d_]+(?:[-'’][^\W\d_]+){{0,3}}"
)
"""A person's name, initials and particles with it."""
_NAMES = rf"{NAME}(?:(?:,? (?:and|or|&) | |, ){NAME}){{0,9}}"
"""Names in a row; bounded, so that a long text is read in a time that grows as it does."""

_PEOPLE = (
    re.compile(rf"\b[Bb]y (?:either )?({_NAMES})"),
    re.compile(rf"\b({_NAMES}),? et al\b"),
)
_PERHAPS_PEOPLE = tuple(
    re.compile(cue)
    for cue in (
        rf"\b({_NAMES}),? \(?(?:19|20)\d\d\b",
        rf"\b(?:did|does|do|has|have) ({_NAMES}) [a-z]",
        rf"\b({_NAMES})['’]s? (?:papers?|works?|articles?|stud(?:y|ies)|results?|algorithms?|methods?|models?)\b",
        r"\b(?i:papers?|works?|articles?|anything|written|published) by ([^\W\d_]+(?: (?:and|or|&) [^\W\d_]+)?)",
    )
)
_MONTHS = frozenset("January February March April May June July August September October November December".split())
_DATED = re.compile(r"\b(?i:in|on|of|from|since|before|after|until|till|to) $")
"""What stands before a month that is no name: "in May 2020"."""

_YEAR = r"((?:19|20)\d\d)"
_SPANS = (
    (re.compile(rf"\b(?:between|from) {_YEAR} (?:and|to|until|till) {_YEAR}\b", re.I), "both"),
    (re.compile(rf"\b{_YEAR} ?[-–] ?{_YEAR}\b"), "both"),
    (re.compile(rf"\b(?:until|till|up to|not? (?:after|later than|newer than)) {_YEAR}\b", re.I), "until"),
    (
        re.compile(
            rf"\b(?:since {_YEAR}|{_YEAR} onwards?|from {_YEAR} on(?:wards?)?"
            rf"|not? (?:before|prior to|older than|earlier than) {_YEAR})\b",
            re.I,
        ),
        "since",
    ),
    (re.compile(rf"\b(?:before|prior to|older than|earlier than) {_YEAR}\b", re.I), "before"),
    (re.compile(rf"\b(?:after|later than|newer than) {_YEAR}\b", re.I), "after"),
    (re.compile(rf"\b(?:in|of|from|et al\.?,?) \(?{_YEAR}\b", re.I), "in"),
    (re.compile(rf"\b{_YEAR}\b"), "in"),
)
_MISSPELT_FROM = 5
_TWICE_MISSPELT_FROM = 8
"""Least lengths of a stem in which one slip, or two, are set right: in a short word they make another word."""

_LOOKED_AT = 4
_OTHER_ENDING = 3
"""How many stems are tried, and by how many letters an ending may differ beside the slips."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as the search understands it.

    `text` is what the embedder reads, `terms` what the full text is searched for, `families` are
    authors that it names (see `store.identity.family`), `years` an inclusive range. `strict` where
    the range is a limit ("before 1970") and not one year among the words. `repaired` pairs a word
    that the library does not have with the one it was read as.
    """

    text: str
    terms: tuple[str, ...]
    families: tuple[str, ...] = ()
    years: tuple[int | None, int | None] = (None, None)
    strict: bool = False
    repaired: tuple[tuple[str, str], ...] = field(default=())


def understood(question: str, catalogue: Catalogue, known: Callable[[str], bool] = lambda _word: False) -> Asked:
    """Read a question against the library: a name is an author where the library has one so called.

    `known` says of a word, lower case, that it is one, though the library does not have it: "traits" is no slip.
    """
    question = unicodedata.normalize("NFC", question)
    families = tuple(dict.fromkeys(name for name in _named(question) if catalogue.written_by(name)))
    years, strict, without_limit = _years(question)
    repaired = tuple(_repaired(without_limit, catalogue, known))
    text, sought = question, without_limit
    for wrong, right in repaired:
        text, sought = (re.sub(rf"\b{re.escape(wrong)}\b", right, each) for each in (text, sought))
    return Asked(text, tuple(asked_terms(sought)[:MOST_TERMS]), families, years, strict, repaired)


def year_limit(question: str) -> tuple[tuple[int | None, int | None], str]:
    """The inclusive range of years that a question limits itself to, and the question without it.

    (None, None) where there is no limit. One year after a preposition ("in 2023", "from 2023") is one, too.
    """
    years, strict, rest = _years(question)
    if strict or years == (None, None):
        return years, rest
    return years, re.sub(rf"\b(?:in |of |from )?{years[0]}\b", " ", question)


def _named(question: str) -> Iterator[str]:
    """Family names that the question may mean, squashed: of each name the last word, and the last ones together."""
    for cue in (*_PEOPLE, *_PERHAPS_PEOPLE):
        for found in cue.finditer(question):
            if found[1] in _MONTHS and _DATED.search(question[: found.start()]):
                continue
            for name in re.split(r",? (?:and|or|&) |, ", found[1]):
                words = name.split()
                yield from _ends([word for word in words if word.casefold() not in STOPWORDS | FRAME])
                if cue in _PEOPLE:  # some are called He, or An
                    yield from _ends(words)


def _ends(words: list[str]) -> Iterator[str]:
    for first in reversed(range(len(words))):
        yield squashed("".join(words[first:]))


def _years(question: str) -> tuple[tuple[int | None, int | None], bool, str]:
    """The range of years asked for, whether it is a limit, and the question without the limit."""
    (first, last), strict, rest = _limit(question)
    if strict and (first is None or last is None):  # "after 2010 and before 2015"
        (other_first, other_last), strict_too, without = _limit(rest)
        if strict_too:
            first, last, rest = first or other_first, last or other_last, without
    return (first, last), strict, rest


def _limit(question: str) -> tuple[tuple[int | None, int | None], bool, str]:
    for pattern, kind in _SPANS:
        if not (found := pattern.search(question)):
            continue
        numbers = [int(year) for year in found.groups() if year]
        first, last = min(numbers), max(numbers)
        rest = f"{question[: found.start()]} {question[found.end() :]}"
        match kind:
            case "both":
                return (first, last), True, rest
            case "before":
                return (None, first - 1), True, rest
            case "until":
                return (None, first), True, rest
            case "after":
                return (first + 1, None), True, rest
            case "since":
                return (first, None), True, rest
        return (first, first), False, question
    return (None, None), False, question


def _repaired(question: str, catalogue: Catalogue, known: Callable[[str], bool]) -> Iterator[tuple[str, str]]:
    """Words that the library does not have, with the nearest that it has."""
    for word in islice(dict.fromkeys(re.findall(r"[^\W\d_]+", question)), MOST_TERMS):
        (stem, *_) = [*stemmed(plain_words(word)), ""]
        if len(stem) < _MISSPELT_FROM or any(char.isupper() for char in word[1:]) or known(word.casefold()):
            continue
        if not catalogue.document_frequency([stem])[stem] and (right := _nearest(word, stem, catalogue)):
            yield word, right


def _nearest(word: str, stem: str, catalogue: Catalogue) -> str:
    """The word of the library nearest to one whose stem it does not have; empty where none is near."""
    slips = 2 if len(stem) >= _TWICE_MISSPELT_FROM else 1
    near = [
        (distance, -papers, term)
        for term, papers in catalogue.terms_from(stem[0], chr(ord(stem[0]) + 1))
        if abs(len(term) - len(stem)) <= slips
        and (distance := OSA.distance(stem, term, score_cutoff=slips)) <= slips
        and term.isalpha()
        and term[-1] == stem[-1]  # "attend" is no slip for "attent(ion)"
    ]
    (said, *_) = [*plain_words(word), ""]
    written = [_written(term, said, catalogue) for _, _, term in sorted(near)[:_LOOKED_AT]]
    right = min(written, key=lambda each: OSA.distance(said, each), default="")
    return right if right and OSA.distance(said, right) <= slips + _OTHER_ENDING else ""


def _written(term: str, said: str, catalogue: Catalogue) -> str:
    """How the library writes a term, the form that is most like what was said."""
    (number, *_) = catalogue.lexical([term], limit=1, allowed=None)
    paper = catalogue.paper(number)
    forms = {word for word in plain_words(f"{paper.title} {paper.abstract}") if terms(word) == [term]}
    return min(sorted(forms), key=lambda form: OSA.distance(said, form), default="")
