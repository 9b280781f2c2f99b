"""The guard of numbers: every number of a claim must be the abstract's, bound to what it counts there."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import combinations, pairwise

from assistant.verification.language import FUNCTION_WORDS, Statement, Token
from assistant.verification.quantities import Quantity, derivable, quantities, same
from assistant.verification.records import Verdict, Veto

Around = dict[str, float]
"""Stems, each with its nearness in [0, 1]."""

NEAR_COPY = 0.8
"""Share of tokens in the same order from which a claim is compared with a sentence token by token."""

EXCHANGED_BY = 0.6
"""By how much two numbers must fit better into each other's place than into their own."""

ABOUT_THE_SAME = 0.9
"""Least fit of a place in the abstract that holds another number, for that number to contradict the claim's."""

MOST_BETWEEN = 7
"""Tokens between two numbers of one list, at most."""

ITEM = 4
"""Tokens of an item that a list of numbers refers to."""

IN_LIST = 0.8
"""Nearness of a number to its item in another list."""

HEAD = 0.3
"""What it counts that the next word is the same."""

_COUNTS_LISTED = 10
_OUT_OF = frozenset("in out of every the".split())
_ADVERBS = frozenset("only just about nearly almost respectively".split())


@dataclass(frozen=True, slots=True)
class Held:
    """A quantity, the stems around it, each with its nearness, and that of the noun which it counts, or ""."""

    quantity: Quantity
    around: Around
    head: str


def vetoes(claim: Statement, evidence: Sequence[Statement], title: Statement) -> Iterator[Veto]:
    """Numbers that the abstract does not have, has elsewhere, or has exchanged."""
    copied = list(_copied(claim, evidence))
    if copied:
        yield from copied[:1]
        return
    said = [_held(claim, q) for q in quantities(claim)]
    if not said:
        return
    held = [_held(sentence, q) for sentence in evidence for q in quantities(sentence)]
    titled = [_held(title, q) for q in quantities(title)]
    unmatched = False
    counted = _counted_shares(claim, said, held)
    said = [mine for mine in said if mine.quantity not in counted]
    for mine in said:
        if not any(same(mine.quantity, theirs.quantity) for theirs in (*held, *titled)):
            veto = _missing(mine, held)
            unmatched = unmatched or veto is not None
            if veto:
                yield veto
    if not unmatched:
        yield from _exchanged(said, held)


def _counted_shares(claim: Statement, said: Sequence[Held], held: Sequence[Held]) -> list[Quantity]:
    """Numbers of the claim that together give a share of the abstract: "three out of four" where it has 75 %."""
    found: list[Quantity] = []
    shares = [each.quantity for each in held if each.quantity.dimension == "share"]
    for one, other in pairwise([mine.quantity for mine in said]):
        between = {token.lower for token in claim.tokens[one.last + 1 : other.first]}
        counts = not one.dimension and not other.dimension and one.value < other.value
        if counts and between and between <= _OUT_OF:
            share = replace(one, value=one.value / other.value, dimension="share", decimals=0, factor=0.01)
            if any(same(replace(share, way=share.way or "about"), each) for each in shares):
                found += [one, other]
    return found


def _held(read: Statement, quantity: Quantity) -> Held:
    after = read.tokens[quantity.last + 1 : quantity.last + 3]
    head = next((t.stem for t in after if _binds(t) and t.clause == read.tokens[quantity.last].clause), "")
    return Held(quantity, around(read, quantity), head)


def _missing(mine: Held, held: Sequence[Held]) -> Veto | None:
    """A veto against a number that nothing in the abstract gives; None where it may count or compute something."""
    quantity = mine.quantity
    if derivable(quantity, [each.quantity for each in held]):
        return None
    rivals = [each for each in held if _alike(quantity, each.quantity)]
    best = max(rivals, key=lambda each: fit(mine, each), default=None)
    close = best is not None and fit(mine, best) >= ABOUT_THE_SAME
    is_a_count = quantity.dimension == "" and quantity.value.is_integer() and quantity.value <= _COUNTS_LISTED
    if is_a_count and (quantity.value == 1 or not close):
        return None
    if best is not None and close:
        return Veto(
            "number",
            f"the abstract has {best.quantity.shown} where the claim has {quantity.shown}",
            Verdict.CONTRADICTED,
        )
    other = next((each.quantity for each in held if _in_other_unit(quantity, each.quantity)), None)
    if other is not None:
        reason = f"the abstract has {other.shown} where the claim has {quantity.shown}"
        return Veto("number", reason, Verdict.CONTRADICTED)
    return Veto("number", f"the abstract does not have {quantity.shown}", Verdict.NOT_STATED)


def _exchanged(said: Sequence[Held], held: Sequence[Held]) -> Iterator[Veto]:
    """Two numbers of the claim that stand in each other's place."""
    for one, other in combinations(said, 2):
        if same(one.quantity, other.quantity) or not _alike(one.quantity, other.quantity):
            continue
        ones = [each for each in held if same(one.quantity, each.quantity)]
        others = [each for each in held if same(other.quantity, each.quantity)]
        straight = max((fit(one, a) + fit(other, b) for a in ones for b in others), default=0.0)
        crossed = max((fit(one, b) + fit(other, a) for a in ones for b in others), default=0.0)
        if ones and others and crossed > straight + EXCHANGED_BY:
            reason = f"the claim exchanges {one.quantity.shown} and {other.quantity.shown} of the abstract"
            yield Veto("number", reason, Verdict.CONTRADICTED)
            return


