"""Prompt templates: plain text files whose fields are a contract with the code."""

from functools import cache
from importlib.resources import files
from string import Formatter

from assistant.errors import BadTemplate

FIELDS = {
    "answer.system": frozenset(),
    "answer.user": frozenset({"title", "abstract", "question"}),
    "each.user": frozenset({"title", "abstract", "question"}),
    "stated.user": frozenset({"title", "abstract", "question"}),
    "claim.user": frozenset({"title", "abstract", "claim"}),
    "rewrite.system": frozenset(),
    "rewrite.user": frozenset({"question", "title", "follow_up"}),
    "name.system": frozenset(),
    "name.user": frozenset({"titles"}),
    "synthesis.system": frozenset(),
    "synthesis.user": frozenset({"question", "findings"}),
    "section.user": frozenset({"title", "abstract", "topic", "authors"}),
}
"""Each template, and exactly the fields the code fills in it."""

NOT_IN_LIBRARY = "The abstracts in this library do not answer this question."
"""The one sentence for "I do not know": in answers and in tests. No prompt offers it to a model."""


def filled(name: str, **values: str) -> str:
    """The template with its fields filled; a value's own braces stay as they are."""
    return _template(name).format(**values)


def check_all() -> None:
    """Refuse a template that is missing or whose fields are not the ones the code fills."""
    for name in FIELDS:
        _template(name)


@cache
def _template(name: str) -> str:
    try:
        text = files("prompts").joinpath(f"{name}.txt").read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BadTemplate(f"The prompt prompts/{name}.txt cannot be read: {error}.") from error
    found = fields_of(text, name)
    if found != FIELDS[name]:
        raise BadTemplate(
            f"The prompt prompts/{name}.txt has the fields {_listed(found)} but needs {_listed(FIELDS[name])}.",
            hint="A field is a name in braces, like {question}. Write {{ and }} for braces that mean themselves.",
        )
    return text


def fields_of(text: str, name: str) -> frozenset[str]:
    """The fields in a template's text."""
    try:
        return frozenset(field for _, field, _, _ in Formatter().parse(text) if field is not None)
    except ValueError as error:
        raise BadTemplate(
            f"The prompt prompts/{name}.txt has a brace without a partner.",
            hint="Write {{ and }} for braces that mean themselves.",
        ) from error


def _listed(names: frozenset[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(names)) or "none"
