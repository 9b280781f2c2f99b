"""Chat templates of every kind, through the formatter that the program uses."""

from typing import Any

import pytest
from llama_cpp.llama_chat_format import Jinja2ChatFormatter

from assistant.models import Message
from assistant.models.chat_format import CHATML, ChatFormat, Render

CHAT = [Message("system", "Be brief."), Message("user", "Why?")]
TURNS = "{% for m in messages %}<{{ m.role }}>{{ m.content }}{% endfor %}<assistant>"
REFUSING = "{% if messages[0].role == 'system' %}{{ raise_exception('no system role') }}{% endif %}" + TURNS
SILENT = "{% for m in messages if m.role != 'system' %}<{{ m.role }}>{{ m.content }}{% endfor %}"
SWITCHED = TURNS + "{% if enable_thinking is defined and not enable_thinking %}<think></think>{% endif %}"
OPENING = TURNS + "<think>\n"
ALWAYS = TURNS + "{# </think> is taken out of earlier turns #}"


def make(template: str) -> Render:
    formatter = Jinja2ChatFormatter(template, eos_token="</s>", bos_token="<s>")

    def render(**variables: Any) -> str:
        return str(formatter(**variables).prompt)

    return render


def prompt(template: str, *, thinking: bool = False) -> str:
    return ChatFormat(template, make, thinking=thinking).prompt(CHAT)


def test_a_system_role_is_used_where_there_is_one() -> None:
    assert prompt(TURNS) == "<system>Be brief.<user>Why?<assistant>"


@pytest.mark.parametrize("template", [REFUSING, SILENT])
def test_the_system_text_moves_into_the_question_for_templates_without_that_role(template: str) -> None:
    assert prompt(template).startswith("<user>Be brief.\n\nWhy?")


@pytest.mark.parametrize(
    "template", ["{% for m in %}", "{{ raise_exception('never') }}", "always the same", "{{ x.y.z }}"]
)
def test_a_template_that_cannot_be_used_gives_way_to_the_common_one(template: str) -> None:
    assert prompt(template) == prompt(CHATML)
    assert "Be brief." in prompt(template)


def test_the_switch_of_the_template_turns_thinking_off() -> None:
    assert prompt(SWITCHED).endswith("<think></think>")
    assert prompt(SWITCHED, thinking=True).endswith("<assistant>")


def test_a_thought_that_the_template_opens_is_closed_or_named() -> None:
    assert prompt(OPENING).endswith("<think>\n\n</think>\n\n")
    assert ChatFormat.opened_thought(prompt(OPENING)) == ""
    assert ChatFormat.opened_thought(prompt(OPENING, thinking=True)) == "<think>"


def test_a_model_that_always_thinks_is_given_an_empty_thought() -> None:
    assert prompt(ALWAYS).endswith("<think>\n\n</think>\n\n")
    assert prompt(ALWAYS, thinking=True).endswith("<assistant>")


def test_a_later_turn_is_formatted_too() -> None:
    chat = [*CHAT, Message("assistant", "So."), Message("user", "And?")]
    assert ChatFormat(REFUSING, make, thinking=False).prompt(chat) == (
        "<user>Be brief.\n\nWhy?<assistant>So.<user>And?<assistant>"
    )
