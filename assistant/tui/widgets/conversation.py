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

    def __init__(self) -> None:
        super().__init__()
        self._following = True

    def ask(self, question: str) -> AnswerView:
        """Add a question and the empty answer to it."""
        self.query(Welcome).remove()
        view = AnswerView()
        self.mount(Question(question), view)
        self._following = True
        self.follow()
        return view

    def say(self, text: str, *, kind: str = "") -> None:
        """Add a remark; an error is brought into view."""
        self.mount(Remark(text, kind=kind))
        self._following = self._following or kind == "error"
        self.follow()

    def follow(self) -> None:
        """Scroll to the end, unless the user reads further up."""
        if self._following:
            self.scroll_end(animate=False)

    def watch_virtual_size(self) -> None:
        """What was added has got its place."""
        self.follow()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Scrolling up stops the following, scrolling to the end takes it up again."""
        super().watch_scroll_y(old_value, new_value)
        if self.max_scroll_y - new_value <= 1:
            self._following = True
        elif new_value < old_value:
            self._following = False
