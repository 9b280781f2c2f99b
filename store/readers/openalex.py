"""OpenAlex's works, whose abstracts are lists of words with their places."""

from collections.abc import Iterator, Mapping
from typing import Any

from store.readers.fields import Fields
from store.readers.json_values import at, objects, text, texts
from store.readers.plain import squeeze
from store.records import Paper

_NAMES = {
    name: (name,)
    for name in (
        "title abstract year venue doi pmid arxiv url id volume number start end keywords language pmcid date openalex"
    ).split()
}
_KINDS = {
    "book": "book",
    "book-chapter": "incollection",
    "dissertation": "phdthesis",
    "dataset": "dataset",
    "report": "techreport",
    "preprint": "misc",
    "proceedings-article": "inproceedings",
}
_NOTICES = ("retraction", "erratum")
_MOST_WORDS = 50_000


def fits(found: Mapping[str, Any]) -> bool:
    """Whether the record is a work of OpenAlex."""
    return "abstract_inverted_index" in found or "authorships" in found or _is_work(text(found.get("id")))


def paper(found: Mapping[str, Any]) -> Paper | str:
    """The paper that the work describes, or why it describes none."""
    authors = [_author(each) for each in objects(found.get("authorships"))]
    kind = _KINDS.get(text(found.get("type")), "article")
    return Fields(_values(found)).paper(_NAMES, authors=list(filter(None, authors)), kind=kind)


def words_in_place(index: Any) -> str:
    """The text of an inverted index: each word stands at each of its places."""
    if not isinstance(index, dict):
        return ""
    places = [
        (place, word)
        for word, found in index.items()
        for place in (found if isinstance(found, list) else [])
        if isinstance(place, int)
    ]
    return " ".join(word for _, word in sorted(places)[:_MOST_WORDS])


def _values(found: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield "title", text(found.get("title")) or text(found.get("display_name"))
    yield "abstract", text(found.get("abstract")) or words_in_place(found.get("abstract_inverted_index"))
    yield "year", text(found.get("publication_year")) or text(found.get("publication_date"))
    yield "date", text(found.get("publication_date"))
    yield "venue", text(at(found, "primary_location", "source", "display_name"))
    yield "venue", text(at(found, "host_venue", "display_name"))
    yield "doi", text(found.get("doi")) or text(at(found, "ids", "doi"))
    yield "pmid", text(at(found, "ids", "pmid"))
    yield "pmcid", text(at(found, "ids", "pmcid"))
    yield "url", text(at(found, "primary_location", "landing_page_url")) or text(found.get("doi"))
    yield from (("url", text(place.get("landing_page_url"))) for place in objects(found.get("locations")))
    yield "openalex", text(found.get("id")).rpartition("/")[2]
    yield from (
        (name, text(at(found, "biblio", key)))
        for name, key in (("volume", "volume"), ("number", "issue"), ("start", "first_page"), ("end", "last_page"))
    )
    yield "is_retracted", "true" if found.get("is_retracted") is True else ""
    yield "type", text(found.get("type")) if text(found.get("type")) in _NOTICES else ""
    yield "language", text(found.get("language"))
    yield from (("keywords", text(each.get("display_name"))) for each in objects(found.get("keywords")))
    yield from (("keywords", each) for each in texts(found.get("keywords")))


def _is_work(identifier: str) -> bool:
    return "openalex.org/W" in identifier


def _author(authorship: Mapping[str, Any]) -> str:
    return squeeze(text(at(authorship, "author", "display_name")) or text(authorship.get("raw_author_name")))
