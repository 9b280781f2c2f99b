"""Restoring a backup: unpacked and checked beside the library first, then each file is swapped in at once."""

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from store.backup.archive import manifest_of, unpacked
from store.backup.manifest import Manifest
from store.backup.snapshot import Stop, Stopped, damage, opened
from store.catalogue.connection import VERSION
from store.errors import BackupUnusable, LibraryLocked, StoreError
from store.locking import writer_lock
from store.records import Progress
from store.truth import ASIDE, databases

_BESIDE = ("-wal", "-shm", "-journal")


class Restoring:
    """One restoring into a home folder: `steps()` does it, then `manifest` says what came and `aside` what went."""

    def __init__(self, home: Path, archive: Path, *, force: bool = False) -> None:
        """With `force` a library that is there already is put aside; without, it is refused."""
        self._home = home
        self._archive = archive
        self._force = force
        self.manifest: Manifest | None = None
        """What was restored; None until it is done, and where it was stopped."""
        self.aside: Path | None = None
        """Where the library lies that was there before."""

    def steps(self, stop: Stop) -> Iterator[Progress]:
        """Do it. Stopped, killed or failed before the last moment, the library that was there stands."""
        try:
            yield from self._steps(stop)
        except Stopped:
            return
        except BackupUnusable as error:
            raise BackupUnusable(
                f"{self._archive} cannot be restored: {error}.", hint="Nothing was changed. Try another backup."
            ) from error
        except OSError as error:
            raise StoreError(
                f"The backup cannot be restored into {self._home}: {error.strerror or error}.",
                hint="The library that was there stands. Free some space or check the folder's permissions,"
                " then run the same command again.",
            ) from error

    def _steps(self, stop: Stop) -> Iterator[Progress]:
        manifest = manifest_of(self._archive)
        with writer_lock(self._home, "restoring a backup"), _chroma_closed(self._home):
            self._refuse_library()
            for left in self._home.glob(".restore-*"):  # of one that was killed
                shutil.rmtree(left, ignore_errors=True)
            _refuse_small_disk(self._home, manifest.size)
            with tempfile.TemporaryDirectory(prefix=".restore-", dir=self._home) as made:
                yield from unpacked(self._archive, manifest, Path(made), stop)
                for name in databases(Path(made)):
                    yield Progress(f"Checking {name}", 0)
                    _refuse_damaged(Path(made) / name)
                if stop():
                    raise Stopped
                self._swap(Path(made), list(manifest.files))
        self.manifest = manifest

    def _refuse_library(self) -> None:
        held = [name for name in databases(self._home) if not _is_empty(self._home / name)]
        if held and not self._force:
            raise StoreError(
                f"There is a library in {self._home} already ({', '.join(held)}).",
                hint="Restore into another folder with --home DIR, or use --force: the library that is there is"
                " kept aside.",
            )

    def _swap(self, made: Path, names: list[str]) -> None:
        old = [name for name in [*databases(self._home), *names] if (self._home / name).is_file()]
        for name in databases(self._home):
            _settle(self._home / name)
        if old:
            self.aside = _aside(self._home, list(dict.fromkeys(old)))
        for name in ("library/chroma.changes", "library/chroma.busy"):
            (self._home / name).unlink(missing_ok=True)
        shutil.rmtree(self._home / "library" / "chroma", ignore_errors=True)
        for name in dict.fromkeys([*names, *old]):
            _remove_beside(self._home / name)
            (self._home / name).parent.mkdir(parents=True, exist_ok=True)
            if name in names:
                (made / name).replace(self._home / name)
            else:
                (self._home / name).unlink()


@contextmanager
def _chroma_closed(home: Path) -> Iterator[None]:
    """No other process has the library open: those that only read would go on with the files put aside."""
    (home / "library").mkdir(parents=True, exist_ok=True)
    lock = FileLock(home / "library" / "chroma.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise _in_use(home) from None
    try:
        yield
    finally:
        lock.release()


def _in_use(home: Path) -> LibraryLocked:
    return LibraryLocked(
        f"Another process has the library at {home} open.",
        hint="Close the other program, then run the same command again.",
    )


def _refuse_small_disk(home: Path, needed: int) -> None:
    free = shutil.disk_usage(home).free
    if free < needed:
        raise StoreError(
            f"The backup needs {needed / 1e6:,.0f} MB, but only {free / 1e6:,.0f} MB are free at {home}.",
            hint="Free some space, or restore into a folder on another disk with --home DIR.",
        )


def _refuse_damaged(path: Path) -> None:
    try:
        with closing(opened(path)) as database:
            problem = damage(database)
            (version,) = database.execute("PRAGMA user_version").fetchone()
    except sqlite3.DatabaseError as error:
        problem = str(error)
    if problem:
        raise BackupUnusable(f"'{path.name}' in it is damaged ({problem})")
    if not path.name.startswith("catalogue."):
        return
    if version < 1:
        raise BackupUnusable(f"'{path.name}' in it is damaged (there is no library in it)")
    if version > VERSION:
        raise BackupUnusable(f"its library was written by a newer version of this program (schema {version})")


def _is_empty(path: Path) -> bool:
    """Whether no table holds a row that a user would miss; a damaged file is not empty."""
    with suppress(sqlite3.DatabaseError), closing(opened(path)) as database:
        select = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"
        tables = [name for (name,) in database.execute(select) if not name.startswith(("words", "sqlite_", "meta"))]
        return not any(database.execute(f'SELECT 1 FROM "{name}" LIMIT 1').fetchone() for name in tables)
    return False


def _settle(path: Path) -> None:
    """Bring what stands in a database's log into the file itself; raises where another process uses it."""
    try:
        with closing(sqlite3.connect(path, isolation_level=None, timeout=2)) as database:
            database.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise _in_use(path.parent) from error
    except sqlite3.DatabaseError:
        return  # damaged: it is kept as it is, with its log


def _aside(home: Path, names: list[str]) -> Path:
    """Keep files under a folder of their own; they stay where they are, too."""
    folder = home / f"{ASIDE}{datetime.now().strftime('%Y-%m-%d-%H%M%S')}"
    folder.mkdir()
    for name in names:
        for path in [home / name, *((home / name).with_name(Path(name).name + end) for end in _BESIDE)]:
            if path.is_file():
                target = folder / path.relative_to(home)
                target.parent.mkdir(parents=True, exist_ok=True)
                _linked_or_copied(path, target)
    return folder


def _linked_or_copied(path: Path, target: Path) -> None:
    try:
        target.hardlink_to(path)
    except OSError:  # a file system without links
        shutil.copy2(path, target)


def _remove_beside(path: Path) -> None:
    for end in _BESIDE:
        path.with_name(path.name + end).unlink(missing_ok=True)
