"""What the engine answers beside its tasks: pages of the catalogue, counts. No model, no index."""

from collections.abc import Callable, Iterator
from pathlib import Path

from assistant.engine.messages import Browse, CountPapers, CountYears, FindPapers, ReadPapers, Task
from assistant.events import Event, PapersRead, PerYear, Total
from store.browsing import Shelf
from store.library import LibraryPaths


class Looks:
    """Has a connection to the catalogue of its own, for a thread of its own."""

    def __init__(self, home: Path) -> None:
        self._shelf = Shelf(LibraryPaths(home).catalogue)

    def events(self, task: Task, _stop: Callable[[], bool]) -> Iterator[Event]:
        """Yield the one answer; raises `ExpectedError` where the catalogue cannot be read."""
        match task:
            case CountPapers():
                yield Total(self._shelf.count())
            case Browse():
                yield self._shelf.page(task.text, order=task.order, offset=task.offset, limit=task.limit)
            case ReadPapers():
                yield PapersRead(tuple(self._shelf.papers(task.numbers).items()))
            case FindPapers():
                yield PapersRead(tuple(self._shelf.found(task.keys, task.filters, task.limit).items()))
            case CountYears():
                yield PerYear(self._shelf.per_year(task.text))

    def close(self) -> None:
        """Close the catalogue."""
        self._shelf.close()
