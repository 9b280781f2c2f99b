"""False or unfounded variants of a sentence: each names what was done and whether it contradicts or is not stated."""

import random
import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from training.rewritings import SPELLED, capital, uncapital

CONTRADICTS, NOT_STATED = 1, 2

AXES = """
increase decrease|increases decreases|increased decreased|increasing decreasing|rise fall|rises falls|higher lower|highest lowest
high low|larger smaller|largest smallest|large small|better worse|best worst|improve worsen|improves worsens|improved worsened
improves degrades|improvement decline|improvements losses|faster slower|fast slow|more fewer|more less|most least|many few|longer shorter|long short
strong weak|stronger weaker|stronger weaker|positive negative|positively negatively|easy hard|easier harder|simple complex
with without|before after|early late|earlier later|first last|include exclude|includes excludes|including excluding
supervised unsupervised|always never|often rarely|necessary unnecessary|effective ineffective|efficient inefficient|able unable
sufficient insufficient|significant insignificant|significantly slightly|similar different|same different|rich poor|reduce increase
reduces increases|reduced increased|reduction increase|outperforms underperforms|outperform underperform|outperforming underperforming
above below|success failure|successful unsuccessful|successfully unsuccessfully|robust fragile|stable unstable|correct incorrect
correctly wrongly|accurate inaccurate|superior inferior|publicly privately|possible impossible|useful useless|beneficial harmful
promote inhibit|promotes inhibits|promoted inhibited|activation inhibition|activates inhibits|induced prevented|upregulated downregulated
enhanced impaired|enhances impairs|gain loss|up down|likely unlikely|monolingual multilingual|manual automatic|manually automatically
automatic manual|present absent|presence absence|greater smaller|widely rarely|common rare|consistent inconsistent|agree disagree
"""
RIVALS = """
precision recall|accuracy recall|nouns verbs|noun verb|adjectives adverbs|training test|encoder decoder|source target|word character
words characters|sentence document|sentences documents|LSTM CNN|LSTM Transformer|Twitter Facebook|Twitter Wikipedia|Wikipedia Reddit|speech text
mice rats|men women|male female|patients controls|children adults|left right|speakers listeners|teachers students|lexical syntactic
syntactic semantic|morphological syntactic|statistical neural|neural rule-based|English German|French Spanish|Chinese Japanese|Arabic Hebrew
Hindi Urdu|Russian Czech|Italian Portuguese|translation summarization|parsing tagging|phrases clauses|input output|questions answers
question answer|generation retrieval|classification clustering|news fiction|spoken written|subject object|local global|humans models
attention convolution|extractive abstractive|low-resource high-resource|in-domain out-of-domain|corpus lexicon|summaries headlines
reviews tweets|doctors nurses|blood urine|heart liver|lung kidney|day night|summer winter|RNA DNA|protein lipid|bacteria viruses|tumor healthy
medical legal|clinical legal|verbs nouns|syllable phoneme|BLEU ROUGE|BERT GPT-2|GPT-3 BERT|web newspaper|dictionary thesaurus|entities relations
"""
UNITS = """
%|percentage points
million|thousand
million|billion
thousand|million
hours|days
days|weeks
weeks|months
months|years
years|months
minutes|hours
seconds|minutes
sentences|documents
words|sentences
tokens|sentences
languages|language pairs
documents|sentences
points|%
mg|g
times|percent
"""
HEDGES = r"\b(?:may|might|could|can potentially|is likely to|are likely to|possibly|potentially|perhaps|probably|seems? to|appears? to|tends? to)\b ?"
AIMS = re.compile(
    r"^(?:(?:In this (?:paper|work|study),? )?(?:[Ww]e|[Tt]his (?:paper|work|study)|[Tt]he authors) (?:aims?|seeks?|attempts?|tr(?:y|ies)|plans?|hopes?|wants?) to |"
    r"[Oo]ur (?:goal|aim|objective) is to |[Tt]he (?:goal|aim|objective|purpose) of this \w+ (?:is|was) to )"
)
ASKED = re.compile(
    r"\b(?:investigate[sd]?|examine[sd]?|explore[sd]?|stud(?:y|ies|ied)|test(?:s|ed)?|ask(?:s|ed)?|determine[sd]?|assess(?:es|ed)?) (?:whether|if) "
)
LIMITS = re.compile(
    r" (?:in (?:mice|rats|English|German|Chinese|French|children|adults|women|men|vitro)|for (?:English|German|Chinese|French|low-resource languages)|on (?:two|three|four|five|six|several|some|most) [a-z -]{3,30}?)(?=[,. ])"
)
WIDE = (
    " in all languages",
    " for all languages",
    " in every domain",
    " on all tasks",
    " in all cases",
    " for every data set",
    " regardless of the domain",
    " in all patients",
    " across all models",
)
ADDED = (
    " within a few hours", " on a single GPU", " without any loss of speed", " for the first time", " at a lower cost", " even for long documents",
    " in real time", " with less memory", " in both directions", " after ten epochs", " on mobile devices", " and generalises to other languages",
    " as judged by experts", " over a period of two years", " with fewer parameters", " in zero-shot settings", " using only public data",
    " and are robust to noise", " because of the larger training set", " thanks to better tokenisation", " at a rate of 12 per minute",
    " which won the best paper award", " and needs no annotated data", " in clinical practice", " with a license for commercial use",
)  # fmt: skip
NUMBER = re.compile(r"(?<![\w.-])\d+(?:[.,]\d+)*(?![\w]|-\w)")
SPELT = re.compile(r"\b(two|three|four|five|six|seven|eight|nine|ten)\b")
NAME = re.compile(r"\b(?:[A-Z][a-z]*[A-Z][A-Za-z]*(?:-?\d+)?|[A-Z]{2,}(?:-[A-Z0-9][A-Za-z0-9]*)*\d*|[A-Z][a-z]{3,})\b")
AUXILIARY = re.compile(r"\b(is|are|was|were|can|could|will|should|does|do|did|has|have|had|must|would)\b(?! not)")
VERBS = re.compile(
    r"\b(shows?|improves?|outperforms?|achieves?|requires?|provides?|contains?|reduces?|increases?|uses?|yields?|leads? to|enables?|allows?|affects?|depends? on|captures?|covers?|supports?|helps?)\b"
)
ROLES = re.compile(
    r"^(?P<start>(?:[^,.;]{3,60}, )?)(?P<one>(?:[Tt]he |[Aa]n? |[Oo]ur )?[\w-]+(?: [\w-]+){0,5}?) "
    r"(?P<verb>(?:significantly |consistently |clearly |also |strongly )?(?:outperforms?|surpass(?:es)?|beats?|precedes?|causes?|improves?|inhibits?|regulates?|activates?|predicts?|affects?|influences?|exceeds?|replaces?|includes?|contains?|follows?)) "
    r"(?P<other>(?:the |an? |our )?[\w-]+(?: [\w-]+){0,4}?)(?P<end>(?: (?:by|on|in|for|with|across|at|from|when|under|over|during|and) .*|[,;] .*)?\.)$"
)


