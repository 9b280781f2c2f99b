"""Zotero's own database, read from a copy: a running Zotero is neither locked nor written to."""

import json
import re
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from store.errors import UnreadableFile
from store.readers import markup, zotero
from store.readers.source import Source
from store.records import Paper, Rejected

name = "Zotero's database (zotero.sqlite)"

FILE = "zotero.sqlite"
"""How Zotero calls it."""
SQLITE = b"SQLite format 3\0"
LINK = "zotero"
"""The field of `Paper.extra` that opens the item in Zotero; it names the item for good, as a cite key does not."""

_BETTER_BIBTEX = "better-bibtex.sqlite"
BESIDE = ("", "-wal", "-journal")
"""How the names of the files end that make up a database: itself, its log, its journal."""
_TRIES = 10
_PAUSE = 0.3
_TABLES = frozenset("items itemTypes fields itemData itemDataValues creators itemCreators creatorTypes".split())
_MULTIPART = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})(?: (?P<written>.*))?", re.DOTALL)
_LINE_END = re.compile(r"</?(?:p|div|h\d|li|ul|ol|br|blockquote|table|tr|pre)\b[^>]*>|\n", re.IGNORECASE)


@dataclass
class _Item:
    """What the database has about one item; `found` is the item as Zotero's JSON gives it."""

    key: str
    link: str
    found: dict[str, Any]
    tags: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    retracted: bool = False


def read(source: Source, *, notes: bool = False) -> Iterator[Paper | Rejected]:
    """The items of all libraries but feeds, without the trash; with `notes` the first line of each child note."""
    with tempfile.TemporaryDirectory(prefix="assistant-zotero-") as folder:
        keys, failed = _better_bibtex_keys(source.path.resolve().with_name(_BETTER_BIBTEX), Path(folder))
        with closing(_opened(source, Path(folder))) as database:
            items = _items(database, source, keys, notes=notes)
    yield from failed
    for item in items:
        paper = zotero.paper(item.found)
        if isinstance(paper, str):
            yield Rejected(source.name, f"item {item.key}", paper, record=item.link)
        else:
            yield _completed(paper, item)


def _completed(paper: Paper, item: _Item) -> Paper:
    extra = {**paper.extra, LINK: item.link}
    if item.notes:
        extra["annote"] = "; ".join(item.notes)
    note = paper.note or ("Zotero marks this paper as retracted." if item.retracted else "")
    return replace(paper, tags=tuple(dict.fromkeys(item.tags)), note=note, extra=extra)


# -- the copy --------------------------------------------------------------------------------------


def _opened(source: Source, folder: Path) -> sqlite3.Connection:
    """A connection to a copy of the database; what Zotero had begun to write and not finished is undone in it."""
    copy = _copied(source, folder)
    is_whole = not any(copy.with_name(copy.name + suffix).exists() for suffix in BESIDE[1:])
    database = sqlite3.connect(f"{copy.as_uri()}?{'mode=ro&immutable=1' if is_whole else 'mode=rw'}", uri=True)
    database.text_factory = lambda text: text.decode("utf-8", "replace")
    return database


def _copied(source: Source, folder: Path) -> Path:
    """A copy that was taken while nobody wrote; SQLite's log and journal come along under their names."""
    path = source.path.resolve()
    copy = folder / path.name
    for _ in range(_TRIES):
        before = _state(path)
        with source.open_bytes() as original, copy.open("wb") as written:
            shutil.copyfileobj(original, written, 1 << 20)
        for suffix in BESIDE[1:]:
            beside, its_copy = (file.with_name(file.name + suffix) for file in (path, copy))
            its_copy.unlink(missing_ok=True)
            with suppress(FileNotFoundError):
                shutil.copyfile(beside, its_copy)
        if _state(path) == before:
            return copy
        time.sleep(_PAUSE)
    raise UnreadableFile(
        f"{source.name} is being written all the time.",
        hint="Wait until Zotero has finished what it does (a sync, an import), then run the same command again.",
    )


def _state(path: Path) -> list[tuple[int, int]]:
    files = (path.with_name(path.name + suffix) for suffix in BESIDE)
    return [(found.st_mtime_ns, found.st_size) for file in files if file.exists() for found in [file.stat()]]


# -- what is in it ---------------------------------------------------------------------------------


