"""What can be done with an answer: copy it, ask again, change the question; and the palette that lists it all."""

from assistant.tui.screens.dialogs import Choice
from assistant.tui.widgets.conversation import Question
from assistant.tui.widgets.prompt import Prompt
from tests.tui.conftest import QUESTION, Open


async def test_an_answer_is_copied_with_and_without_its_references(open_screen: Open) -> None:
    async with open_screen() as user:
        await user.type("/copy")
        assert "no answer to copy" in user.remarks
        await user.ask()
        await user.press("ctrl+y")
        assert isinstance(user.app.screen, Choice)
        await user.press("enter")
        assert user.app.clipboard == user.chat.history[0].answer.text
        await user.press("ctrl+y", "down", "enter")
        assert user.app.clipboard.startswith(user.chat.history[0].answer.text)
        assert "[1] LoRA: Low-Rank Adaptation of Large Language Models. Hu, Edward J." in user.app.clipboard


async def test_the_last_question_is_asked_again_or_changed_in_its_place(open_screen: Open) -> None:
    async with open_screen() as user:
        await user.ask()
        await user.press("ctrl+r")
        await user.idle()
        assert [turn.question for turn in user.chat.history] == [QUESTION]
        prompt = user.chat.query_one(Prompt)
        await user.press("ctrl+o")
        assert prompt.value == QUESTION
        await user.press("escape")
        assert prompt.value == ""
        await user.ask("What is BERT?")
        await user.press("ctrl+o")
        prompt.value = "What is T5?"
        await user.press("enter")
        await user.idle()
        assert [turn.question for turn in user.chat.history] == [QUESTION, "What is T5?"]
        assert [str(each.content) for each in user.chat.query(Question)] == [QUESTION, "What is T5?"]


async def test_commands_that_need_no_engine_work_while_it_writes(open_screen: Open) -> None:
    async with open_screen(["{wait}"]) as user:
        await user.type(QUESTION)
        await user.until(lambda: "[1] LoRA" in user.text, "the evidence")
        await user.type("/frobnicate")
        assert "There is no command /frobnicate" in user.remarks
        await user.type("/again")
        assert user.chat.query_one(Prompt).value == "/again"
        await user.press("escape")
        await user.idle()


async def test_the_palette_finds_an_action_by_its_name_and_does_it(open_screen: Open) -> None:
    async with open_screen() as user:
        await user.press("ctrl+p", *"librar")
        await user.until(lambda: "browse and search" in user.flat, "the action")
        await user.press("enter")
        await user.until(lambda: user.app.screen is user.app.library, "the library")
