"""Passages are runs of whole sentences, of even length, that the embedder reads to their ends."""

import math
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

from store.chunking import WORDS, embedded_text, passages
from store.readers import read
from store.records import Paper, Passage
from store.sentences import sentences
from tests.conftest import SAMPLE

LENGTHS = st.lists(st.integers(1, 2 * WORDS), min_size=1, max_size=20)


def sentence(words: int) -> str:
    return "We " + "see " * (words - 2) + "it." if words > 1 else "We."


def abstract(lengths: list[int]) -> str:
    return " ".join(sentence(words) for words in lengths)


def cut(text: str) -> tuple[Passage, ...]:
    return passages(Paper(title="A title", abstract=text))


def words(text: str) -> int:
    return len(text.split())


@given(st.one_of(st.text(), LENGTHS.map(abstract)))
@settings(max_examples=200, deadline=None)
@example("word " * 1000)
@example("a  b   " * 300)
def test_passages_are_slices_in_order_that_cover_all_but_white_space(text: str) -> None:
    found = cut(text)
    assert all(passage.text == text[passage.start : passage.end] for passage in found)
    assert all(one.end <= other.start for one, other in pairwise(found))
    assert "".join("".join(passage.text.split()) for passage in found) == "".join(text.split())


@given(LENGTHS)
@settings(max_examples=100, deadline=None)
def test_no_passage_cuts_a_sentence(lengths: list[int]) -> None:
    text = abstract(lengths)
    starts = {s.start for s in sentences(text)}
    ends = {s.end for s in sentences(text)}
    assert all(passage.start in starts and passage.end in ends for passage in cut(text))


@given(LENGTHS)
@settings(max_examples=100, deadline=None)
def test_passages_are_even_to_within_a_sentence(lengths: list[int]) -> None:
    total = sum(lengths)
    count = math.ceil(total / WORDS)
    found = cut(abstract(lengths))
    assert len(found) <= count
    assert max(words(passage.text) for passage in found) <= total / count + max(lengths)


def test_an_abstract_that_fits_is_one_passage() -> None:
    assert [words(passage.text) for passage in cut(abstract([40, 40, 40]))] == [120]


def test_a_little_more_than_fits_becomes_two_halves_and_no_scrap() -> None:
    assert [words(passage.text) for passage in cut(abstract([20] * 7))] == [60, 80]


def test_only_an_overlong_sentence_is_cut_and_between_words() -> None:
    text = sentence(5 * WORDS)
    found = cut(text)
    assert len(found) > 1
    assert max(words(passage.text) for passage in found) <= 2 * WORDS
    assert " ".join(passage.text for passage in found) == text


@pytest.mark.parametrize("text", ["", "  \n "])
def test_a_paper_without_an_abstract_has_one_empty_passage(text: str) -> None:
    assert cut(text) == (Passage(0, 0, ""),)


def test_the_title_stands_in_front_of_every_passage() -> None:
    paper = Paper(title="A title.", abstract=abstract([100, 100]))
    assert [embedded_text(paper, passage)[:9] for passage in passages(paper)] == ["A title. ", "A title. "]
    assert embedded_text(Paper(title="Alone"), Passage(0, 0, "")) == "Alone."


def test_the_embedder_reads_every_passage_of_real_papers_to_its_end(
    seeds: tuple[Path, ...], embedder_folder: Path
) -> None:
    tokenizer = Tokenizer.from_file(str(embedder_folder / "tokenizer.json"))
    tokenizer.no_truncation()
    papers = [record for path in (*seeds, SAMPLE) for record in read(path) if isinstance(record, Paper)]
    texts = [embedded_text(paper, passage) for paper in papers for passage in passages(paper)]
    assert len(texts) > 500
    assert max(len(encoded.ids) for encoded in tokenizer.encode_batch(texts, add_special_tokens=True)) <= 256
