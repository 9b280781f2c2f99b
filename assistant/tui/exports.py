"""The conversation as a file of the user's."""

import json
from collections.abc import Sequence
from pathlib import Path

from assistant.conversation import Turn
from assistant.section import Section
from assistant.tui.papers import reference
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


SECTION_FORMATS = {
    "latex": "LaTeX, with a .bib file beside it",
    "markdown": "Markdown",
    "text": "Text with references",
    "docx": "Word",
    "json": "JSON",
}
_ENDS = {"latex": ".tex", "markdown": ".md", "text": ".txt", "docx": ".docx", "json": ".json"}
STYLE = "ieee"
"""How the references of text and Word look."""


def section_path(topic: str, format_: str) -> str:
    """A name for the file of a section, in the folder in which the program was started."""
    words = "".join(char if char.isalnum() else " " for char in folded(topic))
    return str(Path.cwd() / (f"related-work-{'-'.join(words.lower().split()[:6])}" + _ENDS[format_]))


def section(section: Section, format_: str, path: Path, citations: str) -> Path:
    """Write a section into a new file, LaTeX with its entries in a .bib beside it; raises `OSError`."""
    path = path.expanduser()
    with path.open("xb"):  # never over a file that is there
        pass
    if format_ == "docx":
        from assistant.related.forms import docx

        docx(section, STYLE, path)
        return path
    path.write_text(_section_text(section, format_, citations), encoding="utf-8")
    if format_ == "latex":
        from assistant.related.forms import bibliography

        with path.with_suffix(".bib").open("x", encoding="utf-8") as bib:
            bib.write(bibliography(section))
    return path


def _section_text(section: Section, format_: str, citations: str) -> str:
    if format_ == "json":
        return json.dumps(section.as_json(), ensure_ascii=False, indent=1) + "\n"
    if format_ == "latex":
        from assistant.related.forms import latex

        return latex(section, citations)
    if format_ == "text":
        from assistant.related.forms import text

        return text(section, STYLE)
    from assistant.related.forms import markdown

    return markdown(section, reference)
