"""What was said so far."""

from dataclasses import dataclass

from assistant.events import Answer


@dataclass(frozen=True, slots=True)
class Turn:
    """A question as the user put it, and its answer."""

    question: str
    answer: Answer
