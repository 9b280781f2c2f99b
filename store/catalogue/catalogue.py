"""The catalogue as the rest of the store sees it."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import numpy as np
import numpy.typing as npt

from store.catalogue.connection import connect
from store.catalogue.entry import Entered, enter, tag
from store.catalogue.rows import FIELDS, paper_from
from store.embedding.base import Vectors
from store.errors import NoSuchPaper, StoreError
from store.records import EmbedderId, Filters, Paper, Passage

Numbers = npt.NDArray[np.int64]


class Catalogue:
    """Papers, passages and vectors in one SQLite file; writes happen inside `writing()`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._db = connect(path)

    def close(self) -> None:
        """Close the file; the object is of no use afterwards."""
        self._db.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One transaction: all of it is kept, or nothing. Counts as one change of the library."""
        try:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._set("changes", str(self.changes + 1))
                self._db.execute("COMMIT")
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
        except sqlite3.OperationalError as error:
            raise StoreError(
                f"The library at {self.path} cannot be written: {error}.",
                hint="Nothing of this batch was kept, what was there before is whole. Free some space or check the"
                " folder's permissions, then run the same command again.",
            ) from error

    @contextmanager
    def reading(self) -> Iterator[None]:
        """One state of the library for several reads, whatever another process writes meanwhile."""
        if self._db.in_transaction:
            yield
            return
        self._db.execute("BEGIN")
        try:
            yield
        finally:
            self._db.execute("COMMIT")

    @property
    def changes(self) -> int:
        """How many transactions changed the library so far: tells an index that it is behind."""
        return int(self._get("changes") or 0)

    @property
    def embedder(self) -> EmbedderId | None:
        """The model that made the stored vectors; None before the first."""
        stored = self._get("embedder")
        return EmbedderId(**json.loads(stored)) if stored else None

    def set_embedder(self, embedder: EmbedderId) -> None:
        """Remember the model of all vectors to come (inside `writing()`)."""
        self._set("embedder", json.dumps(asdict(embedder)))

    # -- writing -----------------------------------------------------------------------------

    def enter(self, paper: Paper, *, file: str, record: str) -> Entered:
        """Enter one record of a file; see `store.catalogue.entry`."""
        entered = enter(self._db, paper, file=file, record=record)
        tag(self._db, entered.number, paper.tags)
        return entered

    def drop_passages(self, number: int) -> list[int]:
        """Delete a paper's passages; returns their numbers, which are never used again."""
        rows = self._db.execute("DELETE FROM passages WHERE paper = ? RETURNING number", (number,)).fetchall()
        return [row[0] for row in rows]

    def add_passage(self, paper: int, passage: Passage, vector: Vectors) -> int:
        """Add a passage with its vector of shape (dimension,); returns the passage's number."""
        row = self._db.execute(
            'INSERT INTO passages (paper, start, "end", vector) VALUES (?, ?, ?, ?) RETURNING number',
            (paper, passage.start, passage.end, vector.astype("<f2").tobytes()),
        ).fetchone()
        return int(row[0])

    # -- reading -----------------------------------------------------------------------------

    def count(self) -> int:
        """How many papers there are."""
        return int(self._db.execute("SELECT count(*) FROM papers").fetchone()[0])

    def paper(self, number: int) -> Paper:
        """The paper of this number."""
        return self.papers([number])[number]

    def papers(self, numbers: Iterable[int]) -> dict[int, Paper]:
        """The papers of these numbers; a number that is gone is left out."""
        found = {}
        for number in numbers:
            row = self._db.execute(f"SELECT {FIELDS} FROM papers WHERE number = ?", (number,)).fetchone()
            if row:
                found[number] = paper_from(row, self._tags(number), self._source(number))
        return found

    def find(self, name: str) -> Paper:
        """The paper with this cite key, or with this identifier where only one has it."""
        for query in (
            "SELECT number FROM papers WHERE key = ?",
            "SELECT DISTINCT paper FROM keys WHERE key = ?",
            "SELECT number FROM papers WHERE id = ?",
        ):
            rows = self._db.execute(query, (name,)).fetchall()
            if len(rows) == 1:
                return self.paper(rows[0][0])
        raise NoSuchPaper(
            f"No paper has the key or identifier '{name}'.",
            hint="`assistant papers list` shows the keys, `assistant search` finds papers by their content.",
        )

    def listed(self, filters: Filters, *, limit: int | None = None) -> Iterator[Paper]:
        """Papers that pass the filters, by first author and year."""
        where, values = _conditions(filters)
        rows = self._db.execute(
            f"SELECT number FROM papers {where} ORDER BY authors = '[]', authors, year, title LIMIT ?",
            [*values, -1 if limit is None else limit],
        ).fetchall()
        for (number,) in rows:
            yield self.paper(number)

    def allowed(self, filters: Filters) -> set[int] | None:
        """Numbers of the papers that pass the filters; None where there is nothing to filter."""
        if not filters:
            return None
        where, values = _conditions(filters)
        return {number for (number,) in self._db.execute(f"SELECT number FROM papers {where}", values)}

    def passage(self, number: int) -> tuple[int, str] | None:
        """Paper and text of a passage, or None where it is gone; a paper without an abstract has an empty passage."""
        row = self._db.execute(
            'SELECT p.number, substr(p.abstract, g.start + 1, g."end" - g.start) FROM passages g'
            " JOIN papers p ON p.number = g.paper WHERE g.number = ?",
            (number,),
        ).fetchone()
        return (int(row[0]), str(row[1])) if row else None

    def passage_count(self) -> int:
        """How many passages (and so vectors) there are."""
        return int(self._db.execute("SELECT count(*) FROM passages").fetchone()[0])

    def passage_papers(self) -> tuple[Numbers, Numbers]:
        """All passages' numbers and, beside each, its paper's; both of shape (passages,)."""
        rows = self._db.execute("SELECT number, paper FROM passages ORDER BY number").fetchall()
        table = np.array(rows, dtype=np.int64).reshape(-1, 2)
        return table[:, 0], table[:, 1]

    def vectors(self, numbers: Sequence[int]) -> Vectors:
        """The vectors of these passages, shape (len(numbers), dimension)."""
        select = "SELECT vector FROM passages WHERE number = ?"
        blobs = [self._db.execute(select, (int(number),)).fetchone()[0] for number in numbers]
        dimension = self.embedder.dimension if self.embedder else 0
        stored = np.frombuffer(b"".join(blobs), dtype="<f2").reshape(len(blobs), dimension)
        return stored.astype(np.float32)

    def lexical(self, query: str, *, limit: int, allowed: set[int] | None) -> dict[int, float]:
        """BM25 of the papers matching an FTS5 query, higher is better; the title counts double."""
        rows = self._db.execute(
            "SELECT rowid, bm25(words, 2.0, 1.0, 1.0, 0.5) AS score FROM words WHERE words MATCH ?"
            " ORDER BY score LIMIT ?",
            (query, limit if allowed is None else -1),
        )
        passing = ((number, -score) for number, score in rows if allowed is None or number in allowed)
        return dict(list(passing)[:limit])

    def document_frequency(self, words: Iterable[str]) -> dict[str, int]:
        """In how many papers each word (as the full text stems it) occurs."""
        count = "SELECT count(*) FROM words WHERE words MATCH ?"
        return {word: int(self._db.execute(count, (f'"{word}"',)).fetchone()[0]) for word in words}

    def check(self) -> list[str]:
        """What is wrong inside the file; empty when it is whole."""
        try:
            problems = [str(row[0]) for row in self._db.execute("PRAGMA integrity_check") if row[0] != "ok"]
        except (StoreError, sqlite3.DatabaseError) as error:
            return [str(error)]
        queries = {
            "papers without a passage": "SELECT count(*) FROM papers WHERE number NOT IN (SELECT paper FROM passages)",
            "papers not in the full text": "SELECT count(*) FROM papers WHERE number NOT IN (SELECT rowid FROM words)",
        }
        for name, query in queries.items():
            (count,) = self._db.execute(query).fetchone()
            problems += [f"{count} {name}"] if count else []
        return problems

    def _tags(self, number: int) -> tuple[str, ...]:
        rows = self._db.execute("SELECT tag FROM tags WHERE paper = ? ORDER BY tag", (number,))
        return tuple(row[0] for row in rows)

    def _source(self, number: int) -> str:
        row = self._db.execute("SELECT file FROM sources WHERE paper = ? LIMIT 1", (number,)).fetchone()
        return Path(row[0]).name if row else ""

    def _get(self, name: str) -> str | None:
        row = self._db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    def _set(self, name: str, value: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", (name, value))


def _conditions(filters: Filters) -> tuple[str, list[str | int]]:
    first, last = filters.years
    wanted: list[tuple[str, str | int | None]] = [
        ("year >= ?", first),
        ("year <= ?", last),
        ("contains(authors, ?)", filters.author or None),
        ("contains(venue, ?)", filters.venue or None),
        ("number IN (SELECT paper FROM tags WHERE tag = ?)", filters.tag or None),
        ("number IN (SELECT paper FROM sources WHERE contains(file_name(file), ?))", filters.source or None),
    ]
    parts = [(condition, value) for condition, value in wanted if value is not None]
    where = "WHERE " + " AND ".join(condition for condition, _ in parts) if parts else ""
    return where, [value for _, value in parts]
