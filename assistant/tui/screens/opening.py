"""The screens beside the chat: each is imported when it is opened first, so that the first frame waits for none."""

from importlib import import_module
from typing import TYPE_CHECKING

from assistant.tui.desk import Desk

if TYPE_CHECKING:
    from assistant.tui.screens.desk_screen import DeskScreen

PLACES = {
    "library": ("library", "LibraryScreen"),
    "conversations": ("conversations", "ConversationsScreen"),
    "related": ("related_screen", "RelatedScreen"),
    "draft": ("draft", "DraftScreen"),
    "models": ("models_screen", "ModelsScreen"),
    "settings": ("settings_screen", "SettingsScreen"),
    "log": ("log_screen", "LogScreen"),
}
"""Each screen by name: its module here, and its class."""


class Screens:
    """Makes each screen once."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._made: dict[str, DeskScreen] = {}

    def __getitem__(self, name: str) -> "DeskScreen":
        if name not in self._made:
            self._made[name] = kind_of(name)(self._desk)
        return self._made[name]


def kind_of(name: str) -> "type[DeskScreen]":
    """The class of a screen."""
    module, kind = PLACES[name]
    found: type[DeskScreen] = getattr(import_module(f"assistant.tui.screens.{module}"), kind)
    return found
