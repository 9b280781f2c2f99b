"""Sources, papers, help, sizes."""

import pytest
from textual.widgets import Static

from assistant.tui.app import AssistantApp
from assistant.tui.keys import explained
from assistant.tui.screens.chat import ChatScreen
from assistant.tui.screens.conversations import ConversationsScreen
from assistant.tui.screens.help_screen import HelpScreen
from assistant.tui.screens.library import LibraryScreen
from assistant.tui.screens.paper_screen import PaperScreen, paper_content
from assistant.tui.widgets.answer import AnswerView
from assistant.tui.widgets.prompt import Prompt
from assistant.tui.widgets.sources import SourcesPanel
from tests.conftest import ROOT
from tests.tui.conftest import Open


async def test_enter_on_a_source_opens_the_paper_with_the_quote_highlighted(open_screen: Open) -> None:
    async with open_screen() as user:
        await user.ask()
        await user.pilot.press("tab", "enter")
        await user.until(lambda: isinstance(user.app.screen, PaperScreen), "the paper")
        assert "hu2022lora" in user.flat
        assert "Hu, Edward J." in user.flat
        source = user.chat.query_one(SourcesPanel).sources[0]
        content = paper_content(source, 1)
        marked = {content.plain[span.start : span.end] for span in content.spans if "on $secondary" in str(span.style)}
        assert source.quotes
        assert {quote.text for quote in source.quotes} <= marked
        await user.pilot.press("escape")
        await user.until(lambda: not isinstance(user.app.screen, PaperScreen), "the chat")


async def test_a_click_on_a_mark_opens_its_source(open_screen: Open) -> None:
    async with open_screen() as user:
        await user.ask()
        row = next(y for y, line in enumerate(user.text.splitlines()) if "weights. [1]" in line)
        await user.pilot.click(offset=(user.text.splitlines()[row].index("[1]") + 1, row))
        await user.until(lambda: isinstance(user.app.screen, PaperScreen), "the paper")


async def test_left_and_right_walk_through_the_sources(open_screen: Open) -> None:
    async with open_screen() as user:
        await user.ask("Compare dense retrieval with BM25.")
        assert len(user.chat.query_one(SourcesPanel).sources) > 1
        await user.pilot.press("tab", "enter")
        await user.until(lambda: isinstance(user.app.screen, PaperScreen), "the paper")
        first = user.flat
        await user.pilot.press("right")
        await user.until(lambda: user.flat != first, "another paper")
        await user.pilot.press("left")
        await user.until(lambda: user.flat == first, "the first paper")


async def test_the_help_lists_every_key_and_command(open_screen: Open) -> None:
    async with open_screen() as user:
        await user.pilot.press("f1")
        await user.until(lambda: isinstance(user.app.screen, HelpScreen), "the help")
        content = user.app.screen.query_one("#sheet Static", Static).content
        keys = explained([*ChatScreen.BINDINGS, *AssistantApp.BINDINGS])
        assert [key for key, meaning in keys if key not in str(content) or meaning not in str(content)] == []
        assert "/add" in str(content)


def test_the_manual_lists_the_same_keys() -> None:
    manual = (ROOT / "README.md").read_text(encoding="utf-8")
    nodes = (AssistantApp, ChatScreen, LibraryScreen, ConversationsScreen)
    keys = [pair for node in nodes for pair in explained(node.BINDINGS)]
    assert [key for key, meaning in keys if f"| {key} | {meaning} |" not in manual] == []


@pytest.mark.parametrize("size", [(60, 20), (80, 24)])
async def test_on_a_narrow_terminal_the_sources_open_with_a_key(open_screen: Open, size: tuple[int, int]) -> None:
    async with open_screen(size=size) as user:
        await user.ask()
        panel = user.chat.query_one(SourcesPanel)
        assert not panel.display
        assert "weights. [1]" in str(user.chat.query_one(AnswerView).content)
        await user.pilot.press("f2")
        await user.until(lambda: panel.display and "[1] LoRA" in user.text, "the sources")
        await user.pilot.press("f2")
        await user.until(lambda: not panel.display, "the sources to close")


@pytest.mark.parametrize("size", [(120, 40), (200, 60)])
async def test_on_a_wide_terminal_they_stand_beside_the_answer(open_screen: Open, size: tuple[int, int]) -> None:
    async with open_screen(size=size) as user:
        panel = user.chat.query_one(SourcesPanel)
        assert panel.display
        await user.pilot.press("f2")
        assert not panel.display


async def test_a_terminal_of_one_cell_and_back_harms_nothing(open_screen: Open) -> None:
    async with open_screen() as user:
        await user.ask()
        await user.pilot.resize_terminal(1, 1)
        await user.pilot.pause()
        await user.pilot.resize_terminal(120, 40)
        await user.until(lambda: "weights. [1]" in user.flat, "the answer")


async def test_the_theme_changes(open_screen: Open) -> None:
    async with open_screen() as user:
        before = user.app.theme
        await user.type("/theme")
        await user.until(lambda: "literature-light" in user.text, "the themes")
        await user.press(*"literature-light", "enter")
        await user.until(lambda: user.app.theme != before, "the other theme")


async def test_typing_begins_a_question_wherever_the_focus_is(open_screen: Open) -> None:
    async with open_screen() as user:
        await user.ask()
        await user.pilot.press("tab", "W", "h", "y")
        await user.until(lambda: user.chat.query_one(Prompt).value == "Why", "the letters in the question box")
        assert user.chat.query_one(Prompt).has_focus
        await user.pilot.press("tab", "escape")
        await user.until(lambda: user.chat.query_one(Prompt).has_focus, "the question box")
