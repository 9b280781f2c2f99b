"""The mask against a small vocabulary, and against every way to walk through it."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.models.citing import CitationMask, Vocabulary, plain

TEXTS = ["A", " fact", ".", "[", " [", "[1", "[2", "]", "].", "1", "2", "12", "3", ",", ", ", " ", "x]", "[Smith", "]["]
VOCABULARY = Vocabulary(TEXTS)


def allowed(written: str, *numbers: int) -> set[str]:
    mask = CitationMask(VOCABULARY, numbers, read=0)
    tokens = []
    while written:
        token = max((n for n, text in enumerate(TEXTS) if written.startswith(text)), key=lambda n: len(TEXTS[n]))
        tokens.append(token)
        written = written[len(TEXTS[token]) :]
    logits = mask(tokens, np.zeros(len(TEXTS), dtype=np.single))
    return {text for text, logit in zip(TEXTS, logits, strict=True) if np.isfinite(logit)}


def test_outside_of_brackets_only_impossible_brackets_are_barred() -> None:
    assert set(TEXTS) - allowed("A fact", 1, 12) == {"[2", "[Smith"}


@pytest.mark.parametrize(
    ("written", "possible"),
    [
        ("A [", {"1", "12"}),
        ("A [1", {"2", "]", "].", "][", ",", ", "}),
        ("A [1,", {" ", "1", "12"}),
        ("A [1, ", {"1", "12"}),
        ("A [12", {"]", "].", "][", ",", ", "}),
    ],
)
def test_inside_of_brackets_only_existing_numbers_can_come(written: str, possible: set[str]) -> None:
    assert allowed(written, 1, 12) == possible


def test_a_vocabulary_without_digits_is_left_alone() -> None:
    mask = CitationMask(Vocabulary(["[", "a"]), [1], read=0)
    assert mask([0], np.zeros(2, dtype=np.single)).tolist() == [0.0, 0.0]


@pytest.mark.parametrize(("entry", "text"), [("Ġ[", " ["), ("▁12", " 12"), ("<0x5B>", "["), ("Ċ", "\n"), ("]", "]")])
def test_vocabulary_entries_are_read_as_they_will_stand_in_the_text(entry: str, text: str) -> None:
    assert plain(entry) == text


@given(st.lists(st.integers(0, 10_000), max_size=60), st.sets(st.integers(1, 30), min_size=1, max_size=6))
def test_whatever_is_chosen_every_bracket_holds_existing_numbers(choices: list[int], numbers: set[int]) -> None:
    mask, tokens, logits = CitationMask(VOCABULARY, numbers, read=0), [], np.zeros(len(TEXTS), dtype=np.single)
    for choice in choices:
        possible = np.flatnonzero(np.isfinite(mask(tokens, logits)))
        if len(possible) == len(TEXTS) or not len(possible):
            break  # a number that this small vocabulary cannot write
        tokens.append(int(possible[choice % len(possible)]))
    marks = re.findall(r"\[([^\]]*)\]", "".join(TEXTS[token] for token in tokens))
    assert all({int(n) for n in mark.split(",")} <= numbers for mark in marks)
