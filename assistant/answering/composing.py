"""Putting an answer together: checked sentences and quotes, each used once."""

import re
from collections.abc import Iterator, Sequence

from assistant.answering.checking import Draft
from assistant.answering.words import telling
from assistant.events import Claim, Quote, Source
from store.records import Paper

WHOLE = 0.8
"""Share of a quote's telling words with which a sentence says as much."""

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

    def keep(self, claim: Claim) -> bool:
        """Add a supported claim; False where its quotes are all told already."""
        fresh = [quote for quote in claim.quotes if self._is_unused(quote) or not self._is_told(quote)]
        if not fresh:
            return False
        self.claims.append(claim)
        self._unused = [q for q in self._unused if all((q.source, q.text) != (c.source, c.text) for c in claim.quotes)]
        return True

    def in_place_of(self, draft: Draft) -> Claim | None:
        """An unused quote for a draft that was not supported; None where all are told.

        The one that says about the same, or else the next one of a paper that the draft cites.
        """
        candidates = [quote for quote in self._unused if quote.source in draft.cited] or self._unused
        if not candidates:
            return None
        said = set(telling(draft.text))
        nearest = max(candidates, key=lambda quote: len(said & set(telling(quote.text))))
        alike = len(said & set(telling(nearest.text))) >= ALIKE * len(said)
        return self._quoted(nearest if said and alike else candidates[0])

    def rest(self) -> Iterator[Claim]:
        """The quotes that are still untold, as claims, best paper first."""
        while self._unused:
            yield self._quoted(self._unused[0])

    def sources(self) -> tuple[Source, ...]:
        """The sources that the claims cite."""
        cited = {number for claim in self.claims for number in claim.sources}
        return tuple(source for source in self._sources if source.number in cited)

    def _quoted(self, quote: Quote) -> Claim:
        self._unused.remove(quote)
        claim = Claim(quote.text, (quote.source,), "quoted", (quote,))
        self.claims.append(claim)
        return claim

    def _is_unused(self, quote: Quote) -> bool:
        return any((quote.source, quote.text) == (q.source, q.text) for q in self._unused)

    def _is_told(self, quote: Quote) -> bool:
        return any((quote.source, quote.text) == (q.source, q.text) for c in self.claims for q in c.quotes)


def markdown(claims: Sequence[Claim], sources: Sequence[Source] = ()) -> str:
    """The answer as Markdown: written sentences as a paragraph, quotes in quotation marks, one to a line.

    Where it draws on several of the `sources`, the quotes of each stand under a name of it.
    """
    called = {source.number: name(source.hit.paper) for source in sources} if len(sources) > 1 else {}
    paragraphs: list[str] = []
    in_prose, under = False, 0
    for claim in claims:
        marks = "".join(f"[{n}]" for n in claim.sources)
        if claim.support == "quoted":
            if called and under != claim.sources[0]:
                under = claim.sources[0]
                paragraphs.append(f"**{escaped(called[under])}**")
            paragraphs.append(f"“{escaped(claim.text)}” {marks}")
        elif in_prose:
            paragraphs[-1] += f" {escaped(claim.text)} {marks}"
        else:
            paragraphs.append(f"{escaped(claim.text)} {marks}")
        in_prose = claim.support != "quoted"
    return "\n\n".join(paragraphs)


def leaves_out(claim: Claim) -> bool:
    """Whether a sentence says less than the shortest quote that backs it: a weak model drops what was asked for."""
    said = set(telling(claim.text))
    shares = [len(said & set(words)) / len(set(words)) for quote in claim.quotes if (words := telling(quote.text))]
    return max(shares, default=1.0) < WHOLE


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
