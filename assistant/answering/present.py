"""The papers of earlier answers, as the library has them now."""

from collections.abc import Sequence
from dataclasses import replace

from assistant.conversation import Turn
from assistant.events import Source
from store.catalogue import Catalogue
from store.errors import NoSuchPaper
from store.records import Hit


def present(history: Sequence[Turn], catalogue: Catalogue) -> tuple[Turn, ...]:
    """The turns with the papers as the library has them now; those that it no longer has are left out."""
    return tuple(_present(turn, catalogue) for turn in history)


def _present(turn: Turn, catalogue: Catalogue) -> Turn:
    sources = ((source, _found(source.hit, catalogue)) for source in turn.answer.sources)
    answer = replace(
        turn.answer,
        sources=tuple(Source(source.number, hit, source.quotes) for source, hit in sources if hit),
        closest=tuple(hit for old in turn.answer.closest if (hit := _found(old, catalogue))),
    )
    return Turn(turn.question, answer)


def _found(hit: Hit, catalogue: Catalogue) -> Hit | None:
    """The hit under the number that its paper has now; None where its key and title are not in the library."""
    try:
        number = catalogue.number_of(hit.paper.key)
    except NoSuchPaper:
        return None
    paper = catalogue.paper(number)
    return replace(hit, number=number, paper=paper) if paper.title == hit.paper.title else None
