"""What the formats have in common, and the plainest of them."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from assistant.conversation import Turn
from assistant.events import Answer, Claim, Quote
from assistant.stored import stored
from store.conversations import Conversation


def as_json(conversation: Conversation, turns: Sequence[Turn]) -> str:
    """One JSON object: the head of the conversation and `turns`, each with its answer, sources and quotes."""
    return json.dumps(described(conversation, turns), ensure_ascii=False, indent=1) + "\n"


def described(conversation: Conversation, turns: Sequence[Turn]) -> dict[str, Any]:
    """The conversation as plain JSON values."""
    return {**conversation.as_json(), "turns": [_turn(turn) for turn in turns]}


def backing(answer: Answer, number: int) -> list[Quote]:
    """The sentences of source `number` that back what the answer says, each once."""
    quotes = (quote for claim in answer.claims for quote in claim.quotes if quote.source == number)
    return list({quote.text: quote for quote in quotes}.values())


def paragraphs(claims: Sequence[Claim]) -> Iterator[list[Claim]]:
    """Written sentences that follow each other, together; every quote by itself."""
    prose: list[Claim] = []
    for claim in claims:
        if claim.support == "quoted":
            if prose:
                yield prose
            prose = []
            yield [claim]
        else:
            prose.append(claim)
    if prose:
        yield prose


def plain(text: str) -> str:
    """The text in one line, without control and format characters."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def _turn(turn: Turn) -> dict[str, Any]:
    said = stored(turn).as_json()
    del said["asked"]  # the front of a stored turn knows it, a turn that is held does not
    return said
