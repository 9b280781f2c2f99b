"""Between a row of the catalogue and a `Paper`."""

import json
import sqlite3
from typing import Any

from store.records import Paper

FIELDS = "key, id, title, abstract, authors, year, venue, doi, arxiv, url, kind, note, extra, status, latex"


def paper_from(row: sqlite3.Row | tuple[Any, ...], tags: tuple[str, ...] = (), source: str = "") -> Paper:
    """The record of a row selected with `FIELDS`."""
    key, id_, title, abstract, authors, year, venue, doi, arxiv, url, kind, note, extra, status, latex = row
    return Paper(
        key=key, id=id_, title=title, abstract=abstract, authors=tuple(json.loads(authors)), year=year,
        venue=venue, doi=doi, arxiv=arxiv, url=url, kind=kind, note=note, extra=json.loads(extra),
        status=status, latex=json.loads(latex),
        tags=tags, source=source,
    )  # fmt: skip


def row_from(paper: Paper) -> tuple[Any, ...]:
    """The values of `FIELDS`, in order."""
    return (
        paper.key, paper.id, paper.title, paper.abstract, json.dumps(paper.authors, ensure_ascii=False),
        paper.year, paper.venue, paper.doi, paper.arxiv, paper.url, paper.kind, paper.note,
        json.dumps(dict(paper.extra), ensure_ascii=False), paper.status,
        json.dumps(dict(paper.latex), ensure_ascii=False),
    )  # fmt: skip
