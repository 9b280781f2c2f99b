from itertools import chain, repeat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answering.drafting import MOST_SENTENCES, Piece, Sentence, drafted, ended
from assistant.answering.thinking import MARKS


def sentences(*pieces: str) -> list[str]:
    return [part.text for part in drafted(pieces) if isinstance(part, Sentence)]


def shown(*pieces: str) -> str:
    return "".join(part.text for part in drafted(pieces) if isinstance(part, Piece))


def test_a_sentence_is_complete_when_the_next_one_begins() -> None:
    assert sentences("One is here [1]. Two", " is there [2].") == ["One is here [1].", "Two is there [2]."]


def test_marks_after_the_period_belong_to_the_sentence_before() -> None:
    assert sentences("One is here. [1] Two is there. [2, 3]") == ["One is here. [1]", "Two is there. [2, 3]"]


def test_abbreviations_and_decimals_end_no_sentence() -> None:
    text = "Smith et al. Found 3.5 points, e.g. In Fig. 2 of it [1]."
    assert sentences(text) == [text]


def test_an_unfinished_last_sentence_is_not_taken() -> None:
    assert sentences("One is here [1]. Two is cut in the mid") == ["One is here [1]."]


def test_list_markers_are_taken_off() -> None:
    assert sentences("- One is here [1].\n2. Two is there [2].\n") == ["One is here [1].", "Two is there [2]."]


def test_thinking_is_never_shown_nor_taken_for_the_answer() -> None:
    pieces = ("<th", "ink>Secret thought.", " More.</th", "ink>The answer is here [1].")
    assert sentences(*pieces) == ["The answer is here [1]."]
    assert shown(*pieces) == "The answer is here [1]."


def test_a_thought_that_never_ends_gives_nothing() -> None:
    assert sentences("<think>Hm.", " Still thinking. On and on.") == []


def test_a_repeated_sentence_ends_the_draft() -> None:
    endless = chain(["A fact is here [1]. "], repeat("A fact is here [1]. "))
    assert [part for part in drafted(endless) if isinstance(part, Sentence)] == [Sentence("A fact is here [1].")]


def test_an_endless_draft_ends_after_a_few_sentences() -> None:
    endless = (f"Fact {number} is here [1]. " for number in range(10_000))
    assert len([part for part in drafted(endless) if isinstance(part, Sentence)]) <= MOST_SENTENCES + 1


@pytest.mark.parametrize("marks", MARKS)
@pytest.mark.parametrize("size", [1, 3, 1000])
def test_every_kind_of_thought_is_kept_back_however_it_is_cut(marks: tuple[str, str], size: int) -> None:
    text = f"{marks[0]}A secret thought. Another [1].\n{marks[1].upper()}The answer is here [1]."
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    assert sentences(*pieces) == ["The answer is here [1]."]
    assert "secret" not in shown(*pieces)


def test_what_came_before_the_end_of_an_unseen_thought_is_no_answer() -> None:
    assert sentences("Let me see", " what they say</think>\nThe answer is here [1].") == ["The answer is here [1]."]


def test_a_sentence_that_turns_in_a_circle_is_cut() -> None:
    endless = chain(["It is "], repeat("very very "))
    parts = list(drafted(endless))
    assert len(parts) < 20
    assert not any(isinstance(part, Sentence) for part in parts)


def test_a_sentence_without_an_end_is_cut() -> None:
    parts = list(drafted(f"word{number} " for number in range(100_000)))
    assert len(parts) < 1000


def test_no_more_sentences_are_taken_than_wanted() -> None:
    text = "One is here [1]. Two is there [2]. Three is here [3]. Four"
    assert [part.text for part in drafted([text], most=2) if isinstance(part, Sentence)] == [
        "One is here [1].",
        "Two is there [2].",
    ]


def test_control_characters_and_halves_of_characters_are_never_shown() -> None:
    text = shown("A\x1b[2Jfact\x00 is\ud800 here\u202e", "<|im_end|> [1].")
    assert not {"\x1b", "\x00", "\ud800", "\u202e"} & set(text)


@given(st.lists(st.text(max_size=20), max_size=20))
def test_no_text_breaks_the_drafting(pieces: list[str]) -> None:
    assert all(part.text for part in drafted(pieces))


@pytest.mark.parametrize(
    "opening",
    [
        "The abstract states that ",
        "According to the abstract, ",
        "The answer to this question is: ",
        "The answer is that ",
    ],
)
def test_an_introduction_is_left_out_of_a_sentence(opening: str) -> None:
    assert sentences(f"{opening}snow fell in 12 of 40 winters. It melted.") == [
        "Snow fell in 12 of 40 winters.",
        "It melted.",
    ]


def test_what_an_abstract_only_suggests_stays_suggested() -> None:
    assert sentences("The abstract suggests that snow fell.") == ["The abstract suggests that snow fell."]


@pytest.mark.parametrize(("limit", "stopped", "whole"), [(9, False, ["64 percent"]), (2, False, []), (9, True, [])])
def test_last_words_without_a_full_stop_count_where_the_model_ended_by_itself(
    limit: int, stopped: bool, whole: list[str]
) -> None:
    parts = drafted(ended(["64 ", "percent"], limit, lambda: stopped))
    assert [part.text for part in parts if isinstance(part, Sentence)] == whole
