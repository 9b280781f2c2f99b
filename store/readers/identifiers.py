"""Identifiers and years as they occur in the wild, in one normal form."""

import re

_DOI = re.compile(r"10\.[0-9]{4,9}/[^\s\"{}]+")
_ARXIV = re.compile(
    r"(?:arxiv\.org/[a-z]+/|arxiv[:.]\s*|^abs/)"
    r"([0-9]{4}\.[0-9]{4,5}(?:v[0-9]+)?|[a-z-]+(?:\.[a-z]{2})?/[0-9]{7}(?:v[0-9]+)?)(?![0-9])",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?<![0-9])[12][0-9]{3}(?![0-9])")


def doi(text: str) -> str:
    """The first DOI of the text in lower case, without resolver or prefix; empty where there is none."""
    found = _DOI.search(text)
    return found[0].rstrip(".,;").lower() if found else ""


def linked_doi(link: str) -> str:
    """The DOI that a link resolves; a publisher's own address may only look as if it ended in one."""
    return doi(re.split(r"[?#]", link)[0]) if "doi.org/" in link else ""


def arxiv(text: str) -> str:
    """The arXiv identifier (with its version) of a link, a DOI or a phrase such as "arXiv:2301.12345"."""
    found = _ARXIV.search(text)
    return found[1] if found else ""


def year(text: str) -> int | None:
    """The first year from 1000 to 2999 that the text names."""
    found = _YEAR.search(text)
    return int(found[0]) if found else None


def eprint(text: str) -> str:
    """The arXiv identifier of a field that holds one, with or without "arXiv:" before it."""
    return arxiv(text) or arxiv(f"arXiv:{text}")
