"""What must never happen: a traceback, a locked question box, a lost word."""

import asyncio
import json
import os
import signal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from textual import events
from textual.screen import ModalScreen

from assistant.models.files import find_starter
from assistant.settings import Settings
from assistant.tui.app import AssistantApp
from assistant.tui.phase import Phase
from assistant.tui.screens import log_screen
from assistant.tui.screens.paper_screen import PaperScreen
from assistant.tui.widgets.paper_list import PaperList
from assistant.tui.widgets.prompt import Prompt
from tests import scripted
from tests.scripted import write_script
from tests.tui.conftest import QUESTION, TRUE, Open

KEYS = [
    *"aZ9/[]%é漢🙂 ",
    *(f"f{number}" for number in range(1, 13)),
    *(f"ctrl+{letter}" for letter in "abcdefghijklmnoprstuvwxyz"),
    *"escape enter tab shift+tab up down left right home end pageup pagedown delete backspace space".split(),
    *"ctrl+home ctrl+end ctrl+left shift+right".split(),
]
BURST = 5
"""Keys that come faster than they can be worked off."""
HOSTILE = "[bold]x[/] [/] \x1b[31mred\x07 \u202eltr\u202c \u05e9\u05dc\u05d5\u05dd e\u0301\u0301 👩‍🔬 " + "long " * 1000


@settings(max_examples=1, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(keys=st.lists(st.sampled_from(KEYS), min_size=1000, max_size=1000))
def test_a_thousand_keys_at_random_leave_a_working_screen(
    sample_copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, keys: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)  # what is exported or saved by chance lies there
    write_script(sample_copy, [TRUE])
    asyncio.run(mashed(sample_copy, [key for key in keys if key != "ctrl+q"]))
    log = sample_copy / "log" / "assistant.log"
    assert "a bug" not in (log.read_text() if log.is_file() else "")


async def mashed(home: Path, keys: list[str]) -> None:
    app = AssistantApp(Settings(home), serve=scripted.serve)
    try:
        async with app.run_test(size=(100, 30)) as pilot:
            for at, key in enumerate(keys):
                app.post_message(events.Key(key, key if len(key) == 1 else None))
                await (pilot.pause() if at % BURST == 0 else asyncio.sleep(0))
            for _ in range(1200):
                if app.desk.phase is Phase.IDLE and app.screen is app.chat:
                    break
                await pilot.press("escape")
                await pilot.pause(0.05)
            prompt = app.chat.query_one(Prompt)
            prompt.focus()
            prompt.value = "/frobnicate"
            await pilot.press("enter")
            await pilot.pause()
            assert prompt.value == ""
    finally:
        app.assistant.close()


@pytest.mark.parametrize("opened", ["a paper", "the help", "a question for a file"])
async def test_the_key_to_leave_works_under_whatever_lies_open(open_screen: Open, opened: str) -> None:
    async with open_screen() as user:
        await user.ask()
        await user.press({"a paper": "enter", "the help": "f1", "a question for a file": "ctrl+s"}[opened])
        if opened == "a paper":
            source = user.chat.chat.history[-1].answer.sources[0]
            user.app.push_screen(PaperScreen((source,), 0))
            await user.pilot.pause()
        assert isinstance(user.app.screen, ModalScreen)
        await user.press("ctrl+q")
        assert user.app._exit


async def test_a_bug_in_a_worker_of_a_screen_is_said_and_logged(
    open_screen: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    async with open_screen() as user:
        monkeypatch.setattr(log_screen, "tail_of", broken)
        await user.press("ctrl+l")
        await user.until(lambda: "A bug in the program: ZeroDivisionError" in user.told, "the message")
        log = user.app.settings.log_file
        assert "ZeroDivisionError" in log.read_text()
        monkeypatch.setattr(user.app.assistant, "look", broken)
        user.app.count_papers()
        await user.until(lambda: log.read_text().count("ERROR assistant.tui: a bug") == 2, "the second traceback")


async def test_hostile_papers_are_drawn_literally_in_the_library(open_screen: Open, tmp_path: Path) -> None:
    path = tmp_path / "hostile.jsonl"
    path.write_text(
        json.dumps({"id": "h", "title": HOSTILE, "abstract": f"Zebra. {HOSTILE}", "authors": [HOSTILE[:80]]})
    )
    async with open_screen(size=(80, 24)) as user:
        await user.ask(f"/add {path}")
        assert "1 paper added" in user.remarks
        await user.press("f6")
        papers = user.app.library.query_one(PaperList)
        await user.press(*"zzz", "backspace", "backspace", "backspace", *"[bold]x")
        await user.until(lambda: papers.total == 1, "the paper")
        await user.until(lambda: "[bold]x[/] [/]" in user.text, "its line")
        await user.press("enter")
        await user.until(lambda: len(user.app.screen_stack) == 4, "the paper")
        assert not {"\x1b", "\x07", "\u202e"} & set(user.text)
        for width, height in ((1, 1), (20, 5), (60, 20), (80, 24)):
            await user.pilot.resize_terminal(width, height)
            await user.pilot.pause()
        await user.press("escape", "escape", "escape")
        assert user.app.screen is user.chat


async def test_the_library_outlives_the_engine(open_screen: Open) -> None:
    async with open_screen() as user:
        await user.press("f6")
        papers = user.app.library.query_one(PaperList)
        await user.until(lambda: papers.total == 40, "the list")
        assert user.app.assistant.engine_pid is not None
        os.kill(user.app.assistant.engine_pid, signal.SIGKILL)
        await user.press(*"lora")
        await user.until(lambda: papers.total == 1, "the list from a new engine")


async def test_a_model_file_that_is_gone_is_said_and_the_screen_goes_on(open_screen: Open, tmp_path: Path) -> None:
    home = tmp_path / "home"
    model = tmp_path / "mine.gguf"
    starter = find_starter()
    assert starter is not None
    model.symlink_to(starter)
    async with open_screen(settings=Settings(home, model=str(model))) as user:
        model.unlink()
        await user.ask(QUESTION)
        assert "there is no such file" in user.remarks
        model.symlink_to(starter)
        await user.ask(QUESTION)
        assert user.chat.history


async def test_conversations_that_cannot_be_written_are_said_and_the_chat_goes_on(open_screen: Open) -> None:
    async with open_screen() as user:
        (user.app.settings.home / "conversations.sqlite3").mkdir()
        await user.ask()
        await user.until(lambda: "The chat goes on" in user.remarks, "the note")
        (user.app.settings.home / "conversations.sqlite3").rmdir()
        await user.ask("Compare dense retrieval with BM25.")
        assert [head.turns for head in user.app.assistant.conversations.listed()] == [2]


async def test_a_bug_in_the_screen_itself_ends_it_with_two_lines_and_a_traceback_in_the_log(
    open_screen: Open, capsys: pytest.CaptureFixture[str]
) -> None:
    manager = open_screen()
    user = await manager.__aenter__()
    log = user.app.settings.log_file
    user.chat.action_new = lambda: 1 // 0  # type: ignore[method-assign,assignment,return-value]
    await user.press("ctrl+n")
    with pytest.raises(ZeroDivisionError):
        await manager.__aexit__(None, None, None)
    said = capsys.readouterr().err
    assert "A bug in the program: ZeroDivisionError" in said
    assert "Traceback" not in said
    assert "ZeroDivisionError" in log.read_text()
