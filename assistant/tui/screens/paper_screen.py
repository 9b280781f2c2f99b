"""A whole paper, with the quoted sentences highlighted."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.strip import Strip
from textual.style import Style
from textual.widgets import Static

from assistant.events import Quote, Source
from assistant.tui.highlight import spans
from assistant.tui.papers import full_title
from assistant.tui.text import folded, harmless
from store.records import Paper


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
        self.call_after_refresh(self._show_quote)

    def action_step(self, by: int) -> None:
        """Show another source."""
        self._index = (self._index + by) % len(self._sources)
        self.query_one("#paper", Static).update(self._content())
        self.call_after_refresh(self._show_quote)

    def _show_quote(self) -> None:
        """Bring the first quoted sentence into view."""
        sheet, paper = self.query_one("#sheet"), self.query_one("#paper", Static)
        lines = (y for y in range(paper.size.height) if _is_quote(paper.render_line(y)))
        line = next(lines, 0)
        above = line - sheet.content_size.height // 3 if line >= sheet.content_size.height - 1 else 0
        sheet.scroll_to(y=above, animate=False)

    def _content(self) -> Content:
        return paper_content(self._sources[self._index], len(self._sources))


def paper_content(source: Source, of: int) -> Content:
    """Everything the library knows of the paper of a source, its quotes highlighted."""
    keys = "Esc closes" + (", ← and → show the other sources" if of > 1 else "")
    head = Content.styled(f"[{source.number}] ", "$text-primary bold")
    body = described(source.hit.paper, source.quotes, why=str(source.hit.why) if source.hit.score else "")
    return Content("\n").join([head + body, Content(""), Content.styled(keys, "$foreground-muted")])


def described(paper: Paper, quotes: Sequence[Quote] = (), *, why: str = "") -> Content:
    """Title, fields and abstract."""
    rows = {
        "Authors": "; ".join(paper.authors),
        "Year": str(paper.year or ""),
        "Venue": paper.venue,
        "Key": paper.key,
        "DOI": paper.doi,
        "arXiv": paper.arxiv,
        "URL": paper.url,
        "Tags": ", ".join(paper.tags),
        "Status": paper.status,
        "Note": paper.note,
        "Notes": paper.extra.get("annote", ""),
        "File": paper.source,
        "Found by": why,
    }
    lines = [Content.styled(full_title(paper), "bold"), Content("")]
    lines += [
        Content.assemble((f"{name:9}", "$foreground-muted"), folded(value)) for name, value in rows.items() if value
    ]
    return Content("\n").join([*lines, Content(""), _abstract(paper.abstract, quotes)])


def _is_quote(strip: Strip) -> bool:
    return any(segment.style and "quote" in segment.style.meta for segment in strip)


def _abstract(abstract: str, quotes: Sequence[Quote]) -> Content:
    if not abstract:
        return Content.styled("(no abstract)", "$foreground-muted")
    parts: list[Content] = []
    done = 0
    for start, end in spans(abstract, quotes):
        parts.append(Content(harmless(abstract[done:start])))
        quote = Content.styled(harmless(abstract[start:end]), "$text-secondary on $secondary-muted")
        parts.append(quote.stylize(Style.from_meta({"quote": True})))
        done = max(done, end)
    return Content.assemble(*parts, Content(harmless(abstract[done:])))
