"""Filters as SQL."""

from store.records import Filters
from store.retractions import NOT_TO_BE_CITED
from store.terms import folded


def conditions(filters: Filters) -> tuple[str, list[str | int]]:
    """A WHERE clause over `papers`, and its values; nothing where nothing is filtered."""
    first, last = filters.years
    author = folded(filters.author).replace(",", " ").strip()
    wanted: list[tuple[str, str | int | None]] = [
        ("year >= ?", first),
        ("year <= ?", last),
        ("instr(people, ?)", max(author.split(), key=len, default=None)),
        ("names(people, ?)", author or None),
        ("instr(place, ?)", folded(filters.venue) or None),
        ("number IN (SELECT paper FROM tags WHERE tag = ?)", filters.tag or None),
        ("number IN (SELECT paper FROM sources WHERE contains(file_name(file), ?))", filters.source or None),
        (f"(status IN {NOT_TO_BE_CITED}) = ?", filters.retracted),
    ]
    parts = [(condition, value) for condition, value in wanted if value is not None]
    where = "WHERE " + " AND ".join(condition for condition, _ in parts) if parts else ""
    return where, [value for _, value in parts]
