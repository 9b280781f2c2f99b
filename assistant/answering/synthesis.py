"""A language model sets two findings side by side."""

from collections.abc import Sequence

from assistant.answering.one_line import first_line
from assistant.answering.templates import filled, one_line
from assistant.models import LanguageModel, Message, Stop

LONGEST = 96
"""Tokens of a sentence over two papers."""


def synthesis(model: LanguageModel, question: str, findings: Sequence[tuple[str, str]], stop: Stop) -> str:
    """A sentence or two over what papers say to a question; each finding is the paper's name, and its sentence.

    "" where the model wrote no sentence, or was stopped. The sentence is not checked. Raises `ModelFailed`.
    """
    listed = "\n".join(f"{one_line(name)}: {one_line(sentence)}" for name, sentence in findings)
    asked = filled("synthesis.user", question=question, findings=listed)
    chat = [Message("system", filled("synthesis.system")), Message("user", asked)]
    sentence = first_line(model, chat, LONGEST, stop)
    return sentence if sentence.endswith(".") else ""
