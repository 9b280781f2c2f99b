"""Marks and sources: linked both ways, by keys and by mouse."""

from textual.content import Content

from assistant.tui.screens.paper_screen import PaperScreen
from assistant.tui.widgets.answer import AnswerView
from assistant.tui.widgets.sources import SourcesPanel
from tests.tui.conftest import TRUE, Open

SECOND = "Sparse retrieval with BM25 is a strong baseline. [1]"


async def test_marks_are_walked_by_keys_and_enter_opens_the_paper_behind_one(open_screen: Open) -> None:
    async with open_screen([TRUE]) as user:
        await user.ask()
        assert "weights. [1] ✓" in user.flat  # a written sentence that its source backs
        assert "“" in user.text  # a quote
        await user.ask("Compare dense retrieval with BM25.")
        first, last = user.chat.query(AnswerView)
        panel = user.chat.query_one(SourcesPanel)
        await user.press("f4")
        assert (last.mark, panel.sources) == (0, last.exchange.sources)
        await user.press("f3")
        assert (last.mark, first.mark) == (None, len(first.exchange.marks) - 1)
        assert panel.sources == first.exchange.sources
        assert panel.highlighted == panel.place(first.exchange.marks[-1])
        await user.press("right", "right", "enter")
        await user.until(lambda: isinstance(user.app.screen, PaperScreen), "the paper")
        opened = last.exchange.sources[last.exchange.marks[1] - 1].hit.paper
        assert opened.title[:30] in user.flat
        await user.press("escape", "escape")
        assert [view.mark for view in (first, last)] == [None, None]


async def test_moving_in_the_sources_lights_their_marks(open_screen: Open) -> None:
    async with open_screen() as user:
        await user.ask("Compare dense retrieval with BM25.")
        view = user.chat.query_one(AnswerView)
        panel = user.chat.query_one(SourcesPanel)
        await user.press("tab")
        await user.press("down")
        content = view.content
        assert isinstance(content, Content)
        lit = {content.plain[span.start : span.end] for span in content.spans if "underline" in str(span.style)}
        assert lit == {f"[{panel.sources[1].number}]"}


async def test_a_click_on_a_mark_of_an_older_answer_opens_that_answers_source(open_screen: Open) -> None:
    async with open_screen() as user:
        await user.ask()
        await user.ask("Compare dense retrieval with BM25.")
        await user.press("ctrl+home")
        rows = user.text.splitlines()
        row = next(y for y, line in enumerate(rows) if "weights. [1]" in line)
        await user.pilot.click(offset=(rows[row].index("[1]") + 1, row))
        await user.until(lambda: isinstance(user.app.screen, PaperScreen), "the paper")
        assert "LoRA: Low-Rank Adaptation" in user.flat


async def test_a_quote_far_down_in_its_paper_is_brought_into_view(open_screen: Open) -> None:
    async with open_screen(size=(60, 14)) as user:
        await user.ask()
        await user.press("f4")
        await user.press("enter")
        await user.until(lambda: isinstance(user.app.screen, PaperScreen), "the paper")
        await user.until(lambda: "freezes the pre-trained" in user.flat, "the quoted sentence")
