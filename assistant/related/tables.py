"""A comparison table as Markdown, LaTeX, CSV and JSON."""

import csv
import io
import json
from collections.abc import Sequence
from typing import Any

from assistant.related.aspects import ASPECTS, NOT_SAID
from assistant.related.naming import authors
from assistant.section import Row
from store.records import Paper
from store.writers import bibtex
from store.writers.latex import escaped

FORMS = ("markdown", "latex", "csv", "json")


def table(rows: Sequence[Row], form: str) -> str:
    """The table in one of `FORMS`."""
    return {"markdown": _markdown, "latex": _latex, "csv": _csv, "json": _json}[form](rows)


def _cells(row: Row) -> list[str]:
    return [f"“{quote.text}”" if quote else NOT_SAID for quote in row.cells]


def _named(paper: Paper) -> str:
    who = authors(paper).name
    year = f" ({paper.year})" if paper.year else ""
    return f"{who}{year}: {paper.title}" if who else f"{paper.title}{year}"


def _markdown(rows: Sequence[Row]) -> str:
    lines = [["paper", *ASPECTS], ["---"] * (1 + len(ASPECTS))]
    lines += [[f"{_named(row.hit.paper)} ({row.hit.paper.key})", *_cells(row)] for row in rows]
    return (
        "\n".join(
            "| " + " | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in line) + " |" for line in lines
        )
        + "\n"
    )


def _latex(rows: Sequence[Row]) -> str:
    """A `longtable`, whose rows may go over pages."""
    width = f"p{{{0.84 / len(ASPECTS):.2f}\\linewidth}}"
    lines = [
        " & ".join([f"\\cite{{{bibtex.cite_key(row.hit.paper)}}}", *map(_latex_cell, row.cells)]) + r" \\"
        for row in rows
    ]
    head = " & ".join(["", *(f"\\textbf{{{aspect}}}" for aspect in ASPECTS)]) + r" \\ \hline"
    begin = f"\\begin{{longtable}}{{l{width * len(ASPECTS)}}}"
    return (
        "\n".join(
            [r"% Needs \usepackage{longtable} in the preamble.", begin, head, r"\endhead", *lines, r"\end{longtable}"]
        )
        + "\n"
    )


def _latex_cell(quote: Any) -> str:
    return f"``{escaped(quote.text)}''" if quote else f"\\emph{{{NOT_SAID}}}"


def _csv(rows: Sequence[Row]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["key", "title", "authors", "year", *ASPECTS])
    for row in rows:
        paper = row.hit.paper
        said = [quote.text if quote else NOT_SAID for quote in row.cells]
        writer.writerow([paper.key, paper.title, "; ".join(paper.authors), paper.year or "", *said])
    return out.getvalue()


def _json(rows: Sequence[Row]) -> str:
    return json.dumps([row.as_json(ASPECTS) for row in rows], ensure_ascii=False) + "\n"
