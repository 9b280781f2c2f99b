"""From a file to papers: the reader is chosen by what the file holds, not by its name.

To add a format, write one module of the shape of `Reader` and name it in `READERS`.
"""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from store.errors import UnreadableFile
from store.readers import (
    archive,
    atom,
    bibtex,
    digest,
    endnote_xml,
    json_document,
    jsonl,
    nbib,
    pubmed,
    refer,
    ris,
    table,
    wos,
    xlsx,
    zotero_database,
)
from store.readers.plain import clean
from store.readers.reader import Reader
from store.readers.source import Source
from store.records import Paper, Rejected
from store.retractions import marked

READERS: tuple[Reader, ...] = (
    bibtex, ris, nbib, pubmed, endnote_xml, json_document, jsonl, table, xlsx, wos, refer, atom, digest,
)  # fmt: skip


def read(path: Path, *, name: str = "", notes: bool = False) -> Iterator[Paper | Rejected]:
    """The records of a file, one by one; those that cannot be read come as `Rejected`.

    `name` is what to call the file where its own name says nothing, as that of spooled standard input does. With
    `notes` the first line of each of a paper's notes is read too, of Zotero's database.
    Raises `UnreadableFile`, at the call or later, when the file as a whole cannot be read.
    """
    source = Source(path, name=name)
    try:
        _refuse_other_than_files(source)
        return _read(source, notes=notes)
    except OSError as error:
        raise _unreadable(source, error) from error


def files(path: Path) -> Iterator[Path]:
    """The files to read for a path: the file itself; of a folder, all that may hold references, by name.

    Hidden files, and those that no program exports references to (PDFs, pictures, web pages, scripts), are left out
    without a word, as a folder of attachments may hold thousands. Whatever else is there is for `read` to judge.
    A folder that is Zotero's own stands for its database.
    """
    if not path.is_dir():
        yield path
        return
    for folder, folders, names in os.walk(path):
        if zotero_database.FILE in names:
            yield Path(folder, zotero_database.FILE)
            folders.clear()
            continue
        folders[:] = sorted(each for each in folders if not each.startswith((".", "__MACOSX")))
        for each in sorted(names):
            file = Path(folder, each)
            if archive.may_hold_references(Path(each)) and file.is_file():
                yield file


def belongs_to(path: Path, file: Path) -> bool:
    """Whether a change of `path` is one of `file`: of the file itself, or of what SQLite keeps beside it."""
    return path.parent == file.parent and path.name.removeprefix(file.name) in zotero_database.BESIDE


def worth_reading(path: Path, folder: Path) -> Path | None:
    """The file that `files` of a folder may yield because of a change of `path`; None where there is none."""
    database = path.with_name(zotero_database.FILE)
    if belongs_to(path, database):
        return database
    between = [each for each in path.parents if each == folder or folder in each.parents]
    is_zotero_s = any((each / zotero_database.FILE).is_file() for each in between)
    may_be_read = archive.may_hold_references(path.relative_to(folder)) and not path.is_dir()
    return path if may_be_read and not is_zotero_s else None


def formats() -> tuple[str, ...]:
    """The formats that can be read, as help texts name them."""
    return (*(reader.name for reader in READERS), zotero_database.name)


def _refuse_other_than_files(source: Source) -> None:
    if source.path.is_dir():
        raise UnreadableFile(f"{source.name} is a folder.", hint="Name the files in it, one by one.")
    if not source.path.exists():
        raise FileNotFoundError
    if not source.path.is_file():
        raise UnreadableFile(f"{source.name} is not a regular file.", hint="Save its text to a file first.")


def _read(source: Source, *, within: bool = False, notes: bool = False) -> Iterator[Paper | Rejected]:
    """The records of a file, or of a file `within` an archive."""
    source = archive.unpacked(source)
    if source.start.startswith(zotero_database.SQLITE):
        return _checked(zotero_database.name, zotero_database.read(source, notes=notes), source)
    if not source.start.startswith(archive.ZIP):
        return _records(_reader_for(source), source)
    if within and source.suffix != ".xlsx":
        raise UnreadableFile(f"{source.name} is an archive within an archive.", hint="Unpack it first.")
    if xlsx.is_workbook(source):
        return _records(xlsx, source)
    return _archived(source)


def _archived(source: Source) -> Iterator[Paper | Rejected]:
    """The records of all files of an archive; one that cannot be read does not keep the others from being read."""
    empty = True
    for member in archive.members(source):
        empty = False
        try:
            yield from _read(member, within=True)
        except UnreadableFile as error:
            yield Rejected(member.name, "the whole file", f"{error} {error.hint}".strip())
    if empty:
        raise UnreadableFile(f"{source.name} holds no file of references.", hint=_known())


def _reader_for(source: Source) -> Reader:
    if not clean(source.head):
        raise UnreadableFile(f"{source.name} is empty.", hint="Was it saved completely?")
    sure, reader = max(
        ((each.recognises(source.head, source.suffix), each) for each in READERS),
        key=lambda pair: pair[0],
    )
    if not sure:
        raise UnreadableFile(f"{source.name} is in no known format.", hint=_known())
    return reader


def _known() -> str:
    return f"Known formats: {'; '.join(formats())}."


def _records(reader: Reader, source: Source) -> Iterator[Paper | Rejected]:
    return _checked(reader.name, reader.read(source), source)


def _checked(format_: str, records: Iterator[Paper | Rejected], source: Source) -> Iterator[Paper | Rejected]:
    """The records with the name of their file; that there is none is a failure."""
    empty = True
    try:
        for record in records:
            empty = False
            yield marked(replace(record, source=source.name)) if isinstance(record, Paper) else record
    except OSError as error:
        raise _unreadable(source, error) from error
    if empty:
        raise UnreadableFile(f"{source.name} holds no record.", hint=f"It was read as {format_}.")


def _unreadable(source: Source, error: OSError) -> UnreadableFile:
    match error:
        case FileNotFoundError():
            return UnreadableFile(f"{source.name} does not exist.", hint=f"Looked for it at {source.path}.")
        case PermissionError():
            return UnreadableFile(f"{source.name} may not be read.", hint="Check its permissions.")
        case _:
            return UnreadableFile(f"{source.name} cannot be read: {error.strerror}.")
