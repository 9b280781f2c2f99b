"""Settings, models, log, help: each over a real engine."""

import hashlib
import shutil
import threading
from pathlib import Path

import pytest
from textual.widgets import Input, OptionList

from assistant.models import catalogue, files, plans
from assistant.models.catalogue import Entry
from assistant.models.files import find_starter
from assistant.settings import Settings, load, save
from assistant.tui.screens.dialogs import Choice
from assistant.tui.screens.help_screen import HelpScreen
from assistant.tui.screens.log_screen import LogScreen, tail_of
from assistant.tui.screens.models_screen import ModelsScreen
from assistant.tui.screens.settings_screen import SettingsScreen
from tests.offering import Site, gguf, offered
from tests.tui.conftest import Driver, Open


async def change(user: Driver, name: str, value: str) -> None:
    rows = user.app.screen.query_one("#rows", OptionList)
    rows.focus()
    rows.highlighted = rows.get_option_index(name)
    await user.press("enter")
    user.app.screen.query_one(Input).value = value
    await user.press("enter")


async def test_a_setting_is_changed_in_the_file_and_in_the_running_program(open_screen: Open) -> None:
    async with open_screen() as user:
        await user.press("f9")
        assert isinstance(user.app.screen, SettingsScreen)
        await change(user, "evidence_papers", "2")
        await user.until(lambda: user.app.settings.evidence_papers == 2, "the change")
        assert load(user.app.settings.home).evidence_papers == 2
        await change(user, "evidence_papers", "many")
        await user.until(lambda: "is not a whole number" in user.told, "the refusal")
        await change(user, "keys", "chat.sources=f12")
        await user.until(lambda: bool(user.app.settings.keys), "the keys")
        await user.press("escape", "f12")
        assert not user.chat.query_one("SourcesPanel").display
        await user.idle()
        await user.ask("Compare dense retrieval with BM25.")
        assert len(user.chat.history[0].answer.sources) <= 2


async def test_keys_that_name_no_action_are_refused_with_the_known_ones(open_screen: Open, tmp_path: Path) -> None:
    async with open_screen(settings=Settings(tmp_path / "home", keys="chat.cpoy=f3")) as user:
        await user.until(lambda: "chat.cpoy=f3" in user.remarks, "the message")


async def test_the_theme_is_remembered(open_screen: Open) -> None:
    async with open_screen() as user:
        user.app.theme = "literature-light"
        home = user.app.settings.home
        await user.until(lambda: load(home).theme == "literature-light", "the setting in the file")


async def test_another_model_is_used_at_once_and_a_damaged_one_is_refused(open_screen: Open, tmp_path: Path) -> None:
    home = tmp_path / "home"
    async with open_screen() as user:
        (home / "models").mkdir()
        (home / "models" / "broken.gguf").write_bytes(b"GGUF")
        starter = find_starter()
        assert starter is not None
        shutil.copy(starter, home / "models" / "other.gguf")
        await user.press("f8")
        rows = user.app.screen.query_one("#rows", OptionList)
        await user.until(lambda: rows.option_count > 3, "the models")
        assert isinstance(user.app.screen, ModelsScreen)
        rows.focus()
        rows.highlighted = 1
        await user.press("enter")
        await user.until(lambda: "cannot be used: the file is cut off" in user.told, "the refusal")
        rows.highlighted = 2
        await user.press("enter")
        await user.until(lambda: "other" in str(user.app.desk.status), "the model in the status line")
        assert load(home).model.endswith("other.gguf")


async def test_the_log_is_shown_and_saved_but_never_over_another_file(open_screen: Open, tmp_path: Path) -> None:
    async with open_screen() as user:
        user.app.settings.log_file.parent.mkdir(parents=True, exist_ok=True)
        with user.app.settings.log_file.open("a") as log:
            log.write("a warning with [markup] and \x1b[31m colour\n")
        await user.press("ctrl+l")
        assert isinstance(user.app.screen, LogScreen)
        await user.until(lambda: "a warning with [markup]" in user.text, "the line")
        target = tmp_path / "copy.txt"
        for _ in range(2):
            await user.press("ctrl+s")
            user.app.screen.query_one(Input).value = str(target)
            await user.press("enter")
            await user.until(target.is_file, "the copy")
        await user.until(lambda: "cannot be written" in user.told, "the refusal")
        assert "a warning with [markup]" in target.read_text()


def test_the_end_of_a_log_that_is_not_there_is_empty(tmp_path: Path) -> None:
    assert tail_of(tmp_path / "none.log") == []


async def test_every_screen_has_a_help_of_its_own(open_screen: Open) -> None:
    async with open_screen() as user:
        for key, word in (("f6", "tag:name"), ("f8", "models folder"), ("f9", "settings.toml"), ("ctrl+l", "abstract")):
            await user.press(key, "f1")
            assert isinstance(user.app.screen, HelpScreen)
            assert word in user.flat
            await user.press("escape", "escape")
            assert user.app.screen is user.chat


def test_the_file_keeps_what_else_it_holds(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("# mine\nthreads = 3\n")
    save(Settings(tmp_path), "keys", "chat.copy=f11")
    assert (tmp_path / "settings.toml").read_text().startswith("# mine\nthreads = 3\n")


async def test_a_model_is_got_stopped_and_gone_on_with(
    open_screen: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = gguf()
    file = "/me/mine/resolve/main/mine.gguf"
    site = Site({file: content}, gate=threading.Event())
    digest = hashlib.sha256(content).hexdigest()
    entry = Entry("mine", "Mine", "me", "writer", "mine.gguf", "MIT", "tests", len(content), digest,
                  architecture="llama", address="me/mine:mine.gguf")  # fmt: skip
    monkeypatch.setattr(files, "entries", lambda: (entry, *catalogue.entries()))
    monkeypatch.setattr(plans, "find", lambda name: entry if name == "mine" else None)
    with offered(site):
        monkeypatch.setenv("HF_ENDPOINT", site.address)
        async with open_screen() as user:
            await user.press("f8")
            rows = user.app.screen.query_one("#rows", OptionList)
            await user.until(lambda: "Mine" in user.text, "the offer")
            rows.focus()
            rows.highlighted = rows.get_option_index("mine")
            await user.press("enter")
            await user.until(lambda: isinstance(user.app.screen, Choice), "the question")
            assert "Get Mine (0 MB, MIT)?" in user.flat
            await user.press("enter")
            await user.until(lambda: "of 0 MB" in user.text, "the progress")
            assert "Escape stops" in user.text
            await user.press("escape")
            assert site.gate
            site.gate.set()
            await user.until(lambda: "Stopped." in user.told, "the stop")
            assert isinstance(user.app.screen, ModelsScreen)
            assert not (tmp_path / "home" / "models" / "mine.gguf").exists()
            rows.highlighted = rows.get_option_index("mine")
            await user.press("enter")
            await user.until(lambda: isinstance(user.app.screen, Choice), "the question")
            await user.press("enter")
            await user.until(lambda: "Mine is here, verified." in user.told, "the model")
            assert (tmp_path / "home" / "models" / "mine.gguf").read_bytes() == content
            await user.until(lambda: "mine.gguf" in user.text, "the model in the list")
