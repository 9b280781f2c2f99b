"""Conversations: what was asked and answered, in an SQLite file of its own beside the library."""

from store.conversations.conversations import KEPT_AFTER_REMOVAL, Conversations, conversations_file
from store.conversations.records import Conversation, Mention, NoSuchConversation, StoredTurn

__all__ = [
    "KEPT_AFTER_REMOVAL",
    "Conversation",
    "Conversations",
    "Mention",
    "NoSuchConversation",
    "StoredTurn",
    "conversations_file",
]
