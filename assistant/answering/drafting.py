"""A model's text, cut into sentences as it grows, without its thinking and without repetition."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

MOST_SENTENCES = 6

_MARKS = r"(?:\s*\[\d+(?:\s*[,;]\s*\d+)*\])"
_COMPLETE = re.compile(rf"(.+?[.!?][\"'”’)]*{_MARKS}*)\s+(?!\[\d)(?=[\"'“‘(\[]?[A-Z0-9À-ÞΑ-Ω])|(.+?)\n+", re.DOTALL)
_ABBREVIATED = re.compile(rf"(?:\b(?:e\.g|i\.e|et al|cf|vs|Fig|Eq|approx)|\b[A-Z])\.{_MARKS}*$")
_LIST_MARKER = re.compile(r"^\s*(?:[-*•]\s+|\d+[.)]\s+)?")
_OPEN, _CLOSE = "<think>", "</think>"


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of the sentence being written."""

    text: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the draft, complete, with whatever marks the model gave it."""

    text: str


def drafted(pieces: Iterable[str]) -> Iterator[Piece | Sentence]:
    """Yield each sentence once it is complete, and the pieces of the one being written.

    A sentence takes the place of the pieces before it; what the model has written beyond it
    follows as a piece. Ends at a repetition.
    """
    buffer = ""
    seen: set[str] = set()
    for piece in _without_thinking(pieces):
        if not piece:
            continue
        buffer += piece
        complete, buffer = _split(buffer)
        for text in complete:
            if _known(text, seen) or len(seen) > MOST_SENTENCES:
                return
            yield Sentence(text)
        if rest := buffer if complete else piece:
            yield Piece(rest)
    last = _clean(buffer)
    if last.rstrip("]0123456789[, ").endswith((".", "!", "?")) and not _known(last, seen):
        yield Sentence(last)


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
    return " ".join(_LIST_MARKER.sub("", text).split())


def _without_thinking(pieces: Iterable[str]) -> Iterator[str]:
    """Drop what stands between <think> and </think>, also where the tags are cut across pieces."""
    held = ""
    thinking = False
    for piece in pieces:
        held += piece
        while True:
            tag = _CLOSE if thinking else _OPEN
            before, found, after = held.partition(tag)
            if not found:
                break
            if not thinking:
                yield before
            held, thinking = after, not thinking
        keep = _tail(held, tag)
        if not thinking:
            yield held[: len(held) - keep]
        held = held[len(held) - keep :]
    if not thinking:
        yield held


def _tail(text: str, tag: str) -> int:
    """How many characters at the end of the text may be the beginning of the tag."""
    return next((n for n in range(len(tag) - 1, 0, -1) if text.endswith(tag[:n])), 0)
