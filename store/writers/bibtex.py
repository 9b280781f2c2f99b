"""BibTeX: an entry a paper, under the user's own cite key, in UTF-8 as BibTeX and Biber read it."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from store.identity import suggested_key
from store.keywords import with_tags
from store.names import parts
from store.readers import beside, bibtex
from store.readers.bibtex_syntax import RawEntry
from store.records import Paper
from store.retractions import noted
from store.writers import latex

suffix = ".bib"

_NOT_IN_KEYS = re.compile(r"[\s\"#%'(),={}~\\@]")
_NAME = re.compile(r"[a-z_][a-z0-9_:.+-]*")
_KIND = re.compile(r"[a-z][a-z0-9]*")
_MONTH = re.compile(r"jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec")
_SPAN = re.compile(r"([^-]+)-([^-]+)")
_NOT_VERBATIM = re.compile(r"[{}\\]")
_AND = re.compile(r"\band\b", re.IGNORECASE)
_ORDER = "editor series volume number pages publisher address edition month date".split()
_BRACE = re.compile(r"[{}]")
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
    plain = RawEntry(1, kind, cite_key(paper), _fields(paper, kind))
    return _as_written(plain, paper.latex) if paper.latex else plain


def _as_written(plain: RawEntry, latex: Mapping[str, str]) -> RawEntry:
    """The entry with the fields as they were written once, where they still say the same."""
    meant = bibtex.paper(plain, {})
    changed = {name: name for name, text in latex.items() if plain.fields.get(name, text) != text and _is_whole(text)}
    venue = bibtex.venue_field(plain.kind)
    others = [name for name in latex if bibtex.is_venue(name) and name not in plain.fields]
    changed |= {name: venue for name in others[:1] if venue in plain.fields and _is_whole(latex[name])}
    whole = _with(plain, latex, changed)
    if bibtex.paper(whole, {}) == meant:
        return whole
    entry = plain
    for name, place in changed.items():
        tried = _with(entry, latex, {name: place})
        entry = tried if bibtex.paper(tried, {}) == meant else entry
    return entry


def _with(entry: RawEntry, latex: Mapping[str, str], changed: Mapping[str, str]) -> RawEntry:
    """The entry with fields in the place of others, by their names."""
    names = {place: name for name, place in changed.items()}
    fields = {names.get(name, name): latex.get(names.get(name, ""), text) for name, text in entry.fields.items()}
    return replace(entry, fields=fields)


def _is_whole(text: str) -> bool:
    """Whether BibTeX finds the end of the field: no brace is open, or closed too much."""
    depth = 0
    for mark in _BRACE.findall(text):
        depth += 1 if mark == "{" else -1
        if depth < 0:
            return False
    return depth == 0


def _fields(paper: Paper, kind: str) -> dict[str, str]:
    """The fields as they stand between braces, those that say nothing left out."""
    own = {
        "author": " and ".join(map(_author, paper.authors)),
        "title": latex.title(paper.title),
        bibtex.venue_field(kind): latex.escaped(paper.venue),
        "year": str(paper.year or ""),
        "doi": paper.doi.translate(_IN_LINKS),
        "eprint": paper.arxiv,
        "archiveprefix": "arXiv" if paper.arxiv else "",
        "url": paper.url.translate(_IN_LINKS),
    }
    fields = {name: text for name, text in own.items() if text}
    fields |= {
        name: _further(name, text)
        for name, text in sorted(paper.extra.items(), key=lambda pair: _place(pair[0]))
        if name not in fields and _can_stand(name, text)
    }
    last = {"note": latex.escaped(noted(paper.note, paper.status)), "abstract": latex.escaped(paper.abstract)}
    if paper.tags:
        fields |= _tags(fields.get("keywords", ""), paper.tags)
    return fields | {name: text for name, text in last.items() if text}


def _place(name: str) -> tuple[int, str]:
    """Where a further field stands: in the usual order, or after it by its name."""
    return _ORDER.index(name) if name in _ORDER else len(_ORDER), name


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