def _items(database: sqlite3.Connection, source: Source, keys: Mapping[int, str], *, notes: bool) -> list[_Item]:
    try:
        tables = _tables(database)
        if not tables >= _TABLES:
            raise UnreadableFile(
                f"{source.name} is a database, but not Zotero's.", hint="Export its references to a file, and add that."
            )
        if "lastName" not in _columns(database, "creators"):
            raise UnreadableFile(
                f"{source.name} was written by Zotero 4 or older.",
                hint="Open it with a current Zotero once, which brings it up to date.",
            )
        items = _bare_items(database, tables, keys)
        _add_fields(database, tables, items)
        _add_creators(database, items)
        _add_tags(database, tables, items)
        if notes:
            _add_notes(database, items)
        if "retractedItems" in tables:
            for (number,) in database.execute("SELECT itemID FROM retractedItems"):
                if number in items:
                    items[number].retracted = True
        return list(items.values())
    except sqlite3.Error as error:
        raise UnreadableFile(
            f"{source.name} cannot be read: {error}.", hint="Zotero can check and repair it (Settings > Advanced)."
        ) from error


def _bare_items(database: sqlite3.Connection, tables: frozenset[str], keys: Mapping[int, str]) -> dict[int, _Item]:
    """The items that are papers, in the order in which they came, with their place in Zotero."""
    groups = dict(database.execute("SELECT libraryID, groupID FROM groups")) if "groups" in tables else {}
    types = _named(database, tables, "itemTypes", "itemTypeID", "typeName")
    left_out = _numbers(database, tables, "deletedItems") | _numbers(database, tables, "feedItems")
    feeds = {number for (number,) in database.execute("SELECT libraryID FROM libraries WHERE type = 'feed'")}
    items = {}
    for number, type_, library, key in database.execute("SELECT itemID, itemTypeID, libraryID, key FROM items"):
        kind = types.get(type_, "")
        if number in left_out or library in feeds or kind in zotero.NO_PAPERS:
            continue
        place = f"groups/{groups[library]}" if library in groups else "library"
        found = {"itemType": kind} | ({"citekey": keys[number]} if number in keys else {})
        items[number] = _Item(str(key), f"zotero://select/{place}/items/{key}", found)
    return items


def _add_fields(database: sqlite3.Connection, tables: frozenset[str], items: Mapping[int, _Item]) -> None:
    names = _named(database, tables, "fields", "fieldID", "fieldName")
    query = "SELECT itemID, fieldID, value FROM itemData JOIN itemDataValues USING (valueID) ORDER BY itemID, fieldID"
    for number, field_, value in database.execute(query):
        if number in items and field_ in names:
            is_date = isinstance(value, str) and "date" in names[field_].lower()
            items[number].found[names[field_]] = _date(value) if is_date else value


def _date(text: str) -> str:
    """The date that Zotero made out, as much as there is of it; else what the user wrote."""
    parts = _MULTIPART.fullmatch(text)
    if not parts:
        return text
    if parts["year"] == "0000":
        return parts["written"] or ""
    known = [parts["year"]]
    for part in (parts["month"], parts["day"]):
        if part == "00":
            break
        known.append(part)
    return "-".join(known)


def _add_creators(database: sqlite3.Connection, items: Mapping[int, _Item]) -> None:
    roles = dict(database.execute("SELECT creatorTypeID, creatorType FROM creatorTypes"))
    query = (
        "SELECT itemID, creatorTypeID, firstName, lastName, fieldMode FROM itemCreators JOIN creators USING (creatorID)"
        " ORDER BY itemID, orderIndex"
    )
    for number, role, first, last, is_one_name in database.execute(query):
        if number in items:
            person = {"name": last} if is_one_name else {"firstName": first, "lastName": last}
            creators = items[number].found.setdefault("creators", [])
            creators.append({"creatorType": roles.get(role, "author"), **person})


