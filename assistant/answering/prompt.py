"""The prompt: as much evidence as fits into the model's context, best papers first."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.answering.templates import NOT_IN_LIBRARY, filled
from assistant.events import Source
from assistant.models import LanguageModel, Message

LEAST_ROOM = 4
"""An answer may take this part (one in so many) of a small context, however many tokens the settings grant it."""

LEAD_IN_TOKENS = 64
"""Tokens of a draft by a model that has not earned more than one sentence."""

THOUGHT_TOKENS = 1024
"""Tokens granted beside those of the answer to a model that thinks."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """A chat, how many tokens it takes, and how many may be written."""

    chat: list[Message]
    tokens: int
    limit: int


def messages(question: str, sources: Sequence[Source]) -> list[Message]:
    """The chat for a question and its evidence. The part that never changes stands first."""
    evidence = "\n".join(f"[{quote.source}] {quote.text}" for source in sources for quote in source.quotes)
    return [
        Message("system", filled("answer.system", refusal=NOT_IN_LIBRARY)),
        Message("user", filled("answer.user", evidence=evidence, question=question)),
    ]


def fitting(
    model: LanguageModel, question: str, sources: Sequence[Source], answer_tokens: int, *, thinking: bool = False
) -> Prompt | None:
    """The longest prompt that leaves room for the answer; None where not even one sentence fits."""
    room = min(answer_tokens, model.context_size // LEAST_ROOM)
    for count in range(sum(len(source.quotes) for source in sources), 0, -1):
        chat = messages(question, _first(sources, count))
        tokens = model.tokens(chat)
        if tokens + room <= model.context_size:
            more = THOUGHT_TOKENS if thinking else 0
            return Prompt(chat, tokens, min(room + more, model.context_size - tokens))
    return None


def _first(sources: Sequence[Source], count: int) -> list[Source]:
    """The sources with so many sentences in all, counted from the first."""
    kept = []
    for source in sources:
        kept.append(replace(source, quotes=source.quotes[:count]))
        count -= len(kept[-1].quotes)
    return kept
