"""Names of authors in the parts that a citation needs."""

import re

_PARTICLES = frozenset(
    "af al av bin da das de del della den der di do dos du el la le ten ter van vom von zu zum zur".split()
)
_INSTITUTION = re.compile(
    r"\b(?:academy|agency|alliance|association|board|bureau|cent(?:er|re)|collaboration|college|commission|committee"
    r"|company|consortium|corporation|council|department|federation|foundation|group|hospital|inc|initiative"
    r"|institut\w*|investigators|lab|laborator\w+|ltd|ministry|network|office|organi[sz]ation|project|research|school"
    r"|service|society|survey|team|trust|union|universi\w+|working|world)\b|[0-9&/]",
    re.IGNORECASE,
)
_MOST_WORDS = 6


def parts(author: str) -> tuple[str, str]:
    """Family and given name; the given one is empty where the name is an institution's, or one word."""
    family, comma, given = author.partition(", ")
    if comma and family and given:
        return family, given
    words = author.split()
    if not 2 <= len(words) <= _MOST_WORDS or comma or _INSTITUTION.search(author) or not words[-1][:1].isupper():
        return author, ""
    at = len(words) - 1
    while at > 1 and words[at - 1] in _PARTICLES:
        at -= 1
    return " ".join(words[at:]), " ".join(words[:at])
