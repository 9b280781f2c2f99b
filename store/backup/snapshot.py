"""Databases copied while others use them."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from store.errors import StoreError

Stop = Callable[[], bool]

_PAGES = 2048
"""Pages copied between two looks at the stop flag: 8 MB."""


class Stopped(Exception):
    """The user ended the work."""


def snapshot(source: Path, target: Path, stop: Stop) -> None:
    """Copy one state of a database, whatever is written meanwhile; a damaged one is refused. Raises `Stopped`."""

    def look(_status: int, _left: int, _total: int) -> None:
        if stop():
            raise Stopped

    try:
        with closing(opened(source)) as connection, closing(sqlite3.connect(target)) as copy:
            connection.execute("BEGIN")
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()  # from here on one state is seen
            connection.backup(copy, pages=_PAGES, progress=look)
            copy.execute("PRAGMA journal_mode = DELETE")
            problem = damage(copy)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            raise StoreError(
                f"{source} cannot be copied to {target.parent}: {error}.",
                hint="Free some space there or name another place, then run the same command again.",
            ) from error
        problem = str(error)
    if problem:
        raise StoreError(
            f"{source} is damaged: {problem}.",
            hint="`assistant doctor --fix` mends what can be mended. Keep your older backups.",
        )


def opened(path: Path) -> sqlite3.Connection:
    """A database to read from, also where its folder cannot be written; raises `sqlite3.DatabaseError`."""
    address = path.absolute().as_uri()
    try:
        return _tried(f"{address}?mode=ro")
    except sqlite3.OperationalError:  # a database in WAL mode wants to write beside itself
        if path.with_name(path.name + "-wal").exists():
            raise
        return _tried(f"{address}?mode=ro&immutable=1")


def _tried(address: str) -> sqlite3.Connection:
    connection = sqlite3.connect(address, uri=True, isolation_level=None, timeout=30)
    try:
        connection.execute("PRAGMA schema_version").fetchone()
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection


def damage(connection: sqlite3.Connection) -> str:
    """The first thing that SQLite finds wrong in a file; "" where it is whole."""
    try:
        (said,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    except sqlite3.DatabaseError as error:
        return str(error)
    return "" if said == "ok" else str(said)
