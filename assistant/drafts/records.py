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

    `papers` are the cited ones, or the nearest where none is cited; `unknown` are citations that are not in the
    library, `silent` those whose paper has no abstract; `suggested` are keys of papers that could be cited; `cautions`
    are citations whose paper was retracted, withdrawn, questioned or corrected, each with which.
    """

    text: str
    line: int
    last_line: int
    status: Status
    cited: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    papers: tuple[Backing, ...] = ()
    suggested: tuple[str, ...] = ()
    cautions: tuple[tuple[str, str], ...] = ()

    def as_json(self) -> dict[str, Any]:
        """As `assistant check --json` prints it."""
        return {
            "text": self.text,
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
        }


@dataclass(frozen=True, slots=True)
class DraftReport:
    """A whole draft; `stopped` where the user ended the check before its end."""

    sentences: tuple[CheckedSentence, ...]
    form: str
    stopped: bool = False

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
    def unknown(self) -> tuple[str, ...]:
        """Citations that are not in the library, in the order of the draft."""
        return tuple(dict.fromkeys(name for sentence in self.sentences for name in sentence.unknown))
