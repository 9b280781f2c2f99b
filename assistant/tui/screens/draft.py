"""A draft, sentence by sentence, with what the library says of each."""

from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from assistant.drafts.reading import decoded
from assistant.drafts.records import Backing, CheckedSentence, DraftReport
from assistant.errors import BadDraft, ExpectedError
from assistant.events import DraftChecked, Event, Quote, SentenceChecked, Source
from assistant.tui.desk import Desk
from assistant.tui.job import Job
from assistant.tui.keys import key
from assistant.tui.phase import Phase
from assistant.tui.screens.desk_screen import DeskScreen
from assistant.tui.screens.dialogs import Line
from assistant.tui.screens.paper_screen import PaperScreen
from assistant.tui.text import folded
from assistant.tui.widgets.key_bar import KeyBar
from assistant.tui.widgets.status import StatusLine

SAID = {
    "cited": ("✓ cited, and supported", "$text-success"),
    "unsupported": ("✗ cited, but not supported", "$text-error"),
    "unknown": ("? cited, cannot be checked", "$text-warning"),
    "supported": ("✓ supported", "$text-success"),
    "contradicted": ("✗ contradicted", "$text-error"),
    "nothing": ("– nothing in the library", "$foreground-muted"),
}
"""What is said of each status, and in which colour."""


class DraftScreen(DeskScreen):
    """Each verdict appears as soon as it is there; Enter opens the paper behind it."""

    HELP_TITLE = "Draft check"
    ABOUT = (
        "Each sentence of a draft (Markdown, LaTeX, text) is held against the library. Enter opens the nearest paper."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        key("draft.back", "escape", "back", "Back", "stop the check, or go back to the chat"),
        key("draft.read", "enter", "choose_row", "Read", "read the paper behind the sentence"),
        key("draft.open", "ctrl+o", "choose", "Open", "check another draft"),
        key("draft.again", "ctrl+r", "again", "Check again", "read the draft again and check it"),
    ]

    class Read(Message):
        """The text of a draft; or why there is none."""

        def __init__(self, path: Path, text: str, error: ExpectedError | None = None) -> None:
            super().__init__()
            self.path = path
            self.text = text
            self.error = error

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._path: Path | None = None
        self._sentences: list[CheckedSentence] = []

    @property
    def keys_now(self) -> tuple[str, ...]:
        return ("draft.back", "draft.read", "draft.open", "draft.again", "app.help", "app.palette")

    def compose(self) -> ComposeResult:
        yield Static("No draft yet. Ctrl+O opens one.", id="headline")
        yield OptionList(markup=False, id="rows")
        yield StatusLine(self.desk)
        yield KeyBar()

    def on_mount(self) -> None:
        if self._path is None:
            self.action_choose()

    def action_back(self) -> None:
        """Stop the check, or go back."""
        if self.desk.job and self.desk.job.owner is self and self.desk.phase.stoppable:
            self.desk.stop()
        else:
            self.app.pop_screen()

    def action_choose(self) -> None:
        """Ask for a draft."""
        self.app.push_screen(Line("Check a draft", placeholder="Path of a .md, .tex, .docx or .txt"), self.check)

    def action_again(self) -> None:
        """Read it again."""
        if self._path:
            self.check(str(self._path))

    def check(self, path: str | None) -> None:
        """Read a draft and check it."""
        if path and self.is_free():
            self._path = Path(path)
            self._read(Path(path))

    @work(thread=True, exit_on_error=False, group="draft")
    def _read(self, path: Path) -> None:
        try:
            self.post_message(self.Read(path, decoded(str(path), path.expanduser().read_bytes())))
        except ExpectedError as error:
            self.post_message(self.Read(path, "", error))
        except (OSError, RuntimeError, ValueError) as error:
            self.post_message(self.Read(path, "", BadDraft(f"{path} cannot be read: {error}.")))

    @on(Read)
    def _begin(self, read: Read) -> None:
        if read.error:
            self.desk.failed(read.error, self)
            return
        self._sentences.clear()
        self.query_one("#rows", OptionList).clear_options()
        self._headline(folded(str(read.path)))
        self.desk.begin(self.desk.assistant.check(str(read.path), read.text), Phase.CHECKING, self)

    def happened(self, event: Event, job: Job) -> None:
        del job
        if isinstance(event, SentenceChecked):
            self._sentences.append(event.sentence)
            self.query_one("#rows", OptionList).add_option(Option(_row(event.sentence)))
        elif isinstance(event, DraftChecked):
            self._headline(summary(event.report))

    @on(OptionList.OptionSelected)
    def _open(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        papers = self._sentences[event.option_index].papers
        if papers:
            self.app.push_screen(PaperScreen(tuple(map(_source, range(1, len(papers) + 1), papers)), 0))

    def _headline(self, text: str) -> None:
        self.query_one("#headline", Static).update(Content(text))


def summary(report: DraftReport) -> str:
    """The verdicts, counted."""
    said = [f"{count} {SAID[status][0][2:]}" for status, count in report.counts.items() if count]
    unknown = f". Not in the library: {', '.join(map(folded, report.unknown))}" if report.unknown else ""
    missing = f". Not found: {'; '.join(map(folded, report.missing))}" if report.missing else ""
    counts = f"{len(report.sentences)} sentences: {'; '.join(said)}{unknown}{missing}"
    return counts + (" (stopped)" if report.stopped else "")


def _row(sentence: CheckedSentence) -> Content:
    verdict, colour = SAID[sentence.status]
    quote = next((paper.quote for paper in sentence.papers if paper.says in {"supported", "contradicted"}), "")
    lines = [Content.assemble((verdict, f"{colour} bold"), (f"  {sentence.place}", "$foreground-muted"))]
    lines.append(Content(folded(sentence.text)))
    lines += [Content.styled(f"“{folded(quote)}”", "$text-secondary")] if quote else []
    return Content("\n").join([*lines, Content(" ")])


def _source(number: int, paper: Backing) -> Source:
    return Source(number, paper.hit, (Quote(number, paper.quote, paper.start, paper.end),) if paper.quote else ())
