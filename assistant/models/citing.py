"""Citation slots that can only hold numbers of existing papers: a mask over the next token's logits.

A grammar of llama.cpp would be tried on every entry of the vocabulary at every token. This mask looks at the
few entries with a bracket outside of `[...]`, and at those of digits, commas and brackets inside.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.single]
Mask = NDArray[np.bool_]

OUTSIDE = None
_AFTER_COMMA = ","
_MAY_FOLLOW = re.compile(r"[\d, ]+(?:\]|$)|\]")


class Vocabulary:
    """The texts of a model's tokens, those with brackets and those that may stand inside of brackets at hand."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = texts
        self.opening = tuple(n for n, text in enumerate(texts) if "[" in text)
        self.inner = tuple(n for n, text in enumerate(texts) if _MAY_FOLLOW.match(text))


class CitationMask:
    """A logits processor for one answer: within brackets only the given numbers can be written.

    `read` is how many tokens the prompt has: what stands before them is no draft.
    """

    def __init__(self, vocabulary: Vocabulary, numbers: Collection[int], *, read: int) -> None:
        self._vocabulary = vocabulary
        self._numbers = frozenset(map(str, numbers))
        self._read = read
        self._state: str | None = OUTSIDE
        self._masks: dict[str | None, Mask] = {}

    def __call__(self, tokens: Iterable[int], logits: Floats) -> Floats:
        """The logits with those of impossible tokens at minus infinity. `tokens`: all since the prompt's first."""
        written: Any = np.asarray(tokens)[self._read :]
        for token in written:
            self._state = self._after(self._state, self._vocabulary.texts[int(token)])[1]
        self._read += len(written)
        allowed = self._allowed()
        return np.where(allowed, logits, -np.inf).astype(np.single) if allowed.any() else logits

    def _allowed(self) -> Mask:
        if self._state not in self._masks:
            self._masks[self._state] = self._mask(self._state)
        return self._masks[self._state]

    def _mask(self, state: str | None) -> Mask:
        outside = state is OUTSIDE
        mask = np.full(len(self._vocabulary.texts), outside)
        for token in self._vocabulary.opening if outside else self._vocabulary.inner:
            mask[token] = self._after(state, self._vocabulary.texts[token])[0]
        return mask

    def _after(self, state: str | None, text: str) -> tuple[bool, str | None]:
        """Whether a text may follow, and the state it leaves."""
        for char in text:
            legal, state = self._step(state, char)
            if not legal:
                return False, OUTSIDE
        return True, state

    def _step(self, state: str | None, char: str) -> tuple[bool, str | None]:
        if state is OUTSIDE:
            return True, "" if char == "[" else OUTSIDE
        if char == " " and state == _AFTER_COMMA:
            return True, ""
        if char in ",]" and state in self._numbers:
            return True, _AFTER_COMMA if char == "," else OUTSIDE
        number = state.lstrip(",") + char
        return any(known.startswith(number) for known in self._numbers), number


def plain(text: str) -> str:
    """A vocabulary entry as it reads in a text: word marks are spaces, byte tokens their character."""
    if len(text) == 6 and text.startswith("<0x") and text.endswith(">"):
        return chr(int(text[3:5], 16))
    return text.replace("Ġ", " ").replace("▁", " ").replace("Ċ", "\n")
