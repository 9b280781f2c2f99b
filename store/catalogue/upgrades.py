"""From the schema of an older version to the next, each step in one transaction."""

import sqlite3
from importlib.resources import files

from store.catalogue.lookup import index_all


def upgrade(connection: sqlite3.Connection, version: int) -> None:
    """Bring a catalogue from schema `version` to the next: all of it or nothing."""
    script = files("store.catalogue").joinpath(f"upgrade_{version}_to_{version + 1}.sql").read_text(encoding="utf-8")
    connection.execute("BEGIN IMMEDIATE")
    try:
        if connection.execute("PRAGMA user_version").fetchone() == (version,):  # else another process was faster
            for statement in script.split(";\n"):
                connection.execute(statement)
            if version == 1:
                index_all(connection)
            connection.execute(f"PRAGMA user_version = {version + 1}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
