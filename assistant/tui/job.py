"""A stream of the assistant, followed in a thread."""

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from textual.message import Message

from assistant.assistant import Assistant
from assistant.events import Event
from assistant.tui.messages import Ended, Happened
from assistant.tui.phase import Phase

if TYPE_CHECKING:
    from assistant.tui.screens.desk_screen import DeskScreen


class Job:
    """One thing the assistant does for a screen; `phase` is what is shown while it begins."""

    def __init__(self, assistant: Assistant, stream: Iterator[Event], phase: Phase, owner: "DeskScreen") -> None:
        self.phase = phase
        self.owner = owner
        self._assistant = assistant
        self._stream = stream
        self._stop = threading.Event()
        self.over = threading.Event()
        """Set when the assistant has done it, or failed to."""

    @property
    def stopped(self) -> bool:
        """Whether the user ended it."""
        return self._stop.is_set()

    def stop(self) -> None:
        """Ask it to end; it still yields its last event. Safe from any thread, and before it has begun."""
        self._stop.set()
        self._assistant.stop()

    def follow(self, post: Callable[[Message], object]) -> None:
        """Post every event, then how it ended; blocks, so it runs in a thread of its own."""
        error: Exception | None = None
        try:
            for event in self._stream:
                if self.stopped:  # the request may have come before the engine had taken the task
                    self._assistant.stop()
                _posted(post, Happened(self, event))
        except Exception as failure:  # noqa: BLE001 - the screen says it, and logs what was not expected
            error = failure
        self.over.set()
        _posted(post, Ended(self, error))


def _posted(post: Callable[[Message], object], message: Message) -> None:
    with suppress(RuntimeError):  # the screen has been closed meanwhile
        post(message)
