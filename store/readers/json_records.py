"""One record in JSON as a paper: which dialect it is in shows in the names of its fields."""

from collections.abc import Mapping
from typing import Any, Protocol

from store.readers import arxiv_snapshot, csl, json_general, openalex, own, zotero
from store.records import Paper


class Dialect(Protocol):
    """How one maker writes records in JSON."""

    def fits(self, found: Mapping[str, Any]) -> bool:
        """Whether the record has names that only this dialect has."""

    def paper(self, found: Mapping[str, Any]) -> Paper | str:
        """The paper that the record describes, or why it describes none."""


_DIALECTS: tuple[Dialect, ...] = (own, zotero, openalex, arxiv_snapshot, csl)


def paper(found: Mapping[str, Any]) -> Paper | str:
    """The paper that the object describes, or why it describes none."""
    for dialect in _DIALECTS:
        if dialect.fits(found):
            return dialect.paper(found)
    return json_general.paper(found)
