"""A question is read once: what kind it is, and what of it the catalogue answers."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.answering.answerer import Answerer
from assistant.errors import BadQuestion
from assistant.events import Answer, Finished
from assistant.settings import Settings
from assistant.understanding.catalogue_questions import Asks
from assistant.understanding.question import LONGEST, Kind, Question, asked, understood
from store.embedding import Embedder
from store.library import Library
from store.records import Filters
from tests.conftest import opened


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


@pytest.fixture(scope="module")
def library(sample_home: Path, embedder: Embedder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    home = tmp_path_factory.mktemp("understood") / "home"
    shutil.copytree(sample_home, home)
    library = opened(home, embedder)
    yield library
    library.close()


def read(question: str, library: Library) -> Question:
    return understood(question, [], Filters(), library.catalogue, library.is_word)


def keys(question: Question, library: Library) -> list[str]:
    assert question.catalogue
    return [library.catalogue.paper(number).key for number in question.catalogue.papers]


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Compare A and B.", Kind.COMPARISON),
        ("A versus B", Kind.COMPARISON),
        ("How do they differ?", Kind.COMPARISON),
        ("which papers use fMRI to read minds?", Kind.SEVERAL),
        ("What is the state of the art in parsing?", Kind.TOPIC),
        ("How is the number of kept filters decided for each image?", Kind.ONE),
        ("Who wins the Reber grammar?", Kind.ONE),
        ("Which papers show that attention helps?", Kind.SEVERAL),
    ],
)
def test_a_question_is_of_one_kind(question: str, kind: Kind, library: Library) -> None:
    assert read(question, library).kind is kind


@pytest.mark.parametrize(
    ("question", "asks", "found"),
    [
        ("Which papers are about word vectors?", Asks.LIST, {"mikolov2013distributed", "pennington2014glove"}),
        ("list the papers by Sutskever from 2014", Asks.LIST, {"sutskever2014sequence", "srivastava2014dropout"}),
        ("Do I have anything by Christopher Manning?", Asks.LIST, {"pennington2014glove"}),
        ("What did Hochreiter publish?", Asks.LIST, {"hochreiter1997long"}),
        ("papers on dropout", Asks.LIST, {"srivastava2014dropout"}),
        ("Who wrote the paper on dropout?", Asks.AUTHORS, {"srivastava2014dropout"}),
        ("When was the paper about GloVe published?", Asks.YEAR, {"pennington2014glove"}),
        ("Where did the dropout paper appear?", Asks.VENUE, {"srivastava2014dropout"}),
        ("Which authors work on word vectors?", Asks.PEOPLE, {"mikolov2013distributed", "pennington2014glove"}),
        ("Which papers from 1997 are in my library?", Asks.LIST, {"hochreiter1997long"}),
    ],
)
def test_the_catalogue_is_asked_what_it_knows(question: str, asks: Asks, found: set[str], library: Library) -> None:
    understood = read(question, library)
    assert understood.kind is Kind.CATALOGUE
    assert understood.catalogue
    assert understood.catalogue.asks is asks
    assert found <= set(keys(understood, library))
    if asks is Asks.LIST and "by" in question:
        assert set(keys(understood, library)) == found


@pytest.mark.parametrize(
    "question",
    [
        "How many papers did the authors read?",
        "How many parameters has GPT-3?",
        "Which papers use attention instead of recurrence?",
        "Who was the first to use dropout and why?",
        "When was attention used in translation?",
        "What did Hochreiter find about vanishing errors?",
        "papers on penguins in Antarctica",
        "Find the learning rate of Adam.",
    ],
)
def test_what_asks_for_more_than_the_catalogue_knows_goes_to_the_abstracts(question: str, library: Library) -> None:
    assert read(question, library).catalogue is None


def answer(question: str, library: Library, tmp_path: Path) -> Answer:
    *_, last = Answerer(library, Settings(tmp_path)).events(question, [], Filters(), None, lambda: False)
    assert isinstance(last, Finished)
    return last.answer


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("How many papers are in my library?", "The library has 40 papers."),
        ("How many papers from 1997 do I have?", "The library has 1 paper of 1997."),
        ("What is the oldest paper on word vectors?", "(Mikolov et al., 2013) is the oldest of"),
        ("Which is the oldest paper in the library?", "“Long Short-Term Memory” (Hochreiter and Schmidhuber, 1997)"),
        ("What did Hochreiter publish in 2020?", "The library has no paper of 2020 by Hochreiter."),
        (
            "Who wrote the paper on GloVe?",
            "was written by Jeffrey Pennington, Richard Socher and Christopher D. Manning.",
        ),
    ],
)
def test_answers_of_the_catalogue_say_what_they_are_about(
    question: str, said: str, library: Library, tmp_path: Path
) -> None:
    told = answer(question, library, tmp_path)
    assert told.answered
    assert said in told.text
    assert all(claim.support == "catalogue" for claim in told.claims)


def test_a_word_is_found_at_the_end_of_a_compound_and_not_within_another(library: Library) -> None:
    assert "hochreiter1997long" in keys(read("Which papers are about networks?", library), library)
    assert read("Which papers are about rain?", library).catalogue is None  # "train" and "brain" are no rain
