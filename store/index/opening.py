"""Opening the index so that a damaged one can do no harm, and keeping it in step with the catalogue."""

import logging
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from store.catalogue import Catalogue
from store.embedding.base import Vectors
from store.index.base import PassageVectors, VectorIndex
from store.index.exact import ExactIndex
from store.records import EmbedderId, Progress

log = logging.getLogger(__name__)

_BLOCK = 500
_THE_SAME = 0.999


class GuardedChroma:
    """Chroma behind a lock and a mark.

    The lock lets one process at a time open the folder. The mark is a file that exists while Chroma
    opens or writes: found at the next start it says that the process died there, and the folder is
    thrown away and filled from the catalogue instead of being opened.
    """

    name = "Chroma"

    def __init__(self, folder: Path, lock: FileLock, embedder: EmbedderId, catalogue: Catalogue) -> None:
        self._lock = lock
        self._in_step = _step_note(folder)
        self._mark = folder.with_name(folder.name + ".busy")
        if self._mark.exists():
            log.warning("the process died while Chroma was at work; its folder is made anew")
            throw_away(folder)
        with self._busy():
            in_step = self.in_step_with == catalogue.changes
            self._index = _open_or_replace(folder, embedder, _samples(catalogue) if in_step else [])

    def count(self) -> int:
        return self._index.count()

    def numbers(self) -> set[int]:
        return self._index.numbers()

    def add(self, numbers: Sequence[int], vectors: Vectors) -> None:
        with self._busy():
            self._index.add(numbers, vectors)

    def remove(self, numbers: Sequence[int]) -> None:
        with self._busy():
            self._index.remove(numbers)

    def nearest(self, question: Vectors, limit: int) -> list[tuple[int, float]]:
        return self._index.nearest(question, limit)

    @property
    def in_step_with(self) -> int:
        with suppress(OSError, ValueError):
            return int(self._in_step.read_text(encoding="ascii"))
        return -1

    def set_in_step(self, changes: int) -> None:
        self._in_step.write_text(str(changes), encoding="ascii")

    def close(self) -> None:
        self._index.close()
        self._lock.release()

    @contextmanager
    def _busy(self) -> Iterator[None]:
        self._mark.touch()
        yield
        self._mark.unlink(missing_ok=True)


def throw_away(folder: Path) -> None:
    """Delete a Chroma folder, or what stands in its place, and the note of how far it was."""
    _step_note(folder).unlink(missing_ok=True)
    if folder.is_file():
        folder.unlink()
    shutil.rmtree(folder, ignore_errors=True)


def _step_note(folder: Path) -> Path:
    return folder.with_name(folder.name + ".changes")


def _open_or_replace(folder: Path, embedder: EmbedderId, own: list[tuple[int, Vectors]]) -> PassageVectors:
    from store.index.chroma import ChromaIndex

    try:
        index = ChromaIndex(folder, embedder=embedder)
        try:
            _try_out(index, own)
        except BaseException:
            with suppress(Exception):
                index.close()
            raise
        return index
    except Exception as error:  # noqa: BLE001 - whatever Chroma raises, the folder is of no use and not the truth
        log.warning("Chroma's folder cannot be used and is made anew: %s", error)
        throw_away(folder)
        return ChromaIndex(folder, embedder=embedder)


def _samples(catalogue: Catalogue, count: int = 16) -> list[tuple[int, Vectors]]:
    numbers = catalogue.passage_papers()[0]
    some = numbers[:: max(1, len(numbers) // count)].tolist()
    return list(zip(some, catalogue.vectors(some), strict=True))


def _try_out(index: PassageVectors, own: list[tuple[int, Vectors]]) -> None:
    """Look for some passages by their own vectors: a file cut off by a crash answers, and answers wrongly."""
    index.count()
    missed = [number for number, vector in own if not _found(number, index.nearest(vector, 10))]
    if len(missed) > len(own) // 4:  # a graph is approximate and may miss some, the more the larger it is
        raise ValueError(f"{len(missed)} of {len(own)} passages are not found by their own vectors")


def _found(number: int, nearest: list[tuple[int, float]]) -> bool:
    """Whether a passage, or one that reads the same, is the nearest to its own vector."""
    return bool(nearest) and (number in dict(nearest) or nearest[0][1] > _THE_SAME)


def open_index(folder: Path, catalogue: Catalogue, embedder: EmbedderId) -> VectorIndex:
    """The Chroma folder, or an exact index where another process has the folder open, or it may not be written."""
    if catalogue.read_only:
        log.info("the library may not be written; searching the catalogue's vectors directly")
        return ExactIndex(catalogue)
    folder.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder.with_name(folder.name + ".lock"))
    try:
        lock.acquire(timeout=0)
    except Timeout:
        log.info("another process has the Chroma folder open; searching the catalogue's vectors directly")
        return ExactIndex(catalogue)
    return GuardedChroma(folder, lock, embedder, catalogue)


def catch_up(index: VectorIndex, catalogue: Catalogue, stop: Callable[[], bool]) -> Iterator[Progress]:
    """Bring the index in step with the catalogue from its stored vectors; nothing is embedded."""
    numbers, _ = catalogue.passage_papers()
    wanted, held = set(numbers.tolist()), index.numbers()
    if stale := sorted(held - wanted):
        index.remove(stale)
    missing = sorted(wanted - held)
    for first in range(0, len(missing), _BLOCK):
        if stop():
            return
        yield Progress("Indexing passages", first, len(missing))
        with catalogue.reading():
            there = set(catalogue.passage_papers()[0].tolist())  # another process may have replaced some by now
            block = [number for number in missing[first : first + _BLOCK] if number in there]
            vectors = catalogue.vectors(block)
        index.add(block, vectors)
    if missing:
        yield Progress("Indexing passages", len(missing), len(missing))
