"""Hard guards: each compares one kind of thing in claim and evidence, can explain itself, and can only veto."""

import re
from collections.abc import Sequence

from assistant.verification.records import Verdict, Veto

_NUMBER = re.compile(r"(?<![\w.])\d+(?:[.,]\d+)*")


def vetoes(claim: str, sentences: Sequence[str], title: str) -> list[Veto]:
    """Every veto against calling the claim supported by the sentences; the title may lend words and names."""
    known = {_plain(n) for text in (*sentences, title) for n in _NUMBER.findall(text)}
    missing = [n for n in _NUMBER.findall(claim) if _plain(n) not in known]
    return [Veto("number", f"the abstract does not have {n}", Verdict.NOT_STATED) for n in missing]


def _plain(number: str) -> str:
    return number.replace(",", "").rstrip(".")
