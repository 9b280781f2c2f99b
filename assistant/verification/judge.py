"""The loaded language model as second judge: the log-odds of its answer, read in one pass."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from assistant.answering.templates import filled
from assistant.models.base import LanguageModel, Message
from assistant.verification.records import Abstract

SUPPORTS, CONTRADICTS, SILENT = "A", "B", "C"
"""The answers that `prompts/judge.user.txt` offers."""


class Judge(Protocol):
    """Says of a claim and an abstract what a second model thinks."""

    def figures(self, claim: str, paper: Abstract) -> dict[str, float] | None:
        """Log-odds of support and of contradiction; None where it cannot tell or was stopped."""
        ...


@dataclass(frozen=True, slots=True)
class LanguageJudge:
    """Asks a model whether an abstract supports, contradicts or does not state a claim.

    The abstract comes first in the prompt: llama.cpp keeps what it read, so that an abstract is read once for all
    claims that follow each other on it. How far the answers can be trusted is in the calibration "scorer+model" or
    "words+model"; whether a model is asked at all is for its trial to say.
    """

    model: LanguageModel
    stop: Callable[[], bool]

    def figures(self, claim: str, paper: Abstract) -> dict[str, float] | None:
        prompt = filled("judge.user", title=paper.title, abstract=paper.abstract, claim=claim)
        said = self.model.chances([Message("user", prompt)], (SUPPORTS, CONTRADICTS, SILENT), stop=self.stop)
        if said is None:
            return None
        supports, contradicts, silent = said
        return {
            "model_support": supports - max(contradicts, silent),
            "model_contradiction": contradicts - max(supports, silent),
        }
