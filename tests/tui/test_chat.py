"""Asking on the screen: what a user sees, step by step, over a real engine."""

import os
import signal
from pathlib import Path

import pytest
from textual.widgets import Input, OptionList

from assistant.chat import Chat
from assistant.tui.phase import Phase
from assistant.tui.widgets.conversation import Conversation
from assistant.tui.widgets.prompt import Prompt
from assistant.tui.widgets.sources import SourcesPanel
from store.conversations import Conversations, StoredTurn, conversations_file
from store.records import Paper
from tests.scripted import write_script
from tests.tui.conftest import FALSE, QUESTION, TRUE, Open


async def test_a_question_is_answered_with_marks_and_sources(open_screen: Open) -> None:
    async with open_screen() as user:
        await user.ask()
        assert "Low-rank adaptation (LoRA) freezes the pre-trained weights. [1]" in user.flat
        assert "[1] LoRA: Low-Rank Adaptation of Large" in user.flat
        assert "40 papers" in user.text
        assert "SmolLM2" in user.text


async def test_the_evidence_is_there_before_the_model_has_written(open_screen: Open) -> None:
    async with open_screen(["{wait}"]) as user:
        await user.type(QUESTION)
        await user.until(lambda: "[1] LoRA" in user.text, "the evidence")
        assert user.chat.phase is Phase.WRITING
        quotes = [quote.text for source in user.chat.query_one(SourcesPanel).sources for quote in source.quotes]
        assert any("freezes the pre-trained weights" in quote for quote in quotes)
        await user.pilot.press("escape")
        await user.idle()


async def test_on_a_narrow_terminal_too(open_screen: Open) -> None:
    async with open_screen(["{wait}"], size=(80, 24)) as user:
        await user.type(QUESTION)
        await user.until(lambda: "[1] LoRA" in user.text, "the evidence")
        best = user.chat.query_one(SourcesPanel).sources[0].quotes[0]
        assert best.text[:30] in user.flat
        await user.pilot.press("escape")
        await user.idle()


async def test_scrolling_up_while_it_writes_is_left_alone(open_screen: Open) -> None:
    async with open_screen(
        [f"{TRUE} {' '.join(f'word{n}' for n in range(150))}", "{wait}", " More"], size=(80, 14)
    ) as user:
        await user.type(QUESTION)
        conversation = user.chat.query_one(Conversation)
        await user.until(lambda: "word149" in user.flat, "the draft")
        await user.until(lambda: conversation.scroll_y == conversation.max_scroll_y > 0, "the end")
        await user.pilot.press("pageup")
        await user.until(lambda: conversation.scroll_y < conversation.max_scroll_y, "the page before")
        place = conversation.scroll_y
        await user.pilot.press("escape")
        await user.idle()
        assert conversation.scroll_y <= place


async def test_a_draft_is_shown_while_it_is_written_and_replaced_by_a_quote(open_screen: Open) -> None:
    async with open_screen([FALSE + " Then", "{wait}"]) as user:
        await user.type(QUESTION)
        await user.until(lambda: "Then" in user.flat, "the draft of the second sentence")
        assert "sailors" not in user.flat
        assert "“" in user.text
        await user.pilot.press("escape")
        await user.idle()


async def test_escape_in_the_middle_keeps_the_text(open_screen: Open) -> None:
    async with open_screen([TRUE + " Moreover", "{wait}"]) as user:
        await user.type(QUESTION)
        await user.until(lambda: "Moreover" in user.flat, "the draft")
        assert "Stop" in user.text
        await user.pilot.press("escape")
        await user.idle()
        assert "freezes the pre-trained weights. [1]" in user.flat
        assert "(stopped)" in user.text
        await user.until(lambda: "Stop" not in user.text.splitlines()[-1], "the footer without Stop")


async def test_a_second_question_while_one_runs_is_refused_and_kept(open_screen: Open) -> None:
    async with open_screen(["{wait}"]) as user:
        await user.type(QUESTION)
        await user.until(lambda: user.chat.phase is Phase.WRITING, "the writing")
        await user.type("Another one?")
        assert "One thing at a time" in user.flat
        assert user.chat.query_one(Prompt).value == "Another one?"
        await user.pilot.press("escape")
        await user.idle()


async def test_what_is_not_in_the_library_is_said_with_the_closest_papers(open_screen: Open) -> None:
    async with open_screen() as user:
        await user.ask("Best recipe for banana bread")
        assert "do not answer this question" in user.flat
        assert "What comes closest" in user.flat


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV])
async def test_the_screen_outlives_the_engine_and_the_next_question_is_answered(
    open_screen: Open, number: signal.Signals
) -> None:
    async with open_screen([TRUE + " Moreover", "{wait}"]) as user:
        await user.type(QUESTION)
        await user.until(lambda: "Moreover" in user.flat, "the draft")
        write_script(user.app.settings.home, [TRUE])
        assert user.app.assistant.engine_pid is not None
        os.kill(user.app.assistant.engine_pid, number)
        await user.idle()
        assert "engine process ended" in user.flat
        assert number.name in user.flat
        assert "freezes the pre-trained weights. [1]" in user.flat
        await user.ask("And what about its memory?")
        assert len(user.chat.history) == 1
        assert user.chat.history[0].answer.claims


async def test_a_question_that_is_too_long_is_a_note_and_the_screen_goes_on(open_screen: Open) -> None:
    async with open_screen() as user:
        await user.ask("x" * 5000)
        assert "at most 4,000 are read" in user.remarks
        await user.until(lambda: "at most" in user.text, "the remark in view")
        await user.ask()
        assert user.chat.history


