"""Mending a library: each thing that is done is told. What cannot be made again is never deleted."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from store.backup.snapshot import opened
from store.catalogue.connection import connect
from store.catalogue.lookup import index_all, index_some
from store.health import faults
from store.health.examining import vectors_check
from store.library import Library, LibraryPaths
from store.locking import holder_of, writer_lock
from store.records import Progress
from store.truth import databases

Stop = Callable[[], bool]
Step = Progress | str

WORDS = (
    "DROP TABLE IF EXISTS vocabulary",
    "DROP TABLE IF EXISTS words",
    "CREATE VIRTUAL TABLE words USING fts5 (terms, tokenize = 'unicode61 remove_diacritics 0')",
    "CREATE VIRTUAL TABLE vocabulary USING fts5vocab (words, row)",
)
"""The full text as `schema.sql` makes it, over again."""


def mended(home: Path, stop: Stop) -> Iterator[Step]:
    """Mend what needs no model; yields a sentence for each thing done."""
    stale = (home / "writer.json").exists() and not holder_of(home)[0]
    with writer_lock(home, "mending the library"):  # its end removes the note
        yield from _leftovers(home)
    if stale:
        yield "Removed writer.json, left by a process that was killed."
    catalogue = LibraryPaths(home).catalogue
    for name in databases(home):
        if home / name != catalogue:
            yield from _strays_of(home / name)
    if not catalogue.is_file() or stop():
        return
    with writer_lock(home, "mending the library"), closing(connect(catalogue)) as database:
        yield from _structure(database)
        yield from _orphans(database)
        yield from _looked_up(database, stop)


def mended_index(library: Library, home: Path, stop: Stop) -> Iterator[Step]:
    """Embed again what has no sound vectors, then bring the index after the catalogue."""
    with closing(connect(LibraryPaths(home).catalogue)) as database:
        embedder = library.catalogue.embedder
        dimension = embedder.dimension if embedder else 0
        papers = faults.without_passages(database) | faults.without_vectors(database, dimension)
        papers |= faults.without_sentences(database, dimension)
    if papers:
        yield from library.embed_again(sorted(papers), stop)
        yield f"Embedded {len(papers):,} papers again that had no sound vectors."
    elif not vectors_check(library).well:
        numbers = sorted(set(library.catalogue.passage_papers()[1].tolist()))
        yield from library.embed_again(numbers, stop)
        yield f"Embedded all {len(numbers):,} papers again: their vectors were not those of this model."
    library.attach()
    missing, stale = library.index_gap()
    yield from library.in_step(stop, anyway=True)
    if missing or stale:
        yield f"Brought the vector index in step: {missing:,} passages added, {stale:,} removed."


def _leftovers(home: Path) -> Iterator[str]:
    for left in home.glob(".restore-*"):
        shutil.rmtree(left, ignore_errors=True)
        yield f"Removed {left.name}, left by a restore that was killed."


def _strays_of(path: Path) -> Iterator[str]:
    try:
        with closing(opened(path)) as database:
            strays = sum(faults.orphans(database).values())
        if strays:
            with closing(sqlite3.connect(path, isolation_level=None, timeout=30)) as database, _transaction(database):
                _delete_orphans(database)
            yield f"Removed {strays:,} rows of {path.name} that belonged to nothing."
    except sqlite3.DatabaseError:
        return  # damaged: the check says so


def _structure(database: sqlite3.Connection) -> Iterator[Step]:
    if faults.structure(database):
        yield Progress("Making SQLite's indexes anew", 0)
        with _transaction(database):
            database.execute("REINDEX")
        if not faults.structure(database):
            yield "Made SQLite's indexes of the catalogue anew."
    if faults.full_text(database):
        yield Progress("Making the full text anew", 0)
        with _transaction(database):
            for statement in WORDS:
                database.execute(statement)
            index_all(database)
        yield "Made the full text anew."


def _orphans(database: sqlite3.Connection) -> Iterator[str]:
    strays = faults.orphans(database)
    if strays:
        with _transaction(database):
            _delete_orphans(database)
            _count_a_change(database)
        yield f"Removed {sum(strays.values()):,} rows that belonged to no paper ({', '.join(sorted(strays))})."


def _delete_orphans(database: sqlite3.Connection) -> None:
    """Delete the rows whose parent is not there, whatever the tables are."""
    while strays := faults.orphans(database):
        for table in strays:
            for _, _, parent, own, theirs, *_ in database.execute(f'PRAGMA foreign_key_list("{table}")').fetchall():
                key = theirs or _primary_key(database, parent)
                lost = f'"{own}" IS NOT NULL AND "{own}" NOT IN (SELECT "{key}" FROM "{parent}")'
                database.execute(f'DELETE FROM "{table}" WHERE {lost}')


def _primary_key(database: sqlite3.Connection, table: str) -> str:
    return next(str(name) for _, name, *_, key in database.execute(f'PRAGMA table_info("{table}")') if key == 1)


def _looked_up(database: sqlite3.Connection, stop: Stop) -> Iterator[Step]:
    missed: set[int] = set()
    for found in faults.not_looked_up(database):
        yield Progress("Looking for papers that searches miss", len(missed))
        missed |= found
        if stop():
            return
    there = {number for (number,) in database.execute("SELECT number FROM papers")}
    if missed:
        with _transaction(database):
            database.executemany("DELETE FROM words WHERE rowid = ?", [(number,) for number in missed])
            index_some(database, sorted(missed & there))
            _count_a_change(database)
        yield f"Entered {len(missed):,} papers into the full text and the lists of names anew."


def _count_a_change(database: sqlite3.Connection) -> None:
    """Whoever has the library open sees that something is another now."""
    database.execute("UPDATE meta SET value = CAST(value AS INTEGER) + 1 WHERE name = 'changes'")


@contextmanager
def _transaction(database: sqlite3.Connection) -> Iterator[None]:
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        if database.in_transaction:  # a full disk has undone it already
            database.execute("ROLLBACK")
        raise
    database.execute("COMMIT")
