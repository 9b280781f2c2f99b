"""From the schema of an older version to this one, in one transaction."""

import sqlite3
from dataclasses import replace
from importlib.resources import files

from store.catalogue.entry import paper_of, put
from store.catalogue.sources import together
from store.records import Paper
from store.retractions import marked


def upgrade(connection: sqlite3.Connection, version: int) -> None:
    """Bring a catalogue of an older schema to `version`, step by step: all of it or nothing."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        (older,) = connection.execute("PRAGMA user_version").fetchone()
        for step in range(older, version):  # none where another process was faster
            script = files("store.catalogue").joinpath(f"upgrade_{step}_to_{step + 1}.sql")
            for statement in script.read_text(encoding="utf-8").split(";\n"):
                connection.execute(statement)
        if older < version:
            derive_all(connection)
            connection.execute(f"PRAGMA user_version = {version}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def derive_all(connection: sqlite3.Connection) -> None:
    """Mark retractions, choose again what merged papers show, and index every paper anew."""
    for (number,) in connection.execute("SELECT number FROM papers ORDER BY number").fetchall():
        before = paper_of(connection, number)
        put(connection, number, marked(_merged_again(connection, number, before)))


def _merged_again(connection: sqlite3.Connection, number: int, before: Paper) -> Paper:
    """The paper that its records make now; under the text that its vectors are of, until its files are added again."""
    made = together(connection, number, before)
    if (made.title, made.abstract) != (before.title, before.abstract):
        connection.execute("UPDATE sources SET fingerprint = '' WHERE paper = ?", (number,))
    return replace(made, title=before.title, abstract=before.abstract, note=before.note)
