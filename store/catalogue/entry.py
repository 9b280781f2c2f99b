"""Entering one record: is it new, changed, unchanged, or a paper that is there already?"""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum

from store.catalogue import lookup
from store.catalogue.rows import FIELDS, paper_from, row_from
from store.catalogue.sources import next_place, remember, sources_of, text_of, together
from store.identity import (
    cannot_be_same,
    fingerprint,
    identities,
    is_certain,
    may_be_noticed,
    may_be_same,
    squashed,
    suggested_key,
)
from store.records import Paper
from store.retractions import gravest, notices
from store.versions import merged

BY_HAND = "request"
"""Why a record was merged that the user merged."""

RecordName = tuple[str, str, str]
"""File, name in the file, and fingerprint of a record."""


class Outcome(Enum):
    """What became of a record."""

    ADDED = "added"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    DUPLICATE = "duplicates"


@dataclass(frozen=True, slots=True)
class Entered:
    """The paper's number and, where its text must be embedded anew, the paper as it stands now.

    `gone` are papers that turned out to be the same and are there no more, `passages` those that were theirs.
    """

    outcome: Outcome
    number: int
    to_embed: Paper | None = None
    gone: tuple[int, ...] = ()
    passages: tuple[int, ...] = ()


def enter(connection: sqlite3.Connection, paper: Paper, *, file: str, record: str) -> Entered:
    """Enter a record of a file, inside the caller's transaction. `record` names it within the file."""
    print_ = fingerprint(paper)
    known = connection.execute(
        "SELECT paper, fingerprint FROM sources WHERE file = ? AND record = ?", (file, record)
    ).fetchone()
    if known and known[1] == print_:
        return Entered(Outcome.UNCHANGED, known[0])
    same, by = _same_paper(connection, paper, file, known and known[0]) or (None, "")
    if known and same in (None, known[0]):
        return _update(connection, known[0], paper, (file, record, print_))
    if same is not None:  # a record whose name was another's before is that of the paper it says, too
        return _merge(connection, same, paper, (file, record, print_), by)
    entered = insert(connection, paper)
    _note(connection, entered.number, (file, record, print_))
    return entered


def same_as(connection: sqlite3.Connection, entered: Entered, paper: Paper, file: str) -> tuple[int, str] | None:
    """Another paper that a paper has turned out to be by a record just entered, and the identity that says so."""
    if entered.outcome is not Outcome.DUPLICATE:
        return None
    now = replace(paper_of(connection, entered.number), id=paper.id)
    return _same_paper(connection, now, file, entered.number, beside=entered.number)


def join(connection: sqlite3.Connection, kept: int, other: int, by: str) -> Entered:
    """Make one paper of two: all of `other` but the paper itself, which the caller deletes, goes to `kept`."""
    before, added = paper_of(connection, kept), paper_of(connection, other)
    remember(connection, kept, before)
    remember(connection, other, added)
    shift = len(sources_of(connection, kept))
    connection.execute(
        "UPDATE sources SET paper = ?, place = place + ?, merged_by = iif(merged_by = '', ?, merged_by)"
        " WHERE paper = ?",
        (kept, shift, by, other),
    )
    for table in ("keys", "tags", "apart"):
        connection.execute(f"UPDATE OR IGNORE {table} SET paper = ? WHERE paper = ?", (kept, other))
    connection.execute("UPDATE OR IGNORE apart SET other = ? WHERE other = ?", (kept, other))
    connection.execute("DELETE FROM apart WHERE paper = other OR (paper, other) IN (VALUES (?, ?), (?, ?))",
                       (kept, other, other, kept))  # fmt: skip
    return rewrite(connection, kept, before, together(connection, kept, merged(before, added)), Outcome.DUPLICATE)


def unchanged(connection: sqlite3.Connection, paper: Paper, file: str, record: str) -> int | None:
    """The number of the paper that has this very record, or None."""
    query = "SELECT paper FROM sources WHERE file = ? AND record = ? AND fingerprint = ?"
    found = connection.execute(query, (file, record, fingerprint(paper))).fetchone()
    return int(found[0]) if found else None


def has_tags(connection: sqlite3.Connection, number: int, tags: tuple[str, ...]) -> bool:
    """Whether a paper has all these tags."""
    query = "SELECT 1 FROM tags WHERE tag = ? AND paper = ?"
    return all(connection.execute(query, (tag, number)).fetchone() for tag in tags)


def tag(connection: sqlite3.Connection, number: int, tags: tuple[str, ...]) -> None:
    """Give a paper tags; those it has already stay."""
    connection.executemany("INSERT OR IGNORE INTO tags (tag, paper) VALUES (?, ?)", [(t, number) for t in tags])


def insert(connection: sqlite3.Connection, paper: Paper) -> Entered:
    """A paper of its own, under a key that no other has."""
    named = _noticed(connection, 0, _named(connection, paper))
    number = connection.execute(
        f"INSERT INTO papers ({FIELDS}) VALUES ({', '.join('?' * len(FIELDS.split(', ')))})", row_from(named)
    ).lastrowid
    assert number is not None
    _index(connection, number, named, paper.key)
    return Entered(Outcome.ADDED, number, named)


def _update(connection: sqlite3.Connection, number: int, paper: Paper, name: RecordName) -> Entered:
    before = paper_of(connection, number)
    sole = len(sources_of(connection, number)) == 1
    _note(connection, number, name, "" if sole else text_of(paper))
    after = paper if sole else together(connection, number, merged(paper, before))
    after = replace(after, key=before.key, id=(paper.id if sole else after.id) or before.id)
    _also_called(connection, number, paper.key)
    return rewrite(connection, number, before, after, Outcome.UPDATED)


