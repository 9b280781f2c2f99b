"""A file as text: its encoding worked out once, then read whole, line by line or piece by piece."""

import io
import os
import re
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path, PurePath
from typing import BinaryIO, TextIO

from store.errors import UnreadableFile
from store.readers import encoding
from store.readers.plain import clean

_HEAD = 1 << 16
_PIECE = 1 << 17
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_NOT_TEXT = (
    (b"%PDF-", "It is a PDF: add a BibTeX record of the paper, with its abstract, instead."),
    (b"BZh", "It is compressed: unpack it (bunzip2) first."),
    (b"\xfd7zXZ", "It is compressed: unpack it (unxz) first."),
    (b"7z\xbc\xaf", "It is an archive: unpack it first."),
    (b"\xd0\xcf\x11\xe0", "It is an old Office file: save it as .xlsx or as CSV."),
)


class Source:
    """A file, or a part of an archive, to read records from.

    `name` is how it is called in messages, fit to be stored and shown; `opened` opens it where it is not simply
    the file at `path`.
    """

    def __init__(self, path: Path, *, name: str = "", opened: Callable[[], BinaryIO] | None = None) -> None:
        self.path = path
        self.name = clean(os.fsencode(name or path.name).decode("utf-8", "replace"))
        self.suffix = PurePath(self.name).suffix.lower()
        self._opened = opened

    def open_bytes(self) -> BinaryIO:
        """The content as it is stored; to be closed by the caller."""
        return self._opened() if self._opened else self.path.open("rb")

    @cached_property
    def start(self) -> bytes:
        """The first bytes, enough to tell kinds of files apart."""
        with self.open_bytes() as file:
            return file.read(_HEAD)

    @cached_property
    def encoding(self) -> str:
        return encoding.detect(self.open_bytes)

    @cached_property
    def head(self) -> str:
        """The beginning of the file, enough to tell formats apart; a binary file is refused."""
        self._refuse_binary()
        with self._open() as file:
            head = file.read(_HEAD)
        if len(_CONTROL.findall(head)) > len(head) // 20:
            raise self._binary()
        return head

    def text(self) -> str:
        """The whole file, its line ends as newlines."""
        with self._open() as file:
            return file.read()

    def lines(self) -> Iterator[tuple[int, str]]:
        """The lines, numbered from 1 and with their ends, in bounded memory."""
        with self._open() as file:
            yield from enumerate(file, start=1)

    def pieces(self) -> Iterator[str]:
        """The text in pieces of bounded size, cut anywhere."""
        with self._open() as file:
            while piece := file.read(_PIECE):
                yield piece

    def _open(self) -> TextIO:
        return io.TextIOWrapper(self.open_bytes(), encoding=self.encoding, errors=encoding.STRAY_BYTES)

    def _refuse_binary(self) -> None:
        for magic, hint in _NOT_TEXT:
            if self.start.startswith(magic):
                raise self._binary(hint)
        if b"\0" in self.start and not encoding.marked(self.start):
            raise self._binary()

    def _binary(self, hint: str = "Save it as UTF-8 text and add that file.") -> UnreadableFile:
        return UnreadableFile(f"{self.name} is not a text file.", hint=hint)
