"""The library screen over a real engine."""

from pathlib import Path

from textual import events

from assistant.tui.screens.dialogs import Choice
from assistant.tui.screens.paper_screen import PaperScreen
from assistant.tui.screens.years import YearsScreen, bars_of
from assistant.tui.widgets.filter import Filter
from assistant.tui.widgets.map_view import MapView
from assistant.tui.widgets.paper_list import PaperList
from store.browsing import Shelf
from store.library import LibraryPaths
from tests.tui.conftest import Driver, Open


async def opened(user: Driver) -> PaperList:
    await user.press("f6")
    papers = user.app.library.query_one(PaperList)
    await user.until(lambda: papers.chosen is not None, "the list")
    return papers


async def test_papers_are_filtered_while_one_types_ordered_and_read(open_screen: Open) -> None:
    async with open_screen() as user:
        papers = await opened(user)
        assert papers.total == 40
        await user.press(*"lora")
        await user.until(lambda: papers.total == 1, "the filtered list")
        await user.until(lambda: "hu2022lora" in user.flat, "the paper beside the list")
        await user.press("enter")
        await user.until(lambda: isinstance(user.app.screen, PaperScreen), "the paper")
        await user.press("escape", "escape")
        await user.until(lambda: papers.total == 40, "all papers")
        await user.press("f2")
        await user.until(lambda: "latest first" in user.text, "the order")
        years = [entry.year for place in range(40) if (entry := papers.entry(place))]
        assert years == sorted(years, key=lambda year: -(year or 0))
        await user.press("down", "down", "up")
        assert papers.current == 1
        await user.press("escape")
        assert user.app.screen is user.chat


async def test_a_search_by_meaning_ranks_and_escape_brings_the_list_back(open_screen: Open) -> None:
    async with open_screen() as user:
        papers = await opened(user)
        user.app.library.query_one(Filter).value = "cheap fine-tuning with few trainable parameters"
        await user.until(lambda: papers.total == 0, "the filter")
        await user.press("f3")
        await user.until(lambda: "best first" in user.text, "the ranking")
        keys = [entry.key for place in range(3) if (entry := papers.entry(place))]
        assert "hu2022lora" in keys
        await user.press("ctrl+g")
        await user.until(lambda: "papers by year for “cheap fine-tuning" in user.text, "the years of what was found")
        await user.press("escape", "escape")
        await user.until(lambda: papers.total == 40, "all papers")


async def test_papers_are_removed_at_once_and_brought_back_one_after_the_other(open_screen: Open) -> None:
    async with open_screen() as user:
        papers = await opened(user)
        first = papers.entry(0)
        await user.press("delete", "delete")
        await user.until(lambda: papers.total == 38, "the shorter list")
        await user.idle()
        shelf = Shelf(LibraryPaths(user.app.settings.home).catalogue)
        assert shelf.count() == 38
        await user.press("ctrl+z")
        await user.until(lambda: papers.total == 39, "the paper removed last")
        await user.idle()
        await user.press("ctrl+z")
        await user.until(lambda: papers.total == 40 and papers.entry(0) == first, "both papers")
        assert shelf.count() == 40
        shelf.close()


async def test_what_is_removed_from_what_a_search_found_leaves_it(open_screen: Open) -> None:
    async with open_screen() as user:
        papers = await opened(user)
        user.app.library.query_one(Filter).value = "attention"
        await user.press("f3")
        await user.until(lambda: "best first" in user.text, "the ranking")
        await user.idle()
        before, first = papers.total, papers.entry(0)
        await user.press("delete")
        await user.until(lambda: papers.total == before - 1, "the shorter list")
        assert papers.entry(0) != first


async def test_a_pasted_path_is_offered_to_be_added(open_screen: Open, tmp_path: Path) -> None:
    path = tmp_path / "one more.bib"
    path.write_text("@article{a, title={A fine title}, abstract={It is here.}, year={1999}}")
    async with open_screen() as user:
        papers = await opened(user)
        user.app.library.query_one(Filter).post_message(events.Paste(str(path)))
        await user.until(lambda: isinstance(user.app.screen, Choice), "the offer")
        assert "one more.bib" in user.flat
        await user.press("enter")
        await user.until(lambda: papers.total == 41, "the paper")
        await user.press("ctrl+o")
        await user.until(lambda: user.app.screen is not user.app.library, "the question for a path")
        await user.press(*"nothing.bib", "enter")
        await user.idle()
        user.app.library.query_one(Filter).post_message(events.Paste("fine"))
        await user.until(lambda: papers.total == 1, "a filter by pasted words")
        await user.press("ctrl+g")
        await user.until(lambda: isinstance(user.app.screen, YearsScreen) and "1999" in user.text, "the years")


async def test_another_process_adds_papers_and_the_count_follows(open_screen: Open, tmp_path: Path) -> None:
    from assistant.assistant import Assistant
    from assistant.settings import Settings

    path = tmp_path / "other.bib"
    path.write_text("@article{a, title={From elsewhere}, abstract={It is here.}}")
    async with open_screen() as user:
        with Assistant(Settings(user.app.settings.home)) as other:
            for _ in other.add([path]):
                pass
        await user.until(lambda: "41 papers" in user.text, "the new count")


async def test_what_is_framed_on_the_map_becomes_the_list(open_screen: Open) -> None:
    async with open_screen(size=(80, 24)) as user:
        papers = await opened(user)
        await user.press("f12")
        await user.until(lambda: "in the frame" in user.text, "the map")
        await user.idle()
        map_ = user.app.screen.query_one(MapView)
        at = map_.inside
        await user.press("tab", "right", "down")
        assert map_.inside != at
        await user.press("shift+tab")
        inside = map_.inside
        assert 0 < len(inside) < 40
        await user.pilot.resize_terminal(1, 1)
        await user.pilot.resize_terminal(80, 24)
        await user.press("tab", "shift+tab")
        await user.until(lambda: map_.inside != [], "papers in the frame")
        inside = map_.inside
        await user.press("enter")
        await user.until(lambda: "in this part of the map" in user.text, "the list")
        assert [entry.number for place in range(papers.total) if (entry := papers.entry(place))] == inside
        await user.press("escape")
        await user.until(lambda: papers.total == 40, "all papers")


def test_bars_are_as_long_as_their_counts() -> None:
    rows = bars_of([(1990, 10), (1992, 5), (2020, 1)], 20)
    assert [(year, count) for year, _, count in rows] == [(1990, 10), (1991, 0), (1992, 5), (2020, 1)]
    assert [len(bar) for _, bar, _ in rows] == [20, 0, 10, 2]
