"""Opening the catalogue's file: pragmas, schema, and clear words when it cannot be used."""

import os
import sqlite3
from importlib.resources import files
from pathlib import Path
from typing import Any

from store.catalogue.upgrades import upgrade
from store.errors import StoreError

VERSION = 4
"""The schema this program writes (`PRAGMA user_version`)."""


def connect(path: Path) -> sqlite3.Connection:
    """Open or create the catalogue. WAL lets others read while one writes.

    `synchronous=NORMAL` with WAL survives the death of the process at any moment; a power cut may
    undo the last batch, and running the same import again brings it back.
    """
    connection = None
    if path.is_file() and not is_writable(path):
        return _with_functions(_only_read(path))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(
            path, isolation_level=None, timeout=30, check_same_thread=False, factory=_Explaining
        )
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA foreign_keys = ON")
        _prepare(connection, path)
    except BaseException as error:
        if connection:
            connection.close()
        if isinstance(error, sqlite3.Error | OSError):
            raise _explained(error, path) from error
        raise
    return _with_functions(connection)


def is_writable(path: Path) -> bool:
    """Whether the file and its folder, where SQLite keeps what is not yet in the file, can be written."""
    return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)


def _only_read(path: Path) -> sqlite3.Connection:
    """Open a catalogue that this user may read only; raises `StoreError` where it must be written first."""
    unwritten = path.with_name(f"{path.name}-wal")
    ways = ["mode=ro"] if unwritten.exists() and unwritten.stat().st_size else ["mode=ro", "mode=ro&immutable=1"]
    for way in ways:
        connection = None
        try:
            connection = sqlite3.connect(f"{path.absolute().as_uri()}?{way}", uri=True, isolation_level=None,
                                         check_same_thread=False, factory=_Explaining)  # fmt: skip
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except (sqlite3.Error, StoreError) as error:
            if connection:
                connection.close()
            if way == ways[-1]:
                raise error if isinstance(error, StoreError) else _explained(error, path) from error
            continue
        if version == VERSION:
            return connection
        connection.close()
        raise StoreError(
            f"{path} may not be written, and was made by another version of this program (schema {version}, not"
            f" {VERSION}).",
            hint="Copy its folder to a place where you may write, and use that with --home.",
        )
    raise AssertionError("unreachable")


def _with_functions(connection: sqlite3.Connection) -> sqlite3.Connection:
    connection.create_function("names", 2, _names, deterministic=True)
    connection.create_function("contains", 2, _contains, deterministic=True)
    connection.create_function("file_name", 1, lambda file: Path(file).name, deterministic=True)
    return connection


class _Explaining(sqlite3.Connection):
    """Says damage that comes to light in use as plainly as at the opening."""

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        try:
            return super().execute(sql, parameters)
        except sqlite3.DatabaseError as error:
            if type(error) is not sqlite3.DatabaseError:  # the derived ones are no damage
                raise
            (_, _, path) = super().execute("PRAGMA database_list").fetchone()
            raise _explained(error, Path(path)) from error


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > VERSION:
        raise StoreError(
            f"{path} was written by a newer version of this program (schema {version}, known up to {VERSION}).",
            hint="Update the program, or use another library with --home.",
        )
    if version == 0:
        script = files("store.catalogue").joinpath("schema.sql").read_text(encoding="utf-8")
        try:
            connection.executescript(f"BEGIN IMMEDIATE; {script}; PRAGMA user_version = {VERSION}; COMMIT;")
        except sqlite3.OperationalError:  # another process made it at the same moment, or it is no catalogue
            connection.rollback()
            if connection.execute("PRAGMA user_version").fetchone() == (0,):
                raise
    if 0 < version < VERSION:
        upgrade(connection, VERSION)


def _explained(error: Exception, path: Path) -> StoreError:
    text = str(error)
    if "not a database" in text or "malformed" in text or type(error) is sqlite3.DatabaseError:
        hint = f"Move {path} away and add your files again, or put a backup of it in its place."
        return StoreError(f"{path} is damaged: {text}.", hint=hint)
    return StoreError(
        f"The library at {path} cannot be opened: {text}.",
        hint="Check that the folder exists, is yours to write, and that the disk is not full; or use --home DIR.",
    )


def _names(people: str, asked: str) -> bool:
    """Whether one of the people, a folded name a line, has all the words asked for in the name."""
    words = asked.split()
    return any(all(word in name for word in words) for name in people.split("\n"))


def _contains(text: str | None, part: str) -> bool:
    return part.casefold() in (text or "").casefold()