async def test_a_bug_is_a_note_and_its_traceback_is_in_the_log(
    open_screen: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_screen() as user:

        def broken(*_: object, **__: object) -> object:
            raise ZeroDivisionError("as if by accident")
            yield

        monkeypatch.setattr(Chat, "ask", broken)
        await user.ask()
        assert "A bug in the program: ZeroDivisionError" in user.flat
        assert "as if by accident" in user.app.settings.log_file.read_text()


async def test_follow_ups_go_with_the_conversation_and_new_begins_another(open_screen: Open) -> None:
    async with open_screen() as user:
        await user.ask()
        await user.ask("Which data sets did they use?")
        assert [turn.question for turn in user.chat.history] == [QUESTION, "Which data sets did they use?"]
        await user.type("/new")
        assert user.chat.history == []
        assert "For example" in user.flat


async def test_earlier_questions_come_back_with_the_arrow_keys(open_screen: Open) -> None:
    async with open_screen() as user:
        await user.type("/first")
        await user.type("/second")
        prompt = user.chat.query_one(Prompt)
        prompt.value = "unsent"
        await user.pilot.press("up", "up")
        assert prompt.value == "/first"
        await user.pilot.press("down", "down")
        assert prompt.value == "unsent"


async def test_the_questions_of_earlier_sessions_come_back_too(open_screen: Open, tmp_path: Path) -> None:
    earlier = Conversations(conversations_file(tmp_path / "home"))
    earlier.keep(None, [StoredTurn("What did I ask?", {})])
    earlier.close()
    async with open_screen(empty=True) as user:
        await user.pilot.press("up")
        assert user.chat.query_one(Prompt).value == "What did I ask?"


async def test_an_unknown_command_names_the_known_ones(open_screen: Open) -> None:
    async with open_screen() as user:
        await user.type("/frobnicate")
        assert "There is no command /frobnicate" in user.flat
        assert "/sample" in user.flat


HOSTILE = Paper(
    title="[bold]x[/] [/] \x1b[31mred\x07 \u202eltr\u202c",
    abstract="We propose [red]nothing[/] [1] at [@click=app.leave]all[/]. It frobnicates gizmos.",
    authors=("[/b] Author, A.",),
    key="hostile",
)


async def test_markup_and_control_characters_of_a_paper_are_shown_literally(open_screen: Open) -> None:
    import json

    async with open_screen() as user:
        path = user.app.settings.home / "hostile.jsonl"
        record = {"id": "h", "title": HOSTILE.title, "abstract": HOSTILE.abstract, "authors": list(HOSTILE.authors)}
        path.write_text(json.dumps(record))
        await user.ask(f"/add {path}")
        assert "1 paper added" in user.flat
        await user.ask("What frobnicates gizmos?")
        assert "[bold]x[/] [/]" in user.flat
        assert "\x1b" not in user.text
        assert "\u202e" not in user.text
        await user.pilot.press("tab", "enter")
        await user.until(lambda: len(user.app.screen_stack) == 3, "the paper")
        assert "[red]nothing[/]" in user.flat


async def test_a_conversation_is_kept_found_and_resumed(open_screen: Open) -> None:
    async with open_screen() as user:
        await user.type("/resume")
        await user.until(lambda: "There is no conversation yet." in user.remarks, "the remark")
        await user.ask()
        before = user.chat.history[0].answer
        await user.type("/new")
        assert user.chat.history == []
        await user.type("/resume 7")
        await user.until(lambda: "There is no conversation 7." in user.remarks, "the remark")
        await user.type("/resume")
        await user.until(lambda: bool(user.chat.history), "the conversation")
        assert user.chat.history[0].answer.claims == before.claims
        await user.until(lambda: QUESTION in user.flat, "the question")
        assert "Sources appear here" not in user.flat
        await user.ask("Which data sets did they use?")
        await user.press("ctrl+r")
        await user.idle()
        assert [turn.question for turn in user.chat.history] == [QUESTION, "Which data sets did they use?"]
        assert [head.turns for head in user.app.assistant.conversations.listed()] == [2]


async def test_conversations_are_filtered_renamed_removed_and_brought_back(open_screen: Open) -> None:
    async with open_screen() as user:
        await user.ask()
        await user.type("/new")
        await user.ask("Compare dense retrieval with BM25.")
        await user.press("f7")
        rows = user.app.screen.query_one("#rows", OptionList)
        await user.until(lambda: rows.option_count == 2, "the list")
        await user.press(*"lora")
        await user.until(lambda: rows.option_count == 1, "the filtered list")
        await user.press("f2")
        user.app.screen.query_one(Input).value = "[b]My title"
        await user.press("enter")
        await user.until(lambda: "[b]My title" in user.text, "the title")
        await user.press("delete")
        await user.until(lambda: rows.option_count == 0, "the empty list")
        await user.press("ctrl+z")
        await user.until(lambda: rows.option_count == 1, "the conversation")
        await user.press("enter")
        await user.until(lambda: [turn.question for turn in user.chat.history] == [QUESTION], "the conversation")
        assert user.app.screen is user.chat


async def test_a_conversation_is_exported_but_never_over_another_file(open_screen: Open, tmp_path: Path) -> None:
    async with open_screen() as user:
        await user.ask()
        target = tmp_path / "talk.tex"
        for _ in range(2):
            await user.press("ctrl+s", "down", "enter")
            user.app.screen.query_one(Input).value = str(target)
            await user.press("enter")
            await user.until(target.is_file, "the file")
        await user.until(lambda: "cannot be written: File exists" in user.remarks, "the refusal")
        assert r"\cite{hu2022lora}" in target.read_text()
        await user.press("ctrl+y", "down", "down", "enter")
        assert "{hu2022lora," in user.app.clipboard
