"""A conversation while it is held: it knows what was said, and keeps each turn as soon as it is finished."""

from collections.abc import Iterator
from typing import Protocol

from assistant.conversation import Turn
from assistant.events import Event, Finished, Kept, Note
from assistant.stored import restored, stored
from store.conversations import Conversation, Conversations
from store.errors import ExpectedError
from store.records import Filters


class Ask(Protocol):
    """`Assistant.ask`."""

    def __call__(
        self, question: str, *, history: list[Turn], filters: Filters | None, quotes_only: bool = False
    ) -> Iterator[Event]:
        """Yield what happens, `Finished` among it."""
        ...


class Chat:
    """Asks with the turns before. A turn that cannot be written is said once, and tried again with the next."""

    def __init__(
        self, ask: Ask, conversations: Conversations, conversation: int | None = None, *, kept: bool = True
    ) -> None:
        self._ask = ask
        self._conversations = conversations
        self._kept = kept
        self._id = conversation
        self._unwritten: list[Turn] = []
        self._replaces = False
        self._complained = False
        self.history: list[Turn] = []
        """The turns so far, those of earlier sessions too."""
        self.conversation: Conversation | None = None
        """The head of the conversation as it was last read or written; None before the first turn is."""
        if conversation is not None:
            self.conversation = conversations.conversation(conversation)
            self.history = [restored(turn) for turn in conversations.turns(conversation)]

    def ask(
        self, question: str, *, filters: Filters | None = None, instead: bool = False, quotes_only: bool = False
    ) -> Iterator[Event]:
        """Yield what `Assistant.ask` yields; after `Finished`, `Kept` or a note that the turn could not be kept.

        With `instead` the turn takes the place of the last one, which stays until the new one is finished.
        """
        before = self.history[:-1] if instead else self.history
        for event in self._ask(question, history=before, filters=filters, quotes_only=quotes_only):
            if not isinstance(event, Finished):
                yield event
                continue
            turn = Turn(event.answer.question, event.answer)
            replaced = instead and bool(self.history)
            self.history[len(self.history) - replaced :] = [turn]
            written = self._written(turn, replaced) if self._kept else None
            yield event
            if written:
                yield written

    def _written(self, turn: Turn, instead: bool) -> Event | None:
        if instead and self._unwritten:
            self._unwritten.pop()
        elif instead:
            self._replaces = True
        self._unwritten.append(turn)
        try:
            turns = [stored(each) for each in self._unwritten]
            self.conversation = self._conversations.keep(self._id, turns, instead=self._replaces)
        except ExpectedError as error:
            said, self._complained = self._complained, True
            return None if said else Note(f"{error} {error.hint} The chat goes on; each turn tries to keep it again.")
        self._id = self.conversation.id
        self._unwritten.clear()
        self._replaces = False
        self._complained = False
        return Kept(self.conversation)
