"""What the check of a draft finds: plain frozen records."""

from dataclasses import dataclass
from typing import Any, Literal

from store.records import Hit

Status = Literal["supported", "contradicted", "nothing", "cited", "unsupported", "unknown"]
"""Of a sentence without citation: a paper supports it, contradicts it, or none says anything of it. Of a sentence
with citations: one of its papers supports it, none does, or none could be looked at."""

_OF_A_SEARCH = frozenset({"score", "passage", "why"})
Says = Literal["supported", "contradicted", "not_stated", "cannot_tell"]


@dataclass(frozen=True, slots=True)
class Backing:
    """What one paper says of a sentence: `quote` is a sentence exactly as it stands in the abstract, at
    `abstract[start:end]`; `support` and `contradiction` are chances in [0, 1], `reasons` can be shown; `cited` is how
    the draft cites the paper, "" where it does not."""

    hit: Hit
    says: Says
    quote: str
    support: float
    contradiction: float
    reasons: tuple[str, ...] = ()
    start: int = 0
    end: int = 0
    cited: str = ""


@dataclass(frozen=True, slots=True)
class CheckedSentence:
    """A sentence of the draft, on lines `line` to `last_line`, and what the library says of it.

    `file` is the part of the draft that it stands in, "" for the draft's own file. `papers` are the cited ones, or the
    nearest where none is cited; `unknown` are citations that are not in the library, `silent` those whose paper has no
    abstract; `suggestions` are papers that could be cited, with the sentence that says so. `meant` are the numbers of
    the cited papers, `cautions` citations whose paper was retracted, withdrawn, questioned or corrected, each with
    which of these.
    """

    text: str
    line: int
    last_line: int
    status: Status
    cited: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    papers: tuple[Backing, ...] = ()
    suggestions: tuple[Backing, ...] = ()
    file: str = ""
    meant: tuple[int, ...] = ()
    cautions: tuple[tuple[str, str], ...] = ()

    @property
    def place(self) -> str:
        """Where it stands, as a reader finds it."""
        lines = f"{self.line}" if self.line == self.last_line else f"{self.line}-{self.last_line}"
        return f"{self.file}, line {lines}" if self.file else f"line {lines}"

    @property
    def suggested(self) -> tuple[str, ...]:
        """Keys of papers that could be cited."""
        return tuple(paper.hit.paper.key for paper in self.suggestions)

    def as_json(self) -> dict[str, Any]:
        """As `assistant check --json` prints it."""
        return {
            "text": self.text,
            "file": self.file,
            "line": self.line,
            "last_line": self.last_line,
            "status": self.status,
            "cited": list(self.cited),
            "unknown": list(self.unknown),
            "without_abstract": list(self.silent),
            "cautions": dict(self.cautions),
            "papers": [
                {
                    "says": paper.says,
                    "cited": paper.cited,
                    "quote": paper.quote,
                    "support": round(paper.support, 4),
                    "contradiction": round(paper.contradiction, 4),
                    "reasons": list(paper.reasons),
                    **{name: value for name, value in paper.hit.as_json().items() if name not in _OF_A_SEARCH},
                }
                for paper in self.papers
            ],
            "suggested": list(self.suggested),
            "suggestions": [
                {"key": paper.hit.paper.key, "quote": paper.quote, "support": round(paper.support, 4)}
                for paper in self.suggestions
            ],
        }


@dataclass(frozen=True, slots=True)
class DraftReport:
    """A whole draft.

    `stopped` where the user ended the check before its end; `files` are the parts read beside its own file, `missing`
    those that it names and that are not there.
    """

    sentences: tuple[CheckedSentence, ...]
    form: str
    stopped: bool = False
    files: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        """How many sentences have each status."""
        found = dict.fromkeys(("cited", "unsupported", "unknown", "supported", "contradicted", "nothing"), 0)
        for sentence in self.sentences:
            found[sentence.status] += 1
        return found

    @property
    def cautions(self) -> dict[str, str]:
        """Citations of papers that were retracted, withdrawn, questioned or corrected, each with which."""
        return dict(pair for sentence in self.sentences for pair in sentence.cautions)

    @property
    def share(self) -> float | None:
        """Which share of the sentences with citations is supported by what they cite; None where none has any."""
        counts = self.counts
        cited = counts["cited"] + counts["unsupported"] + counts["unknown"]
        return counts["cited"] / cited if cited else None

    @property
    def unknown(self) -> tuple[str, ...]:
        """Citations that are not in the library, in the order of the draft."""
        return tuple(dict.fromkeys(name for sentence in self.sentences for name in sentence.unknown))
