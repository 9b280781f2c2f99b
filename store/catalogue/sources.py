"""The records that a paper was made of: where each stands, and what it said where there are several."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace

from store.records import Paper
from store.retractions import marked
from store.versions import merged


@dataclass(frozen=True, slots=True)
class Source:
    """A record of a file. `said` is None for a record that an older version merged; `by` is why it was merged."""

    file: str
    record: str
    by: str
    said: Paper | None


def sources_of(connection: sqlite3.Connection, number: int) -> list[Source]:
    """The records of a paper in the order in which they came."""
    query = "SELECT file, record, merged_by, said FROM sources WHERE paper = ? ORDER BY place, file, record"
    rows = connection.execute(query, (number,)).fetchall()
    return [Source(file, record, by, _paper(said) if said else None) for file, record, by, said in rows]


def remember(connection: sqlite3.Connection, number: int, paper: Paper) -> None:
    """Note what the one record of a paper said, before another is merged into it."""
    if len(sources_of(connection, number)) == 1:
        connection.execute("UPDATE sources SET said = ? WHERE paper = ? AND said = ''", (text_of(paper), number))


def next_place(connection: sqlite3.Connection, number: int) -> int:
    """Where the next record of a paper stands."""
    query = "SELECT coalesce(max(place) + 1, 0) FROM sources WHERE paper = ?"
    return int(connection.execute(query, (number,)).fetchone()[0])


def together(connection: sqlite3.Connection, number: int, before: Paper) -> Paper:
    """The paper that all its records make, under the key it had; `before` where one of them is not known."""
    said = [source.said for source in sources_of(connection, number)]
    known = [paper for paper in said if paper]
    if not known or len(known) < len(said):
        return before
    made = merged(*known)
    return replace(made, key=before.key, id=made.id or before.id, tags=(), source="")


def text_of(paper: Paper) -> str:
    """A record as it is kept."""
    return json.dumps(paper.as_json(), ensure_ascii=False)


def own_keys(sources: Sequence[Source]) -> set[str]:
    """The cite keys of records."""
    return {source.said.key for source in sources if source.said and source.said.key}


def _paper(said: str) -> Paper:
    values = json.loads(said)
    return marked(Paper(**{**values, "authors": tuple(values["authors"]), "tags": tuple(values["tags"])}))
