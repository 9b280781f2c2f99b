"""What happens while the assistant works. The core yields these; front ends draw them.

Every stream ends with exactly one of `Finished`, `Found`, `Imported`, `DraftChecked`, `Done`, or raises an
`ExpectedError`; in a conversation that is kept, `Kept` or a `Note` follows on `Finished`. All of them travel
over the engine's pipe, so they are plain frozen records.
"""

from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from assistant.drafts.records import Backing, CheckedSentence, DraftReport
from assistant.models.trials import Trial
from assistant.section import SectionEvent
from store.conversations import Conversation
from store.records import Check, Filters, Hit, ImportReport, Page, Paper, Progress, Taken

if TYPE_CHECKING:
    from store.near_duplicates import Candidate  # brings the catalogue along

__all__ = [
    "Answer",
    "Checked",
    "Claim",
    "ClaimChecked",
    "Done",
    "DraftChecked",
    "Drafted",
    "Event",
    "Finished",
    "Found",
    "Imported",
    "Kept",
    "Loaded",
    "Note",
    "Page",
    "PapersRead",
    "PerYear",
    "Progress",
    "Quote",
    "Retrieved",
    "SentenceChecked",
    "Source",
    "Total",
    "Tried",
]

Support = Literal["quoted", "supported", "catalogue"]


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence exactly as it stands in the abstract of source `source`, at `abstract[start:end]`."""

    source: int
    text: str
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Source:
    """A paper an answer may cite, under its number in this answer (from 1), with its telling sentences."""

    number: int
    hit: Hit
    quotes: tuple[Quote, ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence of an answer, with the sources it cites and the sentences that back it.

    `support` is "quoted" where the text is a quote itself, "supported" where a model wrote it and
    the quotes were found to back it; "catalogue" where it says who wrote a paper, when or where, as the
    library's record has it, without quotes. `text` carries no `[n]` marks.
    """

    text: str
    sources: tuple[int, ...]
    support: Support
    quotes: tuple[Quote, ...]

    @property
    def marked(self) -> str:
        """The sentence with its `[n]` marks at the end."""
        return f"{self.text} {''.join(f'[{n}]' for n in self.sources)}"


@dataclass(frozen=True, slots=True)
class Answer:
    """The finished answer; see section 7 of the command-line contract for its JSON form.

    `seconds` are measured from the question: "evidence", "first_token" (absent where no model
    wrote) and "total"; `tokens` are "prompt" and "completion". `stopped` where the user ended it.
    `rewritten` is the question made to stand alone, "" where it stood alone as typed; `filters` are
    those that held, with what the question itself and those before it asked for. `understood` is how the question
    was read, see `assistant.understanding.question.Question.as_json`.
    """

    question: str
    answered: bool
    text: str
    claims: tuple[Claim, ...] = ()
    sources: tuple[Source, ...] = ()
    closest: tuple[Hit, ...] = ()
    model: str = ""
    seconds: dict[str, float] = field(default_factory=dict)
    tokens: dict[str, int] = field(default_factory=dict)
    stopped: bool = False
    rewritten: str = ""
    filters: Filters = field(default_factory=Filters)
    understood: Mapping[str, Any] = field(default_factory=dict)

    @property
    def alone(self) -> str:
        """The question that this answers, as it can be understood without what was said before."""
        return self.rewritten or self.question

    def as_json(self) -> dict[str, Any]:
        """The answer as the command line prints it (the names are fixed by other tools).

        What the catalogue says stands under "facts", apart from the claims, which all have quotes.
        """
        return {
            "question": self.question,
            "rewritten": self.rewritten,
            "understood": dict(self.understood),
            "answered": self.answered,
            "text": self.text,
            "claims": [
                {
                    "text": claim.text,
                    "sources": list(claim.sources),
                    "support": claim.support,
                    "quotes": [{"source": quote.source, "text": quote.text} for quote in claim.quotes],
                }
                for claim in self.claims
                if claim.support != "catalogue"
            ],
            "facts": [
                {"text": claim.text, "sources": list(claim.sources)}
                for claim in self.claims
                if claim.support == "catalogue"
            ],
            "sources": [{"number": source.number, **source.hit.as_json()} for source in self.sources],
            "closest": [hit.as_json() for hit in self.closest],
            "model": self.model,
            "seconds": {name: round(value, 4) for name, value in self.seconds.items()},
            "tokens": dict(self.tokens),
        }


@dataclass(frozen=True, slots=True)
class Retrieved:
    """The evidence: on the screen before the model has read a word. Empty when nothing is close.

    `rewritten` is the question made to stand alone, "" where it did so as typed.
    """

    question: str
    sources: tuple[Source, ...]
    searched: int
    rewritten: str = ""


