"""How the still states look; a change here is to be looked at (`pytest --snapshot-update` accepts it)."""

from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Static

from assistant.settings import Settings
from assistant.tui.app import AssistantApp
from assistant.tui.phase import Phase
from assistant.tui.screens.chat import ChatScreen
from assistant.tui.screens.dialogs import Line
from assistant.tui.widgets.filter import Filter
from assistant.tui.widgets.paper_list import PaperList
from assistant.tui.widgets.prompt import Prompt
from tests import scripted
from tests.scripted import write_script
from tests.tui.conftest import QUESTION, TRUE

SIZES = [(80, 24), (120, 40)]


@pytest.fixture
def app(home: Path) -> Generator[AssistantApp, None, None]:
    write_script(home, ["Nothing."])
    app = AssistantApp(Settings(home), serve=scripted.serve)
    yield app
    app.assistant.close()


@pytest.fixture
def filled(sample_copy: Path) -> Generator[AssistantApp, None, None]:
    write_script(sample_copy, [TRUE])
    app = AssistantApp(Settings(sample_copy), serve=scripted.serve)
    yield app
    app.assistant.close()


async def asked(pilot: Pilot[None], question: str) -> None:
    """An answer, without the figures of what it cost."""
    await still(pilot)
    prompt = pilot.app.screen.query_one(Prompt)
    prompt.value = question
    await pilot.press("enter")
    await pilot.pause()
    await still(pilot)
    assert isinstance(pilot.app, AssistantApp)
    pilot.app.desk.show(figures="")
    await pilot.pause()


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


@pytest.mark.parametrize("size", SIZES)
def test_an_answer(filled: AssistantApp, snap_compare: Any, size: tuple[int, int]) -> None:
    async def answered(pilot: Pilot[None]) -> None:
        await asked(pilot, QUESTION)
        await pilot.press("f4")

    assert snap_compare(filled, terminal_size=size, run_before=answered)


@pytest.mark.parametrize("size", SIZES)
def test_a_paper_behind_a_mark(filled: AssistantApp, snap_compare: Any, size: tuple[int, int]) -> None:
    async def read(pilot: Pilot[None]) -> None:
        await asked(pilot, QUESTION)
        await pilot.press("f4", "enter")
        await pilot.pause(0.2)

    assert snap_compare(filled, terminal_size=size, run_before=read)


@pytest.mark.parametrize("size", SIZES)
def test_the_map(filled: AssistantApp, snap_compare: Any, size: tuple[int, int]) -> None:
    async def drawn(pilot: Pilot[None]) -> None:
        await still(pilot)
        await pilot.press("f6", "f12")
        while "in the frame" not in (told := str(pilot.app.screen.query_one("#told", Static).content)):
            await pilot.pause(0.05)
        while told.count("\n") < 3:
            await pilot.pause(0.05)
            told = str(pilot.app.screen.query_one("#told", Static).content)
        await still(pilot)

    assert snap_compare(filled, terminal_size=size, run_before=drawn)


@pytest.mark.parametrize("size", SIZES)
def test_a_checked_draft(filled: AssistantApp, snap_compare: Any, size: tuple[int, int], tmp_path: Path) -> None:
    draft = tmp_path / "draft.md"
    draft.write_text(
        "Low-rank adaptation (LoRA) freezes the pre-trained weights [@hu2022lora]. Bananas cure gravity on Mars.\n"
    )

    async def checked(pilot: Pilot[None]) -> None:
        await still(pilot)
        await pilot.press("f10")
        pilot.app.screen.query_one(Input).value = str(draft)
        await pilot.press("enter")
        await still(pilot)

    assert snap_compare(filled, terminal_size=size, run_before=checked)


@pytest.mark.parametrize("size", SIZES)
def test_a_refusal(filled: AssistantApp, snap_compare: Any, size: tuple[int, int]) -> None:
    async def refused(pilot: Pilot[None]) -> None:
        await asked(pilot, "Best recipe for banana bread")

    assert snap_compare(filled, terminal_size=size, run_before=refused)


@pytest.mark.parametrize("size", SIZES)
def test_the_library(filled: AssistantApp, snap_compare: Any, size: tuple[int, int]) -> None:
    async def opened(pilot: Pilot[None]) -> None:
        await still(pilot)
        await pilot.press("f6")
        screen = pilot.app.screen
        screen.query_one(Filter).cursor_blink = False
        while screen.query_one(PaperList).chosen is None or not str(screen.query_one("#preview Static").render()):
            await pilot.pause(0.05)

    assert snap_compare(filled, terminal_size=size, run_before=opened)


@pytest.mark.parametrize("size", SIZES)
def test_the_plan_of_a_section(filled: AssistantApp, snap_compare: Any, size: tuple[int, int]) -> None:
    assert snap_compare(filled, terminal_size=size, run_before=planned)


@pytest.mark.parametrize("size", SIZES)
def test_a_written_section(filled: AssistantApp, snap_compare: Any, size: tuple[int, int]) -> None:
    async def written(pilot: Pilot[None]) -> None:
        await planned(pilot)
        await pilot.press("f5")
        await pilot.pause()
        await still(pilot)

    assert snap_compare(filled, terminal_size=size, run_before=written)


async def planned(pilot: Pilot[None]) -> None:
    await still(pilot)
    await pilot.press("f11")
    while not isinstance(pilot.app.screen, Line):
        await pilot.pause(0.05)
    pilot.app.screen.query_one(Input).value = "parameter-efficient fine-tuning of language models"
    await pilot.press("enter")
    await pilot.pause()
    await still(pilot)
