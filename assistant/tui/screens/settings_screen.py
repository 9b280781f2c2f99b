"""The settings, drawn from their own declaration."""

from dataclasses import fields
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from assistant.errors import ExpectedError
from assistant.settings import NAMES, PREFIX, Settings, load, overridden, save
from assistant.tui.keys import key
from assistant.tui.screens.desk_screen import DeskScreen
from assistant.tui.screens.dialogs import Line
from assistant.tui.text import folded
from assistant.tui.widgets.key_bar import KeyBar
from assistant.tui.widgets.status import StatusLine

if TYPE_CHECKING:
    from assistant.tui.app import AssistantApp


class SettingsScreen(DeskScreen):
    """Each setting with its value and meaning; Enter changes one, at once and in the file."""

    app: "AssistantApp"
    HELP_TITLE = "Settings"
    ABOUT = "Enter changes a setting: in settings.toml, and in the running program. An empty line takes the default."
    BINDINGS: ClassVar[list[BindingType]] = [
        key("settings.back", "escape", "back", "Back", "go back to the chat"),
        key("settings.change", "enter", "choose_row", "Change", "change the setting"),
        key("settings.default", "ctrl+d", "default", "Default", "take the default of the setting"),
    ]

    class Saved(Message):
        """The file holds the change; `error` where it does not."""

        def __init__(self, settings: Settings | None, error: ExpectedError | None = None) -> None:
            super().__init__()
            self.settings = settings
            self.error = error

    @property
    def keys_now(self) -> tuple[str, ...]:
        return ("settings.back", "settings.change", "settings.default", "app.help", "app.palette")

    def compose(self) -> ComposeResult:
        yield Static(Content(f"Settings, kept in {folded(str(self._settings.home / 'settings.toml'))}"), id="headline")
        yield OptionList(markup=False, id="rows")
        yield StatusLine(self.desk)
        yield KeyBar()

    def on_screen_resume(self) -> None:
        """Draw the values as they are now."""
        self._draw()

    def action_back(self) -> None:
        """Back to the chat."""
        self.app.pop_screen()

    def action_default(self) -> None:
        """Take the default of the setting under the cursor."""
        if (name := self._chosen) is not None:
            self._save(name, str(_default(name)))

    @on(OptionList.OptionSelected)
    def _change(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        name = event.option_id or ""
        meaning = {field.name: field.metadata["meaning"] for field in fields(Settings) if field.name in NAMES}[name]

        def changed(value: str | None) -> None:
            if value is not None:
                self._save(name, value or str(_default(name)))

        self.app.push_screen(Line(f"{name}: {meaning}", str(getattr(self._settings, name))), changed)

    @work(thread=True, exit_on_error=False, group="settings")
    def _save(self, name: str, value: str) -> None:
        try:
            save(self._settings, name, value)
            self.post_message(self.Saved(load(self._settings.home)))
        except ExpectedError as error:
            self.post_message(self.Saved(None, error))

    @on(Saved)
    def _saved(self, saved: Saved) -> None:
        if saved.error:
            self.desk.failed(saved.error, self)
        elif saved.settings:
            self.app.use(saved.settings)
            self._draw()

    @property
    def _settings(self) -> Settings:
        return self.app.settings

    @property
    def _chosen(self) -> str | None:
        rows = self.query_one("#rows", OptionList)
        return rows.get_option_at_index(rows.highlighted).id if rows.highlighted is not None else None

    def _draw(self) -> None:
        rows = self.query_one("#rows", OptionList)
        place = rows.highlighted or 0
        rows.clear_options()
        rows.add_options(Option(self._row(name), id=name) for name in NAMES)
        rows.highlighted = place

    def _row(self, name: str) -> Content:
        field = next(field for field in fields(Settings) if field.name == name)
        value = getattr(self._settings, name)
        shown = folded(str(value)) or "(empty)"
        look = "$foreground-muted" if value == field.default else "$text-primary bold"
        where = f"  set by {PREFIX}{name.upper()}" if name in overridden() else ""
        return Content.assemble(
            (f"{name:17}", "bold"),
            (shown, look),
            (where, "$text-warning"),
            "\n",
            (field.metadata["meaning"], "$foreground-muted"),
        )


def _default(name: str) -> object:
    return next(field.default for field in fields(Settings) if field.name == name)
