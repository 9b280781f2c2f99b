"""Text as LaTeX that prints it and that `store.readers.latex` reads back."""

import re

_PRINTED = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    **{mark: f"\\{mark}" for mark in "$&%#_"},
}
_MARK = re.compile(r"(?P<joined>&(?=#?\w+;)|`(?=`)|'(?=')|-(?=-))|[\\{}$&%#_~^<>]")
_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")


def escaped(text: str) -> str:
    """The text with all that LaTeX would take for a command, a dash or an entity written as what it prints."""
    return _MARK.sub(_printed, text)


def title(text: str) -> str:
    """As `escaped`, with braces around the words whose capitals a style must not make small (BERT, LoRA)."""
    plain = escaped(text)
    return plain if text.isupper() else _WORD.sub(_kept, plain)


def _printed(found: re.Match[str]) -> str:
    printed = _PRINTED.get(found[0], found[0])
    return printed + "{}" if found["joined"] else printed


def _kept(found: re.Match[str]) -> str:
    word = found[0]
    return f"{{{word}}}" if any(map(str.isupper, word[1:])) else word
