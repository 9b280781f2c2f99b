"""A whole paper, with the quoted sentences highlighted."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from assistant.events import Source
from assistant.tui.highlight import spans
from assistant.tui.papers import title
from assistant.tui.text import folded, harmless


class PaperScreen(ModalScreen[None]):
    """Left and right walk through the sources of the answer."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter", "dismiss", "Close"),
        Binding("left", "step(-1)", "Previous source"),
        Binding("right", "step(1)", "Next source"),
    ]

    def __init__(self, sources: tuple[Source, ...], index: int) -> None:
        super().__init__()
        self._sources = sources
        self._index = index

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="sheet"):
            yield Static(self._content(), id="paper")

    def on_mount(self) -> None:
        self.query_one("#sheet").focus()

    def action_step(self, by: int) -> None:
        """Show another source."""
        self._index = (self._index + by) % len(self._sources)
        self.query_one("#paper", Static).update(self._content())
        self.query_one("#sheet").scroll_home(animate=False)

    def _content(self) -> Content:
        return paper_content(self._sources[self._index], len(self._sources))


def paper_content(source: Source, of: int) -> Content:
    """Everything the library knows of the paper."""
    paper = source.hit.paper
    rows = {
        "Authors": "; ".join(paper.authors),
        "Year": str(paper.year or ""),
        "Venue": paper.venue,
        "Key": paper.key,
        "DOI": paper.doi,
        "arXiv": paper.arxiv,
        "URL": paper.url,
        "Note": paper.note,
        "File": paper.source,
        "Found by": str(source.hit.why),
    }
    lines = [Content.assemble((f"[{source.number}] ", "$primary bold"), (title(paper), "bold")), Content("")]
    lines += [
        Content.assemble((f"{name:9}", "$foreground-muted"), folded(value)) for name, value in rows.items() if value
    ]
    lines += [Content(""), _abstract(source), Content("")]
    keys = "Esc closes" + (", ← and → show the other sources" if of > 1 else "")
    return Content("\n").join([*lines, Content.styled(keys, "$foreground-muted")])


def _abstract(source: Source) -> Content:
    abstract = source.hit.paper.abstract
    if not abstract:
        return Content.styled("(no abstract)", "$foreground-muted")
    parts: list[Content] = []
    done = 0
    for start, end in spans(abstract, source.quotes):
        parts.append(Content(harmless(abstract[done:start])))
        parts.append(Content.styled(harmless(abstract[start:end]), "$background on $secondary"))
        done = end
    return Content.assemble(*parts, Content(harmless(abstract[done:])))
