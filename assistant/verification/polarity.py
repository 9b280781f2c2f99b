"""Guards of polarity: negation, direction, and who beats or does what to whom."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from assistant.verification.language import NEGATIONS, Statement, Token, coverage
from assistant.verification.records import Verdict, Veto
from store.terms import stem

ALIGNED = 0.6
"""Share of the claim's telling stems that a sentence must have for its polarity to be compared."""

REACH = 6
"""Words after a negation that it turns round."""

NEAR = 4
"""Telling words beside a direction that say what goes that way."""

ARGUMENT = 5
"""Telling words on each side of a verb that say who does what to whom."""

_SOFT = frozenset(
    "only little less fewer unlike independent independently unaffected unchanged unnecessary absent missing instead"
    " rather except despite unless until cease ceases ceased stop stops stopped prevent prevents prevented avoid avoids"
    " avoided deficient deficiency free negative null same similar comparable equal equally rule ruled refute refuted"
    " reject rejected false wrong contrary worse poor poorly dispensable redundant resistant loss lost abolish"
    " abolished abolishes eliminate eliminated knockout knock knocking silencing depletion removal remove removed"
    " removing minus insufficient incomplete imperfect problem limitation limited"
    " without hardly rarely scarcely seldom fail"
    " fails failed failing failure unable lack lacks lacked lacking absence absent silencing whether".split()
)
"""Words by which something is denied without a negation: where one stands on either side, nothing is said."""

_WINS = frozenset("outperform beat surpass exceed outdo outrank outscor overtak".split())
_LOSES = frozenset("underperform trail lag".split())
_MORE = frozenset(
    "better higher faster larger greater more stronger superior longer bigger earlier sooner cheaper safer easier"
    " closer wider deeper older richer quicker simpler smoother".split()
)
_LESS = frozenset(
    "worse lower slower smaller fewer less weaker inferior shorter later harder poorer younger narrower".split()
)
_BE = frozenset("is are was were be been being".split())


def aligned(claim: Statement, evidence: Sequence[Statement], least: float = ALIGNED) -> list[Statement]:
    """The sentences that have most of the claim's words, where that is enough to compare them."""
    covered = [coverage(claim, sentence) for sentence in evidence]
    best = max(covered, default=0.0)
    if best < least or len(claim.stems) < 2:
        return []
    return [sentence for sentence, share in zip(evidence, covered, strict=True) if share >= best - 0.1]


def negation(claim: Statement, evidence: Sequence[Statement], _title: Statement) -> Iterator[Veto]:
    """What the claim denies and the abstract says, or the other way round."""
    if _negations(claim) > 1 or claim.words & _SOFT:
        return
    for sentence in aligned(claim, evidence):
        if sentence.words & _SOFT or _negations(sentence) > 1 or _opposites_between(claim, sentence):
            return
        if _otherwise(claim, sentence, evidence):
            return
        shared = claim.stems & sentence.stems
        mine, theirs = _denied(claim) & shared, _denied(sentence) & shared
        denies, denied = _negations(claim) > 0, _negations(sentence) > 0
        if denies and not denied and mine:
            yield Veto("negation", "the claim denies what the abstract says", Verdict.CONTRADICTED)
            return
        if denied and not denies and len(theirs) >= max(2, len(shared) / 3):
            yield Veto("negation", "the abstract denies what the claim says", Verdict.CONTRADICTED)
            return
        if bool(mine) == bool(theirs):
            return


def _is_negation(token: Token) -> bool:
    return token.lower in NEGATIONS or token.lower.endswith("n't")


def _negations(read: Statement) -> int:
    return sum(_is_negation(token) for token in read.tokens)


def _otherwise(claim: Statement, sentence: Statement, evidence: Sequence[Statement]) -> bool:
    """Whether another sentence bears on the claim nearly as much and has the claim's own polarity."""
    least = 0.6 * coverage(claim, sentence)
    near = [other for other in evidence if other is not sentence and coverage(claim, other) >= least]
    denies = _negations(claim) > 0
    return any((_negations(other) > 0) == denies or (denies and other.words & _SOFT) for other in near)


@lru_cache(maxsize=8192)
def _denied(read: Statement) -> frozenset[str]:
    """Stems of the telling words in reach of a negation."""
    found = set()
    for place, token in enumerate(read.tokens):
        if not _is_negation(token):
            continue
        if token.lower == "not" and read.lowers[place + 1 : place + 2] == ["only"]:
            continue
        words = [other for other in read.tokens[place + 1 :] if other.is_word][:REACH]
        found |= {other.stem for other in words if other.tells and other.clause <= token.clause + 1}
    return frozenset(found)


_PHRASAL = frozenset("speed speeds sped speeding set sets setting make makes made making follow followed".split())
_MOVED = frozenset("go goes going went gone move moved climb climbed come came rise rose jump jumped shot".split())


@dataclass(frozen=True, slots=True)
class Opposites:
    """For each stem the stems that say the opposite."""

    of: dict[str, frozenset[str]]


