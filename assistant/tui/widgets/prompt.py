"""The question box."""

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.widgets import Input

from assistant.tui.text import folded

INVITATION = "Ask about your papers, or type /help"
EDITING = "Esc leaves the last question as it was"


class Prompt(Input):
    """One line; up and down walk through what was asked before."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "earlier", "Earlier question", show=False),
        Binding("down", "later", "Later question", show=False),
    ]

    def __init__(self) -> None:
        super().__init__(placeholder=INVITATION, select_on_focus=False)
        self._asked: list[str] = []
        self._place = 0
        self._unsent = ""

    def take(self) -> str:
        """The line as typed, which is remembered and cleared."""
        line = self.value.strip()
        self.remember([line])
        self._unsent = ""
        self.clear()
        self.placeholder = INVITATION
        return line

    def remember(self, lines: list[str]) -> None:
        """Put lines at the end of what Up walks through."""
        for line in lines:
            if line and (not self._asked or self._asked[-1] != line):
                self._asked.append(line)
        self._place = len(self._asked)

    def recall(self, lines: list[str]) -> None:
        """Put lines of earlier sessions before what Up walks through."""
        self._asked[:0] = lines
        self._place += len(lines)

    def edit(self, line: str) -> None:
        """Put a question into the box to be changed; an empty line ends that."""
        self.value = line
        self.cursor_position = len(line)
        self.placeholder = EDITING if line else INVITATION
        self.focus()

    def action_earlier(self) -> None:
        """Show the question before."""
        if self._place == len(self._asked):
            self._unsent = self.value
        self._show(max(0, self._place - 1))

    def action_later(self) -> None:
        """Show the question after, at last what was being typed."""
        self._show(min(len(self._asked), self._place + 1))

    def _show(self, place: int) -> None:
        self._place = place
        self.value = self._asked[place] if place < len(self._asked) else self._unsent
        self.cursor_position = len(self.value)

    def _on_paste(self, event: events.Paste) -> None:
        event.prevent_default()
        event.stop()
        self.insert_text_at_cursor(folded(event.text))
