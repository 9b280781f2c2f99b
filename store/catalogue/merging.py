"""Merges that a user looks at, undoes or asks for; all inside the caller's transaction."""

import sqlite3
from collections.abc import Iterable, Sequence
from itertools import permutations

from store.catalogue.entry import Entered, Outcome, insert, paper_of, rewrite
from store.catalogue.sources import Source, own_keys, sources_of, together
from store.errors import StoreError


def merged_papers(connection: sqlite3.Connection) -> list[tuple[int, list[Source]]]:
    """The papers that were made of several records, and these."""
    query = "SELECT paper FROM sources GROUP BY paper HAVING count(*) > 1 ORDER BY paper"
    return [(number, sources_of(connection, number)) for (number,) in connection.execute(query).fetchall()]


def separate(connection: sqlite3.Connection, number: int, records: Sequence[int]) -> list[Entered]:
    """Make papers of their own of some records (from 2; none named: all but the first). They stay apart."""
    sources = sources_of(connection, number)
    leaving = _chosen(paper_of(connection, number).key, sources, records)
    entered = [_leave(connection, number, source) for source in leaving]
    _keep_apart(connection, [number, *(each.number for each in entered)])
    staying = [source for source in sources if source not in leaving]
    before = paper_of(connection, number)
    connection.execute("DELETE FROM keys WHERE paper = ?", (number,))
    keys = {before.key, *own_keys(staying)}
    connection.executemany("INSERT INTO keys (key, paper) VALUES (?, ?)", [(key, number) for key in keys])
    return [rewrite(connection, number, before, together(connection, number, before), Outcome.UPDATED), *entered]


def without(connection: sqlite3.Connection, records: Iterable[tuple[str, str]]) -> tuple[list[int], list[Entered]]:
    """Take records away; the numbers of the papers that have none left, and the others as they are now."""
    numbers = []
    for file, record in records:
        delete = "DELETE FROM sources WHERE file = ? AND record = ? RETURNING paper"
        numbers += [number for (number,) in connection.execute(delete, (file, record)).fetchall()]
    gone, entered = [], []
    for number in dict.fromkeys(numbers):
        if not sources_of(connection, number):
            gone.append(number)
            continue
        before = paper_of(connection, number)
        entered.append(rewrite(connection, number, before, together(connection, number, before), Outcome.UPDATED))
    return gone, entered


def _chosen(key: str, sources: Sequence[Source], records: Sequence[int]) -> list[Source]:
    if len(sources) < 2:
        raise StoreError(
            f"'{key}' was made of one record: there is nothing to undo.",
            hint="`assistant papers duplicates` lists the papers that were merged.",
        )
    if not all(2 <= record <= len(sources) for record in records):
        raise StoreError(
            f"'{key}' has the records 1 to {len(sources)}; the first stays what it is.",
            hint="`assistant papers duplicates` shows their numbers.",
        )
    if any(source.said is None for source in sources):
        raise StoreError(
            f"'{key}' was merged by an earlier version of this program, which did not keep what each record said.",
            hint="Add its files once more (nothing is embedded again), then undo the merge.",
        )
    return [source for place, source in enumerate(sources, 1) if place in records or (not records and place > 1)]


def _leave(connection: sqlite3.Connection, number: int, source: Source) -> Entered:
    assert source.said is not None
    entered = insert(connection, source.said)
    connection.execute(
        "UPDATE sources SET paper = ?, place = 0, said = '', merged_by = '' WHERE file = ? AND record = ?",
        (entered.number, source.file, source.record),
    )
    connection.execute(
        "INSERT OR IGNORE INTO tags (tag, paper) SELECT tag, ? FROM tags WHERE paper = ?", (entered.number, number)
    )
    return entered


def _keep_apart(connection: sqlite3.Connection, numbers: Sequence[int]) -> None:
    connection.executemany("INSERT OR IGNORE INTO apart (paper, other) VALUES (?, ?)", permutations(numbers, 2))