class Corrupted(NamedTuple):
    """A variant, the label of the pair (1 contradicts, 2 not stated), and what was done."""

    text: str
    label: int
    kind: str


def _swaps(lines: str, *, both: bool = True) -> dict[str, list[str]]:
    table: dict[str, list[str]] = {}
    for pair in lines.replace("\n", "|").split("|"):
        if pair.strip():
            one, other = pair.split()
            table.setdefault(one, []).append(other)
            if both:
                table.setdefault(other, []).append(one)
    return table


AXIS, RIVAL = _swaps(AXES), _swaps(RIVALS)
UNIT = [tuple(line.split("|")) for line in UNITS.split("\n") if line]


def _swapped(text: str, table: dict[str, list[str]], chance: random.Random) -> str | None:
    found = [f for f in re.finditer(r"[A-Za-z][\w-]*", text) if f[0] in table or f[0].lower() in table]
    if not found:
        return None
    one = chance.choice(found)
    other = chance.choice(table.get(one[0]) or table[one[0].lower()])
    other = capital(other) if one[0][:1].isupper() else other
    return text[: one.start()] + other + text[one.end() :]


def direction(text: str, chance: random.Random) -> Corrupted | None:
    made = _swapped(text, AXIS, chance)
    return Corrupted(made, CONTRADICTS, "direction") if made else None


