"""Guards of strength: hedges and aims told as findings, quantifiers raised, scope widened, causes made of links."""

import re
from collections.abc import Iterator, Sequence

from assistant.verification.language import Statement, coverage
from assistant.verification.polarity import aligned
from assistant.verification.quantities import quantities
from assistant.verification.records import Verdict, Veto

ALIGNED = 0.6
"""Share of the claim's telling stems that a sentence must have for its strength to be compared."""

HEDGES = frozenset(
    "may might could possibly perhaps potential potentially unclear unknown whether appear appears appeared seem seems"
    " seemed likely probably presumably putative putatively conceivably tentative tentatively preliminary hypothesize"
    " hypothesise hypothesized hypothesised hypothesis hypothetical speculate speculated should would can't".split()
)
_MODALS = frozenset("may might could should would".split())
WEAK_HEDGES = frozenset(
    "suggest suggests suggested suggesting suggestive indicate indicates indicated indicating propose proposes proposed"
    " imply implies implied believe believed thought consistent expect expected".split()
)
_AIM = re.compile(
    r"\b(aim(?:s|ed|ing)?\b|goals?\b|objectives?\b|purpose\b|intend|plan(?:s|ned)? to|hope(?:s|d)? to|set out to|"
    r"will\b|to (?:test|determine|assess|investigate|examine|evaluate|explore|study|find out|understand|clarify|ask|"
    r"see|know)\b|(?:test|ask|investigat|examin|explor|stud|assess|determin|evaluat)\w* (?:whether|if|how)\b|whether\b|"
    r"hypothesi[sz]e[ds]?\b|future (?:work|research|studies)|remains? (?:to be|unclear|unknown|open))",
    re.IGNORECASE,
)
_FOUND = re.compile(
    r"\b(show(?:s|ed|n)?|f[io]u?nd(?:s)?|demonstrat\w+|reveal\w*|results?|confirm\w*|observed?|conclu\w+|achiev\w+|"
    r"significant\w*|outperform\w*)\b",
    re.IGNORECASE,
)
_LEVELS = {
    word: level
    for level, words in enumerate(
        (
            "no none neither nobody",
            "few hardly rarely rare seldom little",
            "some several certain sometimes occasionally single partly partially",
            "many numerous often frequently",
            "most majority mostly usually generally predominantly largely mainly",
            "all every always each entire entirely completely fully universally whole",
        )
    )
    for word in words.split()
}
_LEVEL_NAMES = ("none", "few", "some", "many", "most", "all")
_UNIVERSAL = frozenset(
    "all every always any each entire entirely completely fully universally regardless never".split()
)
_EXCLUSIVE = frozenset("only solely exclusively sole alone merely".split())
_ALSO_EXCLUSIVE = _EXCLUSIVE | frozenset(
    "just unique uniquely except restricted limited specifically single but".split()
)
_NOVEL = frozenset("first novel new unprecedented pioneering previously never".split())
_ANIMALS = frozenset(
    "mice mouse murine rat rats zebrafish drosophila elegans yeast arabidopsis rabbit rabbits pigs swine macaque"
    " macaques monkeys xenopus chick hamster hamsters dogs".split()
)
_PEOPLE = frozenset(
    "human humans patient patients people person persons men women man woman children adults volunteers subjects"
    " participants individuals clinical".split()
)
_CAUSE = re.compile(
    r"\b(caus(?:e|es|ed|ing)|lead(?:s|ing)? to|led to|result(?:s|ed|ing)? in|because|due to|owing to|thanks to|"
    r"driv(?:e|es|en|ing)|prevents?|prevented|protects?|protected|triggers?|triggered|responsible for|"
    r"consequence of)\b",
    re.IGNORECASE,
)
_CAUSE_STRONG = re.compile(
    r"\b(caus(?:e|es|ed|ing)|because|due to|owing to|thanks to|leads? to|led to|results? in|resulted in|"
    r"responsible for|consequence of|driv(?:es?|en) by)\b",
    re.IGNORECASE,
)
_ANY_CAUSE = re.compile(
    r"\b(caus\w+|because|due to|owing to|thanks to|lead\w* to|led to|result\w* (?:in|from)|therefore|thus|hence|since|"
    r"so that|by \w+ing|via|through|effects?|affect\w*|impact\w*|mediat\w+|induc\w+|depend\w*|driv\w+|enabl\w+|"
    r"consequen\w+|trigger\w*|influenc\w+|attribut\w+|makes?|making|promot\w+|contribut\w+|responsible|as)\b",
    re.IGNORECASE,
)
_LINK = re.compile(
    r"\b(associat\w+|correlat\w+|link(?:ed|s)?|relat(?:ed|ion|ionship)\w*|predict\w*|risk factors?|tend(?:s|ed)?)\b",
    re.IGNORECASE,
)


def hedges(claim: Statement, evidence: Sequence[Statement], _title: Statement) -> Iterator[Veto]:
    """A guess of the abstract told as a finding."""
    if claim.words & (HEDGES | WEAK_HEDGES) or " can " in f" {claim.text} ":
        return
    sentences = aligned(claim, evidence, ALIGNED)
    found = [_hedge(claim, sentence) for sentence in sentences]
    if sentences and all(found) and not _stated(claim, sentences[0], evidence):
        yield Veto("hedge", f"the abstract says this with “{found[0]}”", Verdict.NOT_STATED)


