"""BibTeX and BibLaTeX, as Zotero, JabRef, Mendeley and publishers write them."""

import re
from collections.abc import Iterator, Mapping

from store.keywords import without_tags
from store.readers import beside, bibtex_syntax, identifiers, markup
from store.readers.bibtex_portions import portions
from store.readers.bibtex_syntax import Broken, Name, RawEntry
from store.readers.latex import readable
from store.readers.names import listed, somebody
from store.readers.plain import clean, squeeze
from store.readers.source import Source
from store.records import Paper, Rejected
from store.retractions import marked

name = "BibTeX (.bib): from Zotero, JabRef, Mendeley or a publisher's site"

_ENTRY = r"@\s*(?:(?:string|preamble|comment)\s*[{(]|\w+\s*[{(]\s*[^\s,{}()]*\s*[,=])"
_CROSSREF = re.compile(r"\bcrossref\s*=\s*[{\"]?([^{}\",]+)", re.IGNORECASE)
_START = re.compile(_ENTRY, re.IGNORECASE)
_AT_LINE_START = re.compile(rf"^[ \t]*{_ENTRY}", re.IGNORECASE | re.MULTILINE)
_INHERITED = ("year", "date", "publisher", "editor", "series", "address", "location", "booktitle")
_VENUES = (
    "journal",
    "journaltitle",
    "booktitle",
    "maintitle",
    "eventtitle",
    "publisher",
    "school",
    "institution",
    "organization",
    "howpublished",
)
_VENUE_FIELDS = {
    "journal": "article suppperiodical review",
    "booktitle": "inproceedings conference incollection inbook suppbook suppcollection inreference bookinbook",
    "publisher": "book mvbook collection mvcollection proceedings mvproceedings reference booklet",
    "school": "phdthesis mastersthesis",
    "institution": "techreport report thesis",
    "organization": "manual",
    "howpublished": "misc online electronic www software dataset unpublished preprint patent",
}
_VENUE_FIELD = {kind: field for field, kinds in _VENUE_FIELDS.items() for kind in kinds.split()}
_TITLES = ("title", "titleaddon")
_VOLUMES = frozenset({"proceedings", "mvproceedings", "collection", "mvcollection", "book", "mvbook", "periodical"})
_VOLUME_TITLES = ("maintitle", "booktitle", "issuetitle", "eventtitle")
_ARXIV_FIELDS = ("doi", "url", "journal", "journaltitle", "howpublished", "volume", "note")
_VERBATIM = frozenset({"file", "pdf", "local-url", "localfile"})
_DASH = re.compile(r"\s*\u2013\s*")
_TAGS = "mendeley-tags"
_COMMA = re.compile(r",(?![^{}]*\})")
_TILDE = re.compile(r"\\(?:textasciitilde|string~|sim)\s*|\$\\sim\$")
_ESCAPE = re.compile(r"\\([_%&#~$])")
_NO_BRACES = str.maketrans("", "", "{}")
_LATEX = re.compile(r"[\\{}$~]")
_LONGEST_KEPT = 20_000
_LINK = re.compile(r"https?://[^\s{}\"<>]+")


def recognises(head: str, suffix: str) -> float:
    """Whether an entry begins somewhere, best at the start of a line."""
    if _AT_LINE_START.search(head):
        return 0.9 + 0.1 * (suffix in {".bib", ".bibtex"})
    return 0.5 * (_START.search(head) is not None and suffix in {".bib", ".bibtex"})


def read(source: Source) -> Iterator[Paper | Rejected]:
    """The entries as papers, in the order of the file."""
    volumes = _volumes(source)
    for entry in bibtex_syntax.entries(source.pieces()):
        record = paper(entry, volumes) if isinstance(entry, RawEntry) else entry.reason
        yield record if isinstance(record, Paper) else Rejected(source.name, _where(entry), record)


def _volumes(source: Source) -> dict[str, RawEntry]:
    """The entries that others name in their `crossref`: they may stand anywhere in the file."""
    named = {key.strip().lower() for _, text in portions(source.pieces()) for key in _CROSSREF.findall(text)}
    volumes: dict[str, RawEntry] = {}
    for entry in bibtex_syntax.entries(source.pieces()) if named else ():
        if isinstance(entry, RawEntry) and entry.key.lower() in named:
            volumes.setdefault(entry.key.lower(), entry)
    return volumes


def _where(entry: RawEntry | Broken) -> str:
    return f"line {entry.line}" + (f" ({squeeze(entry.key)})" if entry.key else "")


def paper(entry: RawEntry, by_key: Mapping[str, RawEntry]) -> Paper | str:
    """The paper, or why the entry is none; `by_key` has the volumes that a `crossref` may name."""
    fields = _inherited(entry, by_key) | dict(entry.fields)
    stood_beside = beside.read(
        {name: readable(text) for name, text in fields.items() if name.startswith(beside.PREFIX)}
    )
    for name in stood_beside:
        del fields[beside.PREFIX + name]
    latex = {name: text for name, text in fields.items() if _is_kept(name, text, entry.kind)}
    tags = _tags(fields)
    title = _title(fields, entry.kind)
    if not title:
        return "the entry has no title"
    arxiv = _arxiv(fields)
    doi = _doi(fields)
    url = _url(fields)
    found = Paper(
        title=title,
        abstract=markup.abstract(fields.pop("abstract", ""), readable),
        authors=_authors(fields.pop("author", "")),
        year=_year(fields),
        venue=_venue(fields, title),
        doi=doi or identifiers.linked_doi(url),
        arxiv=arxiv,
        url=url,
        key=squeeze(entry.key),
        kind=entry.kind,
        note=readable(fields.pop("note", "")),
        tags=tags,
        extra=_further(fields, tags),
        latex=latex,
    )
    return beside.restored(marked(found), stood_beside)


