"""From a file to papers: the reader is chosen by what the file holds, not by its name.

To add a format, write one module of the shape of `Reader` and name it in `READERS`.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from store.errors import UnreadableFile
from store.readers import bibtex, digest, jsonl
from store.readers.plain import clean
from store.readers.reader import Reader
from store.readers.source import Source
from store.records import Paper, Rejected

READERS: tuple[Reader, ...] = (bibtex, jsonl, digest)


def read(path: Path) -> Iterator[Paper | Rejected]:
    """The records of a file, one by one; those that cannot be read come as `Rejected`.

    Raises `UnreadableFile`, at the call or later, when the file as a whole cannot be read.
    """
    source = Source(path)
    try:
        _refuse_other_than_files(source)
        reader = _reader_for(source)
    except OSError as error:
        raise _unreadable(source, error) from error
    return _records(reader, source)


def formats() -> tuple[str, ...]:
    """The formats that can be read, as help texts name them."""
    return tuple(reader.name for reader in READERS)


def _refuse_other_than_files(source: Source) -> None:
    if source.path.is_dir():
        raise UnreadableFile(f"{source.name} is a folder.", hint="Name the files in it, one by one.")
    if not source.path.exists():
        raise FileNotFoundError
    if not source.path.is_file():
        raise UnreadableFile(f"{source.name} is not a regular file.", hint="Save its text to a file first.")


def _reader_for(source: Source) -> Reader:
    if not clean(source.head):
        raise UnreadableFile(f"{source.name} is empty.", hint="Was it saved completely?")
    sure, reader = max(
        ((each.recognises(source.head, source.suffix), each) for each in READERS),
        key=lambda pair: pair[0],
    )
    if not sure:
        known = "; ".join(formats())
        raise UnreadableFile(f"{source.name} is in no known format.", hint=f"Known formats: {known}.")
    return reader


def _records(reader: Reader, source: Source) -> Iterator[Paper | Rejected]:
    try:
        for record in reader.read(source):
            yield replace(record, source=source.name) if isinstance(record, Paper) else record
    except OSError as error:
        raise _unreadable(source, error) from error


def _unreadable(source: Source, error: OSError) -> UnreadableFile:
    match error:
        case FileNotFoundError():
            return UnreadableFile(f"{source.name} does not exist.", hint=f"Looked for it at {source.path}.")
        case PermissionError():
            return UnreadableFile(f"{source.name} may not be read.", hint="Check its permissions.")
        case _:
            return UnreadableFile(f"{source.name} cannot be read: {error.strerror}.")
