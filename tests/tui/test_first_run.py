"""The first minutes: no library, no model, files that cannot be read."""

from dataclasses import replace
from pathlib import Path

from assistant.settings import Settings
from tests.tui.conftest import Open


async def test_an_empty_library_says_what_to_do_and_makes_nothing(open_screen: Open) -> None:
    async with open_screen(empty=True) as user:
        assert "Your library is empty" in user.flat
        assert "F5" in user.text
        assert "Load sample" in user.text


async def test_one_key_loads_the_sample_and_the_first_question_is_answered(open_screen: Open) -> None:
    async with open_screen(empty=True) as user:
        await user.pilot.press("f5")
        await user.until(lambda: "40 papers added" in user.flat, "the sample")
        await user.until(lambda: "For example" in user.flat, "the examples")
        assert "Load sample" not in user.text
        await user.ask()
        assert "hu2022lora" in {source.hit.paper.key for source in user.chat.history[0].answer.sources}


async def test_files_are_added_by_path_and_rejections_are_named(open_screen: Open, tmp_path: Path) -> None:
    good, bad = tmp_path / "my papers.bib", tmp_path / "bad.bib"
    good.write_text("@article{a, title={A fine title}, abstract={It is here.}}\n@article{b, year={2020}}")
    bad.write_bytes(b"\x00\x01\x02" * 100)
    async with open_screen(empty=True) as user:
        await user.ask(f"/add '{good}' {bad}")
        assert "1 paper added, 2 rejected" in user.flat
        assert "bad.bib" in user.flat
        assert "no title" in user.flat


async def test_a_file_dragged_into_the_window_is_added(open_screen: Open, tmp_path: Path) -> None:
    path = tmp_path / "dragged.bib"
    path.write_text("@article{a, title={A fine title}, abstract={It is here.}}")
    async with open_screen(empty=True) as user:
        await user.ask(str(path))
        assert "1 paper added" in user.flat


async def test_add_without_a_path_says_how(open_screen: Open) -> None:
    async with open_screen(empty=True) as user:
        await user.type("/add")
        assert "Which file?" in user.flat


async def test_without_any_model_the_screen_says_what_is_missing(open_screen: Open, tmp_path: Path) -> None:
    settings = replace(Settings(tmp_path / "home"), embedder=str(tmp_path / "nowhere"), model=str(tmp_path / "no.gguf"))
    async with open_screen(empty=True, settings=settings) as user:
        assert "no.gguf cannot be used: there is no such file" in user.remarks
        assert "models use" in user.remarks
        await user.ask("Is anybody there?")
        assert user.chat.history == []
