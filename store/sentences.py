"""Sentences of an abstract, each an exact slice of it."""

import re
from dataclasses import dataclass

ABBREVIATIONS = frozenset(
    "e.g i.e cf vs al approx resp fig figs eq eqs sec secs ref refs no nos vol pp ca viz incl"
    " dr mr mrs ms prof st jr sr inc ltd dept univ est w.r.t i.i.d a.k.a".split()
)
"""Words (without their last period) after which a period does not end a sentence."""

_BOUNDARY = re.compile(r"""([.!?]+|\n\s*\n)["'”’)\]}]*\s+(?=["'“‘(\[{$\\`]*[A-Z0-9À-ÖØ-ÞΑ-ΩА-Я])""")
_LAST_WORD = re.compile(r"""([^\s("'“‘\[{]+)$""")


@dataclass(frozen=True, slots=True)
class Sentence:
    """`text` is `abstract[start:end]`, without surrounding white space."""

    start: int
    end: int
    text: str


def sentences(text: str) -> tuple[Sentence, ...]:
    """Split running text into sentences; decimals, initials and common abbreviations do not end one."""
    found = []
    start = 0
    for boundary in _BOUNDARY.finditer(text):
        if _ends_sentence(text, start, boundary):
            found.append(_slice(text, start, boundary.end()))
            start = boundary.end()
    found.append(_slice(text, start, len(text)))
    return tuple(sentence for sentence in found if sentence.text)


def _ends_sentence(text: str, start: int, boundary: re.Match[str]) -> bool:
    if boundary[1] != ".":
        return True
    word = _LAST_WORD.search(text, start, boundary.start())
    if word is None:
        return False
    last = word[1].lower()
    is_initial = len(last) == 1 and word[1].isupper() and not _is_symbol(text, word.start())
    are_initials = re.fullmatch(r"[A-Z](\.[A-Z])+", word[1]) is not None
    return last not in ABBREVIATIONS and not is_initial and not are_initials


def _is_symbol(text: str, position: int) -> bool:
    """Whether the single capital stands at the end of a clause ("of type A.") and not before a name."""
    before = text[:position].rstrip().rpartition(" ")[2]
    return before.islower()


def _slice(text: str, start: int, end: int) -> Sentence:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Sentence(start, end, text[start:end])
