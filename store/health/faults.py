"""What is wrong inside a catalogue, as the numbers of the papers that it is wrong with."""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress

import numpy as np

from store.catalogue.lookup import derived
from store.catalogue.rows import FIELDS, paper_from
from store.errors import StoreError

Numbers = set[int]


def structure(database: sqlite3.Connection) -> list[str]:
    """What SQLite finds wrong in the file, the index of the full text included."""
    try:
        said = [str(row[0]) for row in database.execute("PRAGMA integrity_check(20)")]
    except (StoreError, sqlite3.DatabaseError) as error:
        return [str(error)]
    return [text for text in said if text != "ok"]


def full_text(database: sqlite3.Connection) -> str:
    """Why the index of the full text is of no use; "" where it is sound, or cannot be asked on a read-only disk."""
    with suppress(sqlite3.OperationalError):
        try:
            database.execute("INSERT INTO words (words) VALUES ('integrity-check')")
            database.execute("SELECT count(*) FROM vocabulary").fetchone()
        except (StoreError, sqlite3.DatabaseError) as error:
            if isinstance(error, sqlite3.OperationalError) and "no such table" not in str(error):
                raise
            return str(error)
    return ""


def orphans(database: sqlite3.Connection) -> Counter[str]:
    """By table, how many rows belong to a paper or passage that is not there."""
    return Counter(table for table, *_ in database.execute("PRAGMA foreign_key_check"))


def not_looked_up(database: sqlite3.Connection) -> Iterator[Numbers]:
    """Papers that searches by words, names, titles or filters miss or misplace, some hundred looked at each time."""
    strays = "SELECT rowid FROM words WHERE rowid NOT IN (SELECT number FROM papers)"
    yield {number for (number,) in database.execute(strays)}
    select = f"SELECT number, squashed, people, place, {FIELDS} FROM papers WHERE number > ? ORDER BY number LIMIT 200"
    last = 0
    while rows := database.execute(select, (last,)).fetchall():
        last = rows[-1][0]
        yield {row[0] for row in rows if _looked_up(database, row[0], row[1:4]) != derived(paper_from(row[4:]))}


def _looked_up(database: sqlite3.Connection, number: int, columns: tuple[str, ...]) -> tuple[object, ...]:
    families = database.execute("SELECT family FROM families WHERE paper = ?", (number,))
    terms = database.execute("SELECT terms FROM words WHERE rowid = ?", (number,)).fetchone()
    return (*columns, frozenset(name for (name,) in families), terms[0] if terms else None)


def without_passages(database: sqlite3.Connection) -> Numbers:
    """Papers without a passage, or with one that reaches beyond the abstract."""
    missing = "SELECT number FROM papers WHERE number NOT IN (SELECT paper FROM passages)"
    beyond = (
        "SELECT paper FROM passages JOIN papers ON papers.number = paper"
        ' WHERE start < 0 OR "end" < start OR "end" > length(abstract)'
    )
    return {number for query in (missing, beyond) for (number,) in database.execute(query)}


def without_vectors(database: sqlite3.Connection, dimension: int) -> Numbers:
    """Papers with a passage whose vector is missing, cut off, or no vector of length 1."""
    rows = database.execute("SELECT paper, vector FROM passages")
    return {paper for paper, vector in rows if not _are_vectors(vector, 1, dimension)}


def without_sentences(database: sqlite3.Connection, dimension: int) -> Numbers:
    """Papers without the vectors of their sentences, or with such as do not fit."""
    missing = "SELECT number FROM papers WHERE number NOT IN (SELECT paper FROM sentences)"
    found = {number for (number,) in database.execute(missing)}
    for paper, spans, vectors in database.execute("SELECT paper, spans, vectors FROM sentences"):
        if len(spans) % 8 or not _are_vectors(vectors, len(spans) // 8, dimension):
            found.add(paper)
    return found


def _are_vectors(blob: object, count: int, dimension: int) -> bool:
    if not isinstance(blob, bytes) or len(blob) != 2 * count * dimension:
        return False
    rows = np.frombuffer(blob, dtype="<f2").astype(np.float32).reshape(count, dimension)
    with np.errstate(all="ignore"):
        lengths = np.linalg.norm(rows, axis=1)
    return bool(np.all(np.abs(lengths - 1) < 0.05))
