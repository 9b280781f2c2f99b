"""What is derived from a paper so that it can be looked up: full text, names, titles."""

import sqlite3

from store.catalogue.rows import FIELDS, paper_from
from store.identity import family, squashed
from store.records import Paper
from store.terms import folded, terms_of


def index(connection: sqlite3.Connection, number: int, paper: Paper) -> None:
    """Enter what is derived from a paper, in place of what was there."""
    people = "\n".join(folded(author) for author in paper.authors)
    connection.execute(
        "UPDATE papers SET squashed = ?, people = ?, place = ? WHERE number = ?",
        (squashed(paper.title), people, folded(paper.venue), number),
    )
    connection.execute("DELETE FROM families WHERE paper = ?", (number,))
    connection.executemany(
        "INSERT OR IGNORE INTO families (family, paper) VALUES (?, ?)",
        [(name, number) for author in paper.authors if (name := family(author))],
    )
    connection.execute("DELETE FROM words WHERE rowid = ?", (number,))
    connection.execute("INSERT INTO words (rowid, terms) VALUES (?, ?)", (number, " ".join(terms_of(paper))))


def index_all(connection: sqlite3.Connection) -> None:
    """Derive everything anew."""
    numbers = [number for (number,) in connection.execute("SELECT number FROM papers").fetchall()]
    for number in numbers:
        row = connection.execute(f"SELECT {FIELDS} FROM papers WHERE number = ?", (number,)).fetchone()
        index(connection, number, paper_from(row))
