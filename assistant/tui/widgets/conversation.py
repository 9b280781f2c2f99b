"""The conversation: questions, answers and remarks, one below the other."""

from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from assistant.tui.text import folded
from assistant.tui.widgets.answer import AnswerView
from assistant.tui.widgets.welcome import Welcome


class Question(Static):
    """What the user asked."""

    def __init__(self, question: str) -> None:
        super().__init__(Content(folded(question)))


class Remark(Static):
    """Something the program has to say: `kind` is "", "error" or "good"."""

    def __init__(self, text: str, *, kind: str = "") -> None:
        lines = [folded(line) for line in text.split("\n")]
        super().__init__(Content("\n".join(lines)), classes=f"-{kind}" if kind else "")


class Conversation(VerticalScroll, can_focus=True):
    """Keeps its end in view until the user scrolls away; a short conversation stands at the top."""

    def ask(self, question: str) -> AnswerView:
        """Add a question and the empty answer to it."""
        self.query(Welcome).remove()
        view = AnswerView()
        self.mount(Question(question), view)
        self.show_end()
        return view

    def say(self, text: str, *, kind: str = "") -> None:
        """Add a remark."""
        following = self.is_at_end
        self.mount(Remark(text, kind=kind))
        if following:
            self.show_end()

    @property
    def is_at_end(self) -> bool:
        """Whether the user sees the end, and so wants to go on seeing it."""
        return self.max_scroll_y - self.scroll_y <= 1

    def show_end(self) -> None:
        """Scroll to the end once what was added has its place."""
        self.call_after_refresh(self.scroll_end, animate=False)
