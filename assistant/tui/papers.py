"""How papers are named on the screen: plain words, already harmless."""

from collections.abc import Iterable, Sequence

from assistant.events import Answer, Claim, Quote, Source
from assistant.tui.text import folded
from store.records import Hit, Paper


def byline(paper: Paper) -> str:
    """ "Devlin et al. 2019"."""
    families = [folded(author).split(",")[0] for author in paper.authors]
    who = {0: "", 1: "".join(families), 2: " & ".join(families)}.get(len(families), f"{(families or [''])[0]} et al.")
    return " ".join(part for part in (who, str(paper.year or "")) if part)


def title(paper: Paper) -> str:
    """The title, or what stands in for it."""
    return folded(paper.title) or "(no title)"


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
