"""What stands between the sentences on papers: it orders the text and claims nothing about any paper."""

from assistant.related.themes import APART
from assistant.section import Theme

_NUMBERS = "no one two three four five six seven eight nine ten eleven twelve".split()


def number(count: int) -> str:
    """A small count in letters."""
    return _NUMBERS[count] if count < len(_NUMBERS) else str(count)


def opening(theme: Theme, place: int, of: int) -> str:
    """The sentence that leads into a theme; empty where the only theme needs none.

    `place` counts from 0. It never has more than seven telling words, for it stands without a source.
    """
    if of == 1:
        return ""
    count = number(len(theme.papers))
    if theme.title == APART:
        return (
            "One more paper stands by itself."
            if len(theme.papers) == 1
            else f"{_upper(count)} more papers stand by themselves."
        )
    named = _lower(theme.title)
    if place == 0:
        return f"A first group of papers deals with {named}."
    if place == of - 1 and of > 2:
        return f"A last group turns to {named}."
    forms = (
        f"A second group is concerned with {named}."
        if place == 1
        else f"A further {count} papers are concerned with {named}.",
        f"{_upper(count)} papers address {named}.",
        f"Another line of work is about {named}.",
        f"{_upper(count)} papers turn to {named}.",
        f"Next come papers on {named}.",
    )
    return forms[(place - 1) % len(forms)]


def since(year: int | None, before: int | None) -> str:
    """How a paper's year stands to that of the paper told before it; empty where that says nothing."""
    if not year or not before or year - before < 2:
        return ""
    return f"{_upper(number(year - before))} years later, " if year - before <= 12 else "More recently, "


def _lower(text: str) -> str:
    word = text.split(" ", 1)[0]
    return text if any(char.isupper() or char.isdigit() for char in word[1:]) else text[:1].lower() + text[1:]


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
