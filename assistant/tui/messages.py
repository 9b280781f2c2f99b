"""What the threads behind the screen tell it. They post, the screen draws."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

from assistant.chat import Chat
from assistant.events import Event, Source

if TYPE_CHECKING:
    from assistant.tui.job import Job


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
class QuestionOffered(Message):
    """The user picked a question that the screen proposed."""

    question: str


@dataclass
class Resumed(Message):
    """A conversation with its turns has been read."""

    chat: Chat


@dataclass
class Remarked(Message):
    """Something to say: `kind` as in `Remark`."""

    text: str
    kind: str = ""
