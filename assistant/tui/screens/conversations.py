"""The conversations that were held: filter, go on with one, rename, remove."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from assistant.errors import ExpectedError
from assistant.tui.desk import Desk
from assistant.tui.keys import key
from assistant.tui.papers import counted
from assistant.tui.screens.desk_screen import DeskScreen
from assistant.tui.screens.dialogs import Line
from assistant.tui.text import folded
from assistant.tui.widgets.filter import Filter
from assistant.tui.widgets.key_bar import KeyBar
from assistant.tui.widgets.status import StatusLine
from store.conversations import Conversation, Conversations

if TYPE_CHECKING:
    from assistant.tui.app import AssistantApp

SHOWN = 300
"""Conversations that the list holds; the others are found by words."""


class ConversationsScreen(DeskScreen):
    """The latest first, or those with the words that are typed."""

    app: "AssistantApp"
    HELP_TITLE = "Conversations"
    ABOUT = "Type words to find the conversations that have them all. What is removed can be restored for 30 days."
    AUTO_FOCUS = "Filter"
    BINDINGS: ClassVar[list[BindingType]] = [
        key("conversations.back", "escape", "back", "Back", "clear the filter, or go back to the chat"),
        key("conversations.open", "enter", "list('open')", "Go on", "go on with the conversation"),
        key("conversations.rename", "f2", "rename", "Rename", "give the conversation another title"),
        key("conversations.remove", "delete", "remove", "Remove", "remove the conversation; Ctrl+Z brings it back"),
        key("conversations.undo", "ctrl+z", "undo", "Undo", "bring the last removed conversation back"),
        Binding("up", "list('up')", show=False),
        Binding("down", "list('down')", show=False),
        Binding("pageup", "list('page_up')", show=False),
        Binding("pagedown", "list('page_down')", show=False),
    ]

    class Done(Message):
        """What was asked of the conversations is done, in the order of `turn`."""

        def __init__(self, turn: int, result: Any, then: Callable[[Any], None]) -> None:
            super().__init__()
            self.turn = turn
            self.result = result
            self.then = then

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._turn = 0
        self._heads: list[Conversation] = []
        self._removed: list[int] = []

    def compose(self) -> ComposeResult:
        yield Filter(placeholder="Filter: words that were asked or answered", select_on_focus=False)
        yield Static("", id="headline")
        yield OptionList(markup=False, id="rows")
        yield StatusLine(self.desk)
        yield KeyBar()

    @property
    def keys_now(self) -> tuple[str, ...]:
        undo = ("conversations.undo",) if self._removed else ()
        names = ("back", "open", "rename", "remove")
        return (*undo, *(f"conversations.{name}" for name in names), "app.help")

    def on_screen_resume(self) -> None:
        """What was said meanwhile is there."""
        self._list()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._list()

    @on(Filter.Pasted)
    def _pasted(self, event: Filter.Pasted) -> None:
        self.query_one(Filter).insert_text_at_cursor(event.text)

    def action_list(self, what: str) -> None:
        """Move in the list, wherever the focus is."""
        rows = self.query_one("#rows", OptionList)
        moves: dict[str, Callable[[], object]] = {
            "open": rows.action_select,
            "up": rows.action_cursor_up,
            "down": rows.action_cursor_down,
            "page_up": rows.action_page_up,
            "page_down": rows.action_page_down,
        }
        moves[what]()

    def action_back(self) -> None:
        """Clear the filter, or go back."""
        filter_ = self.query_one(Filter)
        if filter_.value:
            filter_.value = ""
        else:
            self.app.pop_screen()

    def action_rename(self) -> None:
        """Ask for another title."""
        head = self._current
        if head is None:
            return

        def named(title: str | None) -> None:
            if title:
                self._do(lambda: self._kept.rename(head.id, title), lambda _: self._list())

        self.app.push_screen(Line("Another title", head.title), named)

    def action_remove(self) -> None:
        """Remove the conversation; it can be restored."""
        if head := self._current:
            self._removed.append(head.id)
            self._do(lambda: self._kept.remove([head.id]), lambda _: self._list())
            self.say(f"Removed: {folded(head.title)[:60]}. Ctrl+Z brings it back.")

    def action_undo(self) -> None:
        """Bring the last removed conversation back."""
        if self._removed:
            id_ = self._removed.pop()
            self._do(lambda: self._kept.restore([id_]), lambda _: self._list())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "undo":
            return bool(self._removed)
        return super().check_action(action, parameters)

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        head = self._heads[event.option_index]
        self.app.pop_screen()
        self.app.chat.resume(head.id)

    @property
    def _kept(self) -> Conversations:
        return self.desk.assistant.conversations

    @property
    def _current(self) -> Conversation | None:
        place = self.query_one("#rows", OptionList).highlighted
        return self._heads[place] if place is not None and place < len(self._heads) else None

    def _list(self) -> None:
        words = self.query_one(Filter).value.strip()
        self._turn += 1
        if words:
            self._do(lambda: [mention.conversation for mention in self._kept.search(words, limit=SHOWN)], self._show)
        else:
            self._do(lambda: self._kept.listed(limit=SHOWN), self._show)

    def _show(self, heads: list[Conversation]) -> None:
        rows = self.query_one("#rows", OptionList)
        place = rows.highlighted or 0
        self._heads = list({head.id: head for head in heads if not head.removed}.values())
        rows.clear_options()
        rows.add_options(Option(_row(head)) for head in self._heads)
        rows.highlighted = min(place, len(self._heads) - 1) if self._heads else None
        found = counted(len(self._heads), "conversation") if self._heads else "No conversation here."
        self.query_one("#headline", Static).update(Content(found))
        self.refresh_bindings()

    @work(thread=True, exit_on_error=False, group="conversations")
    def _do(self, what: Callable[[], Any], then: Callable[[Any], None]) -> None:
        turn = self._turn
        try:
            result = what()
        except ExpectedError as error:
            result = error
        self.post_message(self.Done(turn, result, then))

    @on(Done)
    def _done(self, done: Done) -> None:
        if isinstance(done.result, ExpectedError):
            self.desk.failed(done.result, self)
        elif done.turn == self._turn:
            done.then(done.result)


def _row(head: Conversation) -> Content:
    when = datetime.fromisoformat(head.updated).astimezone().strftime("%Y-%m-%d %H:%M")
    return Content.assemble(
        (f"{when}  ", "$foreground-muted"),
        folded(head.title)[:200],
        (f"  {counted(head.turns, 'question')}" if head.turns > 1 else "", "$foreground-muted"),
    )
