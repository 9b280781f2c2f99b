"""What a question asks for, and how a follow-up becomes a question that stands alone."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.conversation import Turn
from assistant.errors import BadQuestion

LONGEST = 4000
"""Characters of a question; no embedder reads further, and no question needs it."""

_SEVERAL = re.compile(
    r"\b(papers|works|studies|articles|authors|approaches|methods|techniques|models|compare[ds]?|comparison|"
    r"versus|vs|differ\w*|both|per paper|list|overview|survey|summari[sz]e|related[ -]work|literature|"
    r"who (?:did|does|else)|which (?:of|ones)|what (?:is|are) there|these|all)\b",
    re.IGNORECASE,
)
_ALL = re.compile(r"\b(related[ -]work|literature|overview|survey|section|state of the art)\b", re.IGNORECASE)
_POINTING = re.compile(
    r"\b(it|its|they|them|their|theirs|he|she|his|her|"
    r"(?:this|that|these|those) (?:one|ones|two|three|papers?|works?|study|studies|methods?|models?|approach(?:es)?)|"
    r"the (?:same|former|latter|authors?|(?:first|second|third|last|other) (?:one|paper|method|model)))\b",
    re.IGNORECASE,
)
_CONTINUING = re.compile(r"^\s*(and|but|so|or|what about|how about|only|why|more)\b", re.IGNORECASE)
_ORDINALS = {"first": 0, "former": 0, "second": 1, "latter": 1, "third": 2, "fourth": 3}


@dataclass(frozen=True, slots=True)
class StandAlone:
    """A question that can be understood by itself; `preferred` are the numbers of the papers it may point to."""

    text: str
    preferred: tuple[int, ...] = ()


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


def wants_several(question: str) -> bool:
    """Whether the question asks about more than one paper."""
    return _SEVERAL.search(question) is not None


def wants_all(question: str) -> bool:
    """Whether the question asks for all that there is on a topic, as for a section on related work."""
    return _ALL.search(question) is not None


def compares(question: str) -> bool:
    """Whether the question cannot be answered from one paper."""
    return re.search(r"\b(compare[ds]?|comparison|versus|vs|both|two papers|differ\w*)\b", question, re.I) is not None


def standing_alone(question: str, history: Sequence[Turn]) -> StandAlone:
    """Complete a question that points back ("its", "the second one") with the papers it points to."""
    sources = history[-1].answer.sources if history else ()
    if not sources or not points_back(question):
        return StandAlone(question)
    hits = [source.hit for source in sources]
    ordinal = next((place for word, place in _ORDINALS.items() if re.search(rf"\b{word}\b", question, re.I)), None)
    if ordinal is not None and len(hits) > 1 and ordinal < len(hits):
        hits = [hits[ordinal]]
    titles = "; ".join(hit.paper.title for hit in hits)
    return StandAlone(f"{question} ({titles})", tuple(hit.number for hit in hits))


def points_back(question: str) -> bool:
    """Whether the question needs what was said before."""
    return bool(_POINTING.search(question) or _CONTINUING.search(question))
