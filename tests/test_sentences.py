"""Sentences are exact slices of the abstract, cut where a reader would cut."""

import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.readers import read
from store.records import Paper
from store.sentences import sentences

PIECES = st.sampled_from(
    [
        *"AbZ1.!?\n \t\"'“”’)(]$é\u3000",
        "et al.",
        "e.g.",
        "3.5",
        "We show",
        "Fig. 3",
        "...",
        ". ",
        '." ',
        "\n\n",
        "J. R.",
    ]
)


def split(text: str) -> list[str]:
    return [sentence.text for sentence in sentences(text)]


@given(st.one_of(st.text(), st.lists(PIECES, max_size=40).map("".join)))
@settings(max_examples=300, deadline=None)
def test_sentences_are_slices_that_cover_all_but_white_space(text: str) -> None:
    found = sentences(text)
    assert all(s.text == text[s.start : s.end] == s.text.strip() != "" for s in found)
    assert all(one.end <= other.start for one, other in pairwise(found))
    assert "".join("".join(s.text.split()) for s in found) == "".join(text.split())


@given(st.lists(st.sampled_from(["We measure it.", "Is it new?", "It is!", "A gain of 3.5 points."]), min_size=1))
@settings(max_examples=50, deadline=None)
def test_plain_sentences_come_out_as_they_went_in(plain: list[str]) -> None:
    assert split(" ".join(plain)) == plain


@pytest.mark.parametrize(
    "text",
    [
        "We follow Smith et al. Their method is sound.",
        "Large models (e.g. BERT and GPT) are strong.",
        "It gains 3.5 points and costs 0.25 s.",
        "We compare A vs. B and C.",
        "See Fig. 3 and Sec. 2 of Dr. Smith.",
        "The proof of Alan M. Turing, J. R. Smith and Donald E. Knuth holds.",
        "It grows w.r.t. N and is i.i.d. Gaussian.",
        "It uses v1.2.3 of the code at example.org.",
        "The name is. lower case goes on after a period.",
        "It costs approx. 5 GB.",
    ],
)
def test_a_period_that_ends_no_sentence_does_not_cut(text: str) -> None:
    assert split(text) == [text]


@pytest.mark.parametrize(
    "text",
    [
        "It is of type A.|Then we stop.",
        "Is it new?|Yes!|We show it.",
        'He said "it works."|We agree.',
        "It works (on all three.)|We agree.",
        "“It works.”|“It does not.”",
        "It gains 3.5.|42 tasks improve.",
        "It ends here...|And goes on.",
        "The first works.|(The second does not.)",
        "We stop.|$X$ is unknown.",
        "It is done.|Über alles wird geschrieben.",
        "It is done.|`Yes' we say.",
    ],
)
def test_a_sentence_ends_with_its_marks_and_quotes(text: str) -> None:
    assert split(text.replace("|", " ")) == text.split("|")


@pytest.mark.parametrize("text", ["The U.S. Congress met.", "It was J.R.R. Tolkien.", "We thank G.E. Hinton."])
def test_initials_without_spaces_do_not_cut(text: str) -> None:
    assert split(text) == [text]


def test_a_text_without_a_period_is_one_sentence_and_white_space_none() -> None:
    assert split("  no period here ") == ["no period here"]
    assert split(" \n ") == []


def test_a_long_text_of_many_marks_is_split_in_one_pass() -> None:
    assert len(sentences("Is it? " * 20_000)) == 20_000


def test_every_gold_evidence_is_a_sentence_of_its_abstract(shared: Path, seeds: tuple[Path, ...]) -> None:
    known = [json.loads(line) for line in (shared / "eval" / "seed_ids.jsonl").read_text().splitlines()]
    papers = {paper.title: paper for path in seeds for paper in read(path) if isinstance(paper, Paper)}
    split_by_id = {one["id"]: split(papers[one["title"]].abstract) for one in known}
    questions = (shared / "eval" / "dev_questions.jsonl").read_text().splitlines()
    evidence = [
        (number, text)
        for question in map(json.loads, questions)
        for number, text in zip(question["evidence_ids"], question["evidence"], strict=True)
    ]
    assert len(evidence) > 60
    assert [(number, text) for number, text in evidence if text not in split_by_id[number]] == []
