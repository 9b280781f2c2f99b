"""JSON files: a list of records, one record, or an object that holds the list, as Zotero, OpenAlex and others write.

An own scanner over the standard library's decoder: it reads a list of any length in bounded memory and goes on
after a record that is broken, which ijson cannot.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from store.readers import json_records
from store.readers.source import Source
from store.records import Paper, Rejected

name = "JSON (.json): CSL, Zotero, Crossref, OpenAlex, Semantic Scholar"

_LISTS = frozenset(
    "items results data records references works papers publications documents docs entries articles result hits"
    " resultlist message response library bibliography entry".split()
)
"""Keys under which a record list, or an object with one, stands."""

_TITLE = re.compile(r'"(?:title|display_name|abstract\w*)"\s*:', re.IGNORECASE)
_PEEKED = 1 << 14
_LONGEST = 1 << 24
_DEEPEST = 4
_SPACE = re.compile(r"[\s,\ufeff]*")
_COLON = re.compile(r"\s*:\s*")
_KEY = re.compile(r'"((?:[^"\\]|\\.){0,200})"')
_BRACE_OR_STRING = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}]', re.DOTALL)
_NEXT_RECORD = re.compile(r"[}\]][\s,]*(?=\{\s*\")")
_OBJECT = re.compile(r"(?=\{\s*[\"}])")
_STARTS = re.compile(r"\ufeff?\s*(?:\[\s*[\[{\"\]]|\{\s*[\"}])")
_OBJECT_LINE = re.compile(r"\s*\{\s*[\"}]")
_INVALID = "it is not valid JSON: {}"
_CUT_OFF = "the file ends in the middle of this record"


def recognises(head: str, suffix: str) -> float:
    """Whether a list or an object opens; objects that stand one to a line are JSON Lines."""
    if not _STARTS.match(head):
        return 0.0
    if head.lstrip("\ufeff \t\r\n").startswith("["):
        return 0.95 + 0.05 * (suffix == ".json")
    objects = sum(_OBJECT_LINE.match(line) is not None for line in head.splitlines())
    return 0.45 if objects > 1 or suffix in {".jsonl", ".ndjson"} else 1.0


def read(source: Source) -> Iterator[Paper | Rejected]:
    """The records one by one; a list's in bounded memory."""
    count = 0
    for line, found in _Scanner(source.pieces()).records():
        for record in [found] if isinstance(found, str) else json_records.papers(found):
            count += 1
            where = f"line {line}, record {count}"
            yield record if isinstance(record, Paper) else Rejected(source.name, where, record)


@dataclass(frozen=True, slots=True)
class _Failure:
    reason: str
    at_end: bool


