"""Browsing: filters, orders and pages of a real catalogue."""

from collections.abc import Generator
from pathlib import Path

import pytest

from store.browsing import ORDERS, Shelf
from store.library import LibraryPaths


@pytest.fixture
def shelf(sample_copy: Path) -> Generator[Shelf, None, None]:
    shelf = Shelf(LibraryPaths(sample_copy).catalogue)
    yield shelf
    shelf.close()


def keys(shelf: Shelf, text: str, order: str = "author", offset: int = 0, limit: int = 100) -> list[str]:
    return [entry.key for entry in shelf.page(text, order=order, offset=offset, limit=limit).entries]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("lora", {"hu2022lora"}),
        ("LORA  hu", {"hu2022lora"}),
        ("hu2022lora", {"hu2022lora"}),
        ("edward 2022", {"hu2022lora"}),
        ("2022-2022 lora", {"hu2022lora"}),
        ("-2021 lora", set()),
        ("tag:none", set()),
        ("no such words", set()),
    ],
)
def test_all_words_must_be_in_what_a_paper_is_known_by(shelf: Shelf, text: str, found: set[str]) -> None:
    assert set(keys(shelf, text)) == found


@pytest.mark.parametrize("order", ORDERS)
def test_pages_laid_side_by_side_are_the_whole_list(shelf: Shelf, order: str) -> None:
    whole = keys(shelf, "", order)
    assert len(whole) == shelf.count() == 40
    assert [key for offset in range(0, 40, 7) for key in keys(shelf, "", order, offset, 7)] == whole


def test_spans_of_years_and_the_counts_per_year_agree(shelf: Shelf) -> None:
    counts = dict(shelf.per_year(""))
    assert sum(counts.values()) == 40
    assert len(keys(shelf, "2017-2018")) == counts.get(2017, 0) + counts.get(2018, 0) > 0


def test_a_change_by_another_connection_is_seen(shelf: Shelf, sample_copy: Path) -> None:
    from store.catalogue import Catalogue

    assert keys(shelf, "lora")
    other = Catalogue(LibraryPaths(sample_copy).catalogue)
    with other.writing():
        other.remove(other.number_of("hu2022lora"))
    other.close()
    assert not keys(shelf, "lora")
    assert shelf.count() == 39


def test_looking_makes_no_library(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "library" / "catalogue.sqlite3")
    assert (shelf.count(), shelf.page("", order="year", offset=0, limit=10).total, shelf.per_year("")) == (0, 0, ())
    assert not (tmp_path / "library").exists()
