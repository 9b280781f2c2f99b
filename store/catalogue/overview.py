"""What a library holds, counted."""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from store.catalogue.conditions import conditions
from store.records import Filters


@dataclass(frozen=True, slots=True)
class Statistics:
    """How many papers there are, and of which year, venue, tag, file and kind; the most frequent first, years in order.

    `undated`, `without_abstract` and `merged` (made of several records) count papers, too.
    """

    papers: int
    without_abstract: int
    undated: int
    merged: int
    years: dict[int, int]
    venues: dict[str, int]
    tags: dict[str, int]
    sources: dict[str, int]
    kinds: dict[str, int]

    def as_json(self) -> dict[str, Any]:
        """As `assistant papers stats --json` prints it."""
        counts: dict[str, Mapping[Any, int]] = {
            "years": self.years,
            "venues": self.venues,
            "tags": self.tags,
            "kinds": self.kinds,
        }
        return {
            "papers": self.papers,
            "without_abstract": self.without_abstract,
            "undated": self.undated,
            "merged": self.merged,
            **{name: [{"name": value, "papers": count} for value, count in of.items()] for name, of in counts.items()},
            "sources": [
                {"name": Path(file).name, "file": file, "papers": count} for file, count in self.sources.items()
            ],
        }


def statistics(connection: sqlite3.Connection, filters: Filters) -> Statistics:
    """Count the papers that pass the filters."""
    where, values = conditions(filters)
    chosen = f"SELECT number FROM papers {where}"

    def counted(select: str) -> dict[Any, int]:
        return dict(connection.execute(select.format(chosen=f"({chosen})"), values).fetchall())

    def count(of: str, *, where: str = "1") -> dict[Any, int]:
        select = f"SELECT {of}, count(*) AS papers FROM papers WHERE number IN {{chosen}} AND {where} GROUP BY 1"
        return counted(f"{select} ORDER BY papers DESC, 1")

    def number(where: str) -> int:
        return sum(count("1", where=where).values())

    return Statistics(
        papers=number("1"),
        without_abstract=number("abstract = ''"),
        undated=number("year IS NULL"),
        merged=number("number IN (SELECT paper FROM sources GROUP BY paper HAVING count(*) > 1)"),
        years=dict(sorted(count("year", where="year IS NOT NULL").items())),
        venues=count("venue", where="venue != ''"),
        tags=counted("SELECT tag, count(*) FROM tags WHERE paper IN {chosen} GROUP BY tag ORDER BY 2 DESC, 1"),
        sources=counted(
            "SELECT file, count(DISTINCT paper) FROM sources WHERE paper IN {chosen} GROUP BY file ORDER BY 2 DESC, 1"
        ),
        kinds=count("kind"),
    )


def set_tags(connection: sqlite3.Connection, numbers: Sequence[int], add: Sequence[str], remove: Sequence[str]) -> int:
    """Give papers tags and take others from them; returns how many papers have changed."""
    changed: set[int] = set()
    for number in numbers:
        for sql, tags in (
            ("INSERT OR IGNORE INTO tags (tag, paper) VALUES (?, ?)", add),
            ("DELETE FROM tags WHERE tag = ? AND paper = ?", remove),
        ):
            changed |= {number for tag in tags if connection.execute(sql, (tag, number)).rowcount}
    return len(changed)
