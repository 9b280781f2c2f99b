"""What the header of a GGUF file says: whether the file is whole, and whether this llama.cpp knows its architecture."""

import importlib.util
import math
import mmap
import os
import struct
from pathlib import Path

BLOCKS = {
    0: (1, 4), 1: (1, 2), 2: (32, 18), 3: (32, 20), 6: (32, 22), 7: (32, 24), 8: (32, 34), 9: (32, 36),
    10: (256, 84), 11: (256, 110), 12: (256, 144), 13: (256, 176), 14: (256, 210), 15: (256, 292),
    16: (256, 66), 17: (256, 74), 18: (256, 98), 19: (256, 50), 20: (32, 18), 21: (256, 110), 22: (256, 82),
    23: (256, 136), 24: (1, 1), 25: (1, 2), 26: (1, 4), 27: (1, 8), 28: (1, 8), 29: (256, 56), 30: (1, 2),
    34: (256, 54), 35: (256, 66), 39: (32, 17),
}  # fmt: skip
"""Values to a block and bytes to a block of each tensor type that this version knows (ggml's `type_traits`)."""

_SIZES = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}
_STRING, _ARRAY = 8, 9
_ALIGNMENT = b"general.alignment"
_ARCHITECTURE = b"general.architecture"


def missing_bytes(path: Path) -> int:
    """How many bytes the file is too short; 0 where it is whole, or where its header cannot be told.

    Tensors of unknown types count as empty, so that a newer format is never called cut off.
    """
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            return max(0, _Header(content).end() - len(content))
    except (struct.error, IndexError):
        return 1  # the header itself is cut off
    except (OSError, ValueError, KeyError, OverflowError):
        return 0


def architecture(head: bytes) -> str:
    """The architecture that the beginning of a GGUF file names; "" where it is no GGUF file or names none so early."""
    if head[:4] != b"GGUF":
        return ""
    try:
        return _Header(head).architecture()
    except (struct.error, IndexError, KeyError, OverflowError):
        return ""


def llama_knows(architecture: str) -> bool:
    """Whether the installed llama.cpp can load an architecture; True where that cannot be told.

    Its library holds the names as texts that end in a zero byte; nothing is loaded.
    """
    library = _llama_library()
    if library is None or not architecture:
        return True
    try:
        with library.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            # without the "llama" that every version knows, this is not the file that holds the names
            return content.find(b"llama\0") < 0 or content.find(architecture.encode() + b"\0") >= 0
    except (OSError, ValueError):
        return True


def _llama_library() -> Path | None:
    spec = importlib.util.find_spec("llama_cpp")
    folders = [Path(folder)] if (folder := os.environ.get("LLAMA_CPP_LIB_PATH")) else []
    if spec and spec.origin:
        folders.append(Path(spec.origin).parent / "lib")
    names = ("libllama.so", "libllama.dylib", "llama.dll", "libllama.dll")
    return next((folder / name for folder in folders for name in names if (folder / name).is_file()), None)


class _Header:
    """Reads on from the beginning."""

    def __init__(self, content: mmap.mmap | bytes) -> None:
        self._content = content
        self._at = 8
        self._alignment = 32
        self._tensors, self._entries = self._number("Q"), self._number("Q")

    def end(self) -> int:
        """Where the last tensor ends."""
        for _ in range(self._entries):
            self._entry()
        ends = [self._tensor() for _ in range(self._tensors)]
        data = math.ceil(self._at / self._alignment) * self._alignment
        return max((data + end for end in ends), default=0)

    def architecture(self) -> str:
        """The value of `general.architecture`, which usually stands first; "" where there is none."""
        for _ in range(self._entries):
            key, kind = self._text(), self._number("I")
            if key == _ARCHITECTURE and kind == _STRING:
                return self._text().decode("ascii", "replace")
            self._skip(kind)
        return ""

    def _entry(self) -> None:
        key, kind = self._text(), self._number("I")
        if key == _ALIGNMENT and kind == 4:
            self._alignment = max(1, self._number("I"))
        else:
            self._skip(kind)

    def _skip(self, kind: int) -> None:
        if kind == _STRING:
            self._text()
        elif kind == _ARRAY:
            of, count = self._number("I"), self._number("Q")
            if of in _SIZES:
                self._at += _SIZES[of] * count
            else:
                for _ in range(count):
                    self._skip(of)
        else:
            self._at += _SIZES[kind]

    def _tensor(self) -> int:
        self._text()
        values = math.prod(self._number("Q") for _ in range(self._number("I")))
        kind, offset = self._number("I"), self._number("Q")
        count, size = BLOCKS.get(kind, (1, 0))
        return offset + values // count * size

    def _text(self) -> bytes:
        length = self._number("Q")
        self._at += length
        return self._content[self._at - length : self._at]

    def _number(self, form: str) -> int:
        (number,) = struct.unpack_from(f"<{form}", self._content, self._at)
        self._at += struct.calcsize(f"<{form}")
        return int(number)
