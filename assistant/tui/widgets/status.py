"""The status line: what goes on, and what it cost."""

from textual.content import Content
from textual.widgets import Static

from assistant.events import Finished, Progress
from assistant.tui.papers import counted
from assistant.tui.phase import Phase
from assistant.tui.text import folded


class StatusLine(Static):
    """Phase, progress, model, papers, and the figures of the last answer."""

    def __init__(self) -> None:
        super().__init__("")
        self._phase = Phase.IDLE
        self._step = ""
        self._model = ""
        self._papers: int | None = None
        self._figures = ""

    def show_phase(self, phase: Phase) -> None:
        """The phase changed; progress of the former one is over."""
        self._phase, self._step = phase, ""
        self._draw()

    def show_progress(self, progress: Progress) -> None:
        """How far a step is."""
        of = f" of {progress.total:,}" if progress.total else ""
        self._step = folded(progress.step) + (f" {progress.done:,}{of}" if progress.done or progress.total else "")
        self._draw()

    def show_model(self, name: str) -> None:
        """The language model that is loaded."""
        self._model = folded(name).removesuffix(".gguf")
        self._draw()

    def show_papers(self, number: int | None) -> None:
        """How many papers the library has."""
        self._papers = number
        self._draw()

    def show_figures(self, finished: Finished) -> None:
        """What the last answer cost."""
        seconds = finished.answer.seconds
        figures = [f"evidence {seconds['evidence']:.1f} s"] if "evidence" in seconds else []
        if "first_token" in seconds:
            figures.append(f"first word {seconds['first_token']:.1f} s")
        if finished.tokens_per_second:
            figures.append(f"{finished.tokens_per_second:.0f} tokens/s")
        self._figures = ", ".join(figures)
        self._draw()

    @property
    def plain(self) -> str:
        """The line as text."""
        papers = counted(self._papers, "paper") if self._papers is not None else ""
        now = f"{self._phase.value} … {self._step}".strip() if self._phase is not Phase.IDLE else self._phase.value
        figures = self._figures if self._phase is Phase.IDLE else ""
        return "  ·  ".join(part for part in (now, papers, self._model, figures) if part)

    def _draw(self) -> None:
        self.update(Content(self.plain))
