"""What a backup says of itself: a JSON file inside the archive."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from store.errors import BackupUnusable
from store.truth import is_database

NAME = "manifest.json"
FORMAT = 1
KIND = "literature-assistant backup"


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a backup: its size in bytes and its SHA-256."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """When it was made, how many papers it holds, and its files by relative name."""

    made: str
    papers: int
    files: Mapping[str, Entry]

    def as_text(self) -> str:
        """As it stands in the archive."""
        files = {name: asdict(entry) for name, entry in self.files.items()}
        return json.dumps(
            {"kind": KIND, "format": FORMAT, "made": self.made, "papers": self.papers, "files": files}, indent=1
        )

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(entry.size for entry in self.files.values())


def parsed(text: bytes) -> Manifest:
    """The manifest of an archive; raises `BackupUnusable` where it is none that this version can restore."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BackupUnusable(f"its list of contents is damaged ({error})") from error
    match value:
        case {"kind": str(kind), "format": int(format_)} if kind == KIND and format_ > FORMAT:
            raise BackupUnusable(f"it was made by a newer version of this program (format {format_})")
        case {"kind": str(kind), "format": 1, "made": str(made), "papers": int(papers), "files": dict(files)} if (
            kind == KIND and files
        ):
            return Manifest(made, papers, {name: _entry(name, entry) for name, entry in files.items()})
    raise BackupUnusable("its list of contents is not that of a backup")


def _entry(name: str, value: Any) -> Entry:
    match value:
        case {"size": int(size), "sha256": str(sha256)} if size >= 0 and _is_allowed(name):
            return Entry(size, sha256)
    raise BackupUnusable(f"it lists '{name[:80]}', which no backup holds")


def _is_allowed(name: str) -> bool:
    """Databases, settings and own prompts: nothing that leads out of the home folder."""
    return is_database(name) or re.fullmatch(r"[\w-]+\.toml|prompts/[\w.-]+\.txt", name, re.ASCII) is not None
