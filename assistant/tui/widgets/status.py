"""The status line."""

from textual.content import Content
from textual.widget import Widget

from assistant.tui.desk import Desk


class StatusLine(Widget):
    """Phase, progress, papers, model, and the figures of the last answer."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk

    def render(self) -> Content:
        return Content(self._desk.status.within(self.content_size.width))
