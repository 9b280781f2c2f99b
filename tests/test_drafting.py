from itertools import chain, repeat

from hypothesis import given
from hypothesis import strategies as st

from assistant.answering.drafting import MOST_SENTENCES, Piece, Sentence, drafted


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


@given(st.lists(st.text(max_size=20), max_size=20))
def test_no_text_breaks_the_drafting(pieces: list[str]) -> None:
    assert all(part.text for part in drafted(pieces))
