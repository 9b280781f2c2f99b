"""Language models behind a small protocol."""

from assistant.models.base import LanguageModel, Message, Stop

__all__ = ["LanguageModel", "Message", "Stop"]
