"""The archive of a backup: a zip file with the files under their relative names and a manifest."""

import errno
import hashlib
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from store.backup.manifest import NAME, Entry, Manifest, parsed
from store.backup.snapshot import Stop, Stopped
from store.errors import BackupUnusable
from store.records import Progress

MEGABYTE = 1_000_000
BLOCK = 1 << 20
_MANIFEST_LIMIT = 1 << 20


@contextmanager
def reading(path: Path) -> Iterator[zipfile.ZipFile]:
    """The archive; whatever is wrong with it becomes `BackupUnusable`."""
    if not path.is_file():
        raise BackupUnusable("it is no file" if path.exists() else "there is no such file")
    try:
        with zipfile.ZipFile(path) as pack:
            yield pack
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, KeyError) as error:
        raise BackupUnusable(f"it is damaged or not a backup ({str(error).strip(chr(39)) or 'cut off'})") from error
    except (ValueError, OverflowError, struct.error) as error:
        raise BackupUnusable(f"it is damaged ({error})") from error
    except OSError as error:
        if error.errno != errno.EINVAL:  # a place before the beginning of the file
            raise
        raise BackupUnusable("it is damaged") from error


def manifest_of(path: Path) -> Manifest:
    """What a backup says of itself; raises `BackupUnusable`."""
    with reading(path) as pack, pack.open(NAME) as file:
        return parsed(file.read(_MANIFEST_LIMIT))


def unpacked(path: Path, manifest: Manifest, folder: Path, stop: Stop) -> Iterator[Progress]:
    """Unpack all files into a folder and compare their checksums; raises `BackupUnusable` and `Stopped`."""
    done = 0
    with reading(path) as pack:
        for name, entry in manifest.files.items():
            for count in _unpacked(pack, name, entry, folder / name):
                done += count
                yield Progress("Unpacking the backup (MB)", done // MEGABYTE, manifest.size // MEGABYTE)
                if stop():
                    raise Stopped


def _unpacked(pack: zipfile.ZipFile, name: str, entry: Entry, target: Path) -> Iterator[int]:
    digest = hashlib.sha256()
    size = 0
    target.parent.mkdir(parents=True, exist_ok=True)
    with pack.open(name) as packed, target.open("wb") as file:
        while size <= entry.size and (block := packed.read(BLOCK)):
            digest.update(block)
            file.write(block)
            size += len(block)
            yield len(block)
    if size != entry.size or digest.hexdigest() != entry.sha256:
        raise BackupUnusable(f"'{name}' in it is damaged")
