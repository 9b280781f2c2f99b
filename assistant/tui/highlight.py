"""Where the quoted sentences stand in an abstract."""

from collections.abc import Iterable

from assistant.events import Quote


def spans(abstract: str, quotes: Iterable[Quote]) -> list[tuple[int, int]]:
    """Start and end of each quote that the abstract contains, in order."""
    found = {place for quote in quotes if (place := _place(abstract, quote))}
    return sorted(found)


def _place(abstract: str, quote: Quote) -> tuple[int, int] | None:
    if quote.text and abstract[quote.start : quote.end] == quote.text:
        return quote.start, quote.end
    start = abstract.find(quote.text) if quote.text else -1
    return (start, start + len(quote.text)) if start >= 0 else None
