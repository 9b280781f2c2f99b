"""What a model thinks before it answers is no part of the answer."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

MARKS = (
    ("<think>", "</think>"),
    ("<thinking>", "</thinking>"),
    ("<thought>", "</thought>"),
    ("<reasoning>", "</reasoning>"),
    ("<reflection>", "</reflection>"),
    ("<seed:think>", "</seed:think>"),
    ("[think]", "[/think]"),
    ("◁think▷", "◁/think▷"),
    ("<|begin_of_thought|>", "<|end_of_thought|>"),
    ("<|start_thinking|>", "<|end_thinking|>"),
    ("<|channel|>analysis", "<|channel|>final<|message|>"),
    ("<|channel|>commentary", "<|channel|>final<|message|>"),
)
"""How models mark the begin and the end of a thought, in lower case; capitals are read alike."""

_CLOSING = dict(MARKS)
_CLOSE_ANY = frozenset(_CLOSING.values())
_ANY = re.compile(
    "|".join(sorted((re.escape(mark) for pair in MARKS for mark in set(pair)), key=len, reverse=True)), re.IGNORECASE
)
_LONGEST = max(len(mark) for pair in MARKS for mark in pair)


@dataclass(frozen=True, slots=True)
class Thought:
    """A piece of a thought: never shown, but a sign that the model is at work."""

    text: str


@dataclass(frozen=True, slots=True)
class Reopened:
    """A thought ended that nobody saw begin: what came before was no answer."""


def without_thinking(pieces: Iterable[str]) -> Iterator[str | Thought | Reopened]:
    """Yield what is no thought, and `Thought` for what is, also where the marks are cut across pieces.

    A thought that never ends takes all that follows with it.
    """
    held, wanted = "", ""
    for piece in pieces:
        held += piece
        while found := _next(held, wanted):
            before, mark = held[: found.start()], found[0].lower()
            if before:
                yield Thought(before) if wanted else before
            held = held[found.end() :]
            if not wanted and mark in _CLOSE_ANY:
                yield Reopened()
            wanted = "" if wanted else _CLOSING.get(mark, "")
        keep = _tail(held)
        if shown := held[: len(held) - keep]:
            yield Thought(shown) if wanted else shown
        held = held[len(held) - keep :]
    if held:
        yield Thought(held) if wanted else held


def _next(text: str, wanted: str) -> re.Match[str] | None:
    """The next mark; within a thought only that which ends it."""
    return next((m for m in _ANY.finditer(text) if not wanted or m[0].lower() == wanted), None)


def _tail(text: str) -> int:
    """How many characters at the end of the text may be the beginning of a mark."""
    end = text[-_LONGEST:].lower()
    begun = (n for n in range(len(end), 0, -1) if any(m.startswith(end[-n:]) for pair in MARKS for m in pair))
    return next(begun, 0)
