"""Opening the file of the conversations, and plain words where it cannot be used."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

from store.errors import StoreError

VERSION = 1
"""The schema this program writes (`PRAGMA user_version`); `schema_N.sql` leads from version N - 1 to N."""


def connect(path: Path) -> sqlite3.Connection:
    """Open the file, or make it; an older schema is brought up to date, all of it or nothing.

    A turn that has been written survives a power cut, too (`synchronous=FULL`).
    """
    with explained(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(path, isolation_level=None, timeout=10, check_same_thread=False)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA secure_delete = ON")  # what the user removed for good is not left in the file
            _bring_up(connection, path)
        except BaseException:
            connection.close()
            raise
        return connection


@contextmanager
def writing(connection: sqlite3.Connection) -> Iterator[None]:
    """One transaction: all of it is kept, or nothing."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # a full disk has undone it already
            connection.execute("ROLLBACK")
        raise


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Say what SQLite and the system complain of as a `StoreError`."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise StoreError(
            f"The conversations in {path} cannot be used: {error}.",
            hint="What was kept before is whole. Free some space, or check that the folder is yours to write.",
        ) from error
    except sqlite3.DatabaseError as error:
        raise StoreError(
            f"{path} is damaged: {error}.", hint="Move it away (a new one is made), or put a backup in its place."
        ) from error
    except OSError as error:
        raise StoreError(
            f"{path} cannot be made: {error.strerror or error}.", hint="Check the folder, or use --home DIR."
        ) from error


def _bring_up(connection: sqlite3.Connection, path: Path) -> None:
    if _version(connection) == VERSION:
        return
    with writing(connection):
        version = _version(connection)  # another process may have been faster
        if version > VERSION:
            raise StoreError(
                f"{path} was written by a newer version of this program (schema {version}, known up to {VERSION}).",
                hint="Update the program, or use another folder with --home.",
            )
        for step in range(version + 1, VERSION + 1):
            script = files("store.conversations").joinpath(f"schema_{step}.sql").read_text(encoding="utf-8")
            for statement in script.split(";\n"):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {step}")


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])
