"""The papers most like one paper."""

from assistant.understanding.question import LONGEST
from store.library import Library
from store.records import Filters, Hit


def similar(library: Library, key: str, *, limit: int, filters: Filters) -> tuple[Hit, ...]:
    """Papers ranked by the whole text of the one with this key, which is not among them."""
    number = library.catalogue.number_of(key)
    paper = library.catalogue.paper(number)
    text = f"{paper.title}. {paper.abstract}"[:LONGEST]
    ranking = [found for found in library.ranking(text, limit=limit + 1, filters=filters) if found.number != number]
    return tuple(library.hits(ranking[:limit], text))
