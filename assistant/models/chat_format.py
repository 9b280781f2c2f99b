"""From messages to the text of a prompt, with whatever chat template a model file brings."""

import logging
import re
from collections.abc import Callable, Sequence
from typing import Any

from jinja2 import TemplateError

from assistant.models.base import Message

log = logging.getLogger(__name__)

Render = Callable[..., str]
"""Fills a template; called with `messages` (dictionaries of role and content) and the template's own variables."""

CHATML = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
"""The format of files that bring no template of their own, or one that cannot be used."""

_FAILURES = (TemplateError, TypeError, ValueError, KeyError, AttributeError, IndexError)
_SYSTEM, _USER = "e3b0c44298fc", "d7a8fbb307d7"
"""Texts that no template contains: whether they come out tells what a template does with a message."""

_OPENED = re.compile(r"(<think(?:ing)?>|<thought>|<reasoning>|\[THINK\]|<\|START_THINKING\|>)\s*\Z")
_THINKS = re.compile(r"</(think(?:ing)?|thought|reasoning)>")


class ChatFormat:
    """One model's way to write a chat: found out by trying its template on a chat of two messages."""

    def __init__(self, template: str, make: Callable[[str], Render], *, thinking: bool) -> None:
        self._thinking = thinking
        self._knows_switch = "enable_thinking" in template
        self._closes = _THINKS.search(template)
        self._render, self._system = _usable(template, make)

    def prompt(self, messages: Sequence[Message]) -> str:
        """The prompt's text, up to where the answer begins.

        Without thinking, a thought that the template opens is closed again, and a model that thinks whatever its
        template says is given an empty one.
        """
        chat = [{"role": message.role, "content": message.text} for message in messages]
        text = self._render(messages=chat if self._system else without_system(chat), enable_thinking=self._thinking)
        if self._thinking:
            return text
        if opened := _OPENED.search(text):
            return f"{text[: opened.end(1)]}\n\n{_closing(opened[1])}\n\n"
        if self._closes and not self._knows_switch:
            return f"{text}<{self._closes[1]}>\n\n</{self._closes[1]}>\n\n"
        return text

    @staticmethod
    def opened_thought(prompt: str) -> str:
        """The mark of a thought in which the prompt ends; "" where it ends outside of one."""
        found = _OPENED.search(prompt)
        return found[1] if found else ""


def without_system(chat: list[dict[str, str]]) -> list[dict[str, str]]:
    """The same chat for a template that knows no system role: its text stands before the first user message."""
    instructions = "\n\n".join(message["content"] for message in chat if message["role"] == "system")
    rest = [dict(message) for message in chat if message["role"] != "system"]
    if instructions and rest:
        rest[0]["content"] = f"{instructions}\n\n{rest[0]['content']}"
    return rest


def _usable(template: str, make: Callable[[str], Render]) -> tuple[Render, bool]:
    """A way to fill the template, or the common one where it is broken, and whether it takes a system message."""
    for text in (template, CHATML):
        try:
            render = make(text)
        except _FAILURES as error:
            log.warning("the chat template of the model cannot be read: %s", error)
            continue
        if _comes_out(render, _SYSTEM, _USER):
            return render, True
        if _comes_out(render, "", _USER):
            return render, False
        log.warning("the chat template of the model loses the question; the common one is used instead")
    raise AssertionError("the common template takes every message")


def _comes_out(render: Render, system: str, user: str) -> bool:
    chat: list[dict[str, Any]] = [{"role": "system", "content": system}] if system else []
    try:
        text = render(messages=[*chat, {"role": "user", "content": user}], enable_thinking=False)
    except _FAILURES as error:
        log.info("the chat template of the model refuses %s: %s", "a system role" if system else "a chat", error)
        return False
    return system in text and user in text


def _closing(opening: str) -> str:
    if opening.startswith("<|"):
        return opening.replace("START", "END")
    return f"{opening[0]}/{opening[1:]}"
