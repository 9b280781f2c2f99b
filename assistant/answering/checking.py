"""A drafted sentence: its marks taken out, and the sentence checked against the sources of an answer."""

import re
from dataclasses import dataclass

from assistant.events import Claim, Quote, Source
from assistant.verification.judge import Judge
from assistant.verification.records import Verdict
from assistant.verification.verifier import Verifier

_MARKS = re.compile(r"\[(\d+(?:\s*[,;]\s*\d+)*)\]")
_OTHER_MARKS = re.compile(r"\[[^\]]*\]|\((?:[A-Z][^()]*\b(?:19|20)\d\d[a-z]?)\)")
_MARKUP = re.compile(r"\x1b\[[0-9;?]*[@-~]|[*_`#]+|</?[A-Za-z][^>]*>")


@dataclass(frozen=True, slots=True)
class Draft:
    """A drafted sentence without its marks, and the source numbers that it named."""

    text: str
    cited: tuple[int, ...]


def parsed(sentence: str) -> Draft:
    """Take the marks out of a drafted sentence; marks of any other form are dropped."""
    cited = [int(n) for group in _MARKS.findall(sentence) for n in re.split(r"\s*[,;]\s*", group) if len(n) < 6]
    plain = _OTHER_MARKS.sub("", _MARKS.sub("", _MARKUP.sub("", sentence)))
    text = re.sub(r"\s+([.,;:!?])", r"\1", " ".join("".join(c if c.isprintable() else " " for c in plain).split()))
    return Draft(text, tuple(dict.fromkeys(cited)))


def backed(text: str, source: Source, verifier: Verifier, judge: Judge | None = None) -> Claim | None:
    """A sentence about one source as a claim, with the sentence of the abstract that backs it; None where none does."""
    (judgement,) = verifier.verify([text], source.hit.paper, judge)
    if judgement.verdict is not Verdict.SUPPORTED or not judgement.evidence:
        return None
    best = judgement.evidence[0]
    return Claim(text, (source.number,), "supported", (Quote(source.number, best.text, best.start, best.end),))
