"""What a model writes in one line: a question that stands alone, a name, a sentence over two papers."""

import pytest

from assistant.answering.naming_themes import theme_name
from assistant.answering.rewriting import is_sane, rewritten
from assistant.answering.synthesis import synthesis
from tests.scripted import ScriptedModel

ASKED = ("How much phosphate does a fern wall remove?", "Fern walls that clean greywater", "And how much nitrogen?")
ALONE = "How much nitrogen does a fern wall remove?"


def never() -> bool:
    return False


def test_the_question_is_the_first_line_that_is_written() -> None:
    model = ScriptedModel([['"', ALONE, '"\n', "Explanation: none?"]])
    assert rewritten(model, *ASKED, never) == ALONE
    assert all(text in model.prompts[0][1].text for text in ASKED)


@pytest.mark.parametrize(
    "alone",
    [
        "",
        "It removes 61 percent of the nitrogen.",
        "How much phosphate does a fern wall remove?",
        "And how much nitrogen?",
        "How much nitrogen do Norwegian wetlands remove?",
        "How much nitrogen does a fern wall remove? And phosphate?",
    ],
    ids=["nothing", "an answer", "the question before", "nothing new", "words from nowhere", "two questions"],
)
def test_what_is_no_such_question_is_refused(alone: str) -> None:
    assert is_sane(ALONE, *ASKED)
    assert not is_sane(alone, *ASKED)


def test_a_line_that_never_ends_or_is_stopped_is_nothing() -> None:
    assert rewritten(ScriptedModel([["How much nitrogen "] * 500]), *ASKED, never) == ""
    assert rewritten(ScriptedModel([[ALONE]]), *ASKED, lambda: True) == ""


def test_thoughts_are_no_part_of_the_line() -> None:
    assert rewritten(ScriptedModel([["<think>", "Hm\n", "</think>", "\n", ALONE, "\n"]]), *ASKED, never) == ALONE


def test_a_prompt_that_does_not_fit_asks_nothing() -> None:
    model = ScriptedModel([[ALONE]])
    model.context_size = 50
    assert rewritten(model, *ASKED, never) == ""
    assert model.prompts == []


def test_a_name_has_a_few_words() -> None:
    titles = ["Tidal clocks of crabs", "Daily rhythms\nof fish"]
    model = ScriptedModel([["**Biological ", "clocks**."]])
    assert theme_name(model, titles, never) == "Biological clocks"
    assert "- Daily rhythms of fish" in model.prompts[0][1].text
    assert theme_name(ScriptedModel([["Papers on the many clocks that animals have"]]), titles, never) == ""


def test_a_synthesis_is_one_sentence() -> None:
    findings = [("Okoro (2021)", "Ferns removed 83 percent."), ("Lind (2019)", "Reeds removed 57 percent.")]
    model = ScriptedModel([["Ferns removed 83 percent, reeds 57."]])
    assert synthesis(model, "How much?", findings, never) == "Ferns removed 83 percent, reeds 57."
    assert "Okoro (2021): Ferns removed 83 percent." in model.prompts[0][1].text
    assert synthesis(ScriptedModel([["Ferns and reeds"]]), "How much?", findings, never) == ""