def rival(text: str, chance: random.Random) -> Corrupted | None:
    made = _swapped(text, RIVAL, chance)
    return Corrupted(made, CONTRADICTS, "entity_swapped") if made else None


def number_changed(text: str, chance: random.Random) -> Corrupted | None:
    found = list(NUMBER.finditer(text))
    spelt = list(SPELT.finditer(text))
    if spelt and (not found or chance.random() < 0.3):
        one = chance.choice(spelt)
        other = chance.choice([w for w in SPELLED[2:11] if w != one[0]])
    elif found:
        one = chance.choice(found)
        other = _other(one[0], chance)
    else:
        return None
    return Corrupted(text[: one.start()] + other + text[one.end() :], CONTRADICTS, "number_changed")


def _other(number: str, chance: random.Random) -> str:
    for _ in range(20):
        way = chance.random()
        digits = [i for i, c in enumerate(number) if c.isdigit()]
        if way < 0.5:
            at = chance.choice(digits[:2])
            made = number[:at] + chance.choice("123456789") + number[at + 1 :]
        elif way < 0.7 and len(digits) > 1:
            a, b = chance.sample(digits, 2)
            told = list(number)
            told[a], told[b] = told[b], told[a]
            made = "".join(told)
        elif way < 0.85 and number.isdigit() and len(number) < 5:
            made = str(max(1, int(number) + chance.choice((-3, -2, -1, 1, 2, 3, 5, 10))))
        else:
            made = number + "0" if number.isdigit() and chance.random() < 0.5 else str(chance.randint(2, 99))
        if made != number and not (made[0] == "0" and number[0] != "0"):
            return made
    return number + "1"


def numbers_swapped(text: str, chance: random.Random) -> Corrupted | None:
    found = list(NUMBER.finditer(text))
    pairs = [(a, b) for a in found for b in found if a.start() < b.start() and a[0] != b[0]]
    if not pairs or (re.search(r"\bfrom\b.*\bto\b", text) and chance.random() < 0.3):
        return None
    a, b = chance.choice(pairs)
    made = text[: a.start()] + b[0] + text[a.end() : b.start()] + a[0] + text[b.end() :]
    return Corrupted(made, CONTRADICTS, "number_swapped")


def unit(text: str, chance: random.Random) -> Corrupted | None:
    ways = []
    for one, other in UNIT:
        end = r"(?!\w)" if one[-1].isalnum() else ""
        if found := re.search(rf"(?<=\d)( ?){re.escape(one)}{end}", text):
            ways.append(text[: found.start()] + (" " if other[0].isalpha() else "") + other + text[found.end() :])
    return Corrupted(chance.choice(ways), CONTRADICTS, "unit_or_scale") if ways else None


def negated(text: str, chance: random.Random) -> Corrupted | None:
    ways = []
    if found := re.search(r"\b(?:does not|do not|did not|cannot|not) (?!only)", text):
        word = {"cannot": "can", "can not": "can"}.get(found[0].strip(), "")
        ways.append(text[: found.start()] + (word + " " if word else "") + text[found.end() :])
    elif found := AUXILIARY.search(text):
        ways.append(text[: found.end()] + " not" + text[found.end() :])
    if found := VERBS.search(text):
        verb = found[0].split()[0]
        base = verb[:-1] if verb.endswith("s") and verb != "s" else verb
        does = "does not" if verb.endswith("s") else "do not"
        ways.append(f"{text[: found.start()]}{does} {base}{found[0][len(verb) :]}{text[found.end() :]}")
        ways.append(
            f"{text[: found.start()]}fail{'s' if verb.endswith('s') else ''} to {base}{found[0][len(verb) :]}{text[found.end() :]}"
        )
    if found := re.search(r"\bno (?=[a-z])", text):
        ways.append(text[: found.start()] + "a clear " + text[found.end() :])
    if found := re.search(
        r"\b(?:a|an|some|any) (?=[a-z]+ (?:effect|difference|evidence|improvement|correlation|gain|advantage))", text
    ):
        ways.append(text[: found.start()] + "no " + text[found.end() :])
    return Corrupted(capital(re.sub("  +", " ", chance.choice(ways))), CONTRADICTS, "negated") if ways else None


