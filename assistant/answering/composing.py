"""Putting an answer together: checked sentences and quotes, each used once."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from assistant.answering.words import telling
from assistant.events import Claim, Quote, Source
from store.records import Paper
from store.retractions import CORRECTED, said_of
from store.sentences import sentences

SHORT = 5
"""Words of a name by which a paper is called."""

ALIKE = 0.5
"""Share of a draft's telling words that a quote must have to stand exactly in its place."""


class Composer:
    """Collects the claims of one answer; hands out the quotes that have not been used yet."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self._sources = sources
        self._unused = [quote for source in sources for quote in source.quotes]
        self.claims: list[Claim] = []

    def keep(self, claim: Claim) -> Claim:
        """Add a supported claim; what backs it is not quoted again."""
        self.claims.append(claim)
        self._unused = [q for q in self._unused if all((q.source, q.text) != (c.source, c.text) for c in claim.quotes)]
        return claim

    def in_place_of(self, draft: str, source: Source) -> Claim | None:
        """The sentence of the abstract that comes nearest to a draft that was not supported; None where all are told.

        Where none says about the same, it is the chosen quote that answers best.
        """
        said = set(telling(draft))
        chosen = [quote for quote in self._unused if quote.source == source.number]
        every = [Quote(source.number, each.text, each.start, each.end) for each in sentences(source.hit.paper.abstract)]
        fresh = [quote for quote in every if quote.text not in self._told(source.number)]
        shared = {quote.text: len(said & set(telling(quote.text))) for quote in fresh}
        nearest = max(fresh, key=lambda quote: shared[quote.text], default=None)
        if nearest and said and shared[nearest.text] >= ALIKE * len(said):
            return self._quoted(nearest)
        return self._quoted(chosen[0]) if chosen else None

    def quotes(self, sources: Sequence[Source], *, most: int) -> Iterator[Claim]:
        """The untold quotes of these sources as claims, best paper first, at most so many of one paper."""
        for source in sources:
            for quote in [quote for quote in self._unused if quote.source == source.number][:most]:
                yield self._quoted(quote)

    def is_told(self, quotes: Sequence[Quote]) -> bool:
        """Whether the answer quotes all of these, or rests on them."""
        return all(quote not in self._unused for quote in quotes)

    def sources(self) -> tuple[Source, ...]:
        """The sources that the claims cite."""
        cited = {number for claim in self.claims for number in claim.sources}
        return tuple(source for source in self._sources if source.number in cited)

    def _told(self, number: int) -> set[str]:
        """The sentences of a source that the answer quotes or rests on."""
        return {quote.text for claim in self.claims for quote in claim.quotes if quote.source == number}

    def _quoted(self, quote: Quote) -> Claim:
        self._unused = [each for each in self._unused if (each.source, each.text) != (quote.source, quote.text)]
        claim = Claim(quote.text, (quote.source,), "quoted", (quote,))
        self.claims.append(claim)
        return claim


def markdown(claims: Sequence[Claim], sources: Sequence[Source] = ()) -> str:
    """The answer as Markdown: written sentences as a paragraph, quotes in quotation marks, one to a line.

    Where it draws on several of the `sources`, what is said of each stands under a name of it.
    """
    called = names(sources) if len(sources) > 1 else {}
    paragraphs: list[str] = []
    in_prose, under = False, 0
    for claim in claims:
        marks = "".join(f"[{n}]" for n in claim.sources)
        if called and len(claim.sources) == 1 and under != claim.sources[0]:
            under, in_prose = claim.sources[0], False
            paragraphs.append(f"**{escaped(called[under])}**")
        if claim.support == "quoted":
            paragraphs.append(f"“{escaped(claim.text)}” {marks}")
        elif in_prose:
            paragraphs[-1] += f" {escaped(claim.text)} {marks}"
        else:
            paragraphs.append(f"{escaped(claim.text)} {marks}")
        in_prose = claim.support != "quoted"
    return "\n\n".join([*paragraphs, *cautions(sources)])


def cautions(sources: Sequence[Source]) -> list[str]:
    """A sentence for each source that was retracted, withdrawn or questioned."""
    papers = {source.number: source.hit.paper.status for source in sources}
    return [said_of(f"[{number}]", status) for number, status in papers.items() if status not in {"", CORRECTED}]


def names(sources: Sequence[Source]) -> dict[int, str]:
    """By source number what each paper is called, no two alike: its short name, or else its whole title."""
    short = {source.number: name(source.hit.paper) for source in sources}
    titles = {source.number: source.hit.paper.title for source in sources}
    alike = Counter(short.values())
    called = {number: short[number] if alike[short[number]] == 1 else titles[number] for number in short}
    again = Counter(called.values())
    return {n: text if again[text] == 1 else f"{text} [{n}]" for n, text in called.items()}


def name(paper: Paper) -> str:
    """What a paper is called in a few words: what its title says before the colon, its authors, or how it begins."""
    before, colon, _ = paper.title.partition(":")
    words = paper.title.split()
    if colon and len(before.split()) <= SHORT:
        return before.strip()
    if paper.authors:
        first = paper.authors[0]
        family = first.partition(",")[0] if "," in first else first.rpartition(" ")[2]
        return family + (" et al." if paper.authors[1:] else "") + (f" ({paper.year})" if paper.year else "")
    return " ".join(words[:SHORT]) + (" …" if len(words) > SHORT else "")


def escaped(text: str) -> str:
    """Brackets around digits would read as marks; a word joiner between them keeps them apart."""
    return re.sub(r"\[(?=\d+(?:\s*,\s*\d+)*\])", "[\u2060", text)
