"""What goes over the engine's pipe: plain frozen records, both ways."""

from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

from assistant.conversation import Turn
from assistant.drafts.records import CheckedSentence
from assistant.events import Event
from assistant.section import Request
from assistant.settings import Settings
from store.errors import ExpectedError
from store.records import Filters, Left, Taken


@dataclass(frozen=True, slots=True)
class WarmUp:
    """Load the models."""


@dataclass(frozen=True, slots=True)
class Use:
    """Work with other settings from now on; what they concern is loaded anew."""

    settings: Settings


@dataclass(frozen=True, slots=True)
class Ask:
    """Answer a question; with `quotes_only` no language model is asked."""

    question: str
    history: tuple[Turn, ...]
    filters: Filters
    quotes_only: bool = False


@dataclass(frozen=True, slots=True)
class Search:
    """Rank papers."""

    query: str
    limit: int
    filters: Filters


@dataclass(frozen=True, slots=True)
class Add:
    """Import files."""

    files: tuple[Path, ...]
    tags: tuple[str, ...]
    sync: bool = False
    notes: bool = False


@dataclass(frozen=True, slots=True)
class Remove:
    """Delete papers."""

    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PutBack:
    """Make removed papers as they were."""

    taken: tuple[Taken, ...]


@dataclass(frozen=True, slots=True)
class Drop:
    """Take away records that left their files."""

    left: tuple[Left, ...]


@dataclass(frozen=True, slots=True)
class UndoMerge:
    """Make papers of their own of a paper's records; no `records` named: of all but the first."""

    key: str
    records: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Merge:
    """Make one paper of several, under the first key."""

    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CheckDraft:
    """Hold the sentences of a draft against the library; `name` is its file's.

    With `asks_model` the language model is asked as well where the check is unsure; with `cited_only` sentences
    without a citation are left out. Sentences among the `known` are not checked again.
    """

    name: str
    text: str
    suggest: bool
    asks_model: bool = False
    cited_only: bool = False
    known: tuple[CheckedSentence, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckClaim:
    """What do these papers say of a claim; without `keys`, the papers nearest to it?"""

    claim: str
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FindDuplicates:
    """Which papers may be one?"""


@dataclass(frozen=True, slots=True)
class DrawMap:
    """Where do the papers lie, and what are the topics?"""


@dataclass(frozen=True, slots=True)
class TagPapers:
    """Give papers tags, and take tags from them."""

    keys: tuple[str, ...]
    add: tuple[str, ...]
    remove: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rebuild:
    """Fill the vector index anew."""


@dataclass(frozen=True, slots=True)
class CountPapers:
    """How large is the library?"""


@dataclass(frozen=True, slots=True)
class Browse:
    """A page of the list of papers; see `store.browsing`."""

    text: str
    order: str
    offset: int
    limit: int


@dataclass(frozen=True, slots=True)
class ReadPapers:
    """Whole papers, by number."""

    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class FindPapers:
    """Whole papers, by cite key or identifier; without `keys`, at most `limit` of those that pass the filters."""

    keys: tuple[str, ...] = ()
    filters: Filters = field(default_factory=Filters)
    limit: int = 100


@dataclass(frozen=True, slots=True)
class CountYears:
    """Papers per year, of those a text lets through."""

    text: str


@dataclass(frozen=True, slots=True)
class Relate:
    """Write a section on related work, or take the steps before."""

    request: Request


@dataclass(frozen=True, slots=True)
class BackUp:
    """Write the library into one file."""

    file: Path
    replace: bool


@dataclass(frozen=True, slots=True)
class Restore:
    """Put the library of such a file in place."""

    file: Path
    force: bool


@dataclass(frozen=True, slots=True)
class Try:
    """Put a language model on trial: a GGUF file, or the configured model."""

    file: Path | None


@dataclass(frozen=True, slots=True)
class Examine:
    """Look at everything, and with `mend` mend what is not well."""

    mend: bool


@dataclass(frozen=True, slots=True)
class Similar:
    """Rank the papers most like one."""

    key: str
    limit: int
    filters: Filters


@dataclass(frozen=True, slots=True)
class Gaps:
    """Papers of a topic that these files do not cite."""

    request: Request
    files: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Compare:
    """A table of the papers of a topic, or of these keys."""

    request: Request
    keys: tuple[str, ...]


Look = CountPapers | Browse | ReadPapers | FindPapers | CountYears
"""Reads the catalogue and needs no model: done at once, beside the task that runs."""

Task = (
    WarmUp
    | Ask
    | Search
    | Add
    | Remove
    | PutBack
    | Rebuild
    | BackUp
    | Restore
    | Try
    | Examine
    | Use
    | Drop
    | UndoMerge
    | Merge
    | FindDuplicates
    | DrawMap
    | TagPapers
    | CheckDraft
    | CheckClaim
    | Relate
    | Similar
    | Gaps
    | Compare
    | Look
)


@dataclass(frozen=True, slots=True)
class Run:
    """To the engine: do this task; every reply carries the same `number`."""

    number: int
    task: Task


@dataclass(frozen=True, slots=True)
class StopTask:
    """To the engine: end task `number` between two tokens or batches."""

    number: int


@dataclass(frozen=True, slots=True)
class Leave:
    """To the engine: end."""


@dataclass(frozen=True, slots=True)
class Happened:
    """From the engine: an event of task `number`."""

    number: int
    event: Event


@dataclass(frozen=True, slots=True)
class Ended:
    """From the engine: task `number` is over; `error` where it failed as expected, `bug` a traceback."""

    number: int
    error: ExpectedError | None = None
    bug: str = ""


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """What a new engine process is started with; `safe` after repeated crashes."""

    settings: Settings
    safe: bool = False


Serve = Callable[[Connection, EngineSettings], None]
"""The engine's main function, importable by name in a fresh process."""
