"""What a language model is to the rest of the program."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

Stop = Callable[[], bool]
"""Asked between two tokens, and between two batches of the prompt."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a chat prompt."""

    role: Literal["system", "user", "assistant"]
    text: str


class LanguageModel(Protocol):
    """Writes text from a chat prompt."""

    @property
    def name(self) -> str:
        """What the user knows it by: the file's name."""
        ...

    @property
    def identity(self) -> str:
        """What tells it from all others, whatever it is called: a hash of its file, the address of its server."""
        ...

    @property
    def context_size(self) -> int:
        """Tokens that prompt and answer may have together."""
        ...

    def tokens(self, messages: Sequence[Message]) -> int:
        """How many tokens the prompt takes, chat template included."""
        ...

    def write(
        self, messages: Sequence[Message], *, limit: int, stop: Stop, citable: Collection[int] = ()
    ) -> Iterator[str]:
        """Yield the text piece by piece, a piece to a token (possibly ""), about `limit` of them.

        `citable`: where it is given and the model allows it, nothing but these numbers can be written in
        brackets. A thought that the prompt itself opens is yielded with its mark. Ends early when `stop()`
        is true. Raises `ModelFailed` when prompt and limit do not fit, or when the model fails.
        """
        ...

    def chances(self, messages: Sequence[Message], options: Sequence[str], *, stop: Stop) -> tuple[float, ...] | None:
        """The natural logarithms of the chances that the answer begins as each option does ("Yes", "No").

        Only the first token of an option counts, in the likeliest of its spellings (case, a space in
        front). None where the model cannot tell, or when stopped. Raises `ModelFailed` as `write` does.
        """
        ...
