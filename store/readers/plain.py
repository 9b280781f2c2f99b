"""Text that can be stored, searched and shown: no control characters, no lone surrogates."""

import re

_UNWANTED = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff]")
_SPACE = re.compile(r"\s+")
_BREAKS = frozenset("\t\n\v\f\r\x1c\x1d\x1e\x1f\x85\u2028\u2029")


def clean(text: str) -> str:
    """The text on one line, without what cannot be shown; single spaces and wording stay as they are."""
    return _SPACE.sub(_joined, _UNWANTED.sub("", text)).strip()


def squeeze(text: str) -> str:
    """The text with every run of white space as one space."""
    return " ".join(_UNWANTED.sub("", text).split())


def _joined(space: re.Match[str]) -> str:
    return space[0] if _BREAKS.isdisjoint(space[0]) else " "
