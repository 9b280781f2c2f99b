"""Text from outside, made fit for the terminal: nothing in it is markup, nothing in it is a command."""

import unicodedata

_SPACES = "\t\n\v\f\r\x1c\x1d\x1e\x1f\x85\u2028\u2029"
_JOINERS = "\u200c\u200d"
"""Format characters that some scripts need; the others reorder or hide text."""


class _Drawn(dict[int, str]):
    """What each character is drawn as, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        self[code] = drawn = _drawn(chr(code))
        return drawn


def _drawn(character: str) -> str:
    if character in _SPACES:
        return " "
    match unicodedata.category(character):
        case "Cc" | "Cs" | "Co":
            return "\N{REPLACEMENT CHARACTER}"
        case "Cf" if character not in _JOINERS:
            return ""
    return character


_DRAWN = _Drawn()


def harmless(text: str) -> str:
    """The text on one line, without control characters and without those that reorder or hide others."""
    return text.translate(_DRAWN)


def folded(text: str) -> str:
    """Harmless text with every run of white space made one space."""
    return " ".join(harmless(text).split())
