"""Which encoding a file is in, found from its bytes in bounded memory."""

import codecs
import re
from pathlib import Path

from charset_normalizer import from_bytes

_CHUNK = 1 << 18
_SAMPLE = 1 << 16
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NOT_WESTERN = ["cp1250", "cp1251", "cp1253", "koi8_r", "gb18030", "big5", "shift_jis", "euc_jp", "euc_kr"]
# Western text has no four accented letters in a row, and no sign such as a superscript inside a word.
_FOREIGN = re.compile(rb"[\x80-\xff]{4}|[A-Za-z][\xa1-\xac\xaf-\xb6\xb8-\xbf\xd7\xf7][A-Za-z]")

STRAY_BYTES = "read-stray-bytes-as-windows-text"
"""Error handler for bytes outside the encoding: files joined from several sources often hold some."""


def marked(start: bytes) -> str:
    """The encoding that a byte order mark announces, or nothing."""
    return next((name for mark, name in _MARKS if start.startswith(mark)), "")


def detect(path: Path) -> str:
    """The encoding of the file: by its mark, else UTF-8 where that fits, else the likeliest."""
    with path.open("rb") as file:
        start = file.read(4)
    return marked(start) or _unmarked(_bytes_outside_utf8(path))


def _bytes_outside_utf8(path: Path) -> bytes:
    """A sample around the first bytes that are not UTF-8; empty where all are."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError as error:
                return chunk[max(0, error.start - _SAMPLE // 2) : error.start + _SAMPLE // 2]
    return b""


def _unmarked(sample: bytes) -> str:
    if not sample or _mostly_utf8(sample):
        return "utf-8"
    if not _FOREIGN.search(sample):
        return "cp1252"
    best = from_bytes(sample, cp_isolation=_NOT_WESTERN).best()
    return best.encoding if best else "cp1252"


def _mostly_utf8(sample: bytes) -> bool:
    letters = [char for char in sample.decode("utf-8", "replace") if char > "\x7f"]
    return letters.count("\ufffd") * 2 <= len(letters)


def _as_windows_text(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    stray = error.object[error.start : error.end]
    cut_off = error.end == len(error.object) and "unexpected end" in error.reason
    return ("" if cut_off else stray.decode("cp1252", "ignore")), error.end


codecs.register_error(STRAY_BYTES, _as_windows_text)