QUANTIFIERS = (("all", "some"), ("all", "none of the"), ("most", "few"), ("most", "all"), ("some", "all"), ("some", "no"), ("several", "all"), ("many", "few"), ("many", "all"), ("every", "hardly any"), ("each", "only one"), ("both", "neither of the"), ("both", "only one of the"), ("few", "most"), ("a few", "most"), ("often", "always"), ("sometimes", "always"), ("usually", "always"), ("mostly", "always"), ("partly", "entirely"), ("partially", "fully"), ("only", "not only"), ("never", "sometimes"), ("always", "sometimes"), ("half", "most"), ("majority", "minority"), ("at least", "at most"), ("at most", "at least"), ("up to", "more than"), ("more than", "less than"), ("less than", "more than"), ("almost", "more than"))  # fmt: skip
RAISED = {("some", "all"), ("several", "all"), ("many", "all"), ("most", "all"), ("often", "always"), ("sometimes", "always"), ("usually", "always"), ("mostly", "always"), ("partly", "entirely"), ("partially", "fully")}  # fmt: skip


def quantifier(text: str, chance: random.Random) -> Corrupted | None:
    ways = []
    for one, other in QUANTIFIERS:
        if found := re.search(rf"(?<![\w-]){one}(?![\w-])", text, re.I):
            word = capital(other) if found[0][0].isupper() else other
            label = NOT_STATED if (one, other) in RAISED else CONTRADICTS
            ways.append(Corrupted(text[: found.start()] + word + text[found.end() :], label, "quantifier"))
    return chance.choice(ways) if ways else None


def hedge_dropped(text: str, chance: random.Random) -> Corrupted | None:
    ways = []
    if re.search(HEDGES, text):
        made = re.sub(r"\b(?:may|might|could) be\b", "is", text, count=1)
        ways.append(re.sub(HEDGES, "", made if made != text else text, count=1))
    for one, other in ((r"\bsuggest(s?|ed)\b", r"prove\1"), (r"\bindicate(s?|d)\b", r"prove\1"), (r"\bcan be\b", "is always"), (r"\bare associated with\b", "are the cause of"), (r"\bpromising\b", "proven")):  # fmt: skip
        made = re.sub(one, other, text, count=1)
        if made != text:
            ways.append(made)
    return Corrupted(capital(chance.choice(ways)), NOT_STATED, "hedge_dropped") if ways else None


def aim_as_finding(text: str, chance: random.Random) -> Corrupted | None:
    if found := AIMS.search(text):
        told = text[found.end() :]
        front = chance.choice(
            (
                "The authors succeed to ",
                "The paper manages to ",
                "The authors are shown to ",
                "The method turns out to ",
            )
        )
        return Corrupted(front + told, NOT_STATED, "aim_as_finding")
    if found := ASKED.search(text):
        told = text[found.end() :]
        front = chance.choice(("", "The authors show that ", "It is found that "))
        return Corrupted(capital(front + told), NOT_STATED, "aim_as_finding")
    return None


def causal(text: str, chance: random.Random) -> Corrupted | None:
    ways = []
    for one, other in (
        (
            r"\b(?:is|are|was|were) (?:strongly |significantly |positively |closely )?(?:associated|correlated|linked) with\b",
            "causes",
        ),
        (r"\bcorrelates? with\b", "leads to"),
        (r", and ", ", which is why "),
        (r" while ", " because "),
        (r" when ", " only because "),
        (r" and (?=the|this|it|they|their)", " as a consequence of which "),
    ):
        made = re.sub(one, other, text, count=1)
        if made != text:
            ways.append(made)
    return Corrupted(chance.choice(ways), NOT_STATED, "causal") if ways else None


