"""Tags among the keywords of a record: there every program sees them, and here they are told from the others.

The convention is Mendeley's: a list of its own names those of the keywords that are the reader's tags.
"""

from collections.abc import Sequence


def with_tags(keywords: str, tags: Sequence[str]) -> str:
    """The keywords and after them the tags."""
    mark = "; " if ";" in keywords else ", "
    return mark.join([*([keywords] if keywords else []), *tags])


def without_tags(keywords: str, tags: Sequence[str]) -> str:
    """The keywords without the tags that stand after them."""
    for mark in ("; ", ", ", ";", ","):
        end = mark.join(tags)
        if keywords == end:
            return ""
        if keywords.endswith(mark + end):
            return keywords[: -len(mark + end)]
    return keywords
