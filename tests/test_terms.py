"""Terms: the words of a text as the full text holds them, whatever their case, accents and endings."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.records import Paper
from store.terms import STOPWORDS, TITLE_WEIGHT, asked_terms, folded, plain_words, stemmed, terms, terms_of

TEXT = st.text(max_size=80)
LATIN = st.text(alphabet="abcdefghijklmnopqrstuvwxyzàçéñöüåæø '-", max_size=80)


# -- folding -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Müller", "muller"),
        ("ÉCOLE", "ecole"),
        ("Straße", "strasse"),
        ("Erdős", "erdos"),
        ("ﬁne-tuning", "fine-tuning"),
        ("ＢＥＲＴ", "bert"),
        ("CO₂", "co2"),
        ("Ελλάδα", "ελλαδα"),
        ("Й", "и"),
        ("", ""),
    ],
)
def test_folding_takes_case_and_accents_away(text: str, plain: str) -> None:
    assert folded(text) == plain


@given(TEXT)
def test_a_text_has_the_same_words_however_its_accents_are_written(text: str) -> None:
    assert plain_words(unicodedata.normalize("NFD", text)) == plain_words(unicodedata.normalize("NFC", text))


@given(LATIN)
def test_capitals_make_no_other_terms(text: str) -> None:
    assert terms(text.upper()) == terms(text)


# -- words ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("U-Net's fine_tuning (3.5%)", "u net s fine tuning 3 5"),
        ("GPT-4, x100 and 4bit", "gpt 4 x100 and 4bit"),
        ("日本語", "日 本 語"),
        ("BERTの日本語", "bert の 日 本 語"),
        ("кириллица", "кириллица"),
        ('"OR" * : ^', "or"),
        ("\0\x1b[31m", "31m"),
        (" _ -- \n", ""),
    ],
)
def test_words_are_runs_of_letters_and_digits_and_scripts_without_spaces_go_sign_by_sign(text: str, words: str) -> None:
    assert plain_words(text) == words.split()


def test_one_word_in_several_forms_is_one_term() -> None:
    assert len(set(terms("retrieve retrieves retrieved retrieving retrieval"))) == 1
    assert terms("Networks network") == ["network", "network"]


def test_terms_keep_their_order_and_their_repetitions() -> None:
    assert terms("graph of a tree of a graph") == ["graph", "tree", "graph"]


def test_a_stop_word_is_no_term_in_either_case() -> None:
    assert terms(" ".join([*STOPWORDS, "graph", *STOPWORDS]).upper()) == ["graph"]


@given(TEXT)
def test_a_term_can_stand_between_quotes_in_a_query_of_the_full_text(text: str) -> None:
    for term in [*terms(text), *asked_terms(text), *terms_of(Paper(title=text, authors=(text,), venue=text))]:
        assert re.fullmatch(r"[^\W_]+", term)


@given(st.lists(TEXT, max_size=4))
def test_the_terms_of_a_text_are_those_of_its_words_one_by_one(texts: list[str]) -> None:
    assert terms(" ".join(texts)) == [term for text in texts for word in plain_words(text) for term in stemmed([word])]


# -- questions -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "question",
    [
        "graphs",
        "papers about graphs",
        "I am interested in articles concerning graphs",
        "What is known about graphs?",
        "Find publications in which the authors discuss graphs, please.",
        "Do you have any literature dealing with graphs?",
    ],
)
def test_the_frame_of_a_question_is_not_searched_for(question: str) -> None:
    assert asked_terms(question) == ["graph"]


def test_the_words_of_the_frame_are_terms_of_a_text() -> None:
    assert terms("a study of papers") == ["studi", "paper"]


def test_a_question_of_nothing_but_its_frame_is_searched_for_as_it_stands() -> None:
    assert asked_terms("papers about the literature") == ["paper", "literatur"]


def test_a_question_of_nothing_but_stop_words_is_searched_for_as_it_stands() -> None:
    assert asked_terms("To be or not to be?") == "to be or not to be".split()


@given(TEXT)
def test_a_question_that_has_a_word_has_a_term(question: str) -> None:
    assert bool(asked_terms(question)) == bool(plain_words(question))


# -- papers --------------------------------------------------------------------------------------


def test_the_title_counts_several_times_and_everything_else_once() -> None:
    paper = Paper(
        title="Sorting graphs", abstract="We sort trees.", authors=("Müller, Jörg",), venue="Acta Informatica"
    )
    held = terms_of(paper)
    assert held.count("graph") == TITLE_WEIGHT
    assert held.count("sort") == TITLE_WEIGHT + 1
    assert [held.count(word) for word in ("tree", "muller", "jorg", "acta", "informatica")] == [1] * 5


def test_a_title_of_stop_words_can_be_found() -> None:
    assert set("what is it about".split()) <= set(terms_of(Paper(title="What is it about?")))


def test_an_author_whose_name_is_a_stop_word_can_be_found() -> None:
    assert "he" in terms_of(Paper(title="Deep residual learning", authors=("He, Kaiming",)))


def test_words_that_every_venue_has_say_nothing_of_a_paper() -> None:
    paper = Paper(title="", venue="Proceedings of the International Conference on Machine Learning")
    assert terms_of(paper) == ["machin", "learn"]


def test_a_word_of_the_venues_frame_counts_in_a_title() -> None:
    assert "symposium" in terms_of(Paper(title="Symposium"))


def test_a_paper_without_a_word_has_no_terms() -> None:
    assert terms_of(Paper(title="***", abstract=" ", authors=("",))) == []
