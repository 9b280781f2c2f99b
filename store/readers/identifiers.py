"""Identifiers and years as they occur in the wild, in one normal form."""

import html
import re
import unicodedata
from urllib.parse import unquote

_DOI = re.compile(r"10\.[0-9]{4,9}(?:\.[0-9]+)*/[^\s\"{}]+")
_UNSEEN = re.compile("(?<=[/.:])[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]+|[\u00ad\u200c-\u200f\u2060-\u2064\ufeff]+")
_ESCAPED = re.compile(r"%[0-9A-Fa-f]{2}")
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"))
_AFTER = re.compile(r"\[(?:doi|pii|pubmed)\]|</|\u200b(?=https?:|[A-Z]|$)", re.IGNORECASE)
_RESOLVED = re.compile(r"doi\.org/", re.IGNORECASE)
_PUBLISHERS_PAGE = re.compile(r"/(?:abstract|full|fulltext|full/html|pdf|epdf|pdfdirect|meta|summary|references|html)$")
_ARXIV = re.compile(
    r"(?:arxiv\.org/[a-z]+/|arxiv[:.]\s*|^abs/)"
    r"([0-9]{4}\.[0-9]{4,5}(?:v[0-9]+)?|[a-z-]+(?:\.[a-z]{2})?/[0-9]{7}(?:v[0-9]+)?)(?![0-9])",
    re.IGNORECASE,
)
_PUNCTUATION = ".,;:'>!?\u2019\u201d\u00bb"
_YEAR = re.compile(r"(?<![0-9])[12][0-9]{3}(?![0-9])")
_COMPACT_DATE = re.compile(r"(?<![0-9])((?:1[89]|20)[0-9]{2})(?:0[1-9]|1[0-2])(?:[0-2][0-9]|3[01])?(?![0-9])")


def doi(text: str) -> str:
    """The first DOI of the text in lower case and plain characters, without resolver or prefix; empty without one."""
    plain = unicodedata.normalize("NFKC", _UNSEEN.sub("", html.unescape(html.unescape(text)))).translate(_DASHES)
    found = _DOI.search(unquote(plain) if _ESCAPED.search(plain) else plain)
    if found is None:
        return ""
    before, name = found.string[: found.start()], found[0]
    if _RESOLVED.search(before):
        name = re.split(r"[?#]", name)[0]
    elif "://" in before:
        name = _PUBLISHERS_PAGE.sub("", re.split(r"[?#]", name)[0])
    return _whole(name).lower()


def _whole(doi: str) -> str:
    """The DOI without the punctuation and the brackets that its sentence closes after it."""
    doi = _AFTER.split(doi)[0].replace("\u200b", "").rstrip(_PUNCTUATION)
    for opening, closing in ("()", "[]", "<>"):
        while doi.endswith(closing) and doi.count(closing) > doi.count(opening):
            doi = doi[:-1].rstrip(_PUNCTUATION)
    return doi


def linked_doi(link: str) -> str:
    """The DOI that a link resolves; a publisher's own address may only look as if it ended in one."""
    return doi(re.split(r"[?#]", link)[0]) if "doi.org/" in link else ""


def arxiv(text: str) -> str:
    """The arXiv identifier (with its version) of a link, a DOI or a phrase such as "arXiv:2301.12345"."""
    found = _ARXIV.search(text)
    return found[1] if found else ""


def year(text: str) -> int | None:
    """The first year from 1000 to 2999 that the text names."""
    if found := _YEAR.search(text):
        return int(found[0])
    compact = _COMPACT_DATE.search(text)
    return int(compact[1]) if compact else None


def eprint(text: str) -> str:
    """The arXiv identifier of a field that holds one, with or without "arXiv:" before it."""
    return arxiv(text) or arxiv(f"arXiv:{text}")
