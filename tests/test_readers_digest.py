"""Saved pages of paper digests: the two real ones, and small ones with other debris."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.readers import digest, read
from store.readers.source import Source
from store.records import Paper, Rejected

SHARED = Path(__file__).parents[1].parent / "shared"
SEEDS = sorted((SHARED / "seeds").glob("*.txt"))
ABSTRACT = "Language models are large. We make one small, and show that it is good enough. " * 4
OTHER = "Graphs are everywhere. We learn on them without any labels and beat what came before. " * 4

needs_seeds = pytest.mark.skipif(not SEEDS, reason="the seed documents lie outside the repository")


def page(folder: Path, *lines: str, end: str = "\n") -> Path:
    path = folder / "page.txt"
    path.write_text("\n".join(lines) + end)
    return path


def pairs(path: Path) -> list[tuple[str, str]]:
    return [(paper.title, paper.abstract) for paper in papers(path)]


def papers(path: Path) -> list[Paper]:
    return [record for record in read(path) if isinstance(record, Paper)]


@needs_seeds
def test_all_records_of_the_real_pages_come_out() -> None:
    assert [len(list(read(path))) for path in SEEDS] == [175, 53]
    assert not [record for path in SEEDS for record in read(path) if isinstance(record, Rejected)]


@needs_seeds
def test_the_titles_of_the_real_pages_are_exactly_the_known_ones() -> None:
    known = [json.loads(line)["title"] for line in (SHARED / "eval" / "seed_ids.jsonl").read_text().splitlines()]
    read_ones = dict.fromkeys(paper.title for path in SEEDS for paper in papers(path))
    assert list(read_ones) == known


@needs_seeds
def test_the_abstracts_of_the_real_pages_are_their_lines_unchanged() -> None:
    for path in SEEDS:
        lines = {line.strip() for line in path.read_text(encoding="utf-8").split("\n")}
        assert all(paper.abstract in lines for paper in papers(path))


def test_a_button_glued_to_a_title_after_the_invitation_is_taken_off(tmp_path: Path) -> None:
    invitation = "Get trending papers in your email inbox!"
    path = page(tmp_path, invitation, "SubscribeSmall Models", ABSTRACT, invitation + "SubscribedKV", OTHER)
    assert pairs(path) == [("Small Models", ABSTRACT.strip()), ("dKV", OTHER.strip())]


@pytest.mark.parametrize("title", ["Subscribe or Leave: A Study", "Subscribers and Newsletters"])
def test_a_title_of_the_word_subscribe_is_not_cut(tmp_path: Path, title: str) -> None:
    path = page(tmp_path, title, ABSTRACT, "Get trending papers in your email inbox!", title, OTHER)
    assert [paper.title for paper in papers(path)] == [title, title]


def test_a_glued_title_elsewhere_is_not_cut(tmp_path: Path) -> None:
    path = page(tmp_path, "Small Models", ABSTRACT, "SubscribeNet: Learning to Opt In", OTHER)
    assert papers(path)[1].title == "SubscribeNet: Learning to Opt In"


@pytest.mark.parametrize(
    "debris",
    [
        "Mar 14",
        "14 March 2025",
        "Published on Mar 14, 2025",
        "Submitted by someone",
        "2025-03-14",
        "Upvote",
        "42",
        "1,234",
        "⭐ 12.3k",
        "▲ 17",
        "- 8 authors",
        "3 comments",
        "2 days ago",
        "GitHub 1.2k",
        "arXiv",
        "arXiv: 2301.12345",
        "https://arxiv.org/abs/2301.12345",
        "View all",
        "View PDF",
        "Abstract",
        "Authors: Ada Lovelace, Charles Babbage",
        "Ada Lovelace, Charles Babbage, Alan M. Turing",
        "byAK and the research community",
        "new",
        "· · ·",
    ],
)
def test_debris_between_a_title_and_its_abstract_is_no_title(tmp_path: Path, debris: str) -> None:
    path = page(tmp_path, debris, "Small Models", debris, "", ABSTRACT, debris, "Learning on Graphs", OTHER)
    assert pairs(path) == [("Small Models", ABSTRACT.strip()), ("Learning on Graphs", OTHER.strip())]


@pytest.mark.parametrize("title", ["Llama 2", "DINOv2", "Decoding 12", "3D Vision", "May the Force"])
def test_short_titles_are_not_taken_for_debris(tmp_path: Path, title: str) -> None:
    assert papers(page(tmp_path, title, ABSTRACT))[0].title == title


def test_a_title_that_reads_like_names_is_used_when_there_is_no_other(tmp_path: Path) -> None:
    path = page(tmp_path, "Small Models", ABSTRACT, "Deep Learning, Machine Learning, Data Mining", OTHER)
    assert papers(path)[1].title == "Deep Learning, Machine Learning, Data Mining"


def test_a_title_without_an_abstract_is_left_out(tmp_path: Path) -> None:
    path = page(tmp_path, "About this page", "Small Models", ABSTRACT, "A Title at the Bottom")
    assert [title for title, _ in pairs(path)] == ["Small Models"]


def test_an_abstract_without_a_title_is_called_by_its_first_words(tmp_path: Path) -> None:
    path = page(tmp_path, "Small Models", ABSTRACT, "", OTHER, "Learning on Graphs", OTHER)
    first, untitled, last = papers(path)
    assert [first.note, last.note] == ["", ""]
    assert untitled.abstract.startswith(untitled.title.removesuffix(" …"))
    assert "no title" in untitled.note


def test_an_abstract_cut_off_at_the_end_of_the_file_is_still_a_record(tmp_path: Path) -> None:
    start = "Graphs are everywhere. We learn on them without any labels and be"
    path = page(tmp_path, "Small Models", ABSTRACT, "Learning on Graphs", start, end="")
    assert pairs(path)[1] == ("Learning on Graphs", start)


def test_odd_characters_inside_an_abstract_stay(tmp_path: Path) -> None:
    odd = ABSTRACT + r"It costs 50\% of $x^2$,  two spaces, Schr\"odinger and 2 times 10^4" + "\u2009µm"
    assert papers(page(tmp_path, "Small Models", odd))[0].abstract == odd


@settings(deadline=None, max_examples=150)
@given(lines=st.lists(st.sampled_from(["", "new", "A Title", ABSTRACT, "Subscribe", "\x00"]) | st.text()))
def test_no_text_makes_the_reader_fail(tmp_path_factory: pytest.TempPathFactory, lines: list[str]) -> None:
    path = tmp_path_factory.getbasetemp() / "any.txt"
    path.write_bytes("\n".join(["A Title", *lines]).encode("utf-8", "surrogatepass"))
    digest.recognises(path.read_text(errors="replace"), ".txt")
    for record in digest.read(Source(path)):
        assert isinstance(record, Rejected) or (record.title and record.abstract)
