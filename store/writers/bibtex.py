"""BibTeX: an entry a paper, under the user's own cite key, in UTF-8 as BibTeX and Biber read it."""

import re
from collections.abc import Iterable, Iterator, Sequence

from store.identity import suggested_key
from store.keywords import with_tags
from store.names import parts
from store.readers import beside, bibtex
from store.readers.bibtex_syntax import RawEntry
from store.records import Paper
from store.writers import latex

suffix = ".bib"

_VENUES = {
    "journal": "article suppperiodical review",
    "booktitle": "inproceedings conference incollection inbook suppbook suppcollection inreference bookinbook",
    "publisher": "book mvbook collection mvcollection proceedings mvproceedings reference booklet",
    "school": "phdthesis mastersthesis thesis",
    "institution": "techreport report",
    "organization": "manual",
    "howpublished": "misc online electronic www software dataset unpublished preprint patent",
}
_VENUE = {kind: field for field, kinds in _VENUES.items() for kind in kinds.split()}
_NOT_IN_KEYS = re.compile(r"[\s\"#%'(),={}~\\@]")
_NAME = re.compile(r"[a-z_][a-z0-9_:.+-]*")
_KIND = re.compile(r"[a-z][a-z0-9]*")
_MONTH = re.compile(r"jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec")
_SPAN = re.compile(r"([^-]+)-([^-]+)")
_NOT_VERBATIM = re.compile(r"[{}\\]")
_AND = re.compile(r"\band\b", re.IGNORECASE)
_IN_LINKS = str.maketrans({mark: f"%{ord(mark):02X}" for mark in '{}"<>\\^ '})


def write(papers: Iterable[Paper]) -> Iterator[str]:
    """An entry for each paper, a blank line between them."""
    for paper in papers:
        yield entry(paper) + "\n"


def entry(paper: Paper) -> str:
    """The paper as an entry, with a line end after it."""
    raw, values = beside.complete(paper, _raw, lambda written: bibtex.paper(written, {}))
    further = {name: latex.escaped(text) for name, text in beside.written(values).items()}
    fields = (f"  {name} = {_delimited(name, text)},\n" for name, text in (dict(raw.fields) | further).items())
    return f"@{raw.kind}{{{raw.key},\n{''.join(fields)}}}\n"


def cite_key(paper: Paper) -> str:
    """The key as an entry can have it: what BibTeX takes for the end of a key becomes its number."""
    key = paper.key or suggested_key(paper)
    return _NOT_IN_KEYS.sub(lambda found: f"-{ord(found[0]):x}-", key)


def _raw(paper: Paper) -> RawEntry:
    kind = paper.kind if _KIND.fullmatch(paper.kind) else "misc"
    return RawEntry(1, kind, cite_key(paper), _fields(paper, kind))


def _fields(paper: Paper, kind: str) -> dict[str, str]:
    """The fields as they stand between braces, those that say nothing left out."""
    own = {
        "author": " and ".join(map(_author, paper.authors)),
        "title": latex.title(paper.title),
        _VENUE.get(kind, "journal"): latex.escaped(paper.venue),
        "year": str(paper.year or ""),
        "doi": paper.doi.translate(_IN_LINKS),
        "eprint": paper.arxiv,
        "archiveprefix": "arXiv" if paper.arxiv else "",
        "url": paper.url.translate(_IN_LINKS),
    }
    fields = {name: text for name, text in own.items() if text}
    fields |= {
        name: _further(name, text)
        for name, text in paper.extra.items()
        if name not in fields and _can_stand(name, text)
    }
    last = {"note": latex.escaped(paper.note), "abstract": latex.escaped(paper.abstract)}
    if paper.tags:
        fields |= _tags(fields.get("keywords", ""), paper.tags)
    return fields | {name: text for name, text in last.items() if text}


def _author(author: str) -> str:
    name = parts(author)
    if name.given:
        return ", ".join(map(_name_part, filter(None, (name.family, name.suffix, name.given))))
    return latex.escaped(name.family) if name.family.isalnum() else f"{{{latex.escaped(name.family)}}}"


def _name_part(name: str) -> str:
    text = latex.escaped(name)
    return f"{{{text}}}" if "," in name or _AND.search(name) else text


def _further(name: str, text: str) -> str:
    if bibtex.is_verbatim(name):
        return text
    if name == "pages" and (span := _SPAN.fullmatch(text)):
        return f"{latex.escaped(span[1])}--{latex.escaped(span[2])}"
    return latex.escaped(text)


def _can_stand(name: str, text: str) -> bool:
    """Whether BibTeX takes the name for one, and the text as it is where it must stand so.

    A `crossref` has been followed when the entry was read: what it named stands in the entry.
    """
    return (
        name != "crossref"
        and bool(_NAME.fullmatch(name))
        and not (bibtex.is_verbatim(name) and _NOT_VERBATIM.search(text))
    )


def _tags(keywords: str, tags: Sequence[str]) -> dict[str, str]:
    """The keywords with the tags after them, and which of them the tags are."""
    written = [f"{{{text}}}" if "," in text else text for text in map(latex.escaped, tags)]
    return {"keywords": with_tags(keywords, written), "mendeley-tags": ", ".join(written)}


def _delimited(name: str, text: str) -> str:
    return text if name == "month" and _MONTH.fullmatch(text) else f"{{{text}}}"
