"""Papers written as the files that a reader meets, for the timing of the readers."""

import csv
import io
import json
from collections.abc import Callable
from xml.sax.saxutils import escape

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


def pubmed_xml(papers: list[Paper]) -> str:
    def article(number: int, paper: Paper) -> str:
        authors = "".join(f"<Author><LastName>{escape(name)}</LastName></Author>" for name in paper.authors)
        return (
            f"<PubmedArticle><MedlineCitation><PMID>{10_000_000 + number}</PMID><Article><Journal>"
            f"<JournalIssue><PubDate><Year>{paper.year or ''}</Year></PubDate></JournalIssue></Journal>"
            f"<ArticleTitle>{escape(paper.title)}</ArticleTitle>"
            f"<Abstract><AbstractText>{escape(paper.abstract)}</AbstractText></Abstract>"
            f"<AuthorList>{authors}</AuthorList></Article></MedlineCitation></PubmedArticle>\n"
        )

    articles = "".join(article(number, paper) for number, paper in enumerate(papers))
    return f'<?xml version="1.0"?>\n<PubmedArticleSet>\n{articles}</PubmedArticleSet>\n'


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
    "PubMed XML": pubmed_xml,
    "CSL-JSON": csl,
    "CSV": table,
}
