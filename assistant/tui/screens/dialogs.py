"""Small questions above a screen: choose one of a few, type a line."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from assistant.tui.text import folded


class Choice(ModalScreen[str | None]):
    """Gives the name of what was chosen; None where nothing was. `offers` are names with their lines."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Close")]

    def __init__(self, title: str, offers: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._title = title
        self._offers = list(offers)

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog"):
            yield Static(Content.styled(folded(self._title), "bold"))
            yield OptionList(*(Option(Content(folded(line)), id=name) for name, line in self._offers), markup=False)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter or a click chooses."""
        event.stop()
        self.dismiss(event.option_id)


class Line(ModalScreen[str | None]):
    """Gives the line that was typed; None where the user left."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Close")]

    def __init__(self, title: str, value: str = "", *, placeholder: str = "") -> None:
        super().__init__()
        self._title = title
        self._value = value
        self._placeholder = placeholder

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog"):
            yield Static(Content.styled(folded(self._title), "bold"))
            yield Input(self._value, placeholder=self._placeholder, select_on_focus=False)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter gives the line."""
        event.stop()
        self.dismiss(event.value.strip())