class _Scanner:
    """A window on the text that moves on from record to record."""

    def __init__(self, pieces: Iterator[str]) -> None:
        self._pieces = pieces
        self._buffer = ""
        self._at = 0
        self._line = 1
        self._counted = 0
        self._ended = False
        self._decoder = json.JSONDecoder(strict=False)

    def records(self) -> Iterator[tuple[int, Any]]:
        """Each record as an object, or as text what is wrong with it, with its line."""
        while mark := self._next():
            if mark == "[":
                self._at += 1
                yield from self._list()
            elif mark == "{":
                yield from self._object(1)
            else:
                yield self._line_here(), "it is not a JSON object"
                return

    def _list(self, depth: int = 1) -> Iterator[tuple[int, Any]]:
        """The records of a list, or of the lists in it; where its first list is a header, those of a table."""
        header: Any = None
        while (mark := self._next()) and mark != "]":
            line = self._line_here()
            if mark == "{":
                yield line, self._value(skip=True)
            elif mark == "[" and depth < _DEEPEST and self._next(1) in {"{", "["}:
                self._at += 1
                yield from self._list(depth + 1)
            elif isinstance(found := self._value(skip=True), str) and mark != '"':
                yield line, found
            elif header and (rows := json_records.from_rows(header, [found])):
                yield line, rows[0]
            elif header is None and json_records.from_rows(found, [found]):
                header = found
            else:
                yield line, "it is not a JSON object"
        if not mark:
            yield self._line_here(), "the file ends before its list does; is it complete?"
        self._at += 1

    def _object(self, depth: int) -> Iterator[tuple[int, Any]]:
        """The records in an object, read one by one where it holds a list of them; else the object itself."""
        line, held = self._line_here(), False
        own: dict[str, Any] = {}
        self._at += 1
        while (mark := self._next()) and mark != "}":
            key = self._key()
            if key and self._holds_records(key, own, depth):
                held = True
                yield from self._held(depth)
            elif problem := self._take(key, own):
                yield line, problem
                self._resynchronise()
                return
        self._at += 1
        if not mark:
            yield line, _CUT_OFF
        elif not held or json_records.says_of_itself(own):
            yield line, own

    def _holds_records(self, key: str, own: Mapping[str, Any], depth: int) -> bool:
        """Whether the value that comes is a list of records, or an object with one, and not a part of a record."""
        if json_records.says_of_itself(own) or not json_records.may_hold_records(key):
            return False
        mark = self._next()
        if mark == "[":
            first = self._next(1)
            return first in {"{", "]"} if key.lower() in _LISTS else first == "{" and self._begins_a_record()
        return mark == "{" and depth < _DEEPEST and key.lower() in _LISTS and "title" not in own

    def _begins_a_record(self) -> bool:
        """Whether the list that comes begins with the record of a paper, or with an object around one."""
        self._fill(1 << 16)
        try:
            first, _ = self._decoder.raw_decode(self._buffer, self._buffer.index("{", self._at))
        except (ValueError, RecursionError):
            return _TITLE.search(self._buffer, self._at, self._at + _PEEKED) is not None
        return json_records.is_record(first) or any(map(json_records.is_record, first.values()))

    def _held(self, depth: int) -> Iterator[tuple[int, Any]]:
        if self._next() == "{":
            yield from self._object(depth + 1)
        else:
            self._at += 1
            yield from self._list()

    def _take(self, key: str | None, own: dict[str, Any]) -> str:
        """Put the value that comes under its key, or say what is wrong with it."""
        if key is None:
            return _INVALID.format("a name in quotation marks is missing")
        value = self._value(skip=False)
        if isinstance(value, _Failure):
            return _CUT_OFF if value.at_end else value.reason
        own[key] = value
        return ""

    def _key(self) -> str | None:
        self._fill(1 << 10)
        found = _KEY.match(self._buffer, self._at)
        colon = _COLON.match(self._buffer, found.end()) if found else None
        if found is None or colon is None:
            return None
        self._at = colon.end()
        return found[1]

    def _value(self, *, skip: bool) -> Any:
        """The value that begins here; a failure, which with `skip` is text and is passed over."""
        self._fill(1 << 10)
        while True:
            try:
                value, self._at = self._decoder.raw_decode(self._buffer, self._at)
                return value
            except json.JSONDecodeError as error:
                unfinished = error.pos >= len(self._buffer) - 20 or error.msg.startswith("Unterminated string")
                failure = _Failure(_INVALID.format(error.msg), unfinished)
            except RecursionError:
                failure = _Failure("it is nested too deeply", at_end=False)
            except ValueError:
                failure = _Failure("it holds a number that is too long", at_end=False)
            too_long = len(self._buffer) - self._at > _LONGEST
            if not failure.at_end or too_long or not self._grow():
                break
        if not skip:
            return failure
        self._skip()
        return _CUT_OFF if failure.at_end and not too_long and self._next() == "" else failure.reason

    def _skip(self) -> None:
        """Go to the end of the broken record: its closing brace, or else where the next one seems to begin."""
        if self._buffer[self._at : self._at + 1] != "{":
            self._resynchronise(_OBJECT)
            return
        depth = 0
        for found in _BRACE_OR_STRING.finditer(self._buffer, self._at, self._at + _LONGEST):
            depth += {"{": 1, "}": -1}.get(found[0], 0)
            if depth <= 0 and found[0] == "}":
                self._at = found.end()
                return
        self._at += 1
        self._resynchronise()

    def _resynchronise(self, record: re.Pattern[str] = _NEXT_RECORD) -> None:
        while True:
            found = record.search(self._buffer, self._at)
            if found:
                self._at = found.end()
                return
            self._at = max(self._at, len(self._buffer) - 64)
            if not self._grow():
                self._at = len(self._buffer)
                return

    def _next(self, ahead: int = 0) -> str:
        """The next character that is no space, or nothing at the end; `ahead` of it the one after."""
        while True:
            self._at = _end(_SPACE, self._buffer, self._at)
            at = _end(_SPACE, self._buffer, self._at + ahead) if ahead else self._at
            if at < len(self._buffer):
                return self._buffer[at]
            if not self._grow():
                return ""

    def _fill(self, wanted: int) -> None:
        while len(self._buffer) - self._at < wanted and self._grow():
            pass

    def _grow(self) -> bool:
        """Drop what has been read and read on, twice as much each time a record needs more."""
        self._line_here()
        self._buffer, self._at, self._counted = self._buffer[self._at :], 0, 0
        wanted, parts = max(len(self._buffer), 1), []
        while wanted > 0 and (piece := next(self._pieces, "")):
            parts.append(piece)
            wanted -= len(piece)
        self._buffer += "".join(parts)
        return bool(parts)

    def _line_here(self) -> int:
        self._line += self._buffer.count("\n", self._counted, self._at)
        self._counted = self._at
        return self._line


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at
