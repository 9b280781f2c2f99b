"""PubMed's XML: articles, and the chapters of NCBI's books."""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from store.names import Name
from store.readers.fields import Fields
from store.readers.plain import squeeze
from store.readers.source import Source
from store.readers.xml_elements import elements, inner_text, text_at, texts_at
from store.records import Paper, Rejected

name = "PubMed XML (.xml)"

_RECORDS = ("PubmedArticle", "PubmedBookArticle")
_OPENING = re.compile(r"<(?:PubmedArticleSet|PubmedArticle|PubmedBookArticle)[\s>]")
_ARTICLE = "./*/Article"
_BOOK = "./BookDocument"
_NAMES = {
    field: (field,)
    for field in (
        "title abstract year venue doi pmid volume number pages issn language keywords pmcid date publisher"
        " affiliation type retraction-in erratum-in concern-in retraction-of erratum-for concern-for"
    ).split()
}
_TELLING_TYPE = re.compile(r"retract|erratum|expression of concern|preprint|corrected", re.IGNORECASE)
_UPDATES = {
    "RetractionIn": "retraction-in",
    "PartialRetractionIn": "erratum-in",
    "RetractionOf": "retraction-of",
    "PartialRetractionOf": "erratum-for",
    "ErratumIn": "erratum-in",
    "CorrectedandRepublishedIn": "erratum-in",
    "ErratumFor": "erratum-for",
    "ExpressionOfConcernIn": "concern-in",
    "ExpressionOfConcernFor": "concern-for",
}
"""PubMed's links to notices and from them, and the fields that they become."""

_ENDS_IN_PERIOD = re.compile(r"(?:\.\.|\b[A-Z]\.[A-Z]\.|\b(?:al|etc|Inc|Ltd|Jr|sp|spp)\.)$")


def recognises(head: str, suffix: str) -> float:
    """Whether a set of articles, or an article, opens."""
    return (0.9 + 0.1 * (suffix == ".xml")) * (_OPENING.search(head) is not None)


def read(source: Source) -> Iterator[Paper | Rejected]:
    """The articles one by one, in bounded memory."""
    for line, element in elements(source.pieces(), *_RECORDS):
        paper = _paper(element) if isinstance(element, Element) else element
        yield paper if isinstance(paper, Paper) else Rejected(source.name, f"line {line}", paper)


def without_period(title: str) -> str:
    """The title without the full stop that PubMed puts after each."""
    title = title.rstrip()
    return title if not title.endswith(".") or _ENDS_IN_PERIOD.search(title) else title[:-1]


def _paper(record: Element) -> Paper | str:
    is_article = record.tag == "PubmedArticle"
    document = record.find(_ARTICLE if is_article else _BOOK)
    if document is None:
        return "the record holds no article"
    pairs = _article(record, document) if is_article else _chapter(document)
    kind = "article" if is_article else "incollection"
    return Fields(pairs).paper(_NAMES, authors=_authors(document), kind=kind)


def _article(record: Element, article: Element) -> Iterator[tuple[str, str]]:
    title = text_at(article, "ArticleTitle") or text_at(article, "VernacularTitle")
    yield "title", without_period(title)
    yield "abstract", _abstract(article)
    yield "pmid", text_at(record, "./*/PMID")
    yield "venue", text_at(article, "Journal/Title") or text_at(article, "Journal/ISOAbbreviation")
    issue = article.find("Journal/JournalIssue")
    if issue is not None:
        yield "volume", text_at(issue, "Volume")
        yield "number", text_at(issue, "Issue")
        yield from _dates(issue.find("PubDate"))
    yield from _dates(article.find("ArticleDate"))
    yield "pages", text_at(article, "Pagination/MedlinePgn") or text_at(article, "Pagination/StartPage")
    yield "issn", text_at(article, "Journal/ISSN")
    yield "language", text_at(article, "Language")
    yield from (("affiliation", text) for text in texts_at(article, ".//AffiliationInfo/Affiliation")[:1])
    yield from (("doi", text) for text in texts_at(article, "ELocationID[@EIdType='doi']"))
    yield from (("doi", text) for text in texts_at(record, "PubmedData/ArticleIdList/ArticleId[@IdType='doi']"))
    yield from (("pmcid", text) for text in texts_at(record, "PubmedData/ArticleIdList/ArticleId[@IdType='pmc']"))
    yield from (("keywords", text) for text in texts_at(record, ".//KeywordList/Keyword"))
    yield from (("keywords", text) for text in texts_at(record, ".//MeshHeading/DescriptorName"))
    kinds = texts_at(article, "PublicationTypeList/PublicationType")
    yield from (("type", text) for text in kinds if _TELLING_TYPE.search(text))
    for update in record.iterfind(".//CommentsCorrectionsList/CommentsCorrections"):
        if field := _UPDATES.get(update.get("RefType", "")):
            pmid = text_at(update, "PMID")
            yield field, " ".join(filter(None, (text_at(update, "RefSource"), pmid and f"PMID: {pmid}")))


def _chapter(document: Element) -> Iterator[tuple[str, str]]:
    yield "title", without_period(text_at(document, "ArticleTitle") or text_at(document, "Book/BookTitle"))
    yield "abstract", _abstract(document)
    yield "pmid", text_at(document, "PMID")
    yield "venue", text_at(document, "Book/BookTitle")
    yield "publisher", text_at(document, "Book/Publisher/PublisherName")
    yield from _dates(document.find("Book/PubDate"))
    yield from (("doi", text) for text in texts_at(document, "ArticleIdList/ArticleId[@IdType='doi']"))


def _abstract(document: Element) -> str:
    """The abstract; where it has parts, each with its label before it."""
    parts = document.findall("Abstract/AbstractText")
    labelled = ((squeeze(part.get("Label", "")), squeeze(inner_text(part))) for part in parts)
    return " ".join(f"{label}: {text}" if label and text else text for label, text in labelled)


def _dates(date: Element | None) -> Iterator[tuple[str, str]]:
    if date is None:
        return
    parts = [squeeze(text_at(date, part)) for part in ("Year", "Month", "Day")]
    yield "year", parts[0] or text_at(date, "MedlineDate")
    yield "date", " ".join(filter(None, parts)) if parts[0] and parts[1] else text_at(date, "MedlineDate")


def _authors(document: Element) -> list[str]:
    return list(filter(None, map(_person, document.findall("AuthorList/Author"))))


def _person(author: Element) -> str:
    family, suffix = squeeze(text_at(author, "LastName")), squeeze(text_at(author, "Suffix"))
    given = squeeze(text_at(author, "ForeName") or text_at(author, "Initials"))
    return str(Name(family, given, suffix)) if family else squeeze(text_at(author, "CollectiveName")) or given
