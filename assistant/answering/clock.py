"""How long the parts of an answer took."""

import time
from dataclasses import dataclass, field


@dataclass
class Clock:
    """Seconds since the question, by name, and how many tokens went in and out."""

    began: float = field(default_factory=time.monotonic)
    seconds: dict[str, float] = field(default_factory=dict)
    tokens: dict[str, int] = field(default_factory=dict)
    writing: float = 0.0
    """Seconds spent between the first and the last token of each draft."""

    def mark(self, name: str) -> None:
        """Note the time under a name, the first time only."""
        self.seconds.setdefault(name, time.monotonic() - self.began)

    def count(self, name: str, tokens: int) -> None:
        """Add to the tokens read ("prompt") or written ("completion")."""
        self.tokens[name] = self.tokens.get(name, 0) + tokens

    def told(self) -> dict[str, float]:
        """The seconds of an answer as it is kept."""
        return dict(self.seconds)

    @property
    def tokens_per_second(self) -> float:
        """The writing speed; 0 where nothing was written."""
        return self.tokens.get("completion", 0) / self.writing if self.writing > 0 else 0.0
