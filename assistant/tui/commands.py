"""What may be typed into the question box besides questions."""

import shlex
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit


@dataclass(frozen=True, slots=True)
class Command:
    """A line that begins with a slash."""

    name: str
    argument: str = ""


KNOWN = {
    "add": ("/add PATH …", "add files of references to the library (or drag them in here)"),
    "sample": ("/sample", "load the 40 landmark papers that come with the program"),
    "library": ("/library", "browse and search the library"),
    "new": ("/new", "begin a new conversation; the one before is kept"),
    "resume": ("/resume [NUMBER]", "go on with the last conversation, or with that of this number"),
    "conversations": ("/conversations", "find, rename and remove conversations"),
    "again": ("/again", "ask the last question again"),
    "edit": ("/edit", "change the last question"),
    "copy": ("/copy", "copy the last answer"),
    "export": ("/export", "write the conversation into a file"),
    "related": ("/related", "write a section on related work, step by step"),
    "draft": ("/draft", "hold each sentence of a draft against the library"),
    "models": ("/models", "choose the language model"),
    "settings": ("/settings", "change the settings"),
    "log": ("/log", "read and save the log"),
    "theme": ("/theme", "choose the colours"),
    "help": ("/help", "show keys and commands"),
    "quit": ("/quit", "leave"),
}
"""Each command: how it is typed, and what it does."""


def parsed(line: str) -> Command | str:
    """A command, or the question itself. A line that is nothing but existing files asks to add them."""
    if (files := paths(line)) and all(file.is_absolute() and _exists(file) for file in files):
        return Command("add", line)
    if not line.startswith("/"):
        return line
    name, _, argument = line[1:].partition(" ")
    return Command(name.lower(), argument.strip())


def paths(argument: str) -> list[Path]:
    """The files that are meant: as typed, quoted or escaped by a terminal, or as file:// addresses."""
    whole = _expanded(argument)
    if argument and _exists(whole):
        return [whole]
    try:
        parts = shlex.split(argument)
    except ValueError:  # an apostrophe in a file's name
        parts = [argument]
    return [_local(part) for part in parts]


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # a question is no path: too long, or with characters that no name may have
        return False


def _expanded(text: str) -> Path:
    try:
        return Path(text).expanduser()
    except RuntimeError:  # "~somebody" whom this system does not know
        return Path(text)


def _local(part: str) -> Path:
    address = urlsplit(part) if part.startswith("file:///") else None
    return Path(unquote(address.path)) if address else _expanded(part)
