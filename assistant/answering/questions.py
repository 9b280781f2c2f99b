"""What a question asks for."""

import re
from collections.abc import Iterable

from assistant.errors import BadQuestion

LONGEST = 4000
"""Characters of a question; no embedder reads further, and no question needs it."""

_KIND = r"(?:approaches|methods|techniques|models|systems|ways|remedies|explanations|recommendations)"
_SEVERAL = re.compile(
    r"\b(?:papers|works|studies|articles|publications|reviews|literature|(?:per|each|every) (?:paper|study|work)"
    r"|compare|compares|comparing|comparison|side by side|versus|vs|differ|differs|differences?"
    r"|overview|survey|summari[sz]e"
    r"|related[ -]work|state of the art|who else|which (?:of|ones)|these|both|list"
    rf"|(?:what|which) {_KIND}|(?:the|different|various|several|other) {_KIND} (?:that|to|for|of))\b",
    re.IGNORECASE,
)
_COMPARES = re.compile(
    r"\b(?:compare[ds]?|comparison|versus|vs|both|two papers|differ|differs|differences?)\b", re.IGNORECASE
)
_ALL = re.compile(r"\b(related[ -]work|literature|overview|survey|section|state of the art)\b", re.IGNORECASE)


def asked(question: str) -> str:
    """The question in one line; raises `BadQuestion` where there is nothing to answer or too much to read."""
    line = " ".join("".join(char if char.isprintable() else " " for char in question).split())
    if not any(char.isalnum() for char in line):
        raise BadQuestion("The question is empty.", hint='Ask for example: assistant ask "What is known about ...?"')
    if len(line) > LONGEST:
        raise BadQuestion(
            f"The question has {len(line):,} characters; at most {LONGEST:,} are read.",
            hint="Shorten it. To import a text, save it as a file and use `assistant add FILE`;"
            " `assistant ask --batch FILE` asks many questions.",
        )
    return line


def read_as(repaired: Iterable[tuple[str, str]]) -> str:
    """What is said of words that the search has set right; "" where there are none."""
    pairs = [f"“{wrong}” as “{right}”" for wrong, right in repaired]
    return f"Searched for words that no paper has in another spelling: {', '.join(pairs)}." if pairs else ""


def wants_several(question: str) -> bool:
    """Whether the question asks about more than one paper."""
    return _SEVERAL.search(question) is not None


def wants_all(question: str) -> bool:
    """Whether the question asks for all that there is on a topic, as for a section on related work."""
    return _ALL.search(question) is not None


def compares(question: str) -> bool:
    """Whether the question cannot be answered from one paper."""
    return _COMPARES.search(question) is not None
