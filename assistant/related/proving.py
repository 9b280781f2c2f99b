"""What a model drafts for a section, checked sentence by sentence, and half by half, against the papers it cites."""

import re
from collections.abc import Mapping

from assistant.answering.checking import parsed
from assistant.events import Claim, Quote
from assistant.related.cleaning import points_back, unlinked
from assistant.related.naming import Authors, authors
from assistant.related.rewriting import first_person
from assistant.section import CITED, Told
from assistant.verification.records import Verdict
from assistant.verification.verifier import Verifier
from store.records import Hit

_MARK = re.compile(r"\s*\[(\d{1,4})\]")
_HALVES = re.compile(
    r",?\s+(?:while|whereas|but|yet|and|although|though)\s+(?=[^,;]*\[\d)"
    r"|;\s*(?:(?:however|in contrast|by contrast),?\s+)?",
    re.IGNORECASE,
)
_HALF_BEGINS = re.compile(r"^(?:while|whereas|although|though)\s+", re.IGNORECASE)
_COMMA = re.compile(r",\s+(?=[^,;]*\[\d)")
_YEAR = re.compile(r"\s*\((?:18|19|20)\d\d[a-z]?\)")


class Prover:
    """Turns drafted sentences into sentences of the section, where their papers back them."""

    def __init__(self, verifier: Verifier, papers: Mapping[int, Hit]) -> None:
        self._verifier = verifier
        self._papers = papers
        self._names = {number: authors(hit.paper) for number, hit in papers.items()}

    def told(self, sentence: str) -> Told | None:
        """The sentence with its citations in their places; None where a part of it is not backed by what it cites."""
        text = unlinked(_once(sentence))
        numbers = [int(found) for found in _MARK.findall(text)]
        if not numbers or not set(numbers) <= self._papers.keys() or not _stands(text):
            return None
        halves = _halves(text) if len(numbers) > 1 else [text]
        quotes = [quote for half in halves for quote in self._backing(half)]
        if {quote.source for quote in quotes} != set(numbers) or not all(self._backing(half) for half in halves):
            return None
        return self._as_told(text, numbers, tuple(quotes))

    def cited(self, sentence: str) -> tuple[int, ...]:
        """The papers that a drafted sentence names by their numbers."""
        return tuple(number for number in parsed(sentence).cited if number in self._papers)

    def _backing(self, half: str) -> tuple[Quote, ...]:
        """Sentences that back a half, of every paper that it cites; none where one of them does not."""
        cited = tuple(dict.fromkeys(int(found) for found in _MARK.findall(half)))
        core = self._core(half, cited)
        quotes = [self._quote(core, number) for number in cited]
        return tuple(quote for quote in quotes if quote) if all(quotes) else ()

    def _quote(self, core: str, number: int) -> Quote | None:
        """The sentence of a paper that backs a claim; None where the paper does not support it."""
        (judgement,) = self._verifier.verify([core], self._papers[number].paper)
        if judgement.verdict is not Verdict.SUPPORTED or not judgement.evidence:
            return None
        best = judgement.evidence[0]
        return Quote(number, best.text, best.start, best.end)

    def _core(self, half: str, cited: tuple[int, ...]) -> str:
        """What is claimed of the papers: the half without the names of their own authors."""
        core = _MARK.sub("", half)
        for number in cited:
            name, year = self._names[number].name, self._papers[number].paper.year
            core = core.replace(f" ({year})", "").replace(name, "they") if name else core
        return parsed(core).text

    def _as_told(self, text: str, numbers: list[int], quotes: tuple[Quote, ...]) -> Told:
        claim = Claim(_MARK.sub(r" [\1]", text).strip(), tuple(dict.fromkeys(numbers)), "supported", quotes)
        placed = _MARK.sub(f" {CITED}", _YEAR.sub("", text)).strip()
        by = self._names[numbers[0]] if len(numbers) == 1 else Authors("")
        return Told(placed, by.name if f"{by.name} {CITED}" in placed else "", claim)


def _stands(text: str) -> bool:
    """Whether the sentence can stand in a section: a subject before its mark, no first person, nothing it points to."""
    return not (text.startswith("[") or first_person(text) or points_back(text) or CITED in text)


def _once(sentence: str) -> str:
    """The sentence with "[1, 2]" as "[1] [2]", and each mark only where it stands first."""
    apart = re.sub(
        r"\[(\d+(?:\s*[,;]\s*\d+)+)\]",
        lambda found: " ".join(f"[{number}]" for number in re.split(r"\s*[,;]\s*", found[1])),
        sentence,
    )
    seen: set[str] = set()

    def first(found: re.Match[str]) -> str:
        known = found[1] in seen
        seen.add(found[1])
        return "" if known else found[0]

    return " ".join(_MARK.sub(first, apart).split())


def _halves(text: str) -> list[str]:
    """The parts of a sentence on several papers, each with the marks of its own; one where it cannot be parted."""
    parting = _COMMA if _HALF_BEGINS.match(text) else _HALVES
    halves = [_HALF_BEGINS.sub("", half) for half in parting.split(text)]
    return halves if all(_MARK.search(half) for half in halves) else [text]