@lru_cache(maxsize=1)
def opposites() -> Opposites:
    """The pairs of `opposites.txt`: a line for each axis, its two ends parted by "|"."""
    of: dict[str, set[str]] = {}
    text = files("assistant.verification").joinpath("opposites.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if "|" in line and not line.startswith("#"):
            one, other = ({stem(word) for word in side.split()} for side in line.split("|"))
            for mine, theirs in ((one, other), (other, one)):
                for each in mine:
                    of.setdefault(each, set()).update(theirs)
    return Opposites({each: frozenset(others - {each}) for each, others in of.items()})


def _opposites_between(claim: Statement, sentence: Statement) -> bool:
    mine, theirs = {t.stem for t in claim.tokens}, {t.stem for t in sentence.tokens}
    return any(opposites().of.get(each, frozenset()) & theirs and each not in theirs for each in mine)


def direction(claim: Statement, evidence: Sequence[Statement], _title: Statement) -> Iterator[Veto]:
    """A word of direction whose opposite stands in its place in the abstract."""
    table = opposites().of
    for sentence in aligned(claim, evidence, least=0.5):
        if _than(claim) != _than(sentence) or _negations(claim) != _negations(sentence):
            return
        there = {token.stem for token in sentence.tokens}
        for place, token in enumerate(claim.tokens):
            against = table.get(token.stem, frozenset())
            if not against & there or token.stem in there or _bounds(claim, place):
                continue
            mine = _beside(claim, place)
            for at, other in enumerate(sentence.tokens):
                if other.stem in against and not _bounds(sentence, at) and _says_the_same(mine, _beside(sentence, at)):
                    reason = f"the abstract has “{other.text}” where the claim has “{token.text}”"
                    yield Veto("direction", reason, Verdict.CONTRADICTED)
                    return


def _bounds(read: Statement, place: int) -> bool:
    """Whether "up" tells no direction: that of "up to 10,000" bounds a number ("went up to" does not), "speeds up"."""
    lowers = read.lowers
    before = lowers[place - 1] if place else ""
    if lowers[place] == "up" and before in _PHRASAL:
        return True
    return lowers[place : place + 2] == ["up", "to"] and before not in _MOVED


def _than(read: Statement) -> bool:
    return "than" in read.words or bool(read.words & {"compared", "versus", "vs"})


def _beside(read: Statement, place: int) -> frozenset[str]:
    """The telling stems beside a word, up to `NEAR` on each side."""
    tokens, clause = read.tokens, read.tokens[place].clause
    before = [t.stem for t in tokens[:place][::-1] if t.tells and abs(t.clause - clause) <= 1][:NEAR]
    after = [t.stem for t in tokens[place + 1 :] if t.tells and abs(t.clause - clause) <= 1][:NEAR]
    return frozenset(before + after)


def _says_the_same(mine: frozenset[str], theirs: frozenset[str]) -> bool:
    return len(mine & theirs) >= min(2, len(mine))


@dataclass(frozen=True, slots=True)
class Comparison:
    """Who comes out ahead: stems of both sides, and +1 where the first is ahead, -1 where the second is."""

    first: frozenset[str]
    second: frozenset[str]
    way: int
    axis: str


def comparison(claim: Statement, evidence: Sequence[Statement], _title: Statement) -> Iterator[Veto]:
    """A comparison whose sides are exchanged."""
    for mine in comparisons(claim):
        for sentence in evidence:
            for theirs in comparisons(sentence):
                if mine.axis != theirs.axis:
                    continue
                if _exchanged(mine, theirs):
                    yield Veto("comparison", "the claim exchanges what is compared", Verdict.CONTRADICTED)
                    return


def _exchanged(mine: Comparison, theirs: Comparison) -> bool:
    """Whether the same two sides stand the other way round, or stand alike under the opposite verb."""
    straight = bool(mine.first & theirs.first) + bool(mine.second & theirs.second)
    crossed = bool(mine.first & theirs.second) + bool(mine.second & theirs.first)
    if mine.way == theirs.way:
        return crossed == 2 and not mine.first & theirs.first
    return straight == 2 and crossed == 0


@lru_cache(maxsize=8192)
def comparisons(read: Statement) -> tuple[Comparison, ...]:
    """The comparisons of a sentence that can be parted into two sides."""
    found = []
    tokens = read.tokens
    for place, token in enumerate(tokens):
        if token.stem in _WINS or token.stem in _LOSES:
            passive = token.lower.endswith(("ed", "en")) and _by(tokens, place)
            way = (1 if token.stem in _WINS else -1) * (-1 if passive else 1)
            found.append(_sides(tokens, place, place, way, "better"))
        elif token.lower in {"than", "to"} and place:
            cue = next((n for n in range(place - 1, max(-1, place - 9), -1) if tokens[n].lower in _MORE | _LESS), None)
            if cue is None or (token.lower == "to" and tokens[cue].lower not in {"superior", "inferior"}):
                continue
            way = 1 if tokens[cue].lower in _MORE else -1
            found.append(_sides(tokens, cue, place, way, _axis(tokens[cue].lower)))
    return tuple(each for each in found if each.first and each.second)


def _axis(word: str) -> str:
    for axis in ("faster slower quicker", "longer shorter", "earlier later sooner", "larger smaller bigger greater"):
        if word in axis.split():
            return axis
    return "better"


def _by(tokens: Sequence[Token], place: int) -> bool:
    after = [token.lower for token in tokens[place + 1 : place + 4]]
    before = [token.lower for token in tokens[max(0, place - 3) : place]]
    return "by" in after and bool(_BE & set(before))


def _sides(tokens: Sequence[Token], cue: int, joint: int, way: int, axis: str) -> Comparison:
    before = [t.stem for t in tokens[:cue][::-1] if t.tells][: ARGUMENT + 1]
    after = [t.stem for t in tokens[joint + 1 :] if t.tells][: ARGUMENT + 1]
    both = set(before) & set(after)
    return Comparison(frozenset(before) - both, frozenset(after) - both, way, axis)
