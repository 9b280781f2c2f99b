"""A section on related work as the engine hands it out: what was gathered, how it is grouped, what is written."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from store.records import Filters, Hit

if TYPE_CHECKING:
    from assistant.events import Answer, Claim, Quote

CITED = "\ue000"
"""Stands in `Told.text` where the citation goes; a private character, taken out of what papers say."""

ANNOTATED = (
    "This is an annotated bibliography: no language model wrote any of it. Each entry is one sentence quoted from the"
    " paper's own abstract."
)
"""What stands before a section that no model wrote."""

Stage = Literal["gather", "group", "write"]


@dataclass(frozen=True, slots=True)
class Request:
    """What a section is asked about, and what the user decided about its papers (cite keys or identifiers).

    `pins` are cited whatever the cut-off and the limit say, `adds` even where the search did not find them,
    `drops` never. `until` is the last step to take. `again` names a theme (its number from 1, or its title)
    that is to be written anew; `fresh` writes all anew. `limit` 0 takes every paper on the topic, within reason.
    """

    topic: str
    filters: Filters = field(default_factory=Filters)
    limit: int = 0
    pins: tuple[str, ...] = ()
    drops: tuple[str, ...] = ()
    adds: tuple[str, ...] = ()
    until: Stage = "write"
    again: str = ""
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class Chosen:
    """A paper and why it is in the section, or why it is not."""

    hit: Hit
    reason: str


@dataclass(frozen=True, slots=True)
class Gathered:
    """The papers of the topic, the nearest first, and the nearest of those that are not taken. Empty: refused."""

    topic: str
    papers: tuple[Chosen, ...]
    left_out: tuple[Chosen, ...]
    searched: int


@dataclass(frozen=True, slots=True)
class Theme:
    """Papers that belong together, by catalogue number, in the order in which they are told.

    `reason` is given where there is something to say of it: a theme of one paper, or of those that fit nowhere.
    `terms` are the phrases that its papers share, the most telling first; `apart` where they share none.
    """

    title: str
    papers: tuple[int, ...]
    reason: str = ""
    terms: tuple[str, ...] = ()
    apart: bool = False


@dataclass(frozen=True, slots=True)
class Grouped:
    """The themes in their order in the text."""

    themes: tuple[Theme, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence of the section: `text` with `CITED` where each citation goes, one for each source of the claim.

    `authors` is the name that stands before the citation ("Li et al."), which some citation commands
    print themselves; empty where the citation stands alone. `lead` sentences cite nothing and claim nothing.
    """

    text: str
    authors: str = ""
    claim: Claim | None = None

    @property
    def marked(self) -> str:
        """The sentence with its [n] marks; brackets around other digits are kept from being read as marks."""
        apart = re.sub(r"\[(?=\d+(?:\s*,\s*\d+)*\])", "[\u2060", self.text)
        return self.cited(lambda number: f"[{number}]", apart)

    def cited(self, mark: Callable[[int], str], text: str = "") -> str:
        """The sentence, or another writing of it, with what `mark` gives for each source in the place of its mark."""
        sources = iter(self.claim.sources if self.claim else ())
        return re.sub(CITED, lambda _: mark(next(sources, 0)), text or self.text)


@dataclass(frozen=True, slots=True)
class Written:
    """A theme's text; `kept` where it was kept from an earlier run. See `prose`."""

    number: int
    of: int
    theme: Theme
    told: tuple[Told, ...]
    kept: bool = False

    @property
    def prose(self) -> bool:
        """Whether a model wrote it, which makes a paragraph; quotations alone are entries of a bibliography."""
        return any(told.claim is None or told.claim.support == "supported" for told in self.told)

    @property
    def text(self) -> str:
        """The theme as Markdown with [n] marks."""
        if self.prose:
            return " ".join(told.marked for told in self.told)
        return "\n".join([f"### {self.theme.title}", "", *(f"- {told.marked}" for told in self.told)])


@dataclass(frozen=True, slots=True)
class Section:
    """The finished section: `answer` has its text, claims and sources; `left_out` what is not cited, and why."""

    topic: str
    answer: Answer
    themes: tuple[Written, ...] = ()
    left_out: tuple[Chosen, ...] = ()
    gathered: tuple[Chosen, ...] = ()

    @property
    def annotated(self) -> bool:
        """Whether no model wrote any of it."""
        return bool(self.themes) and not any(written.prose for written in self.themes)

    def as_json(self) -> dict[str, Any]:
        """The section as the command line prints it (the names are fixed by other tools)."""
        numbers = {source.hit.number: source.number for source in self.answer.sources}
        return {
            **self.answer.as_json(),
            "annotated": self.annotated,
            "themes": [
                {
                    "title": written.theme.title,
                    "text": written.text,
                    "sources": [numbers[paper] for paper in written.theme.papers if paper in numbers],
                    "reason": written.theme.reason,
                }
                for written in self.themes
            ],
            "gathered": [{**chosen.hit.as_json(), "reason": chosen.reason} for chosen in self.gathered],
            "left_out": [{**chosen.hit.as_json(), "reason": chosen.reason} for chosen in self.left_out],
        }


@dataclass(frozen=True, slots=True)
class SectionFinished:
    """The end of a request: the section, or what there is of it where the user stopped."""

    section: Section


@dataclass(frozen=True, slots=True)
class Row:
    """A paper in a comparison table: for each aspect a quote, or None where its abstract says nothing of it."""

    hit: Hit
    cells: tuple[Quote | None, ...]

    def as_json(self, aspects: Sequence[str]) -> dict[str, Any]:
        """The hit, and under each aspect the quote or null."""
        said = {name: quote.text if quote else None for name, quote in zip(aspects, self.cells, strict=True)}
        return {**self.hit.as_json(), "aspects": said}


@dataclass(frozen=True, slots=True)
class Compared:
    """The rows of a comparison table; empty where the library does not have the topic."""

    rows: tuple[Row, ...]


SectionEvent = Gathered | Grouped | Written | SectionFinished | Compared
