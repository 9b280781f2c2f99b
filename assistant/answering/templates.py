"""Prompt templates: plain text files whose fields are a contract with the code; a user's own may take their place."""

from functools import cache
from importlib.resources import files
from pathlib import Path
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


LONGEST = 20_000
"""Characters of a template; a longer file is no prompt."""

_overrides: dict[str, str] = {}
"""The user's own templates, by name."""


def filled(name: str, **values: str) -> str:
    """The template with its fields filled; a value's own braces stay as they are."""
    return (_overrides.get(name) or shipped(name)).format(**values)


def override(folder: Path) -> list[str]:
    """Use the user's own templates of a folder, in place of any before; returns what is wrong with those left out."""
    _overrides.clear()
    problems = []
    for file in sorted(folder.glob("*.txt")) if folder.is_dir() else ():
        try:
            _overrides[file.stem] = read(file)
        except BadTemplate as error:
            problems.append(f"{error} {error.hint} The prompt that ships is used instead.")
    return problems


def read(file: Path) -> str:
    """The text of a user's own template; raises `BadTemplate` that says what is wrong with it."""
    if file.stem not in FIELDS:
        raise BadTemplate(f"{file}: there is no prompt '{file.stem}'.", hint=f"Known: {', '.join(FIELDS)}.")
    try:
        text = file.read_text(encoding="utf-8-sig").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BadTemplate(f"{file} cannot be read: {error}.", hint="It must be a text file in UTF-8.") from error
    if not text or len(text) > LONGEST:
        said = f"has {len(text):,} characters; at most {LONGEST:,} are read" if text else "is empty"
        raise BadTemplate(f"{file} {said}.", hint=f"`assistant prompts reset {file.stem}` takes it away.")
    return _checked(text, file.stem, str(file))


def one_line(text: str) -> str:
    """A text in one line, so that no abstract can pretend to begin another part of the prompt."""
    return " ".join(text.split())


def check_all() -> None:
    """Refuse a template that is missing or whose fields are not the ones the code fills."""
    for name in FIELDS:
        shipped(name)


@cache
def shipped(name: str) -> str:
    """The template that comes with the program."""
    try:
        text = files("prompts").joinpath(f"{name}.txt").read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BadTemplate(f"The prompt prompts/{name}.txt cannot be read: {error}.") from error
    return _checked(text, name, f"The prompt prompts/{name}.txt")


def fields_of(text: str, place: str) -> frozenset[str]:
    """The fields in a template's text; `place` is what a fault is said of."""
    try:
        parts = list(Formatter().parse(text))
    except ValueError as error:
        raise BadTemplate(
            f"{place} has a brace without a partner.", hint="Write {{ and }} for braces that mean themselves."
        ) from error
    return frozenset(
        f"{field}{'!' + conversion if conversion else ''}{':' + form if form else ''}"
        for _, field, form, conversion in parts
        if field is not None
    )


def _checked(text: str, name: str, place: str) -> str:
    found = fields_of(text, place)
    if found != FIELDS[name]:
        raise BadTemplate(
            f"{place} has the fields {_listed(found)} but needs {_listed(FIELDS[name])}.",
            hint="A field is a name in braces, like {question}. Write {{ and }} for braces that mean themselves.",
        )
    return text


def _listed(names: frozenset[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(names)) or "none"
