"""The application: opens at once, loads behind, closes without a trace."""

import asyncio
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import events, on, work
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.dom import DOMNode
from textual.screen import Screen
from textual.worker import Worker

from assistant import logfile
from assistant.assistant import Assistant
from assistant.engine.messages import CountPapers, Serve
from assistant.errors import ExpectedError
from assistant.events import Total
from assistant.models.address import leaves
from assistant.settings import Settings, save
from assistant.tui import liveness
from assistant.tui.desk import Desk
from assistant.tui.keys import chosen_keys, explained, key, named
from assistant.tui.messages import Counted, Ended, Happened
from assistant.tui.phase import Phase
from assistant.tui.preloading import preload
from assistant.tui.screens.chat import ChatScreen
from assistant.tui.screens.desk_screen import DeskScreen
from assistant.tui.screens.help_screen import HelpScreen
from assistant.tui.screens.opening import PLACES, Screens, kind_of
from assistant.tui.themes import DARK, LIGHT

if TYPE_CHECKING:
    from assistant.tui.screens.library import LibraryScreen

CHANGES_TAKE = 30.0
"""Seconds that changes of the library may take after the user has left, at most."""
QUIET = 5.0
"""Seconds without a key or a mouse after which the screen tidies up."""
WATCHED_EVERY = 3.0
"""Seconds between looks whether another process has changed the library."""


