"""How the still states look; a change here is to be looked at (`pytest --snapshot-update` accepts it)."""

from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from assistant.settings import Settings
from assistant.tui.app import AssistantApp
from assistant.tui.phase import Phase
from assistant.tui.screens.chat import ChatScreen
from assistant.tui.widgets.prompt import Prompt
from tests import scripted
from tests.scripted import write_script

SIZES = [(80, 24), (120, 40)]


@pytest.fixture
def app(home: Path) -> Generator[AssistantApp, None, None]:
    write_script(home, ["Nothing."])
    app = AssistantApp(Settings(home), serve=scripted.serve)
    yield app
    app.assistant.close()


async def still(pilot: Pilot[None]) -> None:
    chat = pilot.app.screen_stack[1]
    assert isinstance(chat, ChatScreen)
    chat.query_one(Prompt).cursor_blink = False
    for _ in range(600):
        await pilot.pause(0.05)
        if chat.phase is Phase.IDLE:
            break
    await pilot.pause()


@pytest.mark.parametrize("size", SIZES)
def test_the_first_run(app: AssistantApp, snap_compare: Any, size: tuple[int, int]) -> None:
    assert snap_compare(app, terminal_size=size, run_before=still)


@pytest.mark.parametrize("size", SIZES)
def test_the_help(app: AssistantApp, snap_compare: Any, size: tuple[int, int]) -> None:
    async def opened(pilot: Pilot[None]) -> None:
        await still(pilot)
        await pilot.press("f1")

    assert snap_compare(app, terminal_size=size, run_before=opened)


@pytest.mark.parametrize("size", SIZES)
def test_a_command_that_does_not_exist(app: AssistantApp, snap_compare: Any, size: tuple[int, int]) -> None:
    async def typed(pilot: Pilot[None]) -> None:
        await still(pilot)
        pilot.app.screen_stack[1].query_one(Prompt).value = "/frobnicate"
        await pilot.press("enter")
        await pilot.pause()

    assert snap_compare(app, terminal_size=size, run_before=typed)
