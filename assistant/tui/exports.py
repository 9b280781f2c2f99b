"""The conversation as a file of the user's."""

from collections.abc import Sequence
from pathlib import Path

from assistant.conversation import Turn
from assistant.tui.text import folded
from store.conversations import Conversation

FORMATS = {"markdown": ("Markdown", ".md"), "latex": (r"LaTeX, with \cite{key}", ".tex"), "json": ("JSON", ".json")}
"""Each format of `assistant.exporting`, what people call it, and the end of its files' names."""


def suggested(head: Conversation | None, format_: str) -> str:
    """A name for the file, in the folder in which the program was started."""
    words = "".join(char if char.isalnum() else " " for char in folded(head.title if head else "conversation"))
    return str(Path.cwd() / ("-".join(words.lower().split()[:8]) + FORMATS[format_][1]))


def exported(head: Conversation | None, turns: Sequence[Turn], format_: str, path: Path) -> Path:
    """Write a new file; raises `OSError`, also where there is one of this name."""
    from assistant import exporting

    head = head or Conversation(0, turns[0].question if turns else "Conversation", "", "", len(turns))
    text = exporting.FORMATS[format_](head, turns)
    path = path.expanduser()
    with path.open("x", encoding="utf-8") as file:
        file.write(text)
    return path
