"""The catalogue as the rest of the store sees it."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import asdict, replace
from heapq import nsmallest
from pathlib import Path

import numpy as np

from store.catalogue import merging, overview, taking
from store.catalogue.conditions import conditions
from store.catalogue.connection import connect, is_writable
from store.catalogue.entry import BY_HAND, Entered, enter, has_tags, join, same_as, tag, unchanged
from store.catalogue.overview import Statistics
from store.catalogue.rows import FIELDS, paper_from
from store.catalogue.sources import Source
from store.catalogue.stretches import Numbers, Stretches
from store.embedding.base import Span, Vectors
from store.errors import NoSuchPaper, StoreError
from store.records import EmbedderId, Entry, Filters, Paper, Passage, Taken

_FILTERS_KEPT = 16
_BLOCK = 500


class Catalogue:
    """Papers, passages and vectors in one SQLite file; writes happen inside `writing()`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._db = connect(path)
        self.read_only = not is_writable(path)
        """Whether this user may not write the file."""
        self._counted: dict[str, int] = {}
        self._counted_at = -1
        self._allowed: dict[Filters, frozenset[int]] = {}
        self._allowed_at = (-1, -1, -1)

    def close(self) -> None:
        """Close the file; the object is of no use afterwards."""
        self._db.close()

    @contextmanager
    def writing(self, *, counted: bool = True) -> Iterator[None]:
        """One transaction: all of it is kept, or nothing. Counts as one change of what searches see."""
        try:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                if counted:
                    self._set("changes", str(self.changes + 1))
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:  # a full disk has undone it already
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
    def version(self) -> int:
        """Another number whenever another connection has written, also what does not count as a change."""
        return int(self._db.execute("PRAGMA data_version").fetchone()[0])

    @property
    def embedder(self) -> EmbedderId | None:
        """The model that made the stored vectors; None before the first."""
        stored = self._get("embedder")
        return EmbedderId(**json.loads(stored)) if stored else None

    def set_embedder(self, embedder: EmbedderId) -> None:
        """Remember the model of all vectors to come (inside `writing()`)."""
        self._set("embedder", json.dumps(asdict(embedder)))

    @property
    def embedder_folder(self) -> str:
        """The folder of that model when it was used last; empty where nobody noted it."""
        return self._get("embedder_folder") or ""

    def note_embedder_folder(self, folder: str) -> None:
        """Remember where the model lies, so that it can serve until another has taken its place."""
        if self.embedder is not None and folder != self.embedder_folder and not self.read_only:
            with self.writing(counted=False):
                self._set("embedder_folder", folder)

    # -- writing -----------------------------------------------------------------------------

    def enter(self, paper: Paper, *, file: str, record: str) -> Entered:
        """Enter one record of a file; see `store.catalogue.entry`."""
        entered = enter(self._db, paper, file=file, record=record)
        tag(self._db, entered.number, paper.tags)
        while other := same_as(self._db, entered, paper, file):
            entered = self._joined(entered, *other)
        return entered

    def _joined(self, entered: Entered, other: int, by: str) -> Entered:
        """The paper that a record makes one of with another that was there: a version between the two has come."""
        kept, gone = sorted((entered.number, other))
        joined, passages = self.join(kept, gone, by=by)
        return replace(
            joined, outcome=entered.outcome, gone=(*entered.gone, gone), passages=(*entered.passages, *passages)
        )

    def has_all(self, papers: Iterable[tuple[Paper, str]], file: str) -> bool:
        """Whether every record (paper, name) of a file is there just as it is, tags and all."""
        return all(
            (number := unchanged(self._db, paper, file, record)) is not None and has_tags(self._db, number, paper.tags)
            for paper, record in papers
        )

    def drop_passages(self, number: int) -> list[int]:
        """Delete a paper's passages and sentences; returns the passages' numbers, which are never used again."""
        self._db.execute("DELETE FROM sentences WHERE paper = ?", (number,))
        self._db.execute("DELETE FROM next_sentences WHERE paper = ?", (number,))
        rows = self._db.execute("DELETE FROM passages WHERE paper = ? RETURNING number", (number,)).fetchall()
        return [row[0] for row in rows]

    def add_passage(self, paper: int, passage: Passage, vector: Vectors) -> int:
        """Add a passage with its vector of shape (dimension,); returns the passage's number."""
        row = self._db.execute(
            'INSERT INTO passages (paper, start, "end", vector) VALUES (?, ?, ?, ?) RETURNING number',
            (paper, passage.start, passage.end, _stored(vector)),
        ).fetchone()
        return int(row[0])

    def set_sentences(self, paper: int, spans: Sequence[Span], vectors: Vectors) -> None:
        """Keep the vectors, shape (sentences, dimension), of the sentences of a paper's abstract."""
        self._db.execute(
            "INSERT OR REPLACE INTO sentences (paper, spans, vectors) VALUES (?, ?, ?)",
            (paper, np.array(spans, dtype="<i4").tobytes(), _stored(vectors)),
        )

    def remove(self, number: int) -> list[int]:
        """Delete a paper and all that is kept of it; returns the numbers of its passages."""
        passages = self.drop_passages(number)
        self._db.execute("DELETE FROM words WHERE rowid = ?", (number,))
        self._db.execute("DELETE FROM papers WHERE number = ?", (number,))
        return passages

    def copied(self, number: int) -> Taken:
        """A paper with all that is kept of it, to be put back after it was removed."""
        return taking.copied(self._db, number, self.embedder)

    def put_back(self, taken: Taken) -> list[int]:
        """Make a removed paper as it was; returns the numbers of its passages."""
        return taking.put_back(self._db, taken, self.embedder)

    def separate(self, number: int, records: Sequence[int]) -> list[Entered]:
        """Undo merges of a paper; see `store.catalogue.merging.separate`."""
        return merging.separate(self._db, number, records)

    def join(self, kept: int, other: int, *, by: str = BY_HAND) -> tuple[Entered, list[int]]:
        """Make one paper of two; how it is now, and the numbers of the passages that went."""
        entered = join(self._db, kept, other, by)
        return entered, self.remove(other)

    def drop_records(self, records: Iterable[tuple[str, str]]) -> tuple[list[Entered], list[int]]:
        """Take records (file, record) away, and papers that have no other; what is left, and the passages that went."""
        gone, entered = merging.without(self._db, records)
        return entered, [passage for number in gone for passage in self.remove(number)]

    def set_tags(self, numbers: Sequence[int], *, add: Sequence[str] = (), remove: Sequence[str] = ()) -> int:
        """Give papers tags and take others from them; returns how many papers have changed."""
        self._allowed.clear()
        with self.writing(counted=False):
            return overview.set_tags(self._db, numbers, add, remove)

    # -- another embedder ---------------------------------------------------------------------

    def start_next(self, embedder: EmbedderId) -> None:
        """Make ready for the vectors of another model; those begun with a third one are dropped."""
        if self._get("next_embedder") != json.dumps(asdict(embedder)):
            self._db.execute("DELETE FROM next_passages")
            self._db.execute("DELETE FROM next_sentences")
            self._set("next_embedder", json.dumps(asdict(embedder)))

    def without_next(self, limit: int) -> list[int]:
        """Papers with a passage that has no vector of the other model yet."""
        query = (
            "SELECT DISTINCT paper FROM passages WHERE number NOT IN (SELECT passage FROM next_passages)"
            " ORDER BY paper LIMIT ?"
        )
        return [paper for (paper,) in self._db.execute(query, (limit,))]

    def next_count(self) -> int:
        """How many passages have a vector of the other model."""
        return int(self._db.execute("SELECT count(*) FROM next_passages").fetchone()[0])

    def passages_of(self, paper: int) -> list[tuple[int, Span]]:
        """The passages of a paper: number and (start, end) in the abstract."""
        query = 'SELECT number, start, "end" FROM passages WHERE paper = ? ORDER BY start, number'
        return [(number, (start, end)) for number, start, end in self._db.execute(query, (paper,))]

    def set_next(self, paper: int, passages: Mapping[int, Vectors], spans: Sequence[Span], vectors: Vectors) -> None:
        """Keep the other model's vectors of a paper: by passage number, and of its sentences."""
        self._db.executemany(
            "INSERT OR REPLACE INTO next_passages (passage, vector) VALUES (?, ?)",
            [(number, _stored(vector)) for number, vector in passages.items()],
        )
        self._db.execute(
            "INSERT OR REPLACE INTO next_sentences (paper, spans, vectors) VALUES (?, ?, ?)",
            (paper, np.array(spans, dtype="<i4").tobytes(), _stored(vectors)),
        )

    def adopt_next(self, embedder: EmbedderId) -> None:
        """Put the other model's vectors in the place of all others (inside `writing()`)."""
        self._db.execute(
            "UPDATE passages SET vector = (SELECT vector FROM next_passages WHERE passage = passages.number)"
        )
        self._db.execute("DELETE FROM sentences")
        self._db.execute("INSERT INTO sentences SELECT * FROM next_sentences")
        self._db.execute("DELETE FROM next_passages")
        self._db.execute("DELETE FROM next_sentences")
        self._db.execute("DELETE FROM meta WHERE name IN ('next_embedder', 'embedder_folder')")
        self.set_embedder(embedder)

    def without_sentences(self, limit: int) -> list[int]:
        """Papers whose sentences have no vectors: those of a library that an older version made."""
        query = "SELECT number FROM papers WHERE number NOT IN (SELECT paper FROM sentences) ORDER BY number LIMIT ?"
        return [number for (number,) in self._db.execute(query, (limit,))]

    # -- reading -----------------------------------------------------------------------------

    def count(self) -> int:
        """How many papers there are."""
        return int(self._db.execute("SELECT count(*) FROM papers").fetchone()[0])

    def paper(self, number: int) -> Paper:
        """The paper of this number."""
        return self.papers([number])[number]

    def papers(self, numbers: Iterable[int]) -> dict[int, Paper]:
        """The papers of these numbers; a number that is gone is left out."""
        wanted = list(numbers)
        listed = _listed(wanted)
        among = "(SELECT value FROM json_each(?))"
        select = f"SELECT {FIELDS}, number FROM papers WHERE number IN {among}"
        rows = {row[-1]: row[:-1] for row in self._db.execute(select, (listed,))}
        tags: dict[int, list[str]] = {}
        for paper, tag_ in self._db.execute(
            f"SELECT paper, tag FROM tags WHERE paper IN {among} ORDER BY tag", (listed,)
        ):
            tags.setdefault(paper, []).append(tag_)
        select = f"SELECT paper, min(file) FROM sources WHERE paper IN {among} GROUP BY paper"
        files = {paper: Path(file).name for paper, file in self._db.execute(select, (listed,))}
        return {n: paper_from(rows[n], tuple(tags.get(n, ())), files.get(n, "")) for n in wanted if n in rows}

    def merges(self) -> list[tuple[int, list[Source]]]:
        """The papers that were made of several records, and these, in the order in which they came."""
        return merging.merged_papers(self._db)

    def apart(self) -> set[tuple[int, int]]:
        """The pairs of papers whose merge was undone, each both ways."""
        return set(self._db.execute("SELECT paper, other FROM apart").fetchall())

    def records_of(self, file: str, *, below: bool = False) -> list[tuple[str, str, int]]:
        """The records (file, record, paper) of a file; with `below` those of all files in a folder."""
        where = "substr(file, 1, length(?1)) = ?1" if below else "file = ?1"
        return self._db.execute(f"SELECT file, record, paper FROM sources WHERE {where}", (file,)).fetchall()

    def source_counts(self, numbers: Iterable[int]) -> dict[int, int]:
        """Of how many records each of these papers was made."""
        query = "SELECT paper, count(*) FROM sources WHERE paper IN (SELECT value FROM json_each(?)) GROUP BY paper"
        return dict(self._db.execute(query, (_listed(numbers),)).fetchall())

    def statistics(self, filters: Filters) -> Statistics:
        """The papers that pass the filters, counted."""
        return overview.statistics(self._db, filters)

    def find(self, name: str) -> Paper:
        """The paper with this cite key, or with this identifier where only one has it."""
        return self.paper(self.number_of(name))

    def number_of(self, name: str) -> int:
        """The number of the paper that `find` finds."""
        for query in (
            "SELECT number FROM papers WHERE key = ?",
            "SELECT DISTINCT paper FROM keys WHERE key = ?",
            "SELECT number FROM papers WHERE id = ?",
        ):
            rows = self._db.execute(query, (name,)).fetchall()
            if len(rows) == 1:
                return int(rows[0][0])
        raise NoSuchPaper(
            f"No paper has the key or identifier '{name}'.",
            hint="`assistant papers list` shows the keys, `assistant search` finds papers by their content.",
        )

    def listed(self, filters: Filters, *, limit: int | None = None) -> Iterator[Paper]:
        """Papers that pass the filters, by first author and year."""
        numbers = self.numbers(filters, limit=limit)
        for first in range(0, len(numbers), _BLOCK):
            yield from self.papers(numbers[first : first + _BLOCK]).values()

    def numbers(self, filters: Filters, *, limit: int | None = None) -> list[int]:
        """The numbers of the papers that pass the filters, by first author and year."""
        where, values = conditions(filters)
        rows = self._db.execute(
            f"SELECT number FROM papers {where} ORDER BY authors = '[]', authors, year, title LIMIT ?",
            [*values, -1 if limit is None else limit],
        )
        return [number for (number,) in rows]

    def entries(self) -> list[Entry]:
        """Every paper as a list shows it."""
        tags: dict[int, list[str]] = {}
        for paper, tag_ in self._db.execute("SELECT paper, tag FROM tags ORDER BY tag"):
            tags.setdefault(paper, []).append(tag_)
        rows = self._db.execute("SELECT number, key, title, authors, year, venue, status FROM papers ORDER BY number")
        return [
            Entry(number, key, title, tuple(json.loads(authors)), year, venue, tuple(tags.get(number, ())), status)
            for number, key, title, authors, year, venue, status in rows
        ]

    def allowed(self, filters: Filters) -> Set[int] | None:
        """Numbers of the papers that pass the filters; None where there is nothing to filter."""
        if not filters:
            return None
        (by_others,) = self._db.execute("PRAGMA data_version").fetchone()
        now = (self.changes, self._db.total_changes, by_others)
        if self._allowed_at != now or len(self._allowed) > _FILTERS_KEPT:
            self._allowed, self._allowed_at = {}, now
        if filters not in self._allowed:
            where, values = conditions(filters)
            rows = self._db.execute(f"SELECT number FROM papers {where}", values)
            self._allowed[filters] = frozenset(number for (number,) in rows)
        return self._allowed[filters]

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
        return self._read([self._db.execute(select, (int(number),)).fetchone()[0] for number in numbers])

    def all_passages(self) -> tuple[Numbers, Stretches]:
        """The numbers of all passages, and the passages, by number."""
        count, dimension = self.passage_count(), self.embedder.dimension if self.embedder else 0
        table = np.empty((count, 4), dtype=np.int64)
        vectors = np.empty((count, dimension), dtype=np.float32)
        select = 'SELECT number, paper, start, "end", vector FROM passages ORDER BY number'
        for place, row in enumerate(self._db.execute(select)):
            table[place] = row[:4]
            vectors[place] = np.frombuffer(row[4], dtype="<f2")
        return table[:, 0], Stretches(table[:, 1], table[:, 2:], vectors)

    def papers_of(self, passages: Iterable[int]) -> dict[int, int]:
        """The paper of each of these passages; one that is gone is left out."""
        query = "SELECT number, paper FROM passages WHERE number IN (SELECT value FROM json_each(?))"
        return dict(self._db.execute(query, (_listed(passages),)).fetchall())

    def sentences_of(self, papers: Iterable[int]) -> Stretches:
        """The sentences of these papers whose vectors are kept, by paper and place."""
        rows = self._db.execute(
            "SELECT paper, spans, vectors FROM sentences WHERE paper IN (SELECT value FROM json_each(?))"
            " ORDER BY paper",
            (_listed(papers),),
        ).fetchall()
        spans = np.frombuffer(b"".join(row[1] for row in rows), dtype="<i4").astype(np.int64).reshape(-1, 2)
        counts = [len(row[1]) // 8 for row in rows]
        numbers = np.repeat(np.array([row[0] for row in rows], dtype=np.int64), counts)
        return Stretches(numbers, spans, self._read([row[2] for row in rows]))

    def lexical(self, terms: Sequence[str], *, limit: int, allowed: Set[int] | None) -> dict[int, float]:
        """BM25 of the papers that have any of the terms (see `store.terms`), higher is better, at most `limit`.

        A term given twice counts twice. `allowed` are the papers to choose from; None: all.
        """
        if not terms:
            return {}
        if allowed is None:
            select = "SELECT rowid, bm25(words) AS score FROM words WHERE words MATCH ? ORDER BY score, rowid LIMIT ?"
            return {number: -score for number, score in self._db.execute(select, (_any_of(terms), limit))}
        select = "SELECT bm25(words) AS score, rowid FROM words WHERE words MATCH ?"
        rows = (row for row in self._db.execute(select, (_any_of(terms),)) if row[1] in allowed)
        return {number: -score for score, number in nsmallest(limit, rows)}

    def mentions(self, terms: Sequence[str]) -> bool:
        """Whether a paper has these terms one after the other."""
        query = "SELECT 1 FROM words WHERE words MATCH ? LIMIT 1"
        phrase = '"' + " ".join(terms) + '"'
        return bool(terms) and self._db.execute(query, (phrase,)).fetchone() is not None

    def document_frequency(self, terms: Iterable[str]) -> dict[str, int]:
        """In how many papers each term (see `store.terms`) occurs."""
        if self._counted_at != (changes := self.changes):
            self._counted, self._counted_at = {}, changes
        count = "SELECT doc FROM vocabulary WHERE term = ?"
        wanted = list(terms)
        for term in wanted:
            if term not in self._counted:
                row = self._db.execute(count, (term,)).fetchone()
                self._counted[term] = row[0] if row else 0
        return {term: self._counted[term] for term in wanted}

    def terms_of(self, papers: Iterable[int]) -> dict[int, set[str]]:
        """The terms of each paper, in the order asked for."""
        wanted = list(papers)
        query = "SELECT rowid, terms FROM words WHERE rowid IN (SELECT value FROM json_each(?))"
        rows = dict(self._db.execute(query, (_listed(wanted),)).fetchall())
        return {number: set(rows.get(number, "").split()) for number in wanted}

    def streams(self) -> Iterator[tuple[int, str]]:
        """Every paper with its terms, in order and with repetitions, spaces between them; by paper."""
        yield from self._db.execute("SELECT rowid, terms FROM words ORDER BY rowid")

    def splits_terms_at_spaces(self) -> bool:
        """Whether FTS5 took the terms apart as they were put together: not where it knows a script less."""
        counted = self._db.execute("SELECT sum(cnt) FROM vocabulary").fetchone()[0] or 0
        put = self._db.execute(
            "SELECT sum(length(terms) - length(replace(terms, ' ', '')) + (terms <> '')) FROM words"
        ).fetchone()[0]
        return counted == (put or 0)

    def families_and_year(self, number: int) -> tuple[set[str], int | None]:
        """The family names of a paper's authors, and its year."""
        families = {name for (name,) in self._db.execute("SELECT family FROM families WHERE paper = ?", (number,))}
        row = self._db.execute("SELECT year FROM papers WHERE number = ?", (number,)).fetchone()
        return families, row[0] if row else None

    def terms_from(self, first: str, before: str) -> list[tuple[str, int]]:
        """The terms of the library in this range of the alphabet, with the number of papers that have each."""
        query = "SELECT term, doc FROM vocabulary WHERE term >= ? AND term < ?"
        return list(self._db.execute(query, (first, before)).fetchall())

    def titled(self, squashed: str) -> list[int]:
        """The papers with this title (see `store.identity.squashed`)."""
        query = "SELECT number FROM papers WHERE squashed = ? ORDER BY number LIMIT 100"
        return [number for (number,) in self._db.execute(query, (squashed,))]

    def written_by(self, family: str) -> list[int]:
        """The papers with an author of this family name (see `store.identity.family`)."""
        query = "SELECT paper FROM families WHERE family = ? ORDER BY paper"
        return [number for (number,) in self._db.execute(query, (family,))]

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

    def _read(self, blobs: Sequence[bytes]) -> Vectors:
        dimension = self.embedder.dimension if self.embedder else 0
        stored = np.frombuffer(b"".join(blobs), dtype="<f2")
        return stored.reshape(len(stored) // max(1, dimension), dimension).astype(np.float32)

    def _get(self, name: str) -> str | None:
        row = self._db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    def _set(self, name: str, value: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", (name, value))


def _stored(vector: Vectors) -> bytes:
    return vector.astype("<f2").tobytes()


def _listed(numbers: Iterable[int]) -> str:
    return json.dumps([int(number) for number in numbers])


def _any_of(terms: Sequence[str]) -> str:
    return " OR ".join(f'"{term}"' for term in terms)
