"""A model's text, cut into sentences as it grows, without its thinking and without repetition."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from assistant.answering.thinking import Reopened, Thought, without_thinking

MOST_SENTENCES = 6

LONGEST_SENTENCE = 1500
"""Characters without an end after which what a model writes is no sentence."""

_MARKS = r"(?:\s*\[\d+(?:\s*[,;]\s*\d+)*\])"
_COMPLETE = re.compile(rf"(.+?[.!?][\"'”’)]*{_MARKS}*)\s+(?!\[\d)(?=[\"'“‘(\[]?[A-Z0-9À-ÞΑ-Ω])|(.+?)\n+", re.DOTALL)
_ABBREVIATED = re.compile(rf"(?:\b(?:e\.g|i\.e|et al|cf|vs|Fig|Eq|approx)|\b[A-Z])\.{_MARKS}*$")
_LIST_MARKER = re.compile(r"^\s*(?:[-*•]\s+|\d+[.)]\s+)?")
_PREAMBLE = re.compile(
    r"^(?:according to (?:the|this) (?:abstract|paper|study),\s+|the abstract (?:states|mentions|says|reports) that\s+"
    r"|the answer (?:to (?:the|this|your) question )?is(?:(?: that\s+|:\s*)))",
    re.IGNORECASE,
)
_CONTROL = re.compile(r"<\|[\w/]{1,40}\|>")
_LONGEST_LOOP, _TURNS = 80, 4
_HARMFUL = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of the sentence being written."""

    text: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the draft, complete, with whatever marks the model gave it."""

    text: str


Part = Piece | Sentence | Thought


def drafted(pieces: Iterable[str], *, most: int = MOST_SENTENCES) -> Iterator[Part]:
    """Yield each sentence once it is complete, the pieces of the one being written, and what is only thought.

    A sentence takes the place of the pieces before it; what the model has written beyond it
    follows as a piece. Ends after `most` sentences, and at a repetition, of a sentence or within one.
    """
    buffer = ""
    seen: set[str] = set()
    for part in without_thinking(map(harmless, pieces)):
        if isinstance(part, Thought):
            yield part
            continue
        buffer = "" if isinstance(part, Reopened) else _CONTROL.sub("", buffer + part)
        complete, rest = _split(buffer)
        for text in complete:
            if _known(text, seen):
                return
            yield Sentence(text)
            if len(seen) >= most:
                return
        if len(rest) > LONGEST_SENTENCE or _loops(rest):
            return
        if shown := rest if complete else part:
            yield Piece(str(shown))
        buffer = rest
    last = _clean(buffer)
    if last.rstrip("]0123456789[, ").endswith((".", "!", "?")) and not _known(last, seen):
        yield Sentence(last)


def ended(pieces: Iterable[str], limit: int, stop: Callable[[], bool]) -> Iterator[str]:
    """The pieces, and the end of a line where the model ended by itself: its last words are then a whole sentence."""
    left = limit
    for piece in pieces:
        left -= 1
        yield piece
    if left > 0 and not stop():
        yield "\n"


def _loops(text: str) -> bool:
    """Whether the end of a text says the same again and again."""
    text = text.rstrip()
    return any(
        text.endswith(turn * _TURNS) and len(turn) * _TURNS >= 12 and not turn.isspace()
        for turn in (text[-length:] for length in range(1, _LONGEST_LOOP + 1))
    )


def harmless(text: str) -> str:
    """The text without control and format characters, half characters, and what no standard assigns."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(c if c in "\n\t" or unicodedata.category(c) not in _HARMFUL else " " for c in text)


def _known(text: str, seen: set[str]) -> bool:
    core = re.sub(r"\W+", "", re.sub(_MARKS, "", text)).casefold()
    known = core in seen
    seen.add(core)
    return known


def _split(buffer: str) -> tuple[list[str], str]:
    complete = []
    start = 0
    for match in _COMPLETE.finditer(buffer):
        text = buffer[start : match.end()]
        if _ABBREVIATED.search(text.rstrip()):
            continue
        complete.append(_clean(text))
        start = match.end()
    return [text for text in complete if text], buffer[start:]


def _clean(text: str) -> str:
    line = " ".join(_LIST_MARKER.sub("", text).split())
    bare = _PREAMBLE.sub("", line)
    return bare[:1].upper() + bare[1:] if bare != line else line