def _add_tags(database: sqlite3.Connection, tables: frozenset[str], items: Mapping[int, _Item]) -> None:
    """Collections, and the tags that somebody gave, as tags; those that came with the item as its keywords."""
    paths = _collections(database, tables)
    for number, collection in database.execute("SELECT itemID, collectionID FROM collectionItems"):
        if number in items:
            items[number].tags += paths.get(collection, ())
    if "groups" in tables:
        query = "SELECT itemID, name FROM items JOIN groups USING (libraryID)"
        for number, group in database.execute(query):
            if number in items:
                items[number].tags.append(group)
    query = "SELECT itemID, name, type FROM itemTags JOIN tags USING (tagID) ORDER BY itemID, tagID"
    for number, tag, came_along in database.execute(query):
        if number not in items:
            continue
        if came_along:
            items[number].found.setdefault("tags", []).append({"tag": tag})
        elif text := markup.readable(str(tag)):
            items[number].tags.append(text)


def _collections(database: sqlite3.Connection, tables: frozenset[str]) -> dict[int, tuple[str, ...]]:
    """For each collection the tags of what is in it: its path, as in "Bees/Pesticides", and those of all above it."""
    query = "SELECT collectionID, collectionName, parentCollectionID FROM collections"
    known = {number: (markup.readable(str(name_)), above) for number, name_, above in database.execute(query)}
    trash = _numbers(database, tables, "deletedCollections", "collectionID")
    found = {}
    for number in known:
        names: list[str] = []
        place: int | None = number
        while place in known and place not in trash and len(names) < len(known):
            names.insert(0, known[place][0])
            place = known[place][1]
        if place is None:
            found[number] = tuple("/".join(names[:depth]) for depth in range(len(names), 0, -1))
    return found


def _add_notes(database: sqlite3.Connection, items: Mapping[int, _Item]) -> None:
    query = (
        "SELECT parentItemID, note, title FROM itemNotes WHERE itemID NOT IN (SELECT itemID FROM deletedItems)"
        " ORDER BY itemID"
    )
    for number, note, title in database.execute(query):
        if number in items:
            lines = map(markup.readable, [*_LINE_END.split(str(note or "")), str(title or "")])
            items[number].notes += [line for line in lines if line][:1]


# -- Better BibTeX ---------------------------------------------------------------------------------


def _better_bibtex_keys(path: Path, folder: Path) -> tuple[dict[int, str], list[Rejected]]:
    """The cite keys that Better BibTeX gave, by item; and what kept them from being read."""
    if not path.is_file():
        return {}, []
    try:
        with closing(_opened(Source(path), folder)) as database:
            tables = _tables(database)
            if "citationkey" in tables:
                return dict(database.execute("SELECT itemID, citationKey FROM citationkey")), []
            if "better-bibtex" in tables:
                return _keys_in_json(database), []
            return {}, []
    except (sqlite3.Error, OSError, UnreadableFile, ValueError) as error:
        reason = f"it cannot be read ({error}), so that some papers may lack their cite keys"
        return {}, [Rejected(path.name, "the whole file", reason)]


def _keys_in_json(database: sqlite3.Connection) -> dict[int, str]:
    """The keys of older versions, which kept them as one JSON document."""
    keys: dict[int, str] = {}
    query = "SELECT data FROM `better-bibtex` WHERE name = 'better-bibtex.citekey'"
    for (document,) in database.execute(query):
        said = json.loads(document)
        for each in said.get("data", ()) if isinstance(said, dict) else ():
            if isinstance(each, dict) and isinstance(each.get("itemID"), int) and each.get("citekey"):
                keys[each["itemID"]] = str(each["citekey"])
    return keys


# -- tables ----------------------------------------------------------------------------------------


def _tables(database: sqlite3.Connection) -> frozenset[str]:
    return frozenset(name_ for (name_,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'"))


def _columns(database: sqlite3.Connection, table: str) -> frozenset[str]:
    return frozenset(row[1] for row in database.execute(f"PRAGMA table_info({table})"))


def _named(database: sqlite3.Connection, tables: frozenset[str], table: str, number: str, name_: str) -> dict[int, str]:
    """The names of types or fields by their numbers, those that users add among them."""
    found: dict[int, str] = {}
    for each in (f"{table}Combined", table):
        if each in tables:
            found |= dict(database.execute(f"SELECT {number}, {name_} FROM {each}"))
    return found


def _numbers(database: sqlite3.Connection, tables: frozenset[str], table: str, column: str = "itemID") -> set[int]:
    return {number for (number,) in database.execute(f"SELECT {column} FROM {table}")} if table in tables else set()
