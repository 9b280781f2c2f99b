"""Batch files: a JSON object a line; a bad line is reported and the others go on."""

import json
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from assistant.errors import BadQuestion

STDIN = Path("-")


def lines(path: Path) -> Iterator[tuple[str, dict[str, Any] | None, str]]:
    """Yield (place, object, ""), or (place, None, what is wrong) for a line that is no JSON object."""
    if path != STDIN and not path.is_file():
        raise BadQuestion(f"{path}: there is no such file.", hint="Give a file with a JSON object a line.")
    opened = nullcontext(sys.stdin) if path == STDIN else path.open(encoding="utf-8", errors="replace")
    with opened as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            place = f"{path.name}, line {number}"
            try:
                value = json.loads(line)
            except ValueError as error:
                yield place, None, f"this is not JSON: {error}"
                continue
            if isinstance(value, dict):
                yield place, value, ""
            else:
                yield place, None, "this is not a JSON object"


def complain(place: str, what: str) -> None:
    """Say on standard error what is wrong with a line."""
    print(f"error: {place}: {what}", file=sys.stderr)
