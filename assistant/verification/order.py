"""The guard of order: the same words with two of them exchanged say something else."""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import combinations

from assistant.verification.language import Statement
from assistant.verification.records import Verdict, Veto

ALIKE = 0.6
"""Least likeness of two sentences (twice the words in common and in order, over the words of both) to be compared."""

LONGEST = 6
"""Words of a stretch that is exchanged, at most."""

_JOINING = frozenset({",", "and", "or", "as", "well", "both", "&", "/", "plus"})
_ARTICLES = frozenset({"the", "a", "an", "our"})

Stretch = tuple[str, ...]


def exchanges(claim: Statement, evidence: Sequence[Statement], _title: Statement) -> Iterator[Veto]:
    """Two stretches of words in each other's place; where only joining words stand between them, they are a list."""
    said = [token.lower for token in claim.tokens]
    for sentence in evidence:
        held = [token.lower for token in sentence.tokens]
        matcher = SequenceMatcher(None, held, said, autojunk=False)
        if matcher.ratio() < ALIKE:
            continue
        if said == held:
            return
        changed = [code[1:] for code in matcher.get_opcodes() if code[0] != "equal"]
        for (a1, a2, b1, b2), (c1, c2, d1, d2) in combinations(changed, 2):
            was, now = (_bare(held[a1:a2]), _bare(held[c1:c2])), (_bare(said[b1:b2]), _bare(said[d1:d2]))
            if (_exchanged(was, now) and not set(held[a2:c1]) <= _JOINING) or _turned(was, now):
                before, after = " ".join(held[a1:c2]), " ".join(said[b1:d2])
                told = f"the abstract has “{before}” where the claim has “{after}”"
                yield Veto("order", told, Verdict.CONTRADICTED)
                return


def _exchanged(was: tuple[Stretch, Stretch], now: tuple[Stretch, Stretch]) -> bool:
    """Whether each of the two stands where the other did."""
    return all(0 < len(each) <= LONGEST for each in was) and was == now[::-1]


def _turned(was: tuple[Stretch, Stretch], now: tuple[Stretch, Stretch]) -> bool:
    """Whether what was left out in one place came in at the other in another order, as "A beats" and "beats A"."""
    left_out, come_in = was[0] or was[1], now[1] or now[0]
    both_one_sided = (not now[0] and not was[1]) or (not was[0] and not now[1])
    return both_one_sided and left_out != come_in and sorted(left_out) == sorted(come_in)


def _bare(words: Sequence[str]) -> Stretch:
    """The words without articles, joining words and punctuation marks."""
    return tuple(word for word in words if word not in _ARTICLES | _JOINING and word[0].isalnum())
