"""The application: opens at once, loads behind, closes without a trace."""

from pathlib import Path
from typing import ClassVar

from textual.app import App
from textual.binding import Binding, BindingType

from assistant.assistant import Assistant
from assistant.engine.messages import Serve
from assistant.settings import Settings
from assistant.tui.screens.chat import ChatScreen
from assistant.tui.themes import DARK, LIGHT, OTHER


class AssistantApp(App[None]):
    """The terminal screen of the literature assistant; `serve` stands in for the engine in tests."""

    CSS_PATH = Path("app.tcss")
    TITLE = "Literature assistant"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+q", "leave", "Quit", priority=True)]

    def __init__(self, settings: Settings, *, serve: Serve | None = None) -> None:
        super().__init__()
        self.settings = settings
        self.assistant = Assistant(settings, serve=serve)

    def on_mount(self) -> None:
        for theme in (DARK, LIGHT):
            self.register_theme(theme)
        known = self.settings.theme in self.available_themes
        self.theme = self.settings.theme if known else DARK.name
        self.push_screen(ChatScreen(self.assistant))

    def action_leave(self) -> None:
        """Stop what runs and leave; the engine is ended once the terminal is given back."""
        self.assistant.stop()
        self.exit()

    def action_other_theme(self) -> None:
        """Change between dark and light."""
        self.theme = OTHER.get(self.theme, DARK.name)


def run(settings: Settings) -> int:
    """Run the screen until the user leaves; returns the exit code."""
    app = AssistantApp(settings)
    try:
        app.run()
    finally:
        app.assistant.close()
    return app.return_code or 0
