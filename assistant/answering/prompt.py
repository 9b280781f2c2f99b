"""The prompt: as much evidence as fits into the model's context, best papers first."""

from collections.abc import Sequence

from assistant.answering.templates import NOT_IN_LIBRARY, filled
from assistant.events import Source
from assistant.models import LanguageModel, Message


def messages(question: str, sources: Sequence[Source]) -> list[Message]:
    """The chat for a question and its evidence. The part that never changes stands first."""
    evidence = "\n".join(f"[{quote.source}] {quote.text}" for source in sources for quote in source.quotes)
    return [
        Message("system", filled("answer.system", refusal=NOT_IN_LIBRARY)),
        Message("user", filled("answer.user", evidence=evidence, question=question)),
    ]


def fitting(
    model: LanguageModel, question: str, sources: Sequence[Source], answer_tokens: int
) -> tuple[list[Message], int] | None:
    """The longest prompt that leaves room for the answer, and its tokens; None where not even one source fits."""
    for count in range(len(sources), 0, -1):
        chat = messages(question, sources[:count])
        tokens = model.tokens(chat)
        if tokens + answer_tokens <= model.context_size:
            return chat, tokens
    return None
