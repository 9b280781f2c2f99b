"""The sources panel: numbered papers with the exact sentences that back the answer."""

from collections.abc import Sequence

from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from assistant.events import Source
from assistant.tui.messages import SourceChosen, SourceMarked
from assistant.tui.papers import byline, title
from assistant.tui.text import folded

EMPTY = "Sources appear here, each with the exact sentences that back the answer."


class SourcesPanel(OptionList):
    """Arrow keys choose a source and light its marks in the answer, Enter opens its paper."""

    def __init__(self) -> None:
        super().__init__(Option(Content.styled(EMPTY, "$foreground-muted"), disabled=True), markup=False)
        self._sources: tuple[Source, ...] = ()

    @property
    def sources(self) -> tuple[Source, ...]:
        """What is shown."""
        return self._sources

    def show(self, sources: Sequence[Source]) -> None:
        """Show these sources in place of the former ones."""
        if not sources:
            self.empty()
        elif self._sources != tuple(sources):
            self._sources = tuple(sources)
            self.clear_options()
            self.add_options(Option(_drawn(source)) for source in self._sources)
            self.highlighted = 0

    def empty(self) -> None:
        """Show that there are none."""
        self._sources = ()
        self.clear_options()
        self.add_option(Option(Content.styled(EMPTY, "$foreground-muted"), disabled=True))

    def go_to(self, number: int) -> None:
        """Make the source of this number the current one."""
        if (place := self.place(number)) is not None:
            self.highlighted = place

    def place(self, number: int) -> int | None:
        """Where the source of this number stands."""
        return next((i for i, source in enumerate(self._sources) if source.number == number), None)

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Moving in the panel lights the marks in the answer."""
        event.stop()
        if self.has_focus and event.option_index < len(self._sources):
            self.post_message(SourceMarked(self._sources[event.option_index].number))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter or a click on a source opens its paper."""
        event.stop()
        if event.option_index < len(self._sources):
            self.post_message(SourceChosen(self._sources, event.option_index))


def _drawn(source: Source) -> Content:
    paper = source.hit.paper
    head = Content.assemble((f"[{source.number}] ", "$text-primary bold"), (title(paper), "bold"))
    lines = [head, Content.styled(byline(paper) or folded(paper.key), "$foreground-muted")]
    lines += [Content.styled(f"“{folded(quote.text)}”", "$text-secondary") for quote in source.quotes]
    return Content("\n").join([*lines, Content(" ")])
