"""What may be typed into the question box besides questions."""

import shlex
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit


@dataclass(frozen=True, slots=True)
class Command:
    """A line that begins with a slash."""

    name: str
    argument: str = ""


KNOWN = {
    "add": ("/add PATH …", "add .bib, .ris, .jsonl files or a saved digest to the library"),
    "sample": ("/sample", "load the 40 landmark papers that come with the program"),
    "new": ("/new", "begin a new conversation"),
    "theme": ("/theme", "change between dark and light"),
    "help": ("/help", "show keys and commands"),
    "quit": ("/quit", "leave"),
}
"""Each command: how it is typed, and what it does."""


def parsed(line: str, *, is_file: Callable[[Path], bool] = Path.is_file) -> Command | str:
    """A command, or the question itself. A line that is nothing but existing files asks to add them."""
    if (files := paths(line)) and all(file.is_absolute() and is_file(file) for file in files):
        return Command("add", line)
    if not line.startswith("/"):
        return line
    name, _, argument = line[1:].partition(" ")
    return Command(name.lower(), argument.strip())


def paths(argument: str) -> list[Path]:
    """The files that are meant: as typed, quoted or escaped by a terminal, or as file:// addresses."""
    whole = Path(argument).expanduser()
    if argument and whole.exists():
        return [whole]
    try:
        parts = shlex.split(argument)
    except ValueError:  # an apostrophe in a file's name
        parts = [argument]
    return [_local(part).expanduser() for part in parts]


def _local(part: str) -> Path:
    address = urlsplit(part) if part.startswith("file://") else None
    return Path(unquote(address.path)) if address else Path(part)