@dataclass(frozen=True, slots=True)
class Drafted:
    """A piece of the sentence the model is writing, not yet checked."""

    text: str


@dataclass(frozen=True, slots=True)
class Checked:
    """A settled sentence: a draft that its sources support, or the quote that took its place.

    `draft` is the model's sentence that this one settles ("" where the claim was added without
    one); `claim` is None where the draft was dropped with nothing in its place.
    """

    draft: str
    claim: Claim | None


@dataclass(frozen=True, slots=True)
class Finished:
    """The whole answer. `tokens_per_second` is the model's writing speed, 0 where none wrote."""

    answer: Answer
    tokens_per_second: float = 0.0


@dataclass(frozen=True, slots=True)
class Kept:
    """The turn that has just finished is on the disk, in this conversation."""

    conversation: Conversation


@dataclass(frozen=True, slots=True)
class Found:
    """The papers that a search found, best first."""

    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did."""

    report: ImportReport


@dataclass(frozen=True, slots=True)
class Removed:
    """How many papers were deleted, and where they can be put back, what was kept of them."""

    count: int
    taken: tuple[Taken, ...] = ()


@dataclass(frozen=True, slots=True)
class Returned:
    """How many removed papers were put back."""

    count: int


@dataclass(frozen=True, slots=True)
class BackedUp:
    """A backup was made: how many papers it holds, and its size in bytes."""

    papers: int
    size: int


@dataclass(frozen=True, slots=True)
class Restored:
    """A backup of `made` took its place; `aside` is the folder of what was there before, "" where nothing was."""

    papers: int
    made: str
    aside: str


@dataclass(frozen=True, slots=True)
class Examined:
    """One thing was looked at; a second one of the same name tells how it is after the mending."""

    check: "Check"


@dataclass(frozen=True, slots=True)
class Mended:
    """One thing was mended, in one sentence."""

    text: str


@dataclass(frozen=True, slots=True)
class Organised:
    """The papers that a merge, or the undoing of one, has made."""

    papers: tuple[Paper, ...]


@dataclass(frozen=True, slots=True)
class SentenceChecked:
    """A sentence of a draft, held against the library."""

    sentence: CheckedSentence


@dataclass(frozen=True, slots=True)
class DraftChecked:
    """The whole draft."""

    report: DraftReport


@dataclass(frozen=True, slots=True)
class ClaimChecked:
    """What papers say of each sentence of a claim."""

    sentences: tuple[tuple[str, tuple[Backing, ...]], ...]


@dataclass(frozen=True, slots=True)
class Loaded:
    """A model is ready: `kind` is "language model" or "embedding model"."""

    kind: str
    name: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Tried:
    """What a model did in its trial, and the file that keeps the result."""

    trial: Trial
    kept_in: Path


@dataclass(frozen=True, slots=True)
class Note:
    """Something the user should know, in one sentence: no model found, engine restarted ..."""

    text: str


@dataclass(frozen=True, slots=True)
class Done:
    """A task without a result of its own has ended; `stopped` where the user ended it."""

    stopped: bool = False


@dataclass(frozen=True, slots=True)
class Likely:
    """Pairs of papers that may be one, the likeliest first."""

    pairs: "tuple[Candidate, ...]"


@dataclass(frozen=True, slots=True)
class Tagged:
    """How many papers have other tags now."""

    papers: int


@dataclass(frozen=True, slots=True)
class Mapped:
    """A map of the library: for each paper its number, its place (0 to 1 both ways) and its topic."""

    numbers: "array[int]"
    across: "array[float]"
    up: "array[float]"
    topics: "array[int]"
    names: tuple[str, ...]
    """What each topic is about."""


@dataclass(frozen=True, slots=True)
class Total:
    """How many papers the library has."""

    papers: int


@dataclass(frozen=True, slots=True)
class PapersRead:
    """Whole papers, each with its number."""

    papers: tuple[tuple[int, Paper], ...]


@dataclass(frozen=True, slots=True)
class PerYear:
    """How many papers appeared in each year, by year."""

    counts: tuple[tuple[int, int], ...]


Event = (
    Progress
    | Retrieved
    | Drafted
    | Checked
    | Finished
    | Kept
    | Found
    | Imported
    | Mapped
    | Removed
    | Returned
    | Organised
    | BackedUp
    | Restored
    | Examined
    | Mended
    | Loaded
    | Tried
    | Note
    | Done
    | Page
    | PapersRead
    | PerYear
    | Total
    | Likely
    | Tagged
    | Found
    | Imported
    | Removed
    | SentenceChecked
    | DraftChecked
    | ClaimChecked
    | Loaded
    | Note
    | Done
    | SectionEvent
)