def venue_field(kind: str) -> str:
    """The field of an entry of this kind that says where the paper appeared."""
    return _VENUE_FIELD.get(kind, "journal")


def is_venue(name: str) -> bool:
    """Whether a field may say where a paper appeared."""
    return name in _VENUES


def _is_kept(name: str, text: str, kind: str) -> bool:
    """Whether a field is kept as it was written: reading resolves its markup, or the venue's field has another name."""
    another = name in _VENUES and name != venue_field(kind)
    return (another or _LATEX.search(text) is not None) and len(text) < _LONGEST_KEPT and not is_verbatim(name)


def _inherited(entry: RawEntry, by_key: Mapping[str, RawEntry]) -> dict[str, str]:
    """What an entry takes from the volume that its `crossref` names."""
    volume = by_key.get(entry.fields.get("crossref", "").strip().lower())
    if volume is None or volume is entry:
        return {}
    fields = {"booktitle": volume.fields.get("title", "")} | dict(volume.fields)
    return {name: fields[name] for name in _INHERITED if fields.get(name)}


def _title(fields: dict[str, str], kind: str) -> str:
    named = [*_TITLES, *(_VOLUME_TITLES if kind in _VOLUMES else ())]
    title = readable(fields.pop(next((name for name in named if readable(fields.get(name, ""))), "title"), ""))
    subtitle = readable(fields.pop("subtitle", "")) if title else ""
    if not subtitle or subtitle.lower() in title.lower():
        return title
    return f"{title} {subtitle}" if title[-1] in ":.?!" else f"{title}: {subtitle}"


def _authors(field: str) -> tuple[str, ...]:
    people = [_written(person) for person in bibtex_syntax.people(field)]
    if len(people) == 1 and not field.lstrip().startswith("{"):
        several = listed(readable(field))
        people = [_written(each) for one in several for each in bibtex_syntax.people(one)]
    return tuple(filter(somebody, people))


def _written(person: Name | str) -> str:
    if isinstance(person, str):
        return readable(person)
    return ", ".join(filter(None, (readable(person.family), readable(person.given))))


def _year(fields: dict[str, str]) -> int | None:
    """The year; a whole date, or a year in words, stays among the fields."""
    for field in ("year", "date"):
        text = squeeze(fields.get(field, "")).strip("{}")
        if year := identifiers.year(text):
            if text == str(year):
                del fields[field]
            return year
    return None


def _venue(fields: dict[str, str], title: str) -> str:
    """Where the paper appeared; a book often repeats its title as `booktitle`."""
    for field in _VENUES:
        venue = readable(fields.get(field, ""))
        if venue and venue != title and "://" not in venue:
            del fields[field]
            return venue
    return ""


def _doi(fields: dict[str, str]) -> str:
    doi = identifiers.doi(_plain_link(fields.get("doi", "")))
    if doi:
        del fields["doi"]
    return doi


def _arxiv(fields: dict[str, str]) -> str:
    archive = fields.get("archiveprefix") or fields.get("eprinttype") or "arxiv"
    eprint = identifiers.eprint(squeeze(fields.get("eprint", "")).strip("{}"))
    if eprint and archive.strip("{} ").lower() == "arxiv":
        for field in ("eprint", "archiveprefix", "eprinttype"):
            fields.pop(field, "")
        return eprint
    places = (identifiers.arxiv(_plain_link(fields.get(field, ""))) for field in _ARXIV_FIELDS)
    return next(filter(None, places), "")


def _url(fields: dict[str, str]) -> str:
    """The link; where there is none, the one that `howpublished` holds."""
    link = _LINK.search(_plain_link(fields.get("url") or fields.get("howpublished", "")))
    if link is None:
        return _plain_link(fields.pop("url", ""))
    fields.pop("url", "")
    return link[0]


def _plain_link(text: str) -> str:
    """An address as LaTeX would print it: no braces, no backslashes before `_`, `%` and the like."""
    text = _TILDE.sub("~", text)
    return squeeze(_ESCAPE.sub(r"\1", text).replace("\\url", "").translate(_NO_BRACES))


def _tags(fields: dict[str, str]) -> tuple[str, ...]:
    listed = _COMMA.split(fields.pop(_TAGS, ""))
    return tuple(dict.fromkeys(filter(None, map(readable, listed))))


def _further(fields: Mapping[str, str], tags: tuple[str, ...]) -> dict[str, str]:
    """What is left of the entry; tags are no keywords."""
    further = {clean(name): _extra(name, text) for name, text in fields.items()}
    if tags and "keywords" in further:
        further["keywords"] = without_tags(further["keywords"], tags)
    return {name: text for name, text in further.items() if text or name != "keywords"}


def _extra(field: str, text: str) -> str:
    if is_verbatim(field):
        return clean(text)
    return _DASH.sub("-", readable(text)) if field == "pages" else readable(text)


def is_verbatim(field: str) -> bool:
    """Whether a field is no LaTeX: the paths and links that programs keep."""
    return field in _VERBATIM or field.startswith("bdsk-")