class AssistantApp(App[None]):
    """The terminal screen of the literature assistant; `serve` stands in for the engine in tests."""

    CSS_PATH = Path("app.tcss")
    TITLE = "Literature assistant"
    COMMAND_PALETTE_BINDING = "f24"
    BINDINGS: ClassVar[list[BindingType]] = [
        key("app.help", "f1", "help", "Help", "keys and commands of this screen"),
        key("app.library", "f6", "library", "Library", "browse and search the library; again: back to the chat"),
        key("app.conversations", "f7", "conversations", "Conversations", "find a conversation and go on with it"),
        key("app.models", "f8", "models", "Models", "choose the language model"),
        key("app.settings", "f9", "settings", "Settings", "change the settings"),
        key("app.draft", "f10", "draft", "Draft check", "hold each sentence of a draft against the library"),
        key("app.related", "f11", "related", "Related work", "write a section on related work, step by step"),
        key("app.log", "ctrl+l", "log", "Log", "read and save the log"),
        key("app.theme", "ctrl+t", "change_theme", "Theme", "choose the colours"),
        key("app.palette", "ctrl+p", "command_palette", "Commands", "find any action by its name"),
        key("app.quit", "ctrl+q", "leave", "Quit", "quit", always=True),
    ]

    def __init__(self, settings: Settings, *, serve: Serve | None = None) -> None:
        super().__init__()
        self.settings = settings
        self.assistant = Assistant(settings, serve=serve)
        self.desk = Desk(self, self.assistant)
        self.chat = ChatScreen(self.desk)
        self.screens = Screens(self.desk)
        self._seen: tuple[float, ...] = ()
        self._touched = 0.0

    def on_mount(self) -> None:
        for theme in (DARK, LIGHT):
            self.register_theme(theme)
        known = self.settings.theme in self.available_themes
        self.theme = self.settings.theme if known else DARK.name
        self._take_keys()
        self._say_what_leaves()
        self.push_screen(self.chat)
        self.theme_changed_signal.subscribe(self, lambda theme: self._remember(theme.name))
        self.call_after_refresh(self._load_the_rest)
        self.set_interval(WATCHED_EVERY, self._watch_library)

    def _load_the_rest(self) -> None:
        liveness.prepare()
        self._watch_library()
        self.set_interval(QUIET, self._tidy)
        self.run_worker(preload, thread=True, exit_on_error=False, group="preload")

    async def on_event(self, event: events.Event) -> None:
        """Note when the user did something last."""
        if isinstance(event, events.InputEvent):
            self._touched = time.monotonic()
        await super().on_event(event)

    def _tidy(self) -> None:
        """Once in a while, when nothing is done and nobody has touched anything for some seconds."""
        if self._touched and self.desk.phase is Phase.IDLE and time.monotonic() - self._touched > QUIET:
            self._touched = 0.0
            liveness.tidy()

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Every action that is active now, under its name."""
        for each in screen.active_bindings.values():
            binding = each.binding
            if binding.id and each.enabled and binding.id != "app.palette":
                yield SystemCommand(
                    binding.description,
                    f"{self.get_key_display(binding)}: {binding.tooltip}",
                    lambda node=each.node, action=binding.action: self.call_next(self.run_action, action, node),
                )

    def get_key_display(self, binding: Binding) -> str:
        return named(binding.key)

    def action_help(self) -> None:
        """Show what the screen is for, and its keys."""
        screen = self.screen
        if isinstance(screen, DeskScreen):
            chosen = self._keymap
            keys = explained([*screen.BINDINGS, *self.BINDINGS], chosen)
            self.push_screen(HelpScreen(screen.HELP_TITLE, screen.ABOUT, keys, commands=screen is self.chat))

    def action_library(self) -> None:
        """Open the library, or go back."""
        self._toggle("library")

    def action_conversations(self) -> None:
        """Open the conversations, or go back."""
        self._toggle("conversations")

    def action_models(self) -> None:
        """Open the models, or go back."""
        self._toggle("models")

    def action_settings(self) -> None:
        """Open the settings, or go back."""
        self._toggle("settings")

    def action_draft(self) -> None:
        """Open the draft check, or go back."""
        self._toggle("draft")

    def action_related(self) -> None:
        """Open the related work, or go back."""
        self._toggle("related")

    def action_log(self) -> None:
        """Open the log, or go back."""
        self._toggle("log")

    def use(self, settings: Settings, *, owner: DeskScreen | None = None) -> None:
        """Work with other settings from now on, in the screen and in the engine."""
        before, self.settings = self.settings, settings
        if settings.theme != before.theme:
            self.theme = settings.theme if settings.theme in self.available_themes else DARK.name
        if settings.keys != before.keys:
            self._take_keys()
        self._say_what_leaves()
        if changes_engine(before, settings):
            self.desk.begin(self.assistant.use(settings), Phase.LOADING, owner or self.chat)

    def _say_what_leaves(self) -> None:
        with suppress(ExpectedError):  # an address that is none is said when it is used
            self.desk.show(leaving=leaves(self.settings))

    def _take_keys(self) -> None:
        if not (self.settings.keys or self._keymap):
            return
        nodes: list[type[DOMNode]] = [type(self), ChatScreen, *(kind_of(name) for name in PLACES)]
        known = {each.id for node in nodes for each in node.BINDINGS if isinstance(each, Binding) and each.id}
        try:
            self.set_keymap(chosen_keys(self.settings.keys, known))
        except ExpectedError as error:
            self.call_after_refresh(self.desk.failed, error, self.chat)

    @work(thread=True, exit_on_error=False, group="theme")
    def _remember(self, theme: str) -> None:
        """Keep the choice of colours; that it cannot be kept is no reason to disturb."""
        if theme != (self.settings.theme or DARK.name):
            self.settings = replace(self.settings, theme=theme)
            with suppress(ExpectedError):
                save(self.settings, "theme", theme)

    def _toggle(self, name: str) -> None:
        screen = self.screens[name]
        if not self.is_screen_installed(name):
            self.install_screen(screen, name)
        if self.screen is screen:
            self.pop_screen()
        elif self.screen is self.chat:
            self.push_screen(screen)
        elif isinstance(self.screen, DeskScreen):
            self.switch_screen(screen)

    def action_leave(self) -> None:
        """Stop what runs and leave; the engine is ended once the terminal is given back, and changes are made."""
        if not self.desk.changes:
            self.assistant.stop()
        self.exit()

    def _fatal_error(self) -> None:
        """A bug in the screen itself ends it: the traceback goes into the log, two lines to the terminal."""
        if self._exception:
            logfile.record(self._exception, self.settings.log_file, "assistant.tui")
        self.panic(
            f"A bug in the program: {type(self._exception).__name__}. The details are in {self.settings.log_file}.\n"
            "Your library and your conversations are whole; start again, then /resume goes on."
        )

    # -- what threads tell ----------------------------------------------------------------------

    @on(Happened)
    def _happened(self, happened: Happened) -> None:
        self.desk.happened(happened)

    @on(Ended)
    def _ended(self, ended: Ended) -> None:
        self.desk.ended(ended)

    @on(Worker.StateChanged)
    def _worked(self, changed: Worker.StateChanged) -> None:
        self.desk.worked(changed, self.chat)

    @on(Counted)
    def _counted(self, counted: Counted) -> None:
        self.desk.show(papers=counted.papers)
        self.chat.show_welcome()

    # -- the size of the library -----------------------------------------------------------------

    @property
    def library(self) -> "LibraryScreen":
        """The library's screen."""
        from assistant.tui.screens.library import LibraryScreen

        screen = self.screens["library"]
        assert isinstance(screen, LibraryScreen)
        return screen

    def _watch_library(self) -> None:
        """Count again when the file has changed, whoever changed it."""
        seen = tuple(
            _changed_at(self.settings.home / "library" / name)
            for name in ("catalogue.sqlite3", "catalogue.sqlite3-wal")
        )
        if seen != self._seen:
            self._seen = seen
            self.count_papers()

    @work(thread=True, exit_on_error=False, group="count", exclusive=True)
    def count_papers(self) -> None:
        """Ask how many papers there are."""
        try:
            total = self.assistant.look(CountPapers())
        except ExpectedError:
            self.post_message(Counted(None))
        else:
            self.post_message(Counted(total.papers if isinstance(total, Total) else None))


OF_THE_SCREEN = {"theme", "keys"}


def changes_engine(before: Settings, after: Settings) -> bool:
    """Whether the engine has to know of a change of settings."""
    changed = {f.name for f in fields(Settings) if getattr(before, f.name) != getattr(after, f.name)}
    return bool(changed - OF_THE_SCREEN)


def _changed_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def run(settings: Settings) -> int:
    """Run the screen until the user leaves; returns the exit code."""
    app = AssistantApp(settings)
    asyncio.run(_until_left(app))
    return app.return_code or 0


async def _until_left(app: AssistantApp) -> None:
    """The engine is ended before the loop: its threads wait for the engine."""
    try:
        await app.run_async()
        for change in app.desk.changes:
            await asyncio.to_thread(change.over.wait, CHANGES_TAKE)
    finally:
        app.assistant.close()
