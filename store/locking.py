"""One writer at a time: a lock that the system releases with the process that holds it."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from store.errors import LibraryLocked, StoreError


@contextmanager
def writer_lock(home: Path, task: str) -> Iterator[None]:
    """Hold the library's writer lock; `task` is what another process is told that we do."""
    holder = home / "writer.json"
    lock = FileLock(home / "writer.lock")
    try:
        home.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=0)
    except Timeout:
        raise LibraryLocked(
            f"The library at {home} is being written by another process{_described(holder)}.",
            hint="Wait until it has finished, then run the same command again. Reading and asking work meanwhile.",
        ) from None
    except OSError as error:
        raise StoreError(
            f"The folder {home} cannot be written: {error.strerror or error}.",
            hint="Check its permissions, or use another library with --home DIR.",
        ) from error
    try:
        since = datetime.now().astimezone().strftime("%H:%M:%S")
        holder.write_text(json.dumps({"process": os.getpid(), "since": since, "task": task}), encoding="utf-8")
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def holder_of(home: Path) -> tuple[bool, str]:
    """Whether a process writes to the library now, and what it said of itself."""
    if not (home / "writer.lock").exists():
        return False, ""
    lock = FileLock(home / "writer.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return True, _described(home / "writer.json")
    except OSError:
        return False, ""
    lock.release()
    return False, ""


def _described(holder: Path) -> str:
    with suppress(OSError, ValueError, KeyError, TypeError):
        said = json.loads(holder.read_text(encoding="utf-8"))
        return f" (process {said['process']}, since {said['since']}: {said['task']})"
    return ""
