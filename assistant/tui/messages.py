"""What the threads behind the screen and its parts tell it. They post, the screen draws."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

from assistant.events import Event, Source

if TYPE_CHECKING:
    from assistant.chat import Chat
    from assistant.tui.exchange import Exchange
    from assistant.tui.job import Job
    from assistant.tui.widgets.answer import AnswerView


@dataclass
class Happened(Message):
    """An event of a job."""

    job: "Job"
    event: Event


@dataclass
class Ended(Message):
    """A job is over, in whatever way; `error` where it failed."""

    job: "Job"
    error: Exception | None = None


@dataclass
class Counted(Message):
    """How many papers the library has; None where it cannot be read."""

    papers: int | None


@dataclass
class SourceChosen(Message):
    """The user wants to see the paper at `index` of these sources."""

    sources: tuple[Source, ...]
    index: int


@dataclass
class SourceMarked(Message):
    """The user moved to the source of this number in the panel."""

    number: int


@dataclass
class MarkMoved(Message):
    """The user moved to a mark of an answer; `opened` where its paper is wanted."""

    view: "AnswerView"
    number: int
    opened: bool


@dataclass
class Resumed(Message):
    """A conversation has been read, with what draws its turns."""

    chat: "Chat"
    exchanges: "list[Exchange]"


@dataclass
class Recalled(Message):
    """What was asked in earlier sessions, the latest last."""

    questions: list[str]


@dataclass
class Remarked(Message):
    """Something to say, from a thread: `kind` as in `Remark`."""

    text: str
    kind: str = ""
