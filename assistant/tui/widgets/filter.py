"""The line that filters a list."""

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Input

from assistant.tui.text import folded


class Filter(Input):
    """Keys that would do nothing in it are the list's."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("delete", "screen.remove", show=False),
        Binding("enter", "screen.list('open')", show=False),
    ]

    class Pasted(Message):
        """Text was pasted, or a file dragged into the terminal."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def _on_paste(self, event: events.Paste) -> None:
        event.prevent_default()
        event.stop()
        self.post_message(self.Pasted(folded(event.text)))
