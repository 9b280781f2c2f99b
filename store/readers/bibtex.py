"""BibTeX and BibLaTeX, as Zotero, JabRef, Mendeley and publishers write them."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from store.keywords import without_tags
from store.names import Name, listed, settled, somebody
from store.readers import beside, bibtex_syntax, identifiers, markup
from store.readers.bibtex_portions import portions
from store.readers.bibtex_syntax import Broken, RawEntry
from store.readers.fields import untitled
from store.readers.markup import from_latex as readable
from store.readers.plain import clean, squeeze
from store.readers.source import Source
from store.records import Paper, Rejected
from store.retractions import marked

name = "BibTeX (.bib): from Zotero, JabRef, Mendeley or a publisher's site"

_ENTRY = r"@\s*(?:(?:string|preamble|comment)\s*[{(]|\w+\s*[{(]\s*[^\s,{}()]*\s*[,=])"
_CROSSREF = re.compile(r"\bcrossref\s*=\s*[{\"]?([^{}\",]+)", re.IGNORECASE)
_DEEPEST = 30
_DATA_ENTRY = re.compile(r"@\s*xdata\s*[{(]", re.IGNORECASE)
_DATA_FIELD = re.compile(r"\s*xdata\s*=\s*(?P<key>[^\s,={}]+)-(?P<field>[a-z]+)(?:-[0-9]+)?\s*", re.IGNORECASE)
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
_ANGLE = re.compile(r"\\text(less|greater)(?![a-z])")
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
    """The entries as papers, in the order of the file; those that only serve others are left out."""
    by_key = _named_by_others(source)
    for entry in bibtex_syntax.entries(source.pieces()):
        if isinstance(entry, RawEntry) and _is_helper(entry):
            continue
        record = paper(entry, by_key) if isinstance(entry, RawEntry) else entry.reason
        yield record if isinstance(record, Paper) else Rejected(source.name, _where(entry), record)


def _named_by_others(source: Source) -> dict[str, RawEntry]:
    """The entries that others name in `crossref` or take over by `xdata`: they may stand anywhere in the file."""
    named, has_data = set(), False
    for _, text in portions(source.pieces()):
        named |= {key.strip().lower() for key in _CROSSREF.findall(text)}
        has_data = has_data or _DATA_ENTRY.search(text) is not None
    found: dict[str, RawEntry] = {}
    for entry in bibtex_syntax.entries(source.pieces()) if named or has_data else ():
        if isinstance(entry, RawEntry) and (entry.kind == "xdata" or entry.key.lower() in named):
            found.setdefault(entry.key.lower(), entry)
    return found


def _is_helper(entry: RawEntry) -> bool:
    """Whether the entry holds data for others, or names others that are cited together."""
    return entry.kind == "xdata" or (entry.kind == "set" and "entryset" in entry.fields)


def _where(entry: RawEntry | Broken) -> str:
    return f"line {entry.line}" + (f" ({squeeze(entry.key)})" if entry.key else "")


def paper(entry: RawEntry, by_key: Mapping[str, RawEntry]) -> Paper | str:
    """The paper, or why the entry is none; `by_key` has the entries that others name."""
    fields = _complete(entry, by_key)
    stood_beside = beside.read(
        {name: readable(text) for name, text in fields.items() if name.startswith(beside.PREFIX)}
    )
    for name in stood_beside:
        del fields[beside.PREFIX + name]
    latex = {name: text for name, text in fields.items() if _is_kept(name, text, entry.kind)}
    tags = _tags(fields)
    title = _title(fields, entry.kind)
    abstract = markup.abstract(fields.pop("abstract", ""), readable)
    if not title and not abstract:
        return "the entry has no title"
    arxiv = _arxiv(fields)
    doi = _doi(fields)
    url = _url(fields)
    found = Paper(
        title=title,
        abstract=abstract,
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
    found = marked(found if title else untitled(found))
    return beside.restored(found, stood_beside) if stood_beside else found


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


def _complete(
    entry: RawEntry, by_key: Mapping[str, RawEntry], done: dict[str, dict[str, str]] | None = None, depth: int = 0
) -> dict[str, str]:
    """The fields of an entry with those that it takes over by `xdata`, or from the volume that its `crossref` names.

    `done` has the entries that were completed for it; one that is being completed gives nothing, so that entries
    which name each other come to an end.
    """
    done = {} if done is None else done
    done[entry.key.lower()] = {}

    def named(key: str) -> dict[str, str]:
        other = by_key.get(key.strip().lower())
        if other is None or depth > _DEEPEST:
            return {}
        if other.key.lower() not in done:
            done[other.key.lower()] = _complete(other, by_key, done, depth + 1)
        return done[other.key.lower()]

    fields = {name: _part_of_data(text, named) for name, text in entry.fields.items()}
    for key in fields.get("xdata", "").split(","):
        fields = named(key) | fields
    if any(key.strip().lower() in by_key for key in fields.get("xdata", "").split(",")):
        del fields["xdata"]
    if volume := named(fields.get("crossref", "")):
        volume = {"booktitle": volume.get("title", "")} | volume
        fields = {name: volume[name] for name in _INHERITED if volume.get(name)} | fields
    return fields


def _part_of_data(text: str, named: Callable[[str], Mapping[str, str]]) -> str:
    """What `xdata=key-field` stands for in the place of a value; any other value as it is."""
    found = _DATA_FIELD.fullmatch(text)
    return named(found["key"]).get(found["field"].lower(), text) if found else text


def _title(fields: dict[str, str], kind: str) -> str:
    named = [*_TITLES, *(_VOLUME_TITLES if kind in _VOLUMES else ())]
    title = readable(fields.pop(next((name for name in named if readable(fields.get(name, ""))), "title"), ""))
    subtitle = readable(fields.pop("subtitle", "")) if title else ""
    if not subtitle or subtitle.lower() in title.lower():
        return title
    return f"{title} {subtitle}" if title[-1] in ":.?!" else f"{title}: {subtitle}"


def _authors(field: str) -> tuple[str, ...]:
    """The people of the field; several may stand there without the "and" that BibTeX wants between them."""
    people = list(bibtex_syntax.people(field))
    if (
        len(people) == 1
        and not bibtex_syntax.is_in_braces(field.strip())
        and len(several := listed(readable(field))) > 1
    ):
        people = [person for one in several for person in bibtex_syntax.people(one)]
    return tuple(written for person in people for written in _written(person) if somebody(written))


def _written(person: Name | str) -> Iterable[str]:
    """The name as it is kept; what no rule of BibTeX splits may be a list."""
    if isinstance(person, Name):
        return [settled(str(Name(*map(readable, (person.family, person.given, person.suffix)))))]
    return [readable(person)] if bibtex_syntax.is_in_braces(person) else listed(readable(person))


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
    text = _TILDE.sub("~", _ANGLE.sub(lambda found: "<" if found[1] == "less" else ">", text))
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
