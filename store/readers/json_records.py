"""Records in JSON as papers: where they lie and in which dialect they are shows in the names of their fields."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
_RECORD_HAS = frozenset(
    "title papertitle displayname abstract abstracttext abstractnote paperabstract abstractinvertedindex itemtype"
    " authorships".split()
)
_OF_A_RECORD = (_RECORD_HAS - {"title", "displayname"}) | frozenset(
    "author authors creators doi year publicationyear issued paperid text".split()
)
_OTHERS = re.compile(r"references?|citations?|citedby|related\w*|recommend\w*|attachments?|notes?|relations?")
_DEEPEST = 6


def papers(found: Any) -> Iterator[Paper | str]:
    """The papers that an object describes or holds, each or why it is none."""
    for record in _records(found, 0) or [found]:
        yield _paper(record) if isinstance(record, dict) else "it is not a JSON object"


def is_record(found: Any) -> bool:
    """Whether an object has what only the record of a paper has: a title or an abstract."""
    return isinstance(found, dict) and not _RECORD_HAS.isdisjoint(map(plain, found))


def says_of_itself(found: Mapping[str, Any]) -> bool:
    """Whether an object has more than a title, which a list of papers may have, too."""
    return not _OF_A_RECORD.isdisjoint(plain(key) for key, value in found.items() if value)


def may_hold_records(key: str) -> bool:
    """Whether what stands under a key can be the papers of a list, not those that a paper cites."""
    return _OTHERS.fullmatch(plain(key)) is None


def plain(key: str) -> str:
    """A key in lower case, its letters and figures only."""
    return "".join(filter(str.isalnum, str(key))).lower()


def from_rows(header: Any, rows: Any) -> list[dict[str, Any]]:
    """The objects that a header and lists of values under it make; none where they are no table of papers."""
    if not isinstance(header, list) or not isinstance(rows, list) or not all(isinstance(name, str) for name in header):
        return []
    if _RECORD_HAS.isdisjoint(map(plain, header)) or len(header) < 2:
        return []
    return [dict(zip(header, row, strict=False)) for row in rows if isinstance(row, list)]


def _records(found: Any, depth: int) -> list[Any]:
    """The records in a value: itself, those of a table, or those within it."""
    if depth > _DEEPEST:
        return []
    if isinstance(found, list):
        if table := from_rows(found[0] if found else None, found[1:]):
            return table
        return [record for each in found for record in _records(each, depth + 1)]
    if not isinstance(found, dict):
        return []
    if table := _columns(found) or from_rows(found.get("columns"), found.get("data")):
        return table
    inner = [value for key, value in found.items() if isinstance(value, dict | list) and may_hold_records(key)]
    if is_record(found) and (says_of_itself(found) or not any(map(_is_list_of_records, inner))):
        return [found]
    return [record for each in inner for record in _records(each, depth + 1)]


def _is_list_of_records(value: Any) -> bool:
    return isinstance(value, list) and any(map(is_record, value))


def _columns(found: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The objects of a table that stands column by column, as pandas writes one."""
    titles = next((value for key, value in found.items() if plain(key) in {"title", "papertitle", "abstract"}), None)
    places: Sequence[Any] = ()
    if isinstance(titles, dict):
        places = list(titles)
    elif isinstance(titles, list) and len(titles) > 1:
        places = range(len(titles))
    if not places or len(found) < 2 or not all(_is_column(value, titles, places) for value in found.values()):
        return []
    return [{key: value[place] for key, value in found.items()} for place in places]


def _is_column(value: Any, titles: Any, places: Iterable[Any]) -> bool:
    if type(value) is not type(titles) or len(value) != len(titles):
        return False
    return isinstance(value, list) or all(place in value for place in places)


def _paper(found: Mapping[str, Any]) -> Paper | str:
    for dialect in _DIALECTS:
        if dialect.fits(found):
            return dialect.paper(found)
    return json_general.paper(found)
