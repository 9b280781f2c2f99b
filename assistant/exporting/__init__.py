"""Conversations as documents: Markdown, LaTeX, JSON."""

from collections.abc import Callable, Sequence

from assistant.conversation import Turn
from assistant.exporting.document import as_json
from assistant.exporting.latex import latex
from assistant.exporting.markdown import markdown
from store.conversations import Conversation

FORMATS: dict[str, Callable[[Conversation, Sequence[Turn]], str]] = {
    "markdown": markdown,
    "latex": latex,
    "json": as_json,
}
"""The formats a conversation can be written in; each gives a text that ends with a line break."""

__all__ = ["FORMATS"]
