"""Which encoding a file is in, found from its bytes in bounded memory."""

import codecs
import re
from collections.abc import Callable
from typing import BinaryIO

from charset_normalizer import from_bytes

_CHUNK = 1 << 18
_SAMPLE = 1 << 16
_LOOKED_AT = 1 << 10
_ENOUGH_TO_TELL = 8
_XML_ENCODING = re.compile(rb"\s*<\?xml[^>]{0,80}encoding=[\"']([A-Za-z0-9._-]{1,40})[\"']")
_ONE_BYTE = re.compile(r"iso8859-\d+|cp\d+|koi8-[ru]|mac-\w+|gb18030|gbk|gb2312|big5|shift_jis|euc_\w+")
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
    """The encoding that a byte order mark announces, or nothing; UTF-16 shows without one, too."""
    announced = next((name for mark, name in _MARKS if start.startswith(mark)), "")
    return announced or _utf16(start[:_LOOKED_AT])


def detect(opened: Callable[[], BinaryIO]) -> str:
    """The encoding of the file: by its mark, else UTF-8 where that fits, else what it declares or is likeliest."""
    with opened() as file:
        start = file.read(_LOOKED_AT)
    if mark := marked(start):
        return mark
    outside = _bytes_outside_utf8(opened)
    return (outside and _declared(start)) or _unmarked(outside)


def _utf16(start: bytes) -> str:
    """UTF-16 without a mark: Western text has a zero in every second place, and only there."""
    even, odd = start[::2].count(0), start[1::2].count(0)
    half = len(start) // 2
    if half < _ENOUGH_TO_TELL or max(even, odd) < half * 0.9 or min(even, odd):
        return ""
    return "utf-16-le" if odd > even else "utf-16-be"


def _declared(start: bytes) -> str:
    """The one-byte encoding that an XML declaration names."""
    found = _XML_ENCODING.match(start)
    try:
        name = codecs.lookup(found[1].decode("ascii")).name if found else ""
    except LookupError:
        return ""
    return name if _ONE_BYTE.fullmatch(name) else ""


def _bytes_outside_utf8(opened: Callable[[], BinaryIO]) -> bytes:
    """A sample around the first bytes that are not UTF-8; empty where all are."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with opened() as file:
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
