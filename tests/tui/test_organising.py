"""Similar papers, tags, likely duplicates, and a draft that is checked."""

from pathlib import Path

from textual.widgets import Input, OptionList

from assistant.tui.screens.draft import DraftScreen
from assistant.tui.screens.duplicates import DuplicatesScreen
from assistant.tui.screens.paper_screen import PaperScreen
from assistant.tui.screens.related_screen import RelatedScreen
from assistant.tui.widgets.paper_list import PaperList
from tests.tui.conftest import Open


async def test_similar_papers_and_tags(open_screen: Open) -> None:
    async with open_screen() as user:
        await user.press("f6", *"hu2022lora")
        papers = user.app.library.query_one(PaperList)
        await user.until(lambda: papers.total == 1 and papers.chosen is not None, "the paper")
        await user.press("f5")
        user.app.screen.query_one(Input).value = "read, to cite"
        await user.press("enter")
        await user.until(lambda: papers.chosen is not None and papers.chosen.tags == ("read", "to cite"), "the tags")
        await user.press("f5")
        assert user.app.screen.query_one(Input).value == "read, to cite"
        user.app.screen.query_one(Input).value = "read"
        await user.press("enter")
        await user.until(lambda: papers.chosen is not None and papers.chosen.tags == ("read",), "the tag")
        await user.idle()
        await user.press("f4")
        await user.until(lambda: papers.total > 5, "the similar papers")
        assert all(entry.key != "hu2022lora" for place in range(5) if (entry := papers.entry(place)))


async def test_likely_duplicates_are_merged_and_taken_apart(open_screen: Open, tmp_path: Path) -> None:
    path = tmp_path / "twice.bib"
    titles = ("A study of frobnicating gizmos in the wild", "A study of frobnicating gizmos in the wilds")
    path.write_text("\n".join(f"@article{{k{n}, title={{{t}}}, year={{{2000 + n}}}}}" for n, t in enumerate(titles)))
    async with open_screen() as user:
        await user.ask(f"/add {path}")
        await user.press("f6", "ctrl+r")
        await user.until(lambda: isinstance(user.app.screen, DuplicatesScreen), "the screen")
        await user.until(lambda: bool(user.app.screen.query("#rows")), "the list")
        rows = user.app.screen.query_one("#rows", OptionList)
        await user.until(lambda: rows.option_count == 1, "the pair")
        await user.idle()
        rows.focus()
        await user.press("enter")
        await user.until(lambda: "No two papers look like one" in user.text, "the merge")
        await user.idle()
        await user.press("ctrl+z")
        await user.until(lambda: user.app.desk.status.papers == 42, "the two papers")


async def test_a_draft_is_checked_sentence_by_sentence(open_screen: Open, tmp_path: Path) -> None:
    draft = tmp_path / "draft.md"
    true = "Low-rank adaptation (LoRA) freezes the pre-trained weights [@hu2022lora]."
    draft.write_text(f"{true} Bananas cure [b]gravity[/b] on Mars.\n")
    async with open_screen() as user:
        await user.press("f10")
        await user.until(lambda: not isinstance(user.app.screen, DraftScreen), "the question for a path")
        user.app.screen.query_one(Input).value = str(draft)
        await user.press("enter")
        rows = user.app.screen.query_one("#rows", OptionList)
        await user.until(lambda: rows.option_count == 2, "both sentences")
        await user.idle()
        assert "cited, and supported" in user.text
        assert "nothing in the library" in user.text
        assert "[b]gravity[/b]" in user.text
        rows.focus()
        rows.highlighted = 0
        await user.press("enter")
        await user.until(lambda: isinstance(user.app.screen, PaperScreen), "the paper")
        await user.press("escape", "ctrl+o")
        user.app.screen.query_one(Input).value = str(tmp_path / "none.md")
        await user.press("enter")
        await user.until(lambda: "cannot be read" in user.told, "the refusal")


async def test_related_work_is_planned_changed_written_and_exported(open_screen: Open, tmp_path: Path) -> None:
    async with open_screen() as user:
        await user.press("f11")
        await user.until(lambda: not isinstance(user.app.screen, RelatedScreen), "the question for a topic")
        user.app.screen.query_one(Input).value = "parameter-efficient fine-tuning of language models"
        await user.press("enter")
        await user.idle()
        screen = user.app.screen
        assert isinstance(screen, RelatedScreen)
        rows = screen.query_one("#rows", OptionList)
        assert "LoRA: Low-Rank Adaptation" in user.text
        rows.focus()
        keys = [row.key for row in screen._rows]
        rows.highlighted = keys.index("hu2022lora")
        await user.press("delete")
        assert "dropped" in user.text
        await user.press("f2")
        assert "pinned" in user.text
        assert screen._request.drops == ()
        other = next(place for place, name in enumerate(keys) if name and name != "hu2022lora")
        rows.highlighted = other
        await user.press("delete", "f5")
        await user.idle()
        section = screen._section
        assert section is not None
        cited = {source.hit.paper.key for source in section.answer.sources}
        assert "hu2022lora" in cited
        assert keys[other] not in cited
        target = tmp_path / "section.tex"
        for _ in range(2):
            await user.press("ctrl+s", "enter")
            user.app.screen.query_one(Input).value = str(target)
            await user.press("enter")
            await user.until(target.is_file, "the file")
        await user.until(lambda: "cannot be written: File exists" in user.told, "the refusal")
        assert r"hu2022lora" in target.read_text()
        assert "{hu2022lora," in target.with_suffix(".bib").read_text()
