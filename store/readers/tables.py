"""Tables of papers, whatever file they come from: which columns they have, and a row as a paper."""

import re
from collections.abc import Sequence
from datetime import date, timedelta

from store.names import listed
from store.readers import markup
from store.readers.fields import Fields
from store.readers.plain import squeeze
from store.records import Paper

_COLUMNS = {
    "title": """title articletitle documenttitle itemtitle titleprimary papertitle primarytitle ti
        displayname chaptertitle booktitle originaltitle""",
    "abstract": """abstract abstractnote abstracttext abstracts paperabstract ab summary originalabstract n2""",
    "authors": """authorfullnames authorsfullnames fullauthornames authors author authornames authornamelist
        authorsprimary authorlist creators creator af au bookauthors authorshipsauthordisplayname
        authorshipsrawauthorname authornamesfull""",
    "groups": "groupauthors groupauthor corporateauthors corporateauthor collectivename ca bookgroupauthors gp",
    "year": """year publicationyear publishedyear pubyear yearpublished py date datepublished publicationdate
        dateofpublication published pubdate coverdate issued onlinedate earlyaccessdate dp""",
    "venue": """sourcetitle journal journaltitle journalname publicationtitle publication journalbook periodicalfull
        source primarylocationsourcedisplayname venue so containertitle booktitle proceedingstitle
        conferencename conferencetitle series bookseriestitle journalabbreviation periodicalabbrev jt ta jf
        publisher""",
    "doi": "doi itemdoi doilink digitalobjectidentifier di bookdoi",
    "url": """url link links externallink articleurl doilink plink articlelink fulltextlink pdflink urls embaselink
        sourceurls externalurl primarylocationlandingpageurl ur""",
    "pmid": "pmid pubmedid medlinepmid pubmed pm idspmid",
    "arxiv": "arxiv arxivid eprint",
    "key": "citekey citationkey bibtexkey bibkey",
    "id": "id paperid",
    "note": "note",
    "pages": "pages pagerange page pg articlenumberpages",
    "start": "startpage firstpage pagestart beginningpage bp",
    "end": "endpage lastpage pageend endingpage ep otherpages",
    "keywords": """keywords authorkeywords keyword manualtags subjects ieeeterms indexkeywords meshterms meshheadings
        fieldsofstudy de tags""",
    "volume": "volume journalvolume vl vi bibliovolume",
    "number": "issue issuenumber number journalissue is ip biblioissue",
    "issn": "issn issns printissn sn issnisbn",
    "isbn": "isbn isbns bn",
    "publisher": "publisher pu",
    "language": "language languageoforiginaldocument articlelanguage la",
    "editor": "editor editors ed be",
    "pmcid": "pmcid pmc",
    "date": "date datepublished publicationdate dateofpublication",
}
_NAMES = {field: tuple(columns.split()) for field, columns in _COLUMNS.items()}
_PLAINLY_ABSTRACTS = ("abstract", "abstractnote", "abstracttext", "paperabstract")
_KNOWN = frozenset(column for columns in _NAMES.values() for column in columns)
_KIND_COLUMNS = ("itemtype", "documenttype", "publicationtype", "referencetype", "contenttype", "doctype", "type", "dt")
_KINDS = (
    (re.compile(r"proceeding|conference|meeting", re.IGNORECASE), "inproceedings"),
    (re.compile(r"article|journal|review|letter|editorial|note", re.IGNORECASE), "article"),
    (re.compile(r"section|chapter", re.IGNORECASE), "incollection"),
    (re.compile(r"book|monograph", re.IGNORECASE), "book"),
    (re.compile(r"thesis|dissertation", re.IGNORECASE), "phdthesis"),
    (re.compile(r"report", re.IGNORECASE), "techreport"),
    (re.compile(r"preprint|posted", re.IGNORECASE), "misc"),
)
_DAY_NUMBER = re.compile(r"[1-6][0-9]{4}(?:\.0*)?")
_EXCEL_TEXT = re.compile(r'="(.*)"', re.DOTALL)
SURPLUS = "the row has more columns than the header; is a quotation mark missing?"


class Header:
    """The columns of a table under plain names: lower case, letters and digits only."""

    def __init__(self, cells: Sequence[str]) -> None:
        self.columns = [_plain(cell) for cell in cells]
        self.known = sum(column in _KNOWN for column in set(self.columns))

    @property
    def is_one(self) -> bool:
        """Whether this is the header of a table of papers: it has a title, or an abstract, and something else."""
        titled = any(column in self.columns for column in (*_NAMES["title"], *_PLAINLY_ABSTRACTS))
        return titled and self.known >= 2 and len(self.columns) < 2000

    def paper(self, row: Sequence[str]) -> Paper | str:
        """The paper in a row, or why the row is none."""
        cells = [_cell(cell) for cell in row]
        if any(cells[len(self.columns) :]):
            return SURPLUS
        fields = Fields(
            pair
            for column, text in zip(self.columns, cells, strict=False)
            for pair in _values(column or "column", text)
        )
        kind = fields.first(*_KIND_COLUMNS)
        return fields.paper(_NAMES, authors=_authors(fields), kind=_kind(kind))


def is_blank(row: Sequence[str]) -> bool:
    """Whether the row says nothing: empty, or a ruler of dashes."""
    return not any(cell.strip(" \t-_=\ufeff") for cell in row)


def _values(column: str, text: str) -> list[tuple[str, str]]:
    if column in _NAMES["year"] and _DAY_NUMBER.fullmatch(text):
        return [(column, str(date(1899, 12, 30) + timedelta(days=int(float(text)))))]
    if column == "id" and text.startswith("http"):
        return [("openalex", text)]
    return [(column, text)]


def _authors(fields: Fields) -> tuple[str, ...]:
    """The longest list of authors in any of the columns that may hold one; full names go before initials."""
    lists: list[tuple[str, ...]] = []
    for column in _NAMES["authors"]:
        text = fields.first(column)
        fields.discard(column)
        lists.append(listed(markup.without_tags(text) if "&" in text or "<" in text else text))
    return max(lists, key=len)


def _kind(text: str) -> str:
    return next((kind for pattern, kind in _KINDS if pattern.search(text[:100])), "article")


def _cell(text: str) -> str:
    """The text of a cell; some programs write numbers as the formula ="12" to keep them text."""
    formula = _EXCEL_TEXT.fullmatch(text)
    return (formula[1] if formula else text).strip()


def _plain(cell: str) -> str:
    return "".join(filter(str.isalnum, squeeze(cell).lower()))[:60]
