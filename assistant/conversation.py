"""What was said so far."""

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.events import Answer

RECALLED = 8
"""Turns that a question may lean on."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A question as the user put it, and its answer."""

    question: str
    answer: Answer


def recalled(history: Sequence[Turn]) -> tuple[Turn, ...]:
    """The last turns, among them the last one that was answered, however long ago that was."""
    last = tuple(history[-RECALLED:])
    if any(turn.answer.answered for turn in last):
        return last
    return (*[turn for turn in history if turn.answer.answered][-1:], *last)
