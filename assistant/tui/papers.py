"""How papers are named on the screen: plain words, already harmless."""

from collections.abc import Iterable, Sequence

from assistant.events import Answer, Claim, Quote, Source
from assistant.tui.text import folded
from store.names import parts
from store.records import Hit, Paper
from store.retractions import titled


def byline(paper: Paper) -> str:
    """ "Devlin et al. 2019"."""
    return " ".join(part for part in (names(paper.authors), str(paper.year or "")) if part)


def names(authors: Sequence[str]) -> str:
    """ "Devlin et al.", "Hu & Shen"."""
    families = [parts(folded(author)).family for author in authors[:3]]
    return f"{families[0]} et al." if len(families) > 2 else " & ".join(families)


LONGEST = 300
"""Characters of a title that a list shows."""


def title(paper: Paper) -> str:
    """The title, or what stands in for it; one that is no title any more is cut."""
    whole = full_title(paper)
    return whole if len(whole) <= LONGEST else whole[:LONGEST] + " …"


def full_title(paper: Paper) -> str:
    """The title as long as it is."""
    return titled(folded(paper.title) or "(no title)", paper.status)


def reference(paper: Paper) -> str:
    """The paper in one line: title, authors, year, venue."""
    who = "; ".join(map(folded, paper.authors[:3])) + (" et al." if len(paper.authors) > 3 else "")
    parts = [part for part in (full_title(paper), who, str(paper.year or ""), folded(paper.venue)) if part]
    return " ".join(part if part.endswith((".", "?", "!")) else f"{part}." for part in parts)


def counted(number: int, noun: str) -> str:
    """ "1 paper", "1,204 papers"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def closest(hits: Sequence[Hit]) -> tuple[Source, ...]:
    """Papers that are near a question but do not answer it, numbered like sources."""
    return tuple(Source(number, hit) for number, hit in enumerate(hits, start=1))


def with_quotes(sources: Iterable[Source], claims: Iterable[Claim]) -> tuple[Source, ...]:
    """The sources, each with the sentences that back a claim first, then its other telling ones."""
    backing = [quote for claim in claims for quote in claim.quotes]
    return tuple(
        Source(source.number, source.hit, _distinct([*_of(source, backing), *source.quotes])) for source in sources
    )


def cited(answer: Answer) -> tuple[Source, ...]:
    """The sources of an answer that a claim cites."""
    numbers = {number for claim in answer.claims for number in claim.sources}
    return tuple(source for source in answer.sources if source.number in numbers)


def _of(source: Source, quotes: Iterable[Quote]) -> list[Quote]:
    return [quote for quote in quotes if quote.source == source.number]


def _distinct(quotes: Iterable[Quote]) -> tuple[Quote, ...]:
    return tuple({quote.text: quote for quote in quotes}.values())
