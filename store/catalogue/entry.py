"""Entering one record: is it new, changed, unchanged, or a paper that is there already?"""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum

from store.catalogue import lookup
from store.catalogue.rows import FIELDS, paper_from, row_from
from store.identity import (
    cannot_be_same,
    fingerprint,
    identities,
    is_certain,
    may_be_same,
    merged,
    suggested_key,
)
from store.records import Paper


class Outcome(Enum):
    """What became of a record."""

    ADDED = "added"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    DUPLICATE = "duplicates"


@dataclass(frozen=True, slots=True)
class Entered:
    """The paper's number and, where its text must be embedded anew, the paper as it stands now."""

    outcome: Outcome
    number: int
    to_embed: Paper | None = None


def enter(connection: sqlite3.Connection, paper: Paper, *, file: str, record: str) -> Entered:
    """Enter a record of a file, inside the caller's transaction. `record` names it within the file."""
    print_ = fingerprint(paper)
    known = connection.execute(
        "SELECT paper, fingerprint FROM sources WHERE file = ? AND record = ?", (file, record)
    ).fetchone()
    if known and known[1] == print_:
        return Entered(Outcome.UNCHANGED, known[0])
    same = _same_paper(connection, paper, file)
    if known and same in (None, known[0]):
        entered = _update(connection, known[0], paper)
    elif same is not None:  # a record whose name was another's before is that of the paper it says, too
        entered = _merge(connection, same, paper)
    else:
        entered = _insert(connection, paper)
    connection.execute(
        "INSERT OR REPLACE INTO sources (file, record, paper, fingerprint) VALUES (?, ?, ?, ?)",
        (file, record, entered.number, print_),
    )
    return entered


def tag(connection: sqlite3.Connection, number: int, tags: tuple[str, ...]) -> None:
    """Give a paper tags; those it has already stay."""
    connection.executemany("INSERT OR IGNORE INTO tags (tag, paper) VALUES (?, ?)", [(t, number) for t in tags])


def _insert(connection: sqlite3.Connection, paper: Paper) -> Entered:
    named = _named(connection, paper)
    number = connection.execute(
        f"INSERT INTO papers ({FIELDS}) VALUES ({', '.join('?' * 13)})", row_from(named)
    ).lastrowid
    assert number is not None
    _index(connection, number, named, paper.key)
    return Entered(Outcome.ADDED, number, named)


def _update(connection: sqlite3.Connection, number: int, paper: Paper) -> Entered:
    before = _paper(connection, number)
    sole = connection.execute("SELECT count(*) FROM sources WHERE paper = ?", (number,)).fetchone()[0] == 1
    after = paper if sole else merged(paper, before)
    after = replace(after, key=before.key, id=paper.id or before.id)
    _also_called(connection, number, paper.key)
    return _rewrite(connection, number, before, after, Outcome.UPDATED)


def _merge(connection: sqlite3.Connection, number: int, paper: Paper) -> Entered:
    before = _paper(connection, number)
    _also_called(connection, number, paper.key)
    return _rewrite(connection, number, before, merged(before, paper), Outcome.DUPLICATE)


def _rewrite(connection: sqlite3.Connection, number: int, before: Paper, after: Paper, outcome: Outcome) -> Entered:
    if row_from(before) == row_from(after):
        return Entered(outcome, number)
    assignments = ", ".join(f"{field} = ?" for field in FIELDS.split(", "))
    connection.execute(f"UPDATE papers SET {assignments} WHERE number = ?", (*row_from(after), number))
    connection.execute("DELETE FROM identities WHERE paper = ?", (number,))
    _index(connection, number, after, after.key)
    reads_the_same = (before.title, before.abstract) == (after.title, after.abstract)
    return Entered(outcome, number, None if reads_the_same else after)


def _index(connection: sqlite3.Connection, number: int, paper: Paper, key: str) -> None:
    connection.executemany(
        "INSERT OR IGNORE INTO identities (name, paper) VALUES (?, ?)",
        [(name, number) for name in identities(paper)],
    )
    _also_called(connection, number, key)
    lookup.index(connection, number, paper)


def _also_called(connection: sqlite3.Connection, number: int, key: str) -> None:
    connection.executemany("INSERT OR IGNORE INTO keys (key, paper) VALUES (?, ?)", [(key, number)] if key else [])


def _same_paper(connection: sqlite3.Connection, paper: Paper, file: str) -> int | None:
    for name in identities(paper):
        for (number,) in connection.execute("SELECT paper FROM identities WHERE name = ?", (name,)).fetchall():
            there = _paper(connection, number)
            if is_certain(name) and not cannot_be_same(there, paper):
                return int(number)
            if may_be_same(there, paper) and not _told_apart(connection, number, paper, file):
                return int(number)
    return None


def _told_apart(connection: sqlite3.Connection, number: int, paper: Paper, file: str) -> bool:
    """Whether the same file lists both, each with an identifier of its own: then it means two papers."""
    if not paper.id:
        return False
    query = "SELECT 1 FROM sources s JOIN papers p ON p.number = s.paper WHERE s.paper = ? AND s.file = ? AND p.id != ?"
    return connection.execute(query, (number, file, paper.id)).fetchone() is not None


def _named(connection: sqlite3.Connection, paper: Paper) -> Paper:
    """The paper with a key that no other has, and an identifier."""
    wanted = paper.key or suggested_key(paper)
    key = next(key for key in _variants(wanted) if not _taken(connection, key))
    return replace(paper, key=key, id=paper.id or key)


def _taken(connection: sqlite3.Connection, key: str) -> bool:
    return connection.execute("SELECT 1 FROM papers WHERE key = ?", (key,)).fetchone() is not None


def _variants(key: str) -> Iterator[str]:
    yield key
    yield from (f"{key}{letter}" for letter in "abcdefghijklmnopqrstuvwxyz")
    number = 2
    while True:
        yield f"{key}-{number}"
        number += 1


def _paper(connection: sqlite3.Connection, number: int) -> Paper:
    return paper_from(connection.execute(f"SELECT {FIELDS} FROM papers WHERE number = ?", (number,)).fetchone())
