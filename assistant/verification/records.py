"""What verification takes and hands out: plain frozen records."""

from dataclasses import dataclass
from enum import Enum
from typing import Literal, Protocol

from store.sentences import Sentence


class Verdict(Enum):
    """What an abstract says of a claim."""

    SUPPORTED = "supported"
    CONTRADICTED = "contradicted"
    NOT_STATED = "not_stated"
    CANNOT_TELL = "cannot_tell"

    value: Literal["supported", "contradicted", "not_stated", "cannot_tell"]


class Abstract(Protocol):
    """What a claim is checked against; `store.records.Paper` is one."""

    @property
    def title(self) -> str:
        """The paper's title; it may lend words and names."""
        ...

    @property
    def abstract(self) -> str:
        """The text whose sentences are the evidence."""
        ...


@dataclass(frozen=True, slots=True)
class Veto:
    """Why a claim cannot be called supported: the guard that says so, the reason for a reader, and what it says."""

    kind: str
    reason: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Judgement:
    """What an abstract says of a claim.

    `support` and `contradiction` are calibrated chances in [0, 1]; `evidence` are the sentences that decide, best
    first, each an exact slice of the abstract; `reasons` can be shown to a reader. Without an abstract the verdict is
    `CANNOT_TELL`.
    """

    verdict: Verdict
    support: float
    contradiction: float
    evidence: tuple[Sentence, ...] = ()
    reasons: tuple[str, ...] = ()
