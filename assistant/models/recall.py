"""Prompts that a model has read, put away so that none is read twice: an abstract returns with every question on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class ReadPrompt:
    """The tokens that were read, and what the model's memory held after them (bytes of llama.cpp's own form)."""

    tokens: list[int]
    state: Any


class Recall:
    """The prompts used last, as many as fit into `budget` bytes."""

    def __init__(self, budget: int) -> None:
        self._budget = budget
        self._prompts: list[ReadPrompt] = []

    def keep(self, prompt: ReadPrompt) -> None:
        """Put a prompt away; the longest unused go, and those that are the beginning of this one."""
        beginnings = [other for other in self._prompts if prompt.tokens[: len(other.tokens)] == other.tokens]
        self._prompts = [other for other in self._prompts if other not in beginnings] + [prompt]
        while sum(len(other.state) for other in self._prompts) > self._budget:
            del self._prompts[0]

    def take(self, tokens: Sequence[int], *, more_than: int) -> ReadPrompt | None:
        """The prompt that begins most like these tokens, if more than so many are the same; it is taken out."""
        best = max(self._prompts, key=lambda prompt: shared(prompt.tokens, tokens), default=None)
        if best is None or shared(best.tokens, tokens) <= more_than:
            return None
        self._prompts.remove(best)
        return best


def shared(one: Sequence[int], other: Sequence[int]) -> int:
    """How many tokens two prompts have in common before the first difference."""
    pairs = zip(one, other, strict=False)
    return next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
