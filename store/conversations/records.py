"""What is kept of a conversation."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from store.errors import StoreError


class NoSuchConversation(StoreError):
    """No conversation has this number."""

    exit_code = 3


@dataclass(frozen=True, slots=True)
class StoredTurn:
    """A question and its answer.

    `question` is as typed, `rewritten` the one that stands alone ("" where they are the same),
    `answer` plain JSON values, `model` the file that wrote it, `asked` when, in UTC (ISO 8601).
    """

    question: str
    answer: Mapping[str, Any] = field(default_factory=dict)
    rewritten: str = ""
    model: str = ""
    asked: str = ""

    def as_json(self) -> dict[str, Any]:
        """As the command line prints it."""
        return {
            "question": self.question,
            "rewritten": self.rewritten,
            "asked": self.asked,
            "model": self.model,
            "answer": dict(self.answer),
        }


@dataclass(frozen=True, slots=True)
class Conversation:
    """The head of a conversation: `id` is never given twice, times are in UTC (ISO 8601).

    `removed` is when it was removed; "" where it was not.
    """

    id: int
    title: str
    created: str
    updated: str
    turns: int
    removed: str = ""

    def as_json(self) -> dict[str, Any]:
        """As the command line prints it."""
        return {
            "id": self.id,
            "title": self.title,
            "created": self.created,
            "updated": self.updated,
            "turns": self.turns,
            "removed": self.removed or None,
        }


@dataclass(frozen=True, slots=True)
class Mention:
    """A conversation that a search found: the words stand in its turn `turn`, from 1 (0 is the title)."""

    conversation: Conversation
    turn: int
    excerpt: str

    def as_json(self) -> dict[str, Any]:
        """As the command line prints it."""
        return {**self.conversation.as_json(), "turn": self.turn, "excerpt": self.excerpt}
