"""Limits that a question puts on the papers: years, an author, a venue."""

import re
from collections.abc import Sequence

from assistant.understanding.pointing import own_words
from store.catalogue import Catalogue
from store.identity import squashed
from store.question import NAME, year_limit
from store.records import Filters, Paper

_NEWER = re.compile(r"\b(?:(?:more |most )?recent|newer|newest|later|latest|since then)\b", re.IGNORECASE)
_OLDER = re.compile(r"\b(?:older|oldest|earlier|previous)\b", re.IGNORECASE)
_AUTHOR = re.compile(r"\bby ([A-Z][\w’'-]+(?: (?:et al\.?|[A-Z][\w’'-]+))*)\s*\??$")
_VENUE = re.compile(r"\b(?:in|at|from) ((?:the )?[A-Z][\w &’'-]*?)\s*\??$")
_WROTE = r"(?:write|written|wrote|publish(?:ed)?|author(?:ed)?|contribute)"
_WHOLE_NAME = rf"{NAME}(?: {NAME}){{0,2}}"
_PERSON = re.compile(
    rf"\bby ({_WHOLE_NAME})|\b(?:did|does|has|have) ({_WHOLE_NAME})(?= {_WROTE}\b)"
    rf"|^\s*({_WHOLE_NAME})(?= {_WROTE}\b)|\b({_WHOLE_NAME})['’]s?\b"
)
_PLACE = re.compile(r"\b(?:in|at|from) (?:the )?([A-Z][\w&’'-]*(?: (?:of|and|on|for|the|[A-Z][\w&’'-]*))*)")
_FILLING = frozenset(
    "published written appeared recent work publications articles ones limit limited restrict keep".split()
)
_OF_PAPERS = re.compile(r"\b(?:papers?|works?|stud(?:y|ies)|articles?|publications?|literature)\b", re.IGNORECASE)


def narrowed(question: str, papers: Sequence[Paper]) -> Filters | None:
    """The limits that a follow-up puts on the question before, where it does nothing else; None otherwise."""
    years, rest = year_limit(question)
    if years != (None, None):
        return Filters(years=years) if not _more(rest) else None
    shown = [paper.year for paper in papers if paper.year]
    if shown and _NEWER.search(question) and not _more(_NEWER.sub(" ", question)):
        return Filters(years=(max(shown) + 1, None))
    if shown and _OLDER.search(question) and not _more(_OLDER.sub(" ", question)):
        return Filters(years=(None, min(shown) - 1))
    if re.match(r"\s*(?:and |but )?(?:only|just)\b", question, re.IGNORECASE):
        by, at = _AUTHOR.search(question), _VENUE.search(question)
        if by and not _more(question[: by.start()]):
            return Filters(author=re.sub(r" et al\.?$", "", by[1]))
        if at and not _more(question[: at.start()]):
            return Filters(venue=at[1])
    return None


def of_papers(question: str) -> Filters:
    """The years that a question limits the papers to, as "papers after 2020 on ..." does."""
    years, _ = year_limit(question)
    return Filters(years=years) if _OF_PAPERS.search(question) else Filters()


def of_catalogue(question: str, catalogue: Catalogue) -> tuple[Filters, str]:
    """The limits that a question puts on papers of the library, and the question without them.

    Years, a person who wrote something here ("by Moor", "did Kitev write", "Moor's"), a venue that the library has.
    """
    years, rest = year_limit(question)
    author = venue = ""
    for found in _PERSON.finditer(rest):
        name = next(group for group in found.groups() if group)
        if catalogue.written_by(squashed(name.split()[-1])):
            author, rest = name, f"{rest[: found.start()]} {rest[found.end() :]}"
            break
    for found in _PLACE.finditer(rest):
        if catalogue.allowed(Filters(venue=found[1])):
            venue, rest = found[1], f"{rest[: found.start()]} {rest[found.end() :]}"
            break
    return Filters(years=years, author=author, venue=venue), rest


def merged(given: Filters, others: Filters) -> Filters:
    """Both limits together; where both say something of one kind, the one that is `given`."""
    years = given.years if given.years != (None, None) else others.years
    texts = {name: getattr(given, name) or getattr(others, name) for name in ("author", "venue", "tag", "source")}
    retracted = others.retracted if given.retracted is None else given.retracted
    return Filters(years=years, retracted=retracted, **texts)


def described(limits: Filters) -> str:
    """Limits in words: "from 2023 on by Hinton"."""
    first, last = limits.years
    years = ""
    if first and last:
        years = f" of {first}" if first == last else f" from {first} to {last}"
    elif first or last:
        years = f" from {first} on" if first else f" up to {last}"
    author = f" by {limits.author}" if limits.author else ""
    venue = f" in {limits.venue}" if limits.venue else ""
    return f"{years}{author}{venue}".strip()


def _more(rest: str) -> bool:
    return any(word not in _FILLING for word in own_words(rest))
