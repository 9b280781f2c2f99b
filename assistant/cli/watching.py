"""`assistant add --watch`: adds files as they change, each once nobody writes to it any more."""

import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from queue import Empty, SimpleQueue
from types import TracebackType

from assistant.cli.adding import Adding
from assistant.cli.text import safe
from store.errors import ExpectedError, LibraryLocked, StoreError
from store.readers import belongs_to, worth_reading

SETTLED = 1.0
"""Seconds for which a file must stay as it is before it is read."""
MOST_LOOKS = 60
"""Looks at a file that is written all the time, after which it is read as it is."""
_LOOK_EVERY_MS = 200


def watched(adding: Adding, paths: Sequence[Path]) -> int:
    """Add files, then each that changes, until Ctrl-C. The engine lives for one import: others may use the library."""
    with Watch(paths) as watch:
        try:
            if adding.all(paths, named=paths) is None:
                return 1
            print(safe(f"watching {', '.join(map(str, paths))}; Ctrl-C ends it"), file=sys.stderr, flush=True)
            waiting: set[Path] = set()
            while True:
                waiting |= watch.changed(wait=1.0)
                for path in sorted(waiting):
                    settled(path)
                    try:
                        if not followed_up(adding, path, paths):
                            raise KeyboardInterrupt
                    except LibraryLocked:  # it is another's turn; later it is this one's
                        continue
                    waiting.discard(path)
        except KeyboardInterrupt:
            print("\nno longer watching", file=sys.stderr)
            return 0


def followed_up(adding: Adding, path: Path, paths: Sequence[Path]) -> bool:
    """Add a file of the watched `paths` that has changed; whether the user lets it go on. Raises `LibraryLocked`."""
    try:
        if path.exists():
            return adding.one(path)
        folder = next((each for each in paths if each.resolve() in path.parents), None)
        if folder and adding.sync:
            return adding.all([folder], named=[folder]) is not None
        print(safe(f"{path.name}: is gone; its papers stay in the library"), file=sys.stderr)
    except LibraryLocked:
        raise
    except ExpectedError as error:
        print(safe(f"{path.name}: error: {error} {error.hint}".rstrip()), file=sys.stderr)
    return True


class Watch:
    """Files, and folders with all that is in them, from the moment it is entered until it is left."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._paths = [path.resolve() for path in paths]
        self._over = threading.Event()
        self._changed: SimpleQueue[Path | Exception] = SimpleQueue()
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> "Watch":
        folders = [path for path in self._paths if path.is_dir()]
        beside = sorted({path.parent for path in self._paths if not path.is_dir()})  # a file may be replaced by another
        if missing := [place for place in beside if not place.is_dir()]:
            raise StoreError(f"{missing[0]} cannot be watched: there is no such folder.", hint="Check the file's path.")
        for places, recursive in ((folders, True), (beside, False)):
            if places:
                thread = threading.Thread(target=self._watch, args=(places, recursive), daemon=True, name="watch")
                thread.start()
                self._threads.append(thread)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def changed(self, *, wait: float | None = None) -> set[Path]:
        """The files that have changed since it was asked last; waits for the first, at most `wait` seconds.

        Raises `StoreError` where the system does not let them be watched.
        """
        found: set[Path] = set()
        try:
            arrived = self._changed.get(timeout=wait)
            while True:
                if isinstance(arrived, Exception):
                    raise StoreError(
                        f"The files cannot be watched: {arrived}.",
                        hint="Watch fewer folders, or run the command now and then without --watch.",
                    ) from arrived
                found.add(arrived)
                arrived = self._changed.get_nowait()
        except Empty:
            return found

    def _watch(self, places: Sequence[Path], recursive: bool) -> None:
        from watchfiles import watch

        try:
            for changes in watch(
                *places, watch_filter=None, stop_event=self._over, rust_timeout=_LOOK_EVERY_MS, recursive=recursive,
                raise_interrupt=False, ignore_permission_denied=True,
            ):  # fmt: skip
                for path in {each for _, name in changes for each in self._meant(Path(name))}:
                    self._changed.put(path)
        except (OSError, RuntimeError) as error:  # such as the system's limit on watched folders
            self._changed.put(error)

    def _meant(self, path: Path) -> Iterator[Path]:
        """The watched files that a change of `path` changes."""
        for watched in self._paths:
            if watched.is_dir():
                if path != watched and watched in path.parents and (file := worth_reading(path, watched)):
                    yield file
            elif belongs_to(path, watched):
                yield watched


def settled(path: Path, pause: Callable[[], object] = lambda: time.sleep(SETTLED)) -> None:
    """Wait until a file, or its absence, stays as it is from one pause to the next."""
    before = _state(path)
    for _ in range(MOST_LOOKS):
        pause()
        now = _state(path)
        if now == before:
            return
        before = now


def _state(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
