"""Where a cite key is being typed, and what the text before it is about."""

import re
from dataclasses import dataclass

from store.readers.latex import readable
from store.sentences import sentences

LOOKED_AT = 2000
"""Characters before the cursor that are read."""

ENOUGH = 60
"""Characters of prose that a search by meaning needs; a shorter sentence takes the one before it along."""

_LATEX = re.compile(
    r"\\[A-Za-z]*[cC]ite[A-Za-z]*\*?(?:\s*(?:\[[^\]]{0,300}\]|\([^()]{0,300}\)))*(?:\{[^{}]*\})*\{([^{}]*)\Z"
)
_MARKDOWN = re.compile(r"(?<![\w.@/\\])@\{?([\w:.#$%&+?<>~/-]*)\Z")
_OTHERS = re.compile(
    r"\\[A-Za-z]*[cC]ite[A-Za-z]*\*?(?:\[[^\]]*\])*(?:\{[^{}]*\})+|\[[^\[\]]*@[^\[\]]*\]|\[[^\[\]]*\Z|(?<!\w)@[\w:.-]+"
)
_KEY = re.compile(r"[^\s{},\[\];@]+")


@dataclass(frozen=True, slots=True)
class Typed:
    """The beginning of a key at `text[start:end]`, and the prose before it."""

    start: int
    end: int
    written: str
    before: str


def typed(text: str, offset: int) -> Typed | None:
    """What is being typed at a place; None where that is no cite key."""
    window = text[max(0, offset - LOOKED_AT) : offset]
    if match := _LATEX.search(window):
        written = match[1].rpartition(",")[2].lstrip()
    elif match := _MARKDOWN.search(window):
        written = match[1]
    else:
        return None
    return Typed(offset - len(written), offset, written, _prose(window[: match.start()]))


def key_at(text: str, offset: int) -> str:
    """The cite key that stands at a place, or what looks like one; "" where there is none."""
    start = max(0, offset - 200)
    for match in _KEY.finditer(text, start, offset + 200):
        if match.start() <= offset <= match.end():
            return match[0].rstrip(".:") if typed(text, match.end()) else ""
    return ""


def _prose(before: str) -> str:
    """The sentence before a citation, without markup."""
    paragraph = re.split(r"\n\s*\n", before)[-1]
    found = sentences(" ".join(readable(_OTHERS.sub("", paragraph)).split()))
    said = ""
    for sentence in reversed(found):
        said = f"{sentence.text} {said}".strip()
        if len(said) >= ENOUGH:
            break
    return said
