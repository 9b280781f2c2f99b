"""Conversations that were held before, in words; read beside the screen."""

from assistant.assistant import Assistant
from assistant.tui.messages import Remarked, Resumed
from assistant.tui.papers import counted
from store.conversations import Conversation
from store.errors import ExpectedError

NONE_YET = "There is no conversation yet."

SHOWN = 15
"""Conversations that a list names."""


def resumed(assistant: Assistant, number: str) -> Resumed | Remarked:
    """The conversation of this number, the last one where it is empty; or why there is none."""
    try:
        if number and not number.isdecimal():
            return Remarked("Which one? Type /resume NUMBER; /conversations lists them.", "error")
        if number:
            return Resumed(assistant.chat(int(number)))
        latest = assistant.conversations.latest()
        return Resumed(assistant.chat(latest.id)) if latest else Remarked(NONE_YET)
    except ExpectedError as error:
        return Remarked(f"{error}\n{error.hint}", "error")


def listed(assistant: Assistant, words: str) -> Remarked:
    """The last conversations, or those with these words."""
    try:
        if words:
            found = [mention.conversation for mention in assistant.conversations.search(words, limit=SHOWN)]
        else:
            found = assistant.conversations.listed(limit=SHOWN)
    except ExpectedError as error:
        return Remarked(f"{error}\n{error.hint}", "error")
    lines = [_line(conversation) for conversation in found]
    if not lines:
        return Remarked("No conversation has these words." if words else NONE_YET)
    return Remarked("\n".join([*lines, "/resume NUMBER goes on with one of them."]))


def _line(conversation: Conversation) -> str:
    return f"{conversation.id}. {conversation.title} ({counted(conversation.turns, 'turn')})"
