"""What the status line says, on whichever screen it stands."""

from dataclasses import dataclass, replace

from assistant.events import Finished, Progress
from assistant.tui.papers import counted
from assistant.tui.phase import Phase
from assistant.tui.text import folded


@dataclass(frozen=True, slots=True)
class Status:
    """`papers` is None where they cannot be counted; `figures` are those of the last answer.

    `leaving` says what leaves the machine, where the user has set that something does.
    """

    phase: Phase = Phase.IDLE
    step: str = ""
    model: str = ""
    papers: int | None = None
    figures: str = ""
    leaving: str = ""

    def within(self, width: int) -> str:
        """What fits into a line of this width: the model's name goes first."""
        whole = str(self)
        return whole if len(whole) <= width else str(replace(self, model=""))

    def __str__(self) -> str:
        papers = counted(self.papers, "paper") if self.papers is not None else ""
        idle = self.phase is Phase.IDLE
        now = self.phase.value if idle else self._step()
        model = folded(self.model).removesuffix(".gguf")
        return "  ·  ".join(part for part in (now, self.leaving, papers, model, self.figures if idle else "") if part)

    def _step(self) -> str:
        """ "Searching … 32 of 40", but "Adding thesis.bib 96 …" where the step says it already."""
        value = self.phase.value
        return f"{self.step} …" if self.step.startswith(value) else f"{value} … {self.step}".strip()


def step_of(progress: Progress) -> str:
    """How far a step is: "Adding thesis.bib 96", "Embedding 32 of 1,204"."""
    of = f" of {progress.total:,}" if progress.total else ""
    return folded(progress.step) + (f" {progress.done:,}{of}" if progress.done or progress.total else "")


def figures_of(finished: Finished) -> str:
    """What an answer cost."""
    seconds = finished.answer.seconds
    figures = [f"evidence {seconds['evidence']:.1f} s"] if "evidence" in seconds else []
    if "first_token" in seconds:
        figures.append(f"first word {seconds['first_token']:.1f} s")
    if finished.tokens_per_second:
        figures.append(f"{finished.tokens_per_second:.0f} tokens/s")
    return ", ".join(figures)
