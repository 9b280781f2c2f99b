"""The loaded language model as second judge: the log-odds of its answer, read in one pass."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from assistant.answering.prompt import fitting
from assistant.models.base import LanguageModel
from assistant.verification.records import Abstract

ANSWERS = "Yes", "No"
"""The answers that `prompts/claim.user.txt` asks for."""


class Judge(Protocol):
    """Says of a claim and an abstract what a second model thinks."""

    def figures(self, claim: str, paper: Abstract) -> dict[str, float] | None:
        """The log-odds of support as `model_support`; None where it cannot tell or was stopped."""
        ...


@dataclass(frozen=True, slots=True)
class LanguageJudge:
    """Asks a model whether a claim is true by an abstract.

    The abstract comes first in the prompt: llama.cpp keeps what it read, so that an abstract is read once for all
    claims that follow each other on it. How far the answers can be trusted is in the calibration
    "scorer+model"; whether a model is asked at all is for its trial to say.
    """

    model: LanguageModel
    stop: Callable[[], bool]

    def figures(self, claim: str, paper: Abstract) -> dict[str, float] | None:
        prompt = fitting(self.model, "claim", claim, paper, 1)
        said = self.model.chances(prompt.chat, ANSWERS, stop=self.stop) if prompt else None
        return None if said is None else {"model_support": said[0] - said[1]}
