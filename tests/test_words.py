import pytest

from assistant.answering.words import names, numbers, telling


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a gain of 3.10 points", {"3.1"}),
        ("1,024 tokens and 7.", {"1024", "7"}),
        ("three of twelve", {"3", "12"}),
        ("one of them", set()),
        ("GPT-4 is x100 faster", {"100"}),
        ("by -2 or −2", {"-2"}),
    ],
)
def test_numbers_are_read_in_one_notation(text: str, found: set[str]) -> None:
    assert numbers(text) == found


def test_names_are_acronyms_anywhere_and_capitals_inside_a_sentence() -> None:
    assert names("Recently BERT and the Koopman operator met DyTed") == {"bert", "koopman", "dyted"}


def test_telling_words_leave_out_what_carries_no_meaning() -> None:
    assert telling("The authors of this paper study the decoding of images") == ["decodi", "images"]