def _alike(one: Quantity, other: Quantity) -> bool:
    if _is_year(one) != _is_year(other):
        return False
    if {one.dimension, other.dimension} == {"", "share"}:
        bare = one if not one.dimension else other
        return bare.decimals > 0
    loose = {"", "share", "times"}
    return one.dimension == other.dimension or {one.dimension, other.dimension} <= loose


def _is_year(quantity: Quantity) -> bool:
    shown = quantity.shown
    return not quantity.dimension and len(shown) == 4 and shown.isdecimal() and shown[:2] in {"17", "18", "19", "20"}


def _in_other_unit(claimed: Quantity, held: Quantity) -> bool:
    """Whether both are written with the same digits and another unit or scale."""
    digits = "".join(c for c in claimed.shown if c.isdecimal() or c == ".").rstrip(".")
    return bool(digits) and digits == "".join(c for c in held.shown if c.isdecimal() or c == ".").rstrip(".")


def fit(mine: Held, theirs: Held) -> float:
    """How much of what stands around one number stands around the other, in [0, 1.5] or so."""
    total = sum(min(weight, theirs.around.get(stem, 0.0)) for stem, weight in mine.around.items())
    unit = 0.15 if mine.quantity.dimension == theirs.quantity.dimension else 0.0
    head = HEAD if mine.head and mine.head == theirs.head else 0.0
    return total + unit + head


@lru_cache(maxsize=8192)
def around(read: Statement, quantity: Quantity) -> Around:
    """The telling stems near a quantity: the nearer the more, and less beyond each comma or conjunction."""
    tokens = read.tokens
    found: dict[str, float] = {}
    for step, begin in ((-1, quantity.first - 1), (1, quantity.last + 1)):
        distance, clause = 0, tokens[quantity.first].clause
        place = begin
        while 0 <= place < len(tokens):
            token = tokens[place]
            if _binds(token):
                weight = 0.8**distance * 0.5 ** min(3, abs(token.clause - clause))
                found[token.stem] = max(found.get(token.stem, 0.0), weight)
                distance += 1
            elif token.text[0].isdecimal():
                distance += 1
            place += step
    for stem, weight in _respective(read, quantity).items():
        found[stem] = max(found.get(stem, 0.0), weight)
    return found


@lru_cache(maxsize=8192)
def _listed(read: Statement, quantity: Quantity) -> tuple[Quantity, ...]:
    """The quantities of its dimension that are joined with it by "and", "or" or commas, itself among them."""
    alike = [q for q in quantities(read) if q.dimension == quantity.dimension]
    groups: list[list[Quantity]] = []
    for each in alike:
        between = read.tokens[groups[-1][-1].last + 1 : each.first] if groups else ()
        joined = any(t.lower in {"and", ",", "or", ";", "vs"} for t in between) and len(between) <= MOST_BETWEEN
        if groups and joined and not any(t.lower in {"while", "whereas", "but", ":"} for t in between):
            groups[-1].append(each)
        else:
            groups.append([each])
    return tuple(next(group for group in groups if quantity in group))


def _respective(read: Statement, quantity: Quantity) -> Around:
    """What a list gives a number to: the words before the list to all, and its item among those before the list."""
    listed = _listed(read, quantity)
    if len(listed) < 2:
        return {}
    mine = listed.index(quantity)
    before = read.tokens[: listed[0].first]
    shared = ({t.stem: 0.8 ** (len(before) - n) for n, t in enumerate(before) if _binds(t)}) if mine else {}
    joints = [n for n, t in enumerate(before) if t.lower in {"and", ",", "or"}]
    joints = [n for n in joints if n + 1 not in joints][-(len(listed) - 1) :]
    if len(joints) == len(listed) - 1:
        first = joints[mine - 1] + 1 if mine else max(0, joints[0] - ITEM)
        last = joints[mine] if mine < len(joints) else min(len(before), joints[-1] + 1 + ITEM)
        for token in before[first:last]:
            if _binds(token):
                shared[token.stem] = IN_LIST
    return shared


def _binds(token: Token) -> bool:
    return token.is_word and token.lower not in FUNCTION_WORDS and token.lower not in _ADVERBS


def _copied(claim: Statement, evidence: Sequence[Statement]) -> Iterator[Veto]:
    """Digits that differ where a claim otherwise follows a sentence of the abstract token by token."""
    mine = claim.lowers
    if not any(word[0].isdecimal() for word in mine):
        return
    masked = _masked(mine)
    for sentence in evidence:
        theirs = sentence.lowers
        if not any(word[0].isdecimal() for word in theirs) or len(set(mine) & set(theirs)) < 0.5 * len(set(mine)):
            continue
        matcher = SequenceMatcher(None, masked, _masked(theirs), autojunk=False)
        blocks = matcher.get_matching_blocks()
        if sum(block.size for block in blocks) < NEAR_COPY * len(mine):
            continue
        for block in blocks:
            for place in range(block.size):
                said, held = mine[block.a + place], theirs[block.b + place]
                if said != held and said[0].isdecimal() and _runs(masked, block.size):
                    reason = f"the abstract has {held} where the claim has {said}"
                    yield Veto("number", reason, Verdict.CONTRADICTED)


def _masked(words: Sequence[str]) -> list[str]:
    return ["0" if word[0].isdecimal() else word for word in words]


def _runs(masked: Sequence[str], size: int) -> bool:
    """Whether the stretch is long enough for a number in it to be in the same place."""
    return size >= min(5, len(masked))
