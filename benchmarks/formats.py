"""Papers written as the files that a reader meets, for the timing of the readers."""

import csv
import io
import json
from collections.abc import Callable

from store.records import Paper


def jsonl(papers: list[Paper]) -> str:
    return "".join(json.dumps(plain(paper)) + "\n" for paper in papers)


def plain(paper: Paper) -> dict[str, object]:
    return {
        "id": paper.id,
        "title": paper.title,
        "abstract": paper.abstract,
        "authors": list(paper.authors),
        "year": paper.year,
        "venue": paper.venue,
        "doi": paper.doi,
    }


def bibtex(papers: list[Paper]) -> str:
    def braced(text: str) -> str:
        return "".join(f"\\{char}" if char in "&%$#_{}" else char for char in text.replace("\\", " "))

    return "\n".join(
        f"@article{{k{number},\n  title = {{{braced(paper.title)}}},\n  author = {{{' and '.join(paper.authors)}}},\n"
        f"  year = {{{paper.year or ''}}},\n  abstract = {{{braced(paper.abstract)}}}\n}}"
        for number, paper in enumerate(papers)
    )


def ris(papers: list[Paper]) -> str:
    return "\n".join(
        "\n".join(
            [
                "TY  - JOUR",
                f"TI  - {one_line(paper.title)}",
                *(f"AU  - {author}" for author in paper.authors),
                f"PY  - {paper.year or ''}",
                f"AB  - {one_line(paper.abstract)}",
                "ER  - \n",
            ]
        )
        for paper in papers
    )


def nbib(papers: list[Paper]) -> str:
    return "\n".join(
        "\n".join(
            [
                f"PMID- {10_000_000 + number}",
                f"TI  - {one_line(paper.title)}",
                *(f"FAU - {author}" for author in paper.authors),
                f"DP  - {paper.year or ''}",
                f"AB  - {one_line(paper.abstract)}\n",
            ]
        )
        for number, paper in enumerate(papers)
    )


def csl(papers: list[Paper]) -> str:
    return json.dumps(
        [
            {
                "id": paper.id,
                "type": "article-journal",
                "title": paper.title,
                "abstract": paper.abstract,
                "author": [{"family": author.partition(",")[0]} for author in paper.authors],
                "issued": {"date-parts": [[paper.year]]} if paper.year else {},
            }
            for paper in papers
        ]
    )


def table(papers: list[Paper]) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["Title", "Abstract", "Authors", "Year", "DOI"])
    writer.writerows([[p.title, p.abstract, "; ".join(p.authors), p.year or "", p.doi] for p in papers])
    return out.getvalue()


def one_line(text: str) -> str:
    return " ".join(text.split())


FORMATS: dict[str, Callable[[list[Paper]], str]] = {
    "JSONL": jsonl,
    "BibTeX": bibtex,
    "RIS": ris,
    "MEDLINE": nbib,
    "CSL-JSON": csl,
    "CSV": table,
}
