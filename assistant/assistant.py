"""The one door: what both front ends call. It holds no logic; the work happens in the engine process."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from assistant.chat import Chat
from assistant.conversation import Turn, recalled
from assistant.drafts.records import CheckedSentence
from assistant.engine.client import EngineClient
from assistant.engine.messages import (
    Add,
    Ask,
    BackUp,
    CheckClaim,
    CheckDraft,
    Compare,
    DrawMap,
    Drop,
    Examine,
    FindDuplicates,
    Gaps,
    Look,
    Merge,
    PutBack,
    Rebuild,
    Relate,
    Remove,
    Restore,
    Search,
    Serve,
    Similar,
    TagPapers,
    Try,
    UndoMerge,
    Use,
    WarmUp,
)
from assistant.events import Event
from assistant.section import Request
from assistant.settings import Settings
from store.conversations import Conversations, conversations_file
from store.records import Filters, Left, Taken


class Assistant:
    """Ask, search and add, each a stream of events; safe to `stop()` from another thread.

    One task at a time: a second call waits until the first has ended. When the engine process
    dies in the middle, the stream raises `EngineDied` and the next call starts a new process.
    """

    def __init__(self, settings: Settings, *, serve: Serve | None = None) -> None:
        self.settings = settings
        self._engine = EngineClient(settings, serve=serve)
        self.conversations = Conversations(conversations_file(settings.home))
        """What was asked and answered before: to list, search, rename, remove and restore. No engine is needed."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def warm_up(self) -> Iterator[Event]:
        """Load the models and open the index, so that the first question need not wait."""
        return self._engine.run(WarmUp())

    def use(self, settings: Settings) -> Iterator[Event]:
        """Work with other settings of the same home from now on; loads anew what they concern."""
        self.settings = settings
        self._engine.settings = settings
        return self._engine.run(Use(settings))

    def ask(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        filters: Filters | None = None,
        quotes_only: bool = False,
    ) -> Iterator[Event]:
        """Yield the evidence, then the answer as it grows, then how it ended; `quotes_only` asks no language model."""
        return self._engine.run(Ask(question, recalled(history), filters or Filters(), quotes_only))

    def chat(self, conversation: int | None = None, *, kept: bool = True) -> Chat:
        """A conversation to ask in: a new one, or the one of this number with all its turns.

        Each turn is written to the disk when it is finished, unless `kept` is false. Raises `NoSuchConversation`.
        """
        return Chat(self.ask, self.conversations, conversation, kept=kept)

    def search(self, query: str, *, limit: int = 10, filters: Filters | None = None) -> Iterator[Event]:
        """Yield the papers that fit best."""
        return self._engine.run(Search(query, limit, filters or Filters()))

    def add(
        self, files: Sequence[Path], *, tags: tuple[str, ...] = (), sync: bool = False, notes: bool = False
    ) -> Iterator[Event]:
        """Import files; stopping keeps what is done. With `sync` the report says what left them: see `drop`.

        With `notes` the first lines of Zotero's notes are kept too.
        """
        return self._engine.run(Add(tuple(files), tags, sync, notes))

    def drop(self, left: Sequence[Left]) -> Iterator[Event]:
        """Take away records that left their files, and the papers that came from nowhere else."""
        return self._engine.run(Drop(tuple(left)))

    def undo_merge(self, key: str, records: Sequence[int] = ()) -> Iterator[Event]:
        """Make papers of their own of what was merged into a paper: of all records, or of those numbered (from 2)."""
        return self._engine.run(UndoMerge(key, tuple(records)))

    def merge(self, keys: Sequence[str]) -> Iterator[Event]:
        """Make one paper of several, under the first key."""
        return self._engine.run(Merge(tuple(keys)))

    def likely_duplicates(self) -> Iterator[Event]:
        """Yield the pairs of papers that may be one."""
        return self._engine.run(FindDuplicates())

    def map(self) -> Iterator[Event]:
        """Yield where each paper lies on a map of the library, and its topics."""
        return self._engine.run(DrawMap())

    def tag(self, keys: Sequence[str], *, add: Sequence[str] = (), remove: Sequence[str] = ()) -> Iterator[Event]:
        """Give papers tags, take others away; with a key that is unknown, nothing is changed."""
        return self._engine.run(TagPapers(tuple(keys), tuple(add), tuple(remove)))

    def remove(self, keys: Sequence[str]) -> Iterator[Event]:
        """Delete papers by cite key or identifier; with one that is unknown, none is deleted."""
        return self._engine.run(Remove(tuple(keys)))

    def put_back(self, taken: Sequence[Taken]) -> Iterator[Event]:
        """Make papers as they were before they were removed; `taken` is what `Removed` held."""
        return self._engine.run(PutBack(tuple(taken)))

    def check(
        self,
        name: str,
        text: str,
        *,
        suggest: bool = False,
        asks_model: bool = False,
        cited_only: bool = False,
        known: Sequence[CheckedSentence] = (),
    ) -> Iterator[Event]:
        """Hold each sentence of a draft against the library; `name` is its file's, "-" for none.

        With `asks_model` the language model is asked as well where the check is unsure. Sentences among the `known`
        of an earlier report are not checked again.
        """
        return self._engine.run(CheckDraft(name, text, suggest, asks_model, cited_only, tuple(known)))

    def check_claim(self, claim: str, keys: Sequence[str] = ()) -> Iterator[Event]:
        """Yield what these papers, or the nearest ones, say of each sentence of a claim."""
        return self._engine.run(CheckClaim(claim, tuple(keys)))

    def rebuild(self) -> Iterator[Event]:
        """Make the vector index anew from the catalogue, with the vectors of the configured model."""
        return self._engine.run(Rebuild())

    def try_model(self, file: Path | None = None) -> Iterator[Event]:
        """Put a GGUF file, or the configured model, on trial and keep the result; ends with `Tried`, or `Done`."""
        return self._engine.run(Try(file))

    def look(self, wanted: Look) -> Event:
        """What the catalogue says, at once: a look needs no model and waits for no task. Any thread may ask."""
        return self._engine.look(wanted)

    def related(self, request: Request) -> Iterator[Event]:
        """Yield the papers of a topic, their themes, and a section on them, as far as the request goes."""
        return self._engine.run(Relate(request))

    def similar(self, key: str, *, limit: int = 10, filters: Filters | None = None) -> Iterator[Event]:
        """Yield the papers most like the one with this key."""
        return self._engine.run(Similar(key, limit, filters or Filters()))

    def gaps(self, request: Request, files: Sequence[Path]) -> Iterator[Event]:
        """Yield the papers of a topic that a draft or bibliography does not cite (and those that it does, left out)."""
        return self._engine.run(Gaps(request, tuple(files)))

    def compare(self, request: Request, keys: Sequence[str] = ()) -> Iterator[Event]:
        """Yield a table of the papers of a topic, or of these keys."""
        return self._engine.run(Compare(request, tuple(keys)))

    def back_up(self, file: Path, *, replace: bool = False) -> Iterator[Event]:
        """Write library and settings into one file; an older backup there stays unless `replace`."""
        return self._engine.run(BackUp(file, replace))

    def restore(self, file: Path, *, force: bool = False) -> Iterator[Event]:
        """Put the library of a backup in place; with `force` also of one that is there, which is kept aside."""
        return self._engine.run(Restore(file, force))

    def examine(self, *, mend: bool = False) -> Iterator[Event]:
        """Look at library, models and machine; with `mend` mend what can be mended."""
        return self._engine.run(Examine(mend))

    @property
    def engine_pid(self) -> int | None:
        """The engine's process number while it lives."""
        return self._engine.pid

    @property
    def was_stopped(self) -> bool:
        """Whether the last task was asked to stop."""
        return self._engine.was_stopped

    def stop(self) -> bool:
        """Ask the running task to end, which still yields its last event, with what it has; whether there is one."""
        return self._engine.stop()

    def close(self) -> None:
        """End the engine process."""
        self._engine.close()
        self.conversations.close()
