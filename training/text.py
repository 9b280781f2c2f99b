"""Sentences of an abstract."""

import re

END = re.compile(r"(?<=[.!?])[\"')\]]?\s+(?=[A-Z0-9\"'(\[])")
NOT_AN_END = re.compile(r"(?:\b(?:e\.g|i\.e|cf|vs|viz|al|Fig|Eq|Dr|No|approx|resp|etc)\.|\b[A-Z]\.)$")


def sentences(text: str) -> list[str]:
    """The sentences of `text`, stripped; never empty strings."""
    parts: list[str] = []
    for part in END.split(" ".join(text.split())):
        if parts and NOT_AN_END.search(parts[-1]):
            parts[-1] += " " + part
        elif part:
            parts.append(part)
    return parts
