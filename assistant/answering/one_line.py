"""What a language model writes in one line: a question, a name, a sentence."""

from collections.abc import Sequence

from assistant.answering.drafting import harmless
from assistant.answering.thinking import Reopened, Thought, without_thinking
from assistant.models import LanguageModel, Message, Stop

_QUOTATION = "\"'“”‘’*` "


def first_line(model: LanguageModel, chat: Sequence[Message], longest: int, stop: Stop) -> str:
    """The first line that is written, without the quotation marks around it.

    "" where it does not end within `longest` tokens, where the prompt does not fit into the context, or when stopped.
    """
    if model.tokens(chat) + longest > model.context_size:
        return ""
    text, left = "", longest
    for part in without_thinking(map(harmless, model.write(chat, limit=longest, stop=stop))):
        left -= 1
        if isinstance(part, Reopened):
            text = ""
        elif not isinstance(part, Thought):
            text += part
        if "\n" in text.lstrip():
            break
    line, ends, _ = text.lstrip().partition("\n")
    return " ".join(line.split()).strip(_QUOTATION) if (ends or left > 0) and not stop() else ""
