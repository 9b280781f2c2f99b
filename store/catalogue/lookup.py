"""What is derived from a paper so that it can be looked up: full text, names, titles."""

import sqlite3
from collections.abc import Iterable

from store.catalogue.rows import FIELDS, paper_from
from store.identity import family, squashed
from store.records import Paper
from store.terms import folded, terms_of


def derived(paper: Paper) -> tuple[str, str, str, frozenset[str], str]:
    """Squashed title, people, place, family names and terms: what `index` enters."""
    people = "\n".join(folded(author) for author in paper.authors)
    families = frozenset(name for author in paper.authors if (name := family(author)))
    return squashed(paper.title), people, folded(paper.venue), families, " ".join(terms_of(paper))


def index(connection: sqlite3.Connection, number: int, paper: Paper) -> None:
    """Enter what is derived from a paper, in place of what was there."""
    *columns, families, terms = derived(paper)
    connection.execute("UPDATE papers SET squashed = ?, people = ?, place = ? WHERE number = ?", (*columns, number))
    connection.execute("DELETE FROM families WHERE paper = ?", (number,))
    connection.executemany("INSERT INTO families (family, paper) VALUES (?, ?)", [(name, number) for name in families])
    connection.execute("DELETE FROM words WHERE rowid = ?", (number,))
    connection.execute("INSERT INTO words (rowid, terms) VALUES (?, ?)", (number, terms))


def index_all(connection: sqlite3.Connection) -> None:
    """Derive everything anew."""
    index_some(connection, [number for (number,) in connection.execute("SELECT number FROM papers").fetchall()])


def index_some(connection: sqlite3.Connection, numbers: Iterable[int]) -> None:
    """Derive anew what belongs to some papers."""
    for number in numbers:
        row = connection.execute(f"SELECT {FIELDS} FROM papers WHERE number = ?", (number,)).fetchone()
        index(connection, number, paper_from(row))