def _stated(claim: Statement, sentence: Statement, evidence: Sequence[Statement]) -> bool:
    """Whether another sentence bears on the claim nearly as much, and neither guesses nor asks."""
    least = max(0.35, 0.6 * coverage(claim, sentence))
    near = [other for other in evidence if other is not sentence and coverage(claim, other) >= least]
    return any(
        not _hedge(claim, other) and (_FOUND.search(other.text) or not _AIM.search(other.text)) for other in near
    )


def _hedge(claim: Statement, sentence: Statement) -> str:
    """The hedge before most of what the sentence shares with the claim, or just before some of it; or ""."""
    shared = [n for n, token in enumerate(sentence.tokens) if token.tells and token.stem in claim.stems]
    for place, token in enumerate(sentence.tokens):
        if token.lower not in HEDGES:
            continue
        bound = token.lower in _MODALS and any(place < n <= place + 4 for n in shared)
        if bound or 2 * sum(n > place for n in shared) >= len(shared):
            return token.text
    return ""


def quantifiers(claim: Statement, evidence: Sequence[Statement], _title: Statement) -> Iterator[Veto]:
    """A quantifier stronger than, or opposed to, the abstract's on the same noun."""
    for place, level in _quantified(claim):
        head = _head(claim, place)
        if not head:
            continue
        held = [found for s in evidence for at, found in _quantified(s) if _head(s, at) & head]
        if held and level not in held and (level > max(held) or (level <= 1) != (min(held) <= 1)):
            reason = f"the abstract says “{_LEVEL_NAMES[max(held)]}” where the claim says “{_LEVEL_NAMES[level]}”"
            yield Veto("quantifier", reason, Verdict.CONTRADICTED)
            return
    yield from _universal(claim, evidence)


def _universal(claim: Statement, evidence: Sequence[Statement]) -> Iterator[Veto]:
    said = claim.words & _UNIVERSAL
    held = frozenset().union(*(sentence.words for sentence in evidence))
    both = {"both", "whole", "none", "across", "without", "consistently", "throughout", "no", "total", "wide", "100"}
    if said and not held & (_UNIVERSAL | both) and not _bounded(claim):
        yield Veto("quantifier", f"the abstract does not say “{min(said)}”", Verdict.NOT_STATED)


def _bounded(claim: Statement) -> bool:
    """Whether "all" counts something that the claim counts too ("all four", "each of the 36")."""
    return any(
        token.lower in _UNIVERSAL and any(q.first - n in range(1, 4) for q in quantities(claim))
        for n, token in enumerate(claim.tokens)
    )


def _quantified(read: Statement) -> list[tuple[int, int]]:
    return [(n, _LEVELS[token.lower]) for n, token in enumerate(read.tokens) if token.lower in _LEVELS]


def _head(read: Statement, place: int) -> frozenset[str]:
    """The stems of the two telling words after a quantifier, in its clause."""
    token = read.tokens[place]
    after = [t.stem for t in read.tokens[place + 1 : place + 6] if t.tells and t.clause == token.clause]
    return frozenset(after[:2])


def exclusives(claim: Statement, evidence: Sequence[Statement], title: Statement) -> Iterator[Veto]:
    """ "Only" and "the first" that the abstract does not say."""
    held = frozenset().union(title.words, *(sentence.words for sentence in evidence))
    only = claim.words & _EXCLUSIVE
    if only and not held & _ALSO_EXCLUSIVE and not _counts(claim, only):
        yield Veto("only", f"the abstract does not say “{min(only)}”", Verdict.NOT_STATED)
    claims_first = re.search(r"\bthe (?:very )?first (?!\w+ (?:time|step|stage|part))", claim.text)
    if claims_first and not held & _NOVEL:
        yield Veto("only", "the abstract does not say that it is the first", Verdict.NOT_STATED)


def _counts(claim: Statement, words: frozenset[str]) -> bool:
    """Whether "only" belittles a number ("only 12 %", "only slightly")."""
    places = [n for n, token in enumerate(claim.tokens) if token.lower in words]
    numbers = {q.first for q in quantities(claim)}
    slight = {"slightly", "little", "few", "marginally", "partially", "partly", "weakly", "modestly", "a", "small"}
    return any(
        numbers & set(range(n + 1, n + 4)) or {t.lower for t in claim.tokens[n + 1 : n + 3]} & slight for n in places
    )


def subjects(claim: Statement, evidence: Sequence[Statement], title: Statement) -> Iterator[Veto]:
    """A finding on animals told of people."""
    held = frozenset().union(title.words, *(sentence.words for sentence in evidence))
    if claim.words & _PEOPLE and held & _ANIMALS and not held & _PEOPLE:
        reason = f"the abstract speaks of {min(held & _ANIMALS)}, not of {min(claim.words & _PEOPLE)}"
        yield Veto("subjects", reason, Verdict.NOT_STATED)


def causes(claim: Statement, evidence: Sequence[Statement], _title: Statement) -> Iterator[Veto]:
    """A cause made out of an association, or a reason that the abstract does not give."""
    if _LINK.search(claim.text):
        return
    sentences = aligned(claim, evidence, 0.5)
    if sentences and _CAUSE.search(claim.text):
        linked = [_LINK.search(s.text) for s in sentences]
        if all(linked) and not any(_CAUSE.search(s.text) for s in sentences):
            named = linked[0][0] if linked[0] else ""
            yield Veto("cause", f"the abstract speaks of a link (“{named}”), not of a cause", Verdict.NOT_STATED)
            return
    if _CAUSE_STRONG.search(claim.text) and not any(_ANY_CAUSE.search(s.text) for s in evidence):
        yield Veto("cause", "the abstract does not give this cause", Verdict.NOT_STATED)
