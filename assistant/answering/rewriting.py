"""A language model rewrites a follow-up so that it stands alone. Its question is tested before use."""

from assistant.answering.one_line import first_line
from assistant.answering.templates import filled, one_line
from assistant.models import LanguageModel, Message, Stop
from assistant.understanding.pointing import own_words
from store.terms import FRAME, terms

LONGEST = 60
"""Tokens of a rewritten question."""


def rewritten(model: LanguageModel, question: str, title: str, follow_up: str, stop: Stop) -> str:
    """The follow-up to a question that was answered from the paper of this title, as a question that stands alone.

    "" where the model wrote something else, or was stopped: the rules then decide. Raises `ModelFailed`.
    """
    asked = filled("rewrite.user", question=one_line(question), title=one_line(title), follow_up=follow_up)
    chat = [Message("system", filled("rewrite.system")), Message("user", asked)]
    alone = first_line(model, chat, LONGEST, stop)
    return alone if is_sane(alone, question, title, follow_up) else ""


def is_sane(alone: str, question: str, title: str, follow_up: str) -> bool:
    """Whether it is one question that keeps what the follow-up says, says more, and has no word from nowhere."""
    said = set(terms(alone))
    known = {*terms(question), *terms(title), *terms(follow_up), *terms(" ".join(FRAME))}
    own = set(terms(" ".join(own_words(follow_up))))
    more = said - set(terms(follow_up)) or not own
    return alone.count("?") == 1 and alone.endswith("?") and said <= known and own <= said and bool(more)