def _merge(connection: sqlite3.Connection, number: int, paper: Paper, name: RecordName, by: str) -> Entered:
    before = paper_of(connection, number)
    remember(connection, number, before)
    _note(connection, number, name, text_of(paper), by)
    _also_called(connection, number, paper.key)
    after = together(connection, number, merged(before, paper))
    return rewrite(connection, number, before, after, Outcome.DUPLICATE)


def _note(connection: sqlite3.Connection, number: int, name: RecordName, said: str = "", by: str = "") -> None:
    """Note where the paper came from; a record that is its own already keeps its place among the others."""
    file, record, print_ = name
    connection.execute(
        "INSERT INTO sources (file, record, fingerprint, paper, place, said, merged_by) VALUES (?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (file, record) DO UPDATE SET fingerprint = excluded.fingerprint, said = excluded.said,"
        " place = iif(paper = excluded.paper, place, excluded.place),"
        " merged_by = iif(paper = excluded.paper, merged_by, excluded.merged_by), paper = excluded.paper",
        (file, record, print_, number, next_place(connection, number), said, by),
    )


def rewrite(connection: sqlite3.Connection, number: int, before: Paper, after: Paper, outcome: Outcome) -> Entered:
    """Put another record in a paper's place."""
    after = _noticed(connection, number, after)
    if row_from(before) == row_from(after):
        return Entered(outcome, number)
    put(connection, number, after)
    reads_the_same = (before.title, before.abstract) == (after.title, after.abstract)
    return Entered(outcome, number, None if reads_the_same else after)


def put(connection: sqlite3.Connection, number: int, paper: Paper) -> None:
    """Write a paper's row, and index it anew."""
    assignments = ", ".join(f"{field} = ?" for field in FIELDS.split(", "))
    connection.execute(f"UPDATE papers SET {assignments} WHERE number = ?", (*row_from(paper), number))
    connection.execute("DELETE FROM identities WHERE paper = ?", (number,))
    _index(connection, number, paper, paper.key)


def _index(connection: sqlite3.Connection, number: int, paper: Paper, key: str) -> None:
    connection.executemany(
        "INSERT OR IGNORE INTO identities (name, paper) VALUES (?, ?)",
        [(name, number) for name in identities(paper)],
    )
    _also_called(connection, number, key)
    lookup.index(connection, number, paper)
    notice(connection, number, paper)


def notice(connection: sqlite3.Connection, number: int, paper: Paper) -> None:
    """Keep what a paper says of others, if it is a notice, and mark those that are there."""
    connection.execute("DELETE FROM notices WHERE paper = ?", (number,))
    for target, status in notices(paper):
        kind, _, name = target.partition(":")
        name = squashed(name) if kind == "title" else name
        if kind == "title" and len(name) < 8:
            continue
        connection.execute("INSERT OR IGNORE INTO notices VALUES (?, ?, ?)", (f"{kind}:{name}", number, status))
        query = "SELECT paper FROM identities WHERE name = ? AND paper != ?"
        for (other,) in connection.execute(query, (f"{kind}:{name}", number)).fetchall():
            there = paper_of(connection, other)
            if kind != "title" or may_be_noticed(there, paper):
                connection.execute(
                    "UPDATE papers SET status = ? WHERE number = ?", (gravest(there.status, status), other)
                )


def _noticed(connection: sqlite3.Connection, number: int, paper: Paper) -> Paper:
    """The paper with the status that notices in the library give it."""
    statuses = [paper.status]
    for name in identities(paper):
        query = "SELECT paper, status FROM notices WHERE target = ? AND paper != ?"
        for other, status in connection.execute(query, (name, number)).fetchall():
            if not name.startswith("title:") or may_be_noticed(paper, paper_of(connection, other)):
                statuses.append(status)
    return replace(paper, status=gravest(*statuses))


def _also_called(connection: sqlite3.Connection, number: int, key: str) -> None:
    connection.executemany("INSERT OR IGNORE INTO keys (key, paper) VALUES (?, ?)", [(key, number)] if key else [])


def _same_paper(
    connection: sqlite3.Connection, paper: Paper, file: str, known: int | None, *, beside: int = 0
) -> tuple[int, str] | None:
    """The paper that a record is of, `beside` another, and the identity that says so.

    Not one that was taken apart from `known`.
    """
    for name in identities(paper):
        query = "SELECT paper FROM identities WHERE name = ? AND paper != ?"
        for (number,) in connection.execute(query, (name, beside)).fetchall():
            there = paper_of(connection, number)
            certain = is_certain(name) and not cannot_be_same(there, paper)
            alike = certain or (may_be_same(there, paper) and not _told_apart(connection, number, paper, file))
            if alike and (known is None or not _taken_apart(connection, number, known)):
                return _the_one(connection, int(number), fingerprint(paper)), name
    return None


def _taken_apart(connection: sqlite3.Connection, number: int, known: int) -> bool:
    query = "SELECT 1 FROM apart WHERE paper = ? AND other = ?"
    return connection.execute(query, (number, known)).fetchone() is not None


def _the_one(connection: sqlite3.Connection, number: int, print_: str) -> int:
    """Of papers that were taken apart, the one that has this very record already; else the one given."""
    query = (
        "SELECT s.paper FROM apart a JOIN sources s ON s.paper IN (a.paper, a.other)"
        " WHERE a.paper = ? AND s.fingerprint = ? ORDER BY s.paper != a.paper LIMIT 1"
    )
    found = connection.execute(query, (number, print_)).fetchone()
    return int(found[0]) if found else number


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


def paper_of(connection: sqlite3.Connection, number: int) -> Paper:
    """The paper of this number, without tags and file."""
    return paper_from(connection.execute(f"SELECT {FIELDS} FROM papers WHERE number = ?", (number,)).fetchone())
