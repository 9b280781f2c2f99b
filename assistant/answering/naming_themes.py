"""A language model names what some papers have in common."""

from collections.abc import Sequence

from assistant.answering.one_line import first_line
from assistant.answering.templates import filled, one_line
from assistant.models import LanguageModel, Message, Stop

LONGEST = 24
"""Tokens of a name."""

LEAST_WORDS, MOST_WORDS = 2, 6


def theme_name(model: LanguageModel, titles: Sequence[str], stop: Stop) -> str:
    """A name of a few words for the theme of papers with these titles.

    "" where the model wrote something else, or was stopped. Raises `ModelFailed`.
    """
    listed = "\n".join(f"- {one_line(title)}" for title in titles)
    chat = [Message("system", filled("name.system")), Message("user", filled("name.user", titles=listed))]
    name = first_line(model, chat, LONGEST, stop).strip(".:* ")
    return name if LEAST_WORDS <= len(name.split()) <= MOST_WORDS else ""
