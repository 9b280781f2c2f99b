"""Prompts about one paper: its title, its whole abstract, and what is asked of it; what never changes stands first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.answering.templates import filled, one_line
from assistant.models import LanguageModel, Message
from assistant.verification.records import Abstract
from store.sentences import sentences

LEAST_ROOM = 4
"""An answer may take this part (one in so many) of a small context, however many tokens the settings grant it."""

THOUGHT_TOKENS = 1024
"""Tokens granted beside those of the answer to a model that thinks."""

Asking = Literal["answer", "each", "stated", "claim", "section"]
"""A direct answer; what one paper of several says; whether the abstract states the answer; whether a claim holds;
what a section on a topic says of the paper."""

_FIELDS = {"claim": "claim", "section": "topic"}
"""Where the text that is asked about goes; for all others it is the question."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """A chat, how many tokens it takes, and how many may be written."""

    chat: list[Message]
    tokens: int
    limit: int


def messages(
    asking: Asking, text: str, title: str, abstract: str, also: Mapping[str, str] | None = None
) -> list[Message]:
    """The chat for a question, claim or topic, on one paper. All share the abstract, those for a question also that.

    `also` holds the further fields of the template.
    """
    fields = {_FIELDS.get(asking, "question"): text, **(also or {})}
    user = filled(f"{asking}.user", title=one_line(title), abstract=one_line(abstract), **fields)
    return [Message("system", filled("answer.system")), Message("user", user)]


def fitting(
    model: LanguageModel,
    asking: Asking,
    text: str,
    paper: Abstract,
    answer_tokens: int,
    *,
    thinking: bool = False,
    also: Mapping[str, str] | None = None,
) -> Prompt | None:
    """The prompt with as much of the abstract as leaves room for the answer; None where no sentence of it fits."""
    room = min(answer_tokens, model.context_size // LEAST_ROOM)
    for abstract in _shorter(paper.abstract):
        chat = messages(asking, text, paper.title, abstract, also)
        tokens = model.tokens(chat)
        if tokens + room <= model.context_size:
            more = THOUGHT_TOKENS if thinking else 0
            return Prompt(chat, tokens, min(room + more, model.context_size - tokens))
    return None


def _shorter(abstract: str) -> Sequence[str]:
    """The abstract, then what is left of it without its last sentences."""
    parts = sentences(abstract)
    return [abstract, *(abstract[: part.end] for part in reversed(parts[:-1]))]
