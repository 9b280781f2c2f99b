"""JSON Lines: one object a line, as data sets, arXiv's snapshot and OpenAlex's have them."""

import json
import re
from collections.abc import Iterator

from store.readers import json_records
from store.readers.source import Source
from store.records import Paper, Rejected

name = "JSON Lines (.jsonl): one object a line with title, abstract, authors, year ..."

_OBJECT = re.compile(r"\{\s*[\"}]")
_INVALID = "it is not valid JSON: {error.msg} (column {error.colno})"
_CUT_OFF = "the file ends in the middle of this record; another program may still be writing it"


def recognises(head: str, suffix: str) -> float:
    """Whether most lines begin as objects do."""
    lines = [line.lstrip() for line in head.splitlines() if line.strip()]
    objects = sum(_OBJECT.match(line) is not None for line in lines)
    sure = objects / len(lines)
    return min(1.0, sure + 0.1 * (suffix in {".jsonl", ".ndjson"})) if sure >= 0.5 else 0.0


def read(source: Source) -> Iterator[Paper | Rejected]:
    """The papers line by line, in bounded memory."""
    for number, line in source.lines():
        if line.strip():
            record = _record(line)
            yield record if isinstance(record, Paper) else Rejected(source.name, f"line {number}", record)


def _record(line: str) -> Paper | str:
    """The paper on the line, or what is wrong with it."""
    try:
        found = json.loads(line)
        return json_records.paper(found) if isinstance(found, dict) else "it is not a JSON object"
    except json.JSONDecodeError as error:
        return _INVALID.format(error=error) if line.endswith("\n") else _CUT_OFF
    except RecursionError:
        return "it is nested too deeply"
    except ValueError:
        return "it holds a number that is too long"
