import pytest

from assistant.answering.questions import LONGEST, asked, points_back, standing_alone, wants_several
from assistant.conversation import Turn
from assistant.errors import BadQuestion
from assistant.events import Answer, Source
from store.records import Hit, Paper


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


PAPERS = [Paper("First title", key="one"), Paper("Second title", key="two")]
SOURCES = tuple(Source(n, Hit(n, paper, 1.0, "")) for n, paper in enumerate(PAPERS, start=1))
HISTORY = [Turn("Compare them.", Answer("Compare them.", True, "", sources=SOURCES))]


def test_a_question_that_points_back_gets_the_papers_of_the_last_answer() -> None:
    alone = standing_alone("What data did they use?", HISTORY)
    assert alone.text == "What data did they use? (First title; Second title)"
    assert alone.preferred == (1, 2)


def test_an_ordinal_picks_its_paper() -> None:
    assert standing_alone("And the second one?", HISTORY).preferred == (2,)


@pytest.mark.parametrize(
    "question",
    ["Is there evidence that coffee reduces the risk?", "How does one bake bread?", "What is in this world?"],
)
def test_words_that_merely_look_like_pointing_do_not(question: str) -> None:
    assert standing_alone(question, HISTORY).preferred == ()


def test_a_question_of_its_own_is_left_alone() -> None:
    assert standing_alone("How does KOROL work?", HISTORY).preferred == ()
    assert not points_back("How does KOROL work?")


def test_without_a_conversation_nothing_is_added() -> None:
    assert standing_alone("What about it?", []).text == "What about it?"
