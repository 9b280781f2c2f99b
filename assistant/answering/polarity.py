"""Which way a word points, what its opposite is, and which words a negation turns round."""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from store.terms import folded, stemmed

REACH = 5
"""Words after a negation that it turns round."""

_WORD = re.compile(r"[^\W_]+(?:[-'’.][^\W_]+)*")
_AGAINST = frozenset("independent free null resistant deficient negative".split())
_FOR = frozenset("dependent induced positive driven mediated".split())
_AGAINST_AT_FRONT = frozenset("non anti".split())


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a sentence: `way` is +1 where it says more, yes or present, -1 for the opposite, 0 for neither;
    `wide` counts words that merely exclude each other, too. A negation before it has turned both round."""

    start: int
    end: int
    text: str
    stem: str
    way: int
    wide: int
    turned: bool


@dataclass(frozen=True, slots=True)
class Lexicon:
    """`ways` of the directed words, `wide` of these and the merely opposed ones, each word's opposite."""

    ways: dict[str, int]
    wide: dict[str, int]
    opposites: dict[str, str]
    stems: dict[str, frozenset[str]]
    negations: frozenset[str]
    hedges: frozenset[str]


@cache
def lexicon() -> Lexicon:
    """The words of `polarity.txt`."""
    parts = _parts(files("assistant.answering").joinpath("polarity.txt").read_text(encoding="utf-8"))
    irregular = {line.split()[0]: line.split() for line in parts["irregular"]}
    verbs = [
        pair for line in parts["verbs"] for pair in zip(*(_forms(verb, irregular) for verb in _pair(line)), strict=True)
    ]
    directed = [_pair(line) for line in parts["words"]] + verbs
    every = directed + [_pair(line) for line in parts["counterparts"]]
    both_ways = every + [(other, one) for one, other in every]
    return Lexicon(
        _ways(directed),
        _ways(every),
        dict(reversed(both_ways)),
        _stems(both_ways),
        frozenset(" ".join(parts["negations"]).split()),
        frozenset(" ".join(parts["hedges"]).split()),
    )


def words(text: str) -> tuple[Word, ...]:
    """The words of a sentence, in order, each with its direction as the sentence has it."""
    found = [(match.start(), match.end(), match[0].casefold()) for match in _WORD.finditer(text)]
    negations = [is_negation(word) for _, _, word in found]
    return tuple(
        _word(start, end, word, turned=sum(negations[max(0, place - REACH) : place]) % 2 == 1)
        for place, (start, end, word) in enumerate(found)
    )


def is_negation(word: str) -> bool:
    """Whether a word turns round what follows it."""
    return word in lexicon().negations or word.endswith(("n't", "n’t"))


def is_hedge(word: str) -> bool:
    """Whether a word leaves open if something is so."""
    return word in lexicon().hedges


def opposed(one: str, other: str) -> bool:
    """Whether two stems are those of opposites."""
    return other in lexicon().stems.get(one, frozenset())


def counterclaims(text: str) -> list[tuple[int, str]]:
    """The text with one word replaced by its opposite, for each word that has one; with that word's place."""
    made = []
    for place, match in enumerate(_WORD.finditer(text)):
        if opposite := lexicon().opposites.get(match[0].casefold()):
            fitting = opposite.capitalize() if match[0][0].isupper() else opposite
            made.append((place, text[: match.start()] + fitting + text[match.end() :]))
    return made


def _word(start: int, end: int, word: str, *, turned: bool) -> Word:
    side = -1 if turned else 1
    known = lexicon()
    stems = stemmed([folded(word)])
    wide = known.wide.get(word, 0) * side
    return Word(start, end, word, stems[0] if stems else "", _way(word) * side, wide, turned)


def _way(word: str) -> int:
    """The direction of a word; of a compound ("UCP1-independent") that of its last or first part."""
    ways = lexicon().ways
    if word in ways:
        return ways[word]
    first, last = word.partition("-")[0], word.rpartition("-")[2]
    if last == word:
        return 0
    if last in ways:
        return ways[last]
    if last in _AGAINST or first in _AGAINST_AT_FRONT:
        return -1
    return 1 if last in _FOR else 0


def _parts(text: str) -> dict[str, list[str]]:
    parts: dict[str, list[str]] = {}
    name = ""
    for line in (line.strip() for line in text.splitlines()):
        if line.startswith("["):
            name = line.strip("[]")
        elif line and not line.startswith("#"):
            parts.setdefault(name, []).append(line)
    return parts


def _pair(line: str) -> tuple[str, str]:
    one, _, other = line.partition("|")
    return one.strip(), other.strip()


def _forms(verb: str, irregular: dict[str, list[str]]) -> list[str]:
    if verb in irregular:
        return irregular[verb]
    if verb.endswith("e"):
        return [verb, f"{verb}s", f"{verb}d", f"{verb[:-1]}ing"]
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return [verb, f"{verb[:-1]}ies", f"{verb[:-1]}ied", f"{verb}ing"]
    plural = "es" if verb.endswith(("s", "x", "sh", "ch")) else "s"
    return [verb, verb + plural, f"{verb}ed", f"{verb}ing"]


def _ways(pairs: list[tuple[str, str]]) -> dict[str, int]:
    ways: dict[str, int] = {}
    for more, less in pairs:
        ways.setdefault(more, 1)
        ways.setdefault(less, -1)
    return ways


def _stems(pairs: list[tuple[str, str]]) -> dict[str, frozenset[str]]:
    stems: dict[str, set[str]] = {}
    for one, other in pairs:
        for mine, theirs in zip(stemmed([one]), stemmed([other]), strict=False):
            stems.setdefault(mine, set()).add(theirs)
    return {stem: frozenset(others) for stem, others in stems.items()}
