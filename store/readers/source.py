"""A file as text: its encoding worked out once, then read whole or line by line."""

import os
import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import TextIO

from store.errors import UnreadableFile
from store.readers import encoding
from store.readers.plain import clean

_HEAD = 1 << 16
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_NOT_TEXT = (
    (b"%PDF-", "It is a PDF: add a BibTeX record of the paper, with its abstract, instead."),
    (b"\x1f\x8b", "It is compressed: unpack it (gunzip) first."),
    (b"PK\x03\x04", "It is a zip archive or an Office file: unpack it, or save it as text."),
)


class Source:
    """A file to read records from. `name` is its file name, fit to be stored and shown."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = clean(os.fsencode(path.name).decode("utf-8", "replace"))
        self.suffix = path.suffix.lower()

    @cached_property
    def encoding(self) -> str:
        return encoding.detect(self.path)

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

    def _open(self) -> TextIO:
        return self.path.open(encoding=self.encoding, errors=encoding.STRAY_BYTES)

    def _refuse_binary(self) -> None:
        with self.path.open("rb") as file:
            start = file.read(_HEAD)
        for magic, hint in _NOT_TEXT:
            if start.startswith(magic):
                raise self._binary(hint)
        if b"\0" in start and not encoding.marked(start):
            raise self._binary()

    def _binary(self, hint: str = "Save it as UTF-8 text and add that file.") -> UnreadableFile:
        return UnreadableFile(f"{self.name} is not a text file.", hint=hint)
