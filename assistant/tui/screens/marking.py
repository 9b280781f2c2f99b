"""Marks and sources, linked both ways."""

from textual import on

from assistant.tui.messages import MarkMoved, SourceChosen, SourceMarked
from assistant.tui.screens.desk_screen import DeskScreen
from assistant.tui.screens.paper_screen import PaperScreen
from assistant.tui.widgets.answer import AnswerView
from assistant.tui.widgets.conversation import Conversation
from assistant.tui.widgets.sources import SourcesPanel


class Marking(DeskScreen):
    """A screen with a conversation whose marks open papers, and a panel of sources."""

    def action_mark(self, by: int) -> None:
        """Go to the next or previous mark."""
        conversation = self.query_one(Conversation)
        conversation.focus()
        conversation.action_step_mark(by)

    @on(MarkMoved)
    def _mark_moved(self, moved: MarkMoved) -> None:
        panel = self.query_one(SourcesPanel)
        panel.show(moved.view.exchange.sources)
        panel.go_to(moved.number)
        self._leave_marks(moved.view)
        place = panel.place(moved.number)
        if moved.opened and place is not None:
            self.app.push_screen(PaperScreen(panel.sources, place))

    @on(SourceMarked)
    def _source_marked(self, marked: SourceMarked) -> None:
        shown = self.query_one(SourcesPanel).sources
        for view in self.query_one(Conversation).views:
            view.light(marked.number if view.exchange.sources == shown else None)

    @on(SourceChosen)
    def _open(self, chosen: SourceChosen) -> None:
        self.app.push_screen(PaperScreen(chosen.sources, chosen.index))

    def _leave_marks(self, but: AnswerView | None) -> None:
        for view in self.query_one(Conversation).views:
            if view is not but:
                view.leave()