def scope_widened(text: str, chance: random.Random) -> Corrupted | None:
    found = LIMITS.search(text)
    if found:
        made = text[: found.start()] + chance.choice((*WIDE, "")) + text[found.end() :]
        return Corrupted(made, NOT_STATED, "scope_widened")
    return _ended(text, chance.choice(WIDE), "scope_widened")


def added_detail(text: str, chance: random.Random) -> Corrupted | None:
    return _ended(text, chance.choice(ADDED), "added_detail")


def _ended(text: str, more: str, kind: str) -> Corrupted | None:
    return Corrupted(text[:-1] + more + ".", NOT_STATED, kind) if text.endswith(".") else None


def roles_swapped(text: str, chance: random.Random) -> Corrupted | None:
    del chance
    if found := ROLES.match(text):
        one, other = found["one"], found["other"]
        if one.lower() in ("it", "this", "we", "which", "that", "they") or "that" in one.split():
            return None
        first = capital(other) if not found["start"] else other
        return Corrupted(
            f"{found['start']}{first} {found['verb']} {uncapital(one)}{found['end']}", CONTRADICTS, "roles_swapped"
        )
    for pattern, made in ((r"\bfrom ([\w-]+) (?:in)?to ([\w-]+)", r"from \2 to \1"), (r"\b([A-Z][\w-]+) than ([A-Z][\w-]+)", r"\2 than \1"), (r"\b([\w-]+) rather than ([\w-]+)", r"\2 rather than \1"), (r"\b([\w-]+) instead of ([\w-]+)", r"\2 instead of \1")):  # fmt: skip
        other = re.sub(pattern, made, text, count=1)
        if other != text:
            return Corrupted(other, CONTRADICTS, "roles_swapped")
    return None


def misjoined(text: str, chance: random.Random) -> Corrupted | None:
    names = [f for f in NAME.finditer(text) if f.start() > 0]
    pairs = [
        (a, b)
        for a in names
        for b in names
        if a.end() + 6 < b.start()
        and a[0] != b[0]
        and not re.fullmatch(r"[, ]*(?:and|or)? ?", text[a.end() : b.start()])
    ]
    if not pairs:
        return None
    a, b = chance.choice(pairs)
    made = text[: a.start()] + b[0] + text[a.end() : b.start()] + a[0] + text[b.end() :]
    return Corrupted(made, CONTRADICTS, "misjoined")


WAYS: Sequence[tuple[Callable[[str, random.Random], Corrupted | None], float]] = (
    (number_changed, 6), (numbers_swapped, 10), (unit, 6), (negated, 3), (direction, 3), (rival, 2), (quantifier, 5), (hedge_dropped, 8),
    (aim_as_finding, 14), (causal, 5), (scope_widened, 1.2), (added_detail, 1), (roles_swapped, 8), (misjoined, 2.5),
)  # fmt: skip


def name_swapped(text: str, others: Sequence[str], chance: random.Random) -> Corrupted | None:
    """A name exchanged for another of the same shape out of `others`."""
    found = [f for f in NAME.finditer(text) if f.start() > 0]
    if not found:
        return None
    one = chance.choice(found)
    fitting = [o for o in others if o.isupper() == one[0].isupper() and o not in text]
    if not fitting:
        return None
    return Corrupted(text[: one.start()] + chance.choice(fitting) + text[one.end() :], CONTRADICTS, "entity_swapped")


def corrupted(text: str, others: Sequence[str], chance: random.Random) -> Corrupted | None:
    """One of the corruptions that fit; those that seldom fit are the likelier."""
    found = [(made, weight) for way, weight in WAYS if (made := way(text, chance)) and made.text != text]
    if made := name_swapped(text, others, chance):
        found.append((made, 2.5))
    return chance.choices([f[0] for f in found], [f[1] for f in found])[0] if found else None
