"""What gzip files and zip archives hold, as sources of their own; none of it is written to the disk."""

import gzip
import io
import lzma
import os
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from store.errors import UnreadableFile
from store.readers.source import Source

GZIP = b"\x1f\x8b"
ZIP = b"PK\x03\x04"

_PLENTY = 1 << 26
_HIGHEST_RATIO = 200  # text about papers packs ten to thirty times
_TAKEN_FOR_SIZE = 1 << 22  # of a gzip file within an archive, which must be unpacked to be known
_MOST_MEMBERS = 10_000
_DAMAGE = (
    EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, NotImplementedError, ValueError, OverflowError, KeyError,
)  # fmt: skip
_NO_REFERENCES = frozenset(
    """.pdf .doc .docx .odt .rtf .ppt .pptx .odp .xls .ods .png .jpg .jpeg .gif .bmp .tif .tiff .svg .webp .ico .eps .ps
    .djvu .epub .mobi .mp3 .mp4 .wav .avi .mov .mkv .htm .html .xhtml .mht .css .js .map .woff .woff2 .ttf .otf .exe
    .dll .so .o .pyc .class .jar .bin .dat .db .sqlite .sqlite3 .db-wal .db-shm .enlx .lnk .tmp .bak .swp .log .aux
    .bbl .blg .bcf .toc .out .synctex .sty .cls .bst .tex .py .r .ipynb .gguf .safetensors .onnx .npy .npz
    .pickle .pkl""".split()
)
"""Files that no reference manager exports references to: a folder or an archive may hold thousands of them."""


def may_hold_references(path: PurePosixPath | Path) -> bool:
    """Whether a file of a folder or archive is worth a look: not hidden, and nothing such as a PDF or a script."""
    hidden = any(part.startswith((".", "~$")) or part == "__MACOSX" for part in path.parts)
    return not hidden and path.suffix.lower() not in _NO_REFERENCES


def unpacked(source: Source) -> Source:
    """What a gzip file holds; any other source as it is."""
    if not source.start.startswith(GZIP):
        return source
    name = source.name[:-3] if source.suffix == ".gz" else source.name
    inside = Source(source.path, name=name, opened=lambda: _gunzipped(source))
    inside.name = source.name
    return inside


def members(source: Source) -> Iterator[Source]:
    """The files of a zip archive that may hold references."""
    with source.open_bytes() as file, opened_zip(source, file) as archive:
        infos = [info for info in archive.infolist() if not info.is_dir()]
    if len(infos) > _MOST_MEMBERS:
        raise UnreadableFile(f"{source.name} holds more than {_MOST_MEMBERS:,} files.", hint="Unpack it first.")
    for info in infos:
        if may_hold_references(PurePosixPath(info.filename)):
            yield _member(source, info.filename)


def opened_zip(source: Source, file: BinaryIO) -> zipfile.ZipFile:
    """The archive, or the failure to open it as one that is expected."""
    try:
        return zipfile.ZipFile(file)
    except (*_DAMAGE, OSError) as error:
        raise damaged(source) from error


def opened_member(
    source: Source, archive: zipfile.ZipFile, name: str, and_close: Callable[[], None] = lambda: None
) -> BinaryIO:
    """A file of an open archive; refused when it would unpack to far more than text does."""
    try:
        info = archive.getinfo(name)
        if info.flag_bits & 1:
            raise UnreadableFile(f"{source.name} is locked with a password.", hint="Unpack it first.")
        if info.file_size > max(_PLENTY, _HIGHEST_RATIO * info.compress_size):
            raise _bomb(source)
        return _Unpacked.of(source, archive.open(info), and_close=and_close)
    except (*_DAMAGE, OSError, RuntimeError) as error:
        raise damaged(source) from error


def damaged(source: Source) -> UnreadableFile:
    """The failure to unpack a file."""
    return UnreadableFile(f"{source.name} is damaged: it cannot be unpacked.", hint="Download or export it again.")


class _Unpacked(io.RawIOBase):
    """A stream being unpacked: damage and sizes beyond reason are expected failures."""

    def __init__(self, source: Source, stream: BinaryIO, *, packed: int, and_close: Callable[[], None]) -> None:
        self._source, self._stream, self._and_close = source, stream, and_close
        self._limit, self._count = max(_PLENTY, packed * _HIGHEST_RATIO), 0

    @classmethod
    def of(
        cls, source: Source, stream: object, *, packed: int = 1 << 60, and_close: Callable[[], None] = lambda: None
    ) -> BinaryIO:
        """The stream, buffered."""
        raw = cls(source, stream, packed=packed, and_close=and_close)  # type: ignore[arg-type]
        return io.BufferedReader(raw, 1 << 16)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        try:
            chunk = self._stream.read(len(view))
        except (*_DAMAGE, OSError) as error:
            raise damaged(self._source) from error
        self._count += len(chunk)
        if self._count > self._limit:
            raise _bomb(self._source)
        view[: len(chunk)] = chunk
        return len(chunk)

    def close(self) -> None:
        if not self.closed:
            self._stream.close()
            self._and_close()
        super().close()


def _gunzipped(source: Source) -> BinaryIO:
    packed = source.open_bytes()
    size = _TAKEN_FOR_SIZE
    if packed.seekable():
        size = packed.seek(0, os.SEEK_END)
        packed.seek(0)
    return _Unpacked.of(source, gzip.GzipFile(fileobj=packed), packed=size, and_close=packed.close)


def _member(source: Source, name: str) -> Source:
    def opened() -> BinaryIO:
        file = source.open_bytes()
        try:
            member = opened_member(source, opened_zip(source, file), name, file.close)
        except UnreadableFile:
            file.close()
            raise
        return _seekable(member) if name.lower().endswith(".xlsx") else member

    return Source(source.path, name=f"{source.name}/{name}", opened=opened)


def _seekable(stream: BinaryIO) -> BinaryIO:
    with stream:
        return io.BytesIO(stream.read())


def _bomb(source: Source) -> UnreadableFile:
    return UnreadableFile(
        f"{source.name} unpacks to more than {_HIGHEST_RATIO} times its size, which no reference file does.",
        hint="Unpack it yourself if you trust it, and add what is in it.",
    )
