"""The conversations as the rest of the program sees them."""

import json
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from store.conversations.connection import connect, explained, writing
from store.conversations.records import Conversation, Mention, NoSuchConversation, StoredTurn
from store.conversations.said import excerpt_query, forget, index_title, index_turn, matching, titled

KEPT_AFTER_REMOVAL = timedelta(days=30)
"""How long a removed conversation can be restored."""

_HIGHEST = 2**63
"""Numbers from here on are more than SQLite can be asked for."""

_HEADS = (
    "SELECT id, title, created, updated, (SELECT count(*) FROM turns WHERE conversation = id), removed"
    " FROM conversations"
)


def conversations_file(home: Path) -> Path:
    """Where the conversations of a home folder lie."""
    return home / "conversations.sqlite3"


class Conversations:
    """All conversations of a home folder; safe to use from several threads and processes.

    The file is made when the first turn is kept. Every method may raise `StoreError`.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connection: sqlite3.Connection | None = None
        self._lock = threading.RLock()
        self._purged = False

    def close(self) -> None:
        """Close the file; the next call opens it again."""
        with self._lock:
            if self._connection:
                self._connection.close()
                self._connection = None

    # -- writing -----------------------------------------------------------------------------

    def keep(self, id_: int | None, turns: Sequence[StoredTurn], *, instead: bool = False) -> Conversation:
        """Add turns to a conversation, in one transaction; with None (or where it is gone) to a new one.

        With `instead` the first of them takes the place of the last one that is there.

        A new conversation is called after its first question. One that was removed is back with its new turn.
        """
        with self._writing() as db:
            if id_ is None or not db.execute("SELECT 1 FROM conversations WHERE id = ?", (id_,)).fetchone():
                id_ = _begun(db, titled(turns[0].question))
            if instead:
                _drop_last(db, id_)
            for turn in turns:
                _add(db, id_, turn)
            db.execute("UPDATE conversations SET updated = ?, removed = '' WHERE id = ?", (_now(), id_))
        return self.conversation(id_)

    def rename(self, id_: int, title: str) -> Conversation:
        """Give a conversation another title."""
        self.conversation(id_)
        with self._writing() as db:
            db.execute("UPDATE conversations SET title = ? WHERE id = ?", (titled(title), id_))
            index_title(db, id_, titled(title))
        return self.conversation(id_)

    def remove(self, ids: Sequence[int]) -> None:
        """Hide conversations; they can be restored for `KEPT_AFTER_REMOVAL`. All are known, or none is hidden."""
        self._mark(ids, _now())

    def restore(self, ids: Sequence[int]) -> None:
        """Bring removed conversations back. All are known, or none is brought back."""
        self._mark(ids, "")

    def purge(self, ids: Sequence[int]) -> None:
        """Delete conversations for good. All are known, or none is deleted."""
        for id_ in ids:
            self.conversation(id_)
        with self._writing() as db:
            for id_ in ids:
                _delete(db, id_)
            forget(db)

    # -- reading -----------------------------------------------------------------------------

    def listed(self, *, limit: int | None = None, removed: bool = False) -> list[Conversation]:
        """The conversations, the one last spoken in first; with `removed` those that were removed instead.

        The numbers of the turns decide, not the clock: it may be set back, and two turns may fall into one tick.
        """
        where = "removed != ''" if removed else "removed = ''"
        last = "(SELECT max(number) FROM turns WHERE conversation = id)"
        rows = self._rows(f"{_HEADS} WHERE {where} ORDER BY {last} DESC, id DESC LIMIT ?", limit or -1)
        return [Conversation(*row) for row in rows]

    def latest(self) -> Conversation | None:
        """The conversation that was spoken in last; None where there is none."""
        return next(iter(self.listed(limit=1)), None)

    def conversation(self, id_: int) -> Conversation:
        """One conversation, also a removed one; raises `NoSuchConversation`."""
        rows = self._rows(f"{_HEADS} WHERE id = ?", id_) if 0 < id_ < _HIGHEST else []
        for row in rows:
            return Conversation(*row)
        raise NoSuchConversation(
            f"There is no conversation {id_}.", hint="`assistant conversations list` shows their numbers."
        )

    def turns(self, id_: int) -> list[StoredTurn]:
        """The turns of a conversation, in order."""
        query = "SELECT question, answer, rewritten, model, asked FROM turns WHERE conversation = ? ORDER BY place"
        rows = self._rows(query, id_)
        return [StoredTurn(question, json.loads(answer), *rest) for question, answer, *rest in rows]

    def questions(self, *, limit: int) -> list[str]:
        """What was asked last, in the order in which it was asked; of removed conversations nothing."""
        query = (
            "SELECT question FROM turns JOIN conversations ON conversations.id = conversation"
            " WHERE removed = '' ORDER BY number DESC LIMIT ?"
        )
        return [question for (question,) in reversed(self._rows(query, limit))]

    def search(self, text: str, *, limit: int = 20) -> list[Mention]:
        """The conversations in which a turn or the title has all these words, the best first; any text is safe."""
        sought = matching(text)
        rows = self._rows(excerpt_query(_HEADS), sought, limit) if sought else []
        return [Mention(Conversation(*head), turn, excerpt) for turn, excerpt, *head in rows]

    # -- how it is done ----------------------------------------------------------------------

    def _rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """What a query finds; nothing where there is no file yet, and looking makes none."""
        with self._lock, explained(self.path):
            if self._connection is None and not self.path.is_file():
                return []
            return self._opened().execute(query, values).fetchall()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock, explained(self.path):
            db = self._opened()
            with writing(db):
                yield db
                self._purge_old(db)

    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection = connect(self.path)
        return self._connection

    def _mark(self, ids: Sequence[int], removed: str) -> None:
        for id_ in ids:
            self.conversation(id_)
        with self._writing() as db:
            db.executemany("UPDATE conversations SET removed = ? WHERE id = ?", [(removed, id_) for id_ in ids])

    def _purge_old(self, db: sqlite3.Connection) -> None:
        """Once in a process, with something that is written anyway."""
        if self._purged:
            return
        before = _written(datetime.now(UTC) - KEPT_AFTER_REMOVAL)
        old = db.execute("SELECT id FROM conversations WHERE removed != '' AND removed < ?", (before,)).fetchall()
        for (id_,) in old:
            _delete(db, id_)
        if old:
            forget(db)
        self._purged = True


def _begun(db: sqlite3.Connection, title: str) -> int:
    now = _now()
    row = db.execute(
        "INSERT INTO conversations (title, created, updated) VALUES (?, ?, ?) RETURNING id", (title, now, now)
    ).fetchone()
    index_title(db, int(row[0]), title)
    return int(row[0])


def _add(db: sqlite3.Connection, id_: int, turn: StoredTurn) -> None:
    (number,) = db.execute(
        "INSERT INTO turns (conversation, place, question, rewritten, answer, model, asked) VALUES"
        " (?1, (SELECT count(*) + 1 FROM turns WHERE conversation = ?1), ?2, ?3, ?4, ?5, ?6) RETURNING number",
        (id_, turn.question, turn.rewritten, json.dumps(turn.answer), turn.model, turn.asked or _now()),
    ).fetchone()
    index_turn(db, int(number), turn)


def _drop_last(db: sqlite3.Connection, id_: int) -> None:
    last = "SELECT number FROM turns WHERE conversation = ? ORDER BY place DESC LIMIT 1"
    for (number,) in db.execute(last, (id_,)).fetchall():
        db.execute("DELETE FROM said WHERE rowid = ?", (number,))
        db.execute("DELETE FROM turns WHERE number = ?", (number,))


def _delete(db: sqlite3.Connection, id_: int) -> None:
    db.execute("DELETE FROM said WHERE rowid IN (SELECT number FROM turns WHERE conversation = ?)", (id_,))
    db.execute("DELETE FROM said WHERE rowid = ?", (-id_,))
    db.execute("DELETE FROM conversations WHERE id = ?", (id_,))


def _now() -> str:
    return _written(datetime.now(UTC))


def _written(time: datetime) -> str:
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")
