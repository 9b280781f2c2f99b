"""What the guards hand out."""

from dataclasses import dataclass
from enum import Enum
from typing import Literal


class Verdict(Enum):
    """What an abstract says of a claim that a guard does not let pass."""

    CONTRADICTED = "contradicted"
    NOT_STATED = "not_stated"

    value: Literal["contradicted", "not_stated"]


@dataclass(frozen=True, slots=True)
class Veto:
    """Why a claim cannot be called supported: the guard that says so, the reason for a reader, and what it says."""

    kind: str
    reason: str
    verdict: Verdict
