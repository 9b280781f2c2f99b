"""Quantities of a text: value, dimension, and what stands around them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import permutations

from assistant.verification.language import Statement, Token

_SMALL = {
    word: float(value)
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
        " seventeen eighteen nineteen".split()
    )
}
_TENS = {w: 10.0 * n for n, w in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2)}
_SCALES = {
    "hundred": 1e2,
    "thousand": 1e3,
    "million": 1e6,
    "billion": 1e9,
    "trillion": 1e12,
    "dozen": 12.0,
}
_GLUED_SCALES = {"k": 1e3, "m": 1e6, "b": 1e9, "bn": 1e9, "t": 1e12}
_FRACTIONS = {
    "half": 1 / 2,
    "third": 1 / 3,
    "quarter": 1 / 4,
    "fifth": 1 / 5,
    "sixth": 1 / 6,
    "seventh": 1 / 7,
    "eighth": 1 / 8,
    "ninth": 1 / 9,
    "tenth": 1 / 10,
    "hundredth": 1 / 100,
}
_FRACTIONS |= {f"{word}s": value for word, value in _FRACTIONS.items()} | {"halves": 1 / 2}
_ORDINALS = {
    word: float(value)
    for value, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split(), start=1
    )
}
_PART_OF = frozenset("last first top bottom every".split())
_AFTER_SHARE = frozenset("of as the more less to or . ,".split())
_RANKED = frozenset("place placed places position positions rank ranked ranks ranking".split())
_TIMES = {
    "twice": 2.0,
    "thrice": 3.0,
    "double": 2.0,
    "doubles": 2.0,
    "doubled": 2.0,
    "doubling": 2.0,
    "triple": 3.0,
    "triples": 3.0,
    "tripled": 3.0,
    "tripling": 3.0,
    "quadruple": 4.0,
    "quadrupled": 4.0,
    "twofold": 2.0,
    "threefold": 3.0,
    "fourfold": 4.0,
    "fivefold": 5.0,
    "tenfold": 10.0,
}
_HALVING = frozenset("halve halves halved halving".split())
_UNITS: dict[str, tuple[str, float]] = {
    "%": ("share", 0.01),
    "percent": ("share", 0.01),
    "percentage": ("share", 0.01),
    "point": ("share", 0.01),
    "points": ("share", 0.01),
    "pp": ("share", 0.01),
    "times": ("times", 1.0),
    "x": ("times", 1.0),
    "fold": ("times", 1.0),
}
for _dimension, _table in {
    "time": "ns 1e-9 μs 1e-6 us 1e-6 ms 1e-3 millisecond 1e-3 s 1 sec 1 second 1 min 60 minute 60 h 3600 hr 3600"
    " hour 3600 day 86400 week 604800 month 2629800 year 31557600 yr 31557600 decade 315576000",
    "mass": "pg 1e-12 ng 1e-9 μg 1e-6 ug 1e-6 mg 1e-3 milligram 1e-3 microgram 1e-6 g 1 gram 1 kg 1e3 kilogram 1e3",
    "volume": "μl 1e-6 ul 1e-6 ml 1e-3 milliliter 1e-3 millilitre 1e-3 dl 0.1 l 1 liter 1 litre 1",
    "length": "nm 1e-9 μm 1e-6 um 1e-6 micron 1e-6 mm 1e-3 cm 0.01 centimeter 0.01 centimetre 0.01 meter 1 metre 1"
    " km 1e3 kilometer 1e3 kilometre 1e3",
    "bytes": "kb 1e3 kilobyte 1e3 mb 1e6 megabyte 1e6 gb 1e9 gigabyte 1e9 tb 1e12 terabyte 1e12",
    "frequency": "hz 1 khz 1e3 mhz 1e6 ghz 1e9",
    "amount": "nm 1e-9 nmol 1e-9 μmol 1e-6 mmol 1e-3 mmhg 1",
}.items():
    _parts = _table.split()
    for _name, _factor in zip(_parts[::2], _parts[1::2], strict=True):
        _UNITS.setdefault(_name, (_dimension, float(_factor)))
        if len(_name) > 2:
            _UNITS.setdefault(f"{_name}s", (_dimension, float(_factor)))

_ABOUT = frozenset(
    "about roughly approximately approx around nearly almost circa ca some close ~ ≈ near just typically".split()
)
_MORE = frozenset(
    "more over above exceeding exceeds exceed exceeded least beyond > ≥ upwards greater surpassing".split()
)
_LESS = frozenset("less under below fewer most within < ≤ smaller lower".split())
_LOOSE = frozenset(("share", "", "times"))


@dataclass(frozen=True, slots=True)
class Quantity:
    """A value in the base unit of its dimension ("" for a bare number), at tokens `first` to `last`.

    `decimals` is how exactly it is written, `way` "about", "more", "less" or "" where it is exact, `spelled` says
    that it is written in letters; `shown` is as the text has it.
    """

    value: float
    dimension: str
    first: int
    last: int
    decimals: int
    way: str
    spelled: bool
    shown: str
    factor: float = 1.0


@lru_cache(maxsize=8192)
def quantities(read: Statement) -> tuple[Quantity, ...]:
    """Every quantity of a sentence, in order; numbers that are part of a name are left out."""
    tokens = read.tokens
    found: list[Quantity] = []
    place = 0
    while place < len(tokens):
        quantity = _at(tokens, place)
        if quantity is None:
            place += 1
            continue
        found.append(quantity)
        place = quantity.last + 1
    return tuple(_shared_units(tokens, found))


def _at(tokens: Sequence[Token], place: int) -> Quantity | None:
    token = tokens[place]
    way = _way(tokens, place)
    if token.lower in _TIMES:
        return Quantity(_TIMES[token.lower], "times", place, place, 0, way, True, token.text)
    if token.lower in {"order", "orders"} and [t.lower for t in tokens[place + 1 : place + 3]] == ["of", "magnitude"]:
        return Quantity(10.0, "times", place, place + 2, 0, "about", True, "an order of magnitude")
    if token.lower in _HALVING:
        return Quantity(0.5, "share", place, place, 1, way, True, token.text)
    fraction = _fraction(tokens, place, way)
    if fraction:
        return fraction
    if token.lower == "one" and (among := _among(tokens, place)):
        whole = _at(tokens, among)
        if whole is not None and whole.dimension == "" and whole.value > 1:
            shown = f"one in {whole.shown}"
            return Quantity(1 / whole.value, "share", place, whole.last, 2, way, True, shown)
    if token.lower in _ORDINALS and _is_rank(tokens, place):
        return Quantity(_ORDINALS[token.lower], "rank", place, place, 0, "", True, token.text)
    if token.text[0].isdecimal() or (token.text[0] == "." and len(token.text) > 1):
        if _in_name(tokens, place):
            return None
        value, last, decimals = _digits(tokens, place)
        spelled = False
    elif token.lower in _SMALL or token.lower in _TENS or (token.lower in _SCALES and _counted(tokens, place)):
        value, last = _spelled(tokens, place)
        decimals, spelled = 0, True
    else:
        return None
    return _with_unit(tokens, place, last, value, decimals, way, spelled)


def _among(tokens: Sequence[Token], place: int) -> int:
    """Where the number of "one in five" or "one child in five" begins; 0 for none."""
    for at in (place + 1, place + 2):
        if [t.lower for t in tokens[at : at + 1]] == ["in"] and at + 1 < len(tokens):
            number = tokens[at + 1]
            named = at == place + 1 or (tokens[at - 1].tells and number.lower in _SMALL)
            return at + 1 if named else 0
    return 0


def _digits(tokens: Sequence[Token], place: int) -> tuple[float, int, int]:
    text = tokens[place].text.replace(",", "")
    value, decimals = float(text), len(text.partition(".")[2])
    last, end = place, len(tokens)
    if place + 1 < end and tokens[place + 1].glued and tokens[place + 1].lower in _GLUED_SCALES:
        return value * _GLUED_SCALES[tokens[place + 1].lower], place + 1, decimals
    power = _power(tokens, place + 1)
    if power:
        return value * 10.0 ** power[0], power[1], decimals
    if text == "10" and _superscript(tokens, place):
        exponent, last = _superscript(tokens, place) or (1, place)
        return 10.0**exponent, last, 0
    while last + 1 < end and tokens[last + 1].lower.rstrip("s") in _SCALES and tokens[last + 1].lower != "dozens":
        value *= _SCALES[tokens[last + 1].lower.rstrip("s")]
        last += 1
    return value, last, decimals


def _power(tokens: Sequence[Token], place: int) -> tuple[int, int] | None:
    """The exponent of "x 10^4", "times 10 4" or "x 10(7)" that begins at a place, and where it ends."""
    words = [token.lower for token in tokens[place : place + 2]]
    if len(words) == 2 and words[0] in {"x", "times", "*"} and words[1] == "10":
        return _superscript(tokens, place + 1)
    return None


def _superscript(tokens: Sequence[Token], place: int) -> tuple[int, int] | None:
    rest = [token.lower for token in tokens[place + 1 : place + 5]]
    for before in (["^"], ["("], ["^", "("]):
        if rest[: len(before)] == before:
            sign = -1 if rest[len(before) : len(before) + 1] == ["-"] else 1
            at = len(before) + (sign < 0)
            if len(rest) > at and rest[at].isdecimal() and len(rest[at]) <= 2:
                closing = 1 if "(" in before else 0
                return sign * int(rest[at]), place + 1 + at + closing
    return None


def _spelled(tokens: Sequence[Token], place: int) -> tuple[float, int]:
    """The value of number words, and the last of them."""
    total, current, last = 0.0, 0.0, place
    at = place
    while at < len(tokens):
        word = tokens[at].lower
        if word in _TENS and current % 100 == 0:
            current += _TENS[word]
        elif word in _SMALL and (current == 0 or (current % 10 == 0 and current % 100 >= 20) or current % 100 == 0):
            current += _SMALL[word]
        elif word in _SCALES:
            current = (current or 1.0) * _SCALES[word]
            if _SCALES[word] >= 1e3:
                total, current = total + current, 0.0
        elif (word == "-" and _small_follows(tokens, at)) or (word == "and" and at > place and _goes_on(tokens, at)):
            at += 1
            continue
        else:
            break
        last, at = at, at + 1
    if [token.lower for token in tokens[last + 1 : last + 4]] == ["and", "a", "half"] and total + current:
        return total + current + 0.5, last + 3
    return total + current, last


def _small_follows(tokens: Sequence[Token], place: int) -> bool:
    return place + 1 < len(tokens) and tokens[place + 1].lower in _SMALL


def _goes_on(tokens: Sequence[Token], place: int) -> bool:
    """Whether an "and" stands within a number ("two hundred and fifty"), not between two."""
    after = tokens[place + 1].lower if place + 1 < len(tokens) else ""
    return tokens[place - 1].lower in _SCALES and (after in _TENS or after in _SMALL)


def _counted(tokens: Sequence[Token], place: int) -> bool:
    """Whether a scale word stands for a number by itself ("a hundred", not "hundreds of")."""
    return place > 0 and tokens[place - 1].lower in {"a", "one"}


def _fraction(tokens: Sequence[Token], place: int, way: str) -> Quantity | None:
    """ "a third", "two thirds", "one-fifth", "half", "three quarters"; or None."""
    word = tokens[place].lower
    if word == "half":
        return Quantity(0.5, "share", place, place, 1, way, True, tokens[place].text)
    if word in _PART_OF and [t.lower in _FRACTIONS for t in tokens[place + 1 : place + 2]] == [True]:
        part = tokens[place + 1]
        of = [t.lower for t in tokens[place + 2 : place + 3]]
        if word == "every" or of in (["of"], ["to"]):
            return Quantity(_FRACTIONS[part.lower], "share", place + 1, place + 1, 2, way or "about", True, part.text)
    many = {"a": 1.0, "an": 1.0}.get(word, _SMALL.get(word, 0.0))
    at = place + 1
    if many and at < len(tokens) and tokens[at].lower == "-":
        at += 1
    if many and at < len(tokens) and tokens[at].lower in _FRACTIONS:
        after = tokens[at + 1].lower if at + 1 < len(tokens) else ""
        is_share = word not in {"a", "an"} or after in _AFTER_SHARE or not after
        if is_share and not (many == 1 and tokens[at].lower == "second"):
            shown = " ".join(t.text for t in tokens[place : at + 1] if t.text != "-")
            return Quantity(many * _FRACTIONS[tokens[at].lower], "share", place, at, 2, way or "about", True, shown)
    return None


def _is_rank(tokens: Sequence[Token], place: int) -> bool:
    if _ORDINALS[tokens[place].lower] > 2:
        return True
    near = {token.lower for token in tokens[max(0, place - 3) : place + 5]}
    return bool(near & _RANKED) or (place > 0 and tokens[place - 1].lower in {"came", "finished", "ranked", "was"})


def _in_name(tokens: Sequence[Token], place: int) -> bool:
    """Whether digits belong to a name: "GPT-4", "CD28", "R2", "p53", "VTI11", "Phase 2B"."""
    before = tokens[place - 1] if place else None
    after = tokens[place + 1] if place + 1 < len(tokens) else None
    if before is not None and tokens[place].glued:
        if before.is_word and before.lower not in {"x", "p", "n"}:
            return True
        if before.text in {"-", "/"} and before.glued and place > 1:
            owner = tokens[place - 2]
            return owner.is_word or (owner.glued and tokens[place - 3].text != ".")
    if after is not None and after.glued and after.is_word:
        unit = after.lower
        beyond = tokens[place + 2] if place + 2 < len(tokens) else None
        if beyond is not None and beyond.glued and beyond.text[0].isdecimal():
            return True
        return not (unit in _UNITS or unit in _GLUED_SCALES or unit in {"st", "nd", "rd", "th"})
    return False


def _way(tokens: Sequence[Token], place: int) -> str:
    words = [token.lower for token in tokens[max(0, place - 3) : place]]
    for word in reversed(words):
        if word in _ABOUT:
            return "about"
        if word in _MORE:
            return "more"
        if word in _LESS:
            return "less"
        if word in {"up"}:
            return "less"
    return ""


def _with_unit(
    tokens: Sequence[Token], place: int, last: int, value: float, decimals: int, way: str, spelled: bool
) -> Quantity | None:
    after = [token.lower for token in tokens[last + 1 : last + 4]]
    shown = " ".join(token.text for token in tokens[place : last + 1])
    if after[:1] and after[0] in {"st", "nd", "rd", "th"} and tokens[last + 1].glued:
        if after[1:2] and after[1] in {"century", "centuries"}:
            return None
        return Quantity(value, "rank", place, last + 1, 0, "", spelled, f"{shown}{after[0]}")
    at = 1 if after[:1] == ["-"] and len(after) > 1 and tokens[last + 1].glued else 0
    unit = after[at] if len(after) > at else ""
    if unit == "per" and after[at + 1 : at + 2] == ["cent"]:
        return Quantity(value / 100, "share", place, last + at + 2, decimals, way, spelled, f"{shown} per cent", 0.01)
    orders = after[:3] if after[:1] == ["order"] or after[:1] == ["orders"] else []
    if orders[1:3] == ["of", "magnitude"]:
        return Quantity(10.0**value, "times", place, last + 3, 0, "about", spelled, f"{shown} orders of magnitude")
    if unit in _UNITS and not (
        unit == "x" and not tokens[last + 1 + at].glued and after[at + 1 : at + 2][0:1] == ["10"]
    ):
        dimension, factor = _UNITS[unit]
        end, named = last + 1 + at, unit
        if tokens[end].text == "M":
            return Quantity(value, "", place, last, decimals, way, spelled, shown)
        if end + 2 < len(tokens) and tokens[end + 1].text == "/" and tokens[end + 2].lower in _UNITS:
            below = tokens[end + 2].lower
            dimension, factor = f"{dimension}/{_UNITS[below][0]}", factor / _UNITS[below][1]
            end, named = end + 2, f"{unit}/{below}"
        glue = "" if named == "%" else " "
        if decimals == 0 and named in {"point", "points"} and spelled:
            return Quantity(value, "", place, last, decimals, way, spelled, shown)
        return Quantity(value * factor, dimension, place, end, decimals, way, spelled, f"{shown}{glue}{named}", factor)
    before = [token.lower for token in tokens[max(0, place - 2) : place]]
    if "factor" in [token.lower for token in tokens[max(0, place - 3) : place]]:
        return Quantity(value, "times", place, last, decimals, way, spelled, shown)
    if before[-1:] and before[-1] in {"=", "<", ">"} and before[0] == "p":
        return Quantity(value, "p", place, last, decimals, way, spelled, shown)
    if _is_rank_number(tokens, place):
        return Quantity(value, "rank", place, last, 0, "", spelled, shown)
    return Quantity(value, "", place, last, decimals, way, spelled, shown)


def _is_rank_number(tokens: Sequence[Token], place: int) -> bool:
    return place > 0 and tokens[place - 1].lower in {"rank", "ranked", "ranks", "position", "#"}


def _shared_units(tokens: Sequence[Token], found: list[Quantity]) -> list[Quantity]:
    """ "8.4 and 14.2 %" and "10-20 %": the first takes the unit of the second."""
    for place in range(len(found) - 1, 0, -1):
        left, right = found[place - 1], found[place]
        between = [token.lower for token in tokens[left.last + 1 : right.first]]
        joined = between in (["-"], ["to"], ["and"], ["or"], ["±"], ["vs"], ["versus"], [","], [",", "and"])
        if joined and not left.dimension and right.dimension not in {"", "rank", "times"} and right.last > right.first:
            found[place - 1] = replace(
                left, value=left.value * right.factor, dimension=right.dimension, factor=right.factor
            )
    return found


def same(claimed: Quantity, held: Quantity) -> bool:
    """Whether the claimed quantity says what the held one says, rounding and other forms understood."""
    return any(_equal(mine, theirs, claimed, held) for mine, theirs in _comparable(claimed, held))


def _comparable(claimed: Quantity, held: Quantity) -> list[tuple[float, float]]:
    """Pairs of values to compare, in the notations that both dimensions allow."""
    mine, theirs = claimed.value, held.value
    one, other = claimed.dimension, held.dimension
    if one == other or ("/" in one + other and one.partition("/")[0] == other.partition("/")[0]):
        return [(mine / claimed.factor * held.factor, theirs)] if one != other else [(mine, theirs)]
    if {one, other} == {"share", "times"}:
        if {claimed.shown.casefold()[:4], held.shown.casefold()[:4]} & {"halv"} and {
            claimed.shown.casefold()[:4],
            held.shown.casefold()[:4],
        } & {"doub", "trip", "quad"}:
            return []
        share, times = (mine, theirs) if one == "share" else (theirs, mine)
        options = [(share, 1 / times), (share, 1 - 1 / times), (share, times - 1)] if times else []
        return options if one == "share" else [(b, a) for a, b in options]
    if {one, other} == {"share", ""}:
        share_first = one == "share"
        share, bare = (mine, theirs) if share_first else (theirs, mine)
        options = [(share, bare), (100 * share, bare)][: 1 if claimed.spelled or held.spelled else 2]
        return options if share_first else [(b, a) for a, b in options]
    if {one, other} == {"", "times"}:
        return [(mine, theirs)]
    if "" in {one, other} and not (claimed.spelled or held.spelled):
        return [(mine / claimed.factor, theirs / held.factor)]
    return []


def _equal(mine: float, theirs: float, claimed: Quantity, held: Quantity) -> bool:
    size = max(abs(mine), abs(theirs), 1e-12)
    if abs(mine - theirs) <= 1e-6 * size:
        return True
    step = 10.0**-claimed.decimals * (claimed.factor if claimed.dimension == held.dimension else 1.0)
    if claimed.dimension == "share" and held.dimension in {"", "share"} and mine > 1:
        step = 10.0**-claimed.decimals
    if held.decimals > claimed.decimals and not claimed.spelled and abs(mine - theirs) <= 0.5001 * step:
        return True
    way = claimed.way
    if way == "about" or (way == "" and held.way == "about" and claimed.dimension == "share" and claimed.spelled):
        return abs(mine - theirs) <= (0.11 if claimed.spelled else 0.06) * size
    if way == "more":
        return theirs >= mine and theirs <= 1.35 * mine
    if way == "less":
        return theirs <= mine and theirs >= 0.7 * mine
    return False


def derivable(claimed: Quantity, held: Sequence[Quantity]) -> bool:
    """Whether a share, complement, difference or ratio of held quantities gives the claimed one."""
    bare = [h for h in held if h.dimension in _LOOSE]
    made = [replace(h, value=1 - h.value) for h in bare if claimed.dimension == h.dimension == "share"]
    for one, other in permutations(bare, 2):
        if one.dimension != other.dimension or not other.value > 0 or one.value == other.value:
            continue
        ratio = one.value / other.value
        if claimed.dimension == "share" and one.dimension == "" and ratio < 1:
            made.append(replace(one, value=ratio, dimension="share", decimals=9))
        if claimed.dimension == "times" and ratio > 1:
            made.append(replace(one, value=ratio, dimension="times", decimals=9))
        if not claimed.spelled and one.value > other.value:
            made.append(replace(one, value=one.value - other.value))
    return any(same(claimed, each) for each in made)
