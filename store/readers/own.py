"""The objects that this program's own JSON Lines hold: nothing in them needs to be guessed or made readable."""

from collections.abc import Mapping
from typing import Any

from store.readers import beside
from store.readers.fields import NO_TITLE, untitled
from store.readers.json_values import text
from store.readers.plain import clean
from store.records import Paper


def fits(found: Mapping[str, Any]) -> bool:
    """Whether the record has the names that only this program gives together."""
    return found.keys() >= beside.FIELDS - beside.LATER and isinstance(found["extra"], dict)


def paper(found: Mapping[str, Any]) -> Paper | str:
    """The paper that the record describes, or why it describes none."""
    title = clean(text(found["title"]))
    read = beside.restored(Paper(title=title), found)
    if title:
        return read
    return untitled(read) if read.abstract else NO_TITLE
