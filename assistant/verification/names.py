"""The guard of names and acronyms: what a claim names, the abstract or its title must name."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.verification.language import FUNCTION_WORDS, Statement, cleaned
from assistant.verification.records import Verdict, Veto
from store.terms import folded, stem

_WORD = re.compile(r"[^\W_][^\s,;:()\[\]\"“”?!]*")
_PART = re.compile(r"[^\W_]+")
_CAPITALS_OF_PLACE = 4
"""Letters that a country and its people share ("Chin-ese", "Chin-a")."""


_GREEK = {"α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "κ": "kappa", "λ": "lambda", "μ": "mu", "σ": "sigma"}


@dataclass(frozen=True, slots=True)
class Known:
    """The names that a text lends: its words without signs, their stems, capitalised ones, and the initials."""

    words: frozenset[str]
    stems: frozenset[str]
    capitalised: frozenset[str]
    initials: str


def vetoes(claim: Statement, evidence: Sequence[Statement], title: Statement) -> Iterator[Veto]:
    """Names of the claim that neither abstract nor title has, in short or in full."""
    known = _known(" ".join([title.text, *(sentence.text for sentence in evidence)]))
    own = _known(claim.text).initials
    for name in named(claim.text):
        if not _is_known(name, known) and not (len(name) > 2 and name.casefold().removesuffix("s") in own):
            yield Veto("name", f"the abstract does not mention {name}", Verdict.NOT_STATED)


def named(text: str) -> list[str]:
    """Acronyms and words with inner capitals anywhere, capitalised words inside a sentence; compounds in parts."""
    found = []
    plain = cleaned(text)
    for place, match in enumerate(_WORD.finditer(plain)):
        whole = match[0].rstrip(".'-/").removesuffix("'s")
        author = plain[match.end() :].lstrip().startswith("et al")
        first = not author and (place == 0 or _after_stop(plain, match.start()))
        for number, word in enumerate(re.split(r"[-/+]", whole)):
            letters = [c for c in word if c.isalpha()]
            inner = any(c.isupper() for c in word[1:] if c.isalpha())
            if len(letters) < 2 or folded(word) in FUNCTION_WORDS:
                continue
            if inner or (word[0].isupper() and not (first and number == 0)):
                found.append(word)
    return list(dict.fromkeys(found))


def _after_stop(text: str, place: int) -> bool:
    return text[:place].rstrip()[-1:] in {".", "?", "!", ":"}


@lru_cache(maxsize=512)
def _known(text: str) -> Known:
    plain = _spelled_out(cleaned(text))
    parts = [folded(part) for part in _PART.findall(plain)]
    whole = ["".join(_PART.findall(folded(word))) for word in _WORD.findall(plain)]
    joined = {"".join(parts[n : n + size]) for size in (1, 2, 3) for n in range(len(parts))}
    capitalised = {folded(part) for part in _PART.findall(plain) if part[0].isupper()}
    initials = "".join(part[0] for part in parts if part not in {"of", "the", "and", "for", "in", "a", "to"})
    return Known(frozenset(joined | set(whole)), frozenset(map(stem, parts)), frozenset(capitalised), initials)


def _spelled_out(text: str) -> str:
    return "".join(_GREEK.get(char, char) for char in text)


def _is_known(name: str, known: Known) -> bool:
    squashed = "".join(_PART.findall(folded(_spelled_out(name))))
    singular = squashed.removesuffix("s")
    if {squashed, singular, f"{squashed}s"} & known.words or stem(squashed) in known.stems:
        return True
    acronym = "".join(c for c in name if c.isupper()).casefold()
    if len(acronym) >= 2 and len(acronym) >= len(singular) - 1 and acronym in known.initials:
        return True
    parts = [folded(part) for part in _PART.findall(name)]
    if len(parts) > 1:
        return all(part in known.words or stem(part) in known.stems for part in parts)
    is_plain = name.isalpha() and name[1:].islower()
    start = squashed[:_CAPITALS_OF_PLACE]
    return is_plain and any(word.startswith(start) for word in known.capitalised)
