"""Making a backup: snapshots of the databases and the settings, packed and checked, in place at once or not at all."""

import hashlib
import os
import shutil
import tempfile
import zipfile
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path

from store.backup.archive import BLOCK, MEGABYTE, manifest_of
from store.backup.manifest import NAME, Entry, Manifest
from store.backup.snapshot import Stop, Stopped, opened, snapshot
from store.errors import BackupUnusable, StoreError
from store.records import Progress
from store.truth import databases, is_database


class BackingUp:
    """One backup of a home folder: `steps()` does it, then `manifest` says what it holds."""

    def __init__(self, home: Path, target: Path, *, also: Sequence[str] = (), replace: bool = False) -> None:
        """`also` are names of further files of the home; an older backup at `target` stays unless `replace`."""
        self._home = home
        self._target = target.absolute()
        self._also = also
        self._replace = replace
        self.manifest: Manifest | None = None
        """What was written; None until it is complete, and where it was stopped."""

    def steps(self, stop: Stop) -> Iterator[Progress]:
        """Do it; stopped or failed, nothing is left behind and an older backup stands."""
        names = databases(self._home)
        if not names:
            raise StoreError(f"There is no library in {self._home}.", hint="Add files first: assistant add FILE.")
        self._refuse_target()
        try:
            with tempfile.TemporaryDirectory(prefix=".backup-", dir=self._target.parent) as made:
                yield from self._steps(names, Path(made), stop)
        except Stopped:
            self.manifest = None
        except OSError as error:
            raise StoreError(
                f"The backup cannot be written to {self._target}: {error.strerror or error}.",
                hint="Free some space there or name another place, then run the same command again.",
            ) from error

    def _steps(self, names: list[str], folder: Path, stop: Stop) -> Iterator[Progress]:
        for name in names:
            yield Progress(f"Copying {name}", 0)
            copy = folder / "files" / name
            copy.parent.mkdir(parents=True, exist_ok=True)
            snapshot(self._home / name, copy, stop)
        kept = [name for name in self._also if (self._home / name).is_file()]
        for name in kept:
            (folder / "files" / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(self._home / name, folder / "files" / name)
        manifest = yield from _packed(folder / "files", [*names, *kept], folder / "archive", stop)
        if stop():
            raise Stopped
        (folder / "archive").replace(self._target)
        self.manifest = manifest

    def _refuse_target(self) -> None:
        if self._target.is_dir():
            raise StoreError(f"{self._target} is a folder.", hint="Give the name of the backup file in it.")
        if not self._target.exists():
            return
        if not self._target.is_file():
            raise StoreError(f"{self._target} is a device.", hint="Give the name of a file.")
        try:
            older = manifest_of(self._target)
        except BackupUnusable:
            raise StoreError(
                f"{self._target} exists and is not a backup; it is left alone.", hint="Give another name."
            ) from None
        if not self._replace:
            raise StoreError(
                f"{self._target} is there already: a backup of {older.papers:,} papers, made {older.made}.",
                hint="Give another name, or replace it with --force.",
            )


def _packed(folder: Path, names: list[str], archive: Path, stop: Stop) -> Generator[Progress, None, Manifest]:
    entries = {}
    total = sum((folder / name).stat().st_size for name in names) // MEGABYTE
    done = 0
    with archive.open("wb") as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as pack:
            for name in names:
                digest = hashlib.sha256()
                with (folder / name).open("rb") as source, pack.open(name, "w", force_zip64=True) as packed:
                    while block := source.read(BLOCK):
                        if stop():
                            raise Stopped
                        yield Progress("Packing the backup (MB)", done // MEGABYTE, total)
                        digest.update(block)
                        packed.write(block)
                        done += len(block)
                entries[name] = Entry((folder / name).stat().st_size, digest.hexdigest())
            made = datetime.now().astimezone().isoformat(" ", "seconds")
            manifest = Manifest(made, _papers(folder, names), entries)
            pack.writestr(NAME, manifest.as_text())
        file.flush()
        os.fsync(file.fileno())
    return manifest


def _papers(folder: Path, names: list[str]) -> int:
    count = 0
    for name in filter(is_database, names):
        with closing(opened(folder / name)) as database:
            if database.execute("SELECT 1 FROM sqlite_master WHERE name = 'papers'").fetchone():
                count += database.execute("SELECT count(*) FROM papers").fetchone()[0]
    return count
