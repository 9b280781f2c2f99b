from pathlib import Path

import pytest

from assistant.answering import templates
from assistant.answering.prompt import fitting, messages
from assistant.answering.templates import FIELDS, NOT_IN_LIBRARY, check_all, fields_of, filled
from assistant.errors import BadTemplate
from assistant.events import Quote, Source
from store.records import Hit, Paper
from tests.scripted import ScriptedModel


def test_every_template_has_exactly_the_fields_the_code_fills() -> None:
    check_all()


def test_every_file_in_prompts_is_known_to_the_code() -> None:
    folder = Path(templates.__file__).parents[2] / "prompts"
    assert {path.stem for path in folder.glob("*.txt")} == set(FIELDS)


def test_a_template_with_another_field_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(FIELDS, "answer.user", frozenset({"question", "style"}))
    templates._template.cache_clear()
    with pytest.raises(BadTemplate, match="style"):
        check_all()
    templates._template.cache_clear()


def test_a_missing_template_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(FIELDS, "no-such", frozenset())
    with pytest.raises(BadTemplate, match="no-such"):
        check_all()


def test_a_lonely_brace_is_explained() -> None:
    with pytest.raises(BadTemplate, match="brace"):
        fields_of("a { b", "x")


def test_braces_in_a_question_stay_as_they_are() -> None:
    assert "{weird}" in filled("answer.user", evidence="", question="{weird}")


SOURCES = [
    Source(n, Hit(n, Paper(f"Title {n}"), 1.0, ""), (Quote(n, f"Sentence {n} " + "word " * 40),)) for n in (1, 2, 3)
]


def test_the_prompt_numbers_the_evidence_and_names_the_refusal() -> None:
    system, user = messages("Why?", SOURCES)
    assert NOT_IN_LIBRARY in system.text
    assert "[2] Sentence 2" in user.text
    assert "Why?" in user.text


def test_the_prompt_drops_the_last_sources_when_the_context_is_small() -> None:
    model = ScriptedModel([[]])
    whole = model.tokens(messages("Why?", SOURCES))
    model.context_size = whole + 10 - 5
    prompt = fitting(model, "Why?", SOURCES, answer_tokens=10)
    assert prompt is not None
    assert "[2]" in prompt.chat[1].text
    assert "[3]" not in prompt.chat[1].text
    assert prompt.tokens + prompt.limit <= model.context_size


def test_a_small_context_leaves_a_part_of_it_to_the_answer() -> None:
    model = ScriptedModel([[]])
    model.context_size = 200
    prompt = fitting(model, "Why?", SOURCES, answer_tokens=4000)
    assert prompt is not None
    assert prompt.limit == 50


def test_a_thinking_model_may_write_more_but_never_beyond_its_context() -> None:
    model = ScriptedModel([[]])
    wide = fitting(model, "Why?", SOURCES, answer_tokens=100, thinking=True)
    model.context_size = 400
    narrow = fitting(model, "Why?", SOURCES, answer_tokens=100, thinking=True)
    assert wide is not None
    assert narrow is not None
    assert wide.limit > 1000
    assert narrow.tokens + narrow.limit == 400


def test_a_context_smaller_than_any_evidence_gives_no_prompt() -> None:
    model = ScriptedModel([[]])
    model.context_size = 20
    assert fitting(model, "Why?", SOURCES, answer_tokens=10) is None
