"""JSON Lines: one object a line, as data sets, arXiv's snapshot and OpenAlex's have them."""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from store.readers import json_records
from store.readers.source import Source
from store.records import Paper, Rejected

name = "JSON Lines (.jsonl): one object a line with title, abstract, authors, year ..."

_DECODER = json.JSONDecoder()
_SPACE = re.compile(r"[\s\ufeff]+")
_OBJECT = re.compile(r"\{\s*[\"}]")
_INVALID = "it is not valid JSON: {error.msg} (column {error.colno})"
_CUT_OFF = "the file ends in the middle of this record; another program may still be writing it"


def recognises(head: str, suffix: str) -> float:
    """Whether lines hold whole objects; those of a list within one object begin like them, but for its first line."""
    lines = [line.strip() for line in head.splitlines() if line.strip()]
    objects = sum(_OBJECT.match(line) is not None for line in lines)
    sure = objects / len(lines)
    if sure < 0.5 or (len(lines) > 1 and not _is_whole(lines[0]) and _is_part(lines)):
        return 0.0
    return min(1.0, sure + 0.1 * (suffix in {".jsonl", ".ndjson"}))


def read(source: Source) -> Iterator[Paper | Rejected]:
    """The papers line by line, in bounded memory."""
    for number, line in source.lines():
        if line.strip():
            for record in _papers(line):
                yield record if isinstance(record, Paper) else Rejected(source.name, f"line {number}", record)


def _is_part(lines: Sequence[str]) -> bool:
    """Whether the lines are those of one object: its first one goes on, or those within end in commas."""
    return lines[0][-1:] in {"[", "{", ",", ":"} or any(line.endswith(("},", "}]", "]}")) for line in lines[1:-1])


def _is_whole(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _values(line: str) -> Iterator[Any]:
    """The values on the line: one, but where a newline is missing."""
    at = _end_of_space(line, 0)
    while at < len(line):
        value, at = _DECODER.raw_decode(line, at)
        yield value
        at = _end_of_space(line, at)


def _end_of_space(line: str, at: int) -> int:
    space = _SPACE.match(line, at)
    return space.end() if space else at


def _papers(line: str) -> Iterator[Paper | str]:
    """The paper on the line, or those of an object that holds several; or what is wrong with it."""
    try:
        for found in _values(line):
            yield from json_records.papers(found)
    except json.JSONDecodeError as error:
        yield _INVALID.format(error=error) if line.endswith("\n") else _CUT_OFF
    except RecursionError:
        yield "it is nested too deeply"
    except ValueError:
        yield "it holds a number that is too long"
