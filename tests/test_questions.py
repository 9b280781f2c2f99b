import pytest

from assistant.answering.questions import LONGEST, asked, wants_several
from assistant.errors import BadQuestion


@pytest.mark.parametrize("question", ["", "   \n", "?!", "\x00\x1b", "\u200b"])
def test_a_question_without_a_word_is_refused(question: str) -> None:
    with pytest.raises(BadQuestion, match="empty"):
        asked(question)


def test_a_question_of_a_hundred_thousand_characters_is_refused_with_its_length() -> None:
    with pytest.raises(BadQuestion, match="100,000 characters") as refused:
        asked("x" * 100_000)
    assert str(LONGEST // 1000) in str(refused.value)


def test_line_breaks_and_control_characters_become_spaces() -> None:
    assert asked("what\nis \x1b[31m it?") == "what is [31m it?"


@pytest.mark.parametrize(
    "question", ["Compare A and B.", "which papers use fMRI?", "How do they differ?", "A versus B"]
)
def test_questions_about_several_papers_are_recognised(question: str) -> None:
    assert wants_several(question)


def test_a_question_about_one_thing_is_not() -> None:
    assert not wants_several("How is the number of kept filters decided for each image?")
