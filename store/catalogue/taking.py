"""Papers that were removed, with every row that was theirs, so that they can be put back as they were."""

import sqlite3
from collections.abc import Iterable

from store.errors import StoreError
from store.records import EmbedderId, Taken

_PARTS = {
    "papers": "number = ?",
    "families": "paper = ?",
    "sources": "paper = ?",
    "identities": "paper = ?",
    "notices": "paper = ?",
    "keys": "paper = ?",
    "tags": "paper = ?",
    "apart": "? IN (paper, other)",
    "passages": "paper = ?",
    "sentences": "paper = ?",
    "words": "rowid = ?",
}
"""The tables that hold something of a paper, and which rows are a paper's."""

_ALSO = {"words": "rowid, "}


def copied(db: sqlite3.Connection, number: int, embedder: EmbedderId | None) -> Taken:
    """All rows of a paper that is still there."""
    (key,) = db.execute("SELECT key FROM papers WHERE number = ?", (number,)).fetchone()
    rows = []
    for table, its in _PARTS.items():
        found = db.execute(f"SELECT {_ALSO.get(table, '')}* FROM {table} WHERE {its}", (number,))
        columns = tuple(column[0] for column in found.description)
        rows += [(table, columns, tuple(values)) for values in found]
    return Taken(number, key, embedder, tuple(rows))


def put_back(db: sqlite3.Connection, taken: Taken, embedder: EmbedderId | None) -> list[int]:
    """Insert the rows again; returns the numbers of the passages. Raises `StoreError` where they fit no more."""
    if taken.embedder != embedder:
        raise StoreError(
            f"{taken.key} cannot be put back: the library was embedded anew meanwhile.", hint="Add its file again."
        )
    try:
        for table, columns, values in taken.rows:
            if table != "apart" or _are_there(db, values):
                db.execute(
                    f"INSERT INTO {table} ({', '.join(map(_quoted, columns))})"
                    f" VALUES ({', '.join('?' for _ in columns)})",
                    values,
                )
    except sqlite3.IntegrityError as error:
        raise StoreError(
            f"{taken.key} cannot be put back: its file was added again meanwhile.",
            hint="Nothing was changed; the paper may be in the library already.",
        ) from error
    return [number for table, _, (number, *_) in taken.rows if table == "passages" and isinstance(number, int)]


def _are_there(db: sqlite3.Connection, papers: Iterable[object]) -> bool:
    return all(db.execute("SELECT 1 FROM papers WHERE number = ?", (paper,)).fetchone() for paper in papers)


def _quoted(column: str) -> str:
    return f'"{column}"'
