"""A question and its answer as it grows: what a view draws, kept while no view shows it."""

from assistant.conversation import Turn
from assistant.events import Answer, Checked, Claim, Retrieved, Source
from assistant.tui.papers import closest, with_quotes
from assistant.tui.text import harmless

SEARCHING = "Searching …"
READING = "Reading the evidence …"


class Exchange:
    """Settled sentences, the draft of the next one, and the sources of both."""

    def __init__(self, question: str) -> None:
        self.question = question
        self.claims: list[Claim] = []
        self.draft = ""
        self.waiting = SEARCHING
        self.sources: tuple[Source, ...] = ()
        self.answer: Answer | None = None
        self.rewritten = ""

    @classmethod
    def of(cls, turn: Turn) -> "Exchange":
        """One that is over."""
        exchange = cls(turn.question)
        exchange.finish(turn.answer)
        return exchange

    @property
    def marks(self) -> list[int]:
        """The numbers of the sources that the settled sentences cite, mark by mark."""
        return [number for claim in self.claims for number in claim.sources]

    def found(self, retrieved: Retrieved) -> None:
        """The evidence is there; the model reads it."""
        self.sources = retrieved.sources
        self.rewritten = retrieved.rewritten
        self.waiting = READING

    def write(self, piece: str) -> None:
        """Add a piece to the sentence being written."""
        self.draft += harmless(piece)
        self.waiting = ""

    def settle(self, checked: Checked) -> None:
        """Put the settled sentence in the place of its draft."""
        self.draft = ""
        if checked.claim:
            self.claims.append(checked.claim)

    def finish(self, answer: Answer) -> None:
        """Take the answer as it is now, once and for all."""
        self.draft = self.waiting = ""
        self.answer = answer
        self.rewritten = answer.rewritten
        self.claims = list(answer.claims)
        self.sources = with_quotes(answer.sources, answer.claims) if answer.answered else closest(answer.closest)

    def abandon(self) -> None:
        """The task failed: keep what is settled."""
        self.draft = self.waiting = ""
