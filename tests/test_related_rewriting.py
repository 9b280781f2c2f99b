"""Sentences in the third person: what is rewritten is right and has no first person, or it is not rewritten."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.related.naming import Authors, authors
from assistant.related.rewriting import first_person, followed_up, rewritten
from assistant.related.topic import topic_of
from assistant.section import CITED
from store.records import Paper

SEVERAL, ONE, NOBODY = Authors("Li et al."), Authors("Smith", one=True), Authors("")


def told(sentence: str, by: Authors = SEVERAL) -> list[str]:
    return [form.text.replace(CITED, "[1]") for form in rewritten(sentence, by)]


@pytest.mark.parametrize(
    ("sentence", "text"),
    [
        ("We propose X, which is fast.", "Li et al. [1] propose X, which is fast."),
        ("In this paper, we study the limits of attention.", "Li et al. [1] study the limits of attention."),
        ("However, here we show that our net learns.", "Li et al. [1] show that their net learns."),
        ("Using a large corpus, we train two parsers.", "Using a large corpus, Li et al. [1] train two parsers."),
        ("To address this issue, we present a parser.", "Li et al. [1] present a parser."),
        ("This paper presents a parser for Welsh.", "Li et al. [1] present a parser for Welsh."),
        ("This work is about parsers for Welsh texts.", "The work of Li et al. [1] is about parsers for Welsh texts."),
        ("The study compares parsers for Welsh.", "Li et al. [1] compare parsers for Welsh."),
        (
            "The paper made trees popular, and its parser won.",
            "The work of Li et al. [1] made trees popular, and its parser won.",
        ),
        ("The work of Smith shows that parsing helps.", None),
        ("Our results show that parsing helps.", "The results of Li et al. [1] show that parsing helps."),
        ("Our approach improves parsing by far.", "The approach of Li et al. [1] improves parsing by far."),
        ("It is shown that gas flows fast.", "Li et al. [1] show that gas flows fast."),
        ("We will describe the parser and its use.", "Li et al. [1] describe the parser and its use."),
        ("RESULTS: We found no effect of the drug.", "Li et al. [1] found no effect of the drug."),
        ("Instead of rules we use examples from texts.", None),
        ("When can we learn the spectrum of an operator?", None),
        ("Question: can we learn it?", None),
        ("They propose a parser for it.", None),
        ("This makes parsing faster than before.", None),
        ("Existing parsers are slow and large.", None),
        ("Let us consider a parser for Welsh.", None),
        ("We solve this by means of trees.", None),
    ],
)
def test_several_authors(sentence: str, text: str | None) -> None:
    assert told(sentence)[:1] == ([text] if text else [])


@pytest.mark.parametrize(
    ("sentence", "text"),
    [
        ("We propose X.", "Smith [1] proposes X."),
        ("We have a new proof of the lemma.", "Smith [1] has a new proof of the lemma."),
        ("I also study the case of trees.", "Smith [1] also studies the case of trees."),
        ("We propose X and show that it works.", "Smith [1] proposes X and shows that it works."),
        ("We proposed X and showed that it works.", "Smith [1] proposed X and showed that it works."),
        ("We use X to find trees and show leaves.", None),
        ("We need a parser for Welsh texts.", "Smith [1] needs a parser for Welsh texts."),
        ("We gleefully refrobnicate the parser.", None),
        (
            "This paper describes a parser and evaluates it.",
            "Smith [1] describes a parser and evaluates it.",
        ),
    ],
)
def test_one_author(sentence: str, text: str | None) -> None:
    assert told(sentence, ONE)[:1] == ([text] if text else [])


def test_a_record_without_authors_is_named_by_its_number() -> None:
    assert told("We propose a parser for Welsh.", NOBODY) == [
        "In [1], the authors propose a parser for Welsh.",
        "The authors of [1] propose a parser for Welsh.",
        "The work in [1] proposes a parser for Welsh.",
    ]


def test_a_named_thing_can_be_the_subject() -> None:
    forms = told("We introduce WelshParse (WP), a parser that reads Welsh.")
    assert "WelshParse (WP) [1] is a parser that reads Welsh." in forms
    assert not any(
        " is a parser" in form for form in told("We introduce WelshParse, a parser, and show that it is fast.")
    )


def test_a_second_sentence_says_they() -> None:
    (they,) = followed_up("Furthermore, we show that our parser is fast.", SEVERAL)
    assert they.text == "They show that their parser is fast."
    assert followed_up("We show that it is fast.", ONE) == []


def test_a_passive_is_what_the_authors_did_only_where_nobody_says_we() -> None:
    sentence = "The pressure was measured on a flat plate."
    assert rewritten(sentence, SEVERAL) == []
    (form,) = rewritten(sentence, SEVERAL, impersonal=True)
    assert form.text.replace(CITED, "[1]") == "In the work of Li et al. [1], the pressure was measured on a flat plate."


_WORDS = "we our us I this paper study show propose in and that the a parser trees our method of is can to ,".split()


@given(st.lists(st.sampled_from(_WORDS), min_size=2, max_size=14), st.sampled_from([SEVERAL, ONE, NOBODY]))
def test_no_first_person_is_left_in_what_is_claimed(words: list[str], by: Authors) -> None:
    sentence = " ".join(words).replace(" ,", ",").capitalize() + "."
    for form in [*rewritten(sentence, by), *followed_up(sentence, by)]:
        assert not first_person(form.core)
        assert form.text.count(CITED) <= 1


@pytest.mark.parametrize(
    ("names", "name", "one"),
    [
        ((), "", False),
        (("Müller, Jörg",), "Müller", True),
        (("Laurens van der Maaten", "Geoffrey Hinton"), "van der Maaten and Hinton", False),
        (("A. One", "B. Two", "C. Three"), "One et al.", False),
        (("Vaswani, Ashish", "others"), "Vaswani et al.", False),
        (("World Health Organization of Europe",), "Europe", True),
    ],
)
def test_authors_are_named_as_in_running_text(names: tuple[str, ...], name: str, one: bool) -> None:
    assert authors(Paper("T", authors=names)) == Authors(name, one)


@pytest.mark.parametrize(
    ("request_", "topic"),
    [
        ("Please write a related-work section about X-ray imaging for my thesis.", "X-ray imaging"),
        ("I'm writing a section on graph parsers. Please draft the related work.", "graph parsers"),
        ("related work: trees, and other ways of parsing", "trees, and other ways of parsing"),
        ("work on hot surfaces", "work on hot surfaces"),
        ("sentiment in text", "sentiment in text"),
        ("related work", "related work"),
    ],
)
def test_the_topic_is_what_remains_of_a_request(request_: str, topic: str) -> None:
    assert topic_of(request_) == topic
