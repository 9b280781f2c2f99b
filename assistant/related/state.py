"""What is written of a section, kept in the home folder theme by theme: stopped work goes on where it was."""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from assistant.errors import BadQuestion
from assistant.events import Claim, Quote
from assistant.section import Request, Theme, Told

VERSION = 2
"""Of the form of the file and of the way in which sections are written: another one begins anew."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A theme's text, and how often it was written."""

    told: tuple[Told, ...]
    turn: int = 0


class State:
    """The file of one request over one state of the library."""

    def __init__(self, home: Path, topic: str, request: Request, *, changes: int, model: str) -> None:
        chosen = [sorted(keys) for keys in (request.pins, request.drops, request.adds)]
        said = [VERSION, topic, asdict(request.filters), request.limit, chosen, changes, model]
        self._identity = json.dumps(said, ensure_ascii=False)
        name = hashlib.sha256(self._identity.encode()).hexdigest()[:24]
        self._path = home / "related" / f"{name}.json"
        self._kept = self._read()

    def kept(self, theme: Theme) -> Kept | None:
        """The text of a theme of this title and these papers, where it was written before."""
        return self._kept.get(_name(theme))

    def keep(self, theme: Theme, kept: Kept) -> None:
        """Write the theme's text to the disk."""
        self._kept[_name(theme)] = kept
        self._path.parent.mkdir(parents=True, exist_ok=True)
        partial = self._path.with_suffix(".partial")
        themes = {
            name: {"told": [_as_json(told) for told in one.told], "turn": one.turn} for name, one in self._kept.items()
        }
        partial.write_text(
            json.dumps({"identity": self._identity, "themes": themes}, ensure_ascii=False), encoding="utf-8"
        )
        partial.replace(self._path)

    def _read(self) -> dict[str, Kept]:
        try:
            found = json.loads(self._path.read_text(encoding="utf-8"))
            if found["identity"] != self._identity:
                return {}
            return {name: Kept(tuple(map(_told, one["told"])), one["turn"]) for name, one in found["themes"].items()}
        except (OSError, ValueError, KeyError, TypeError):
            return {}  # never written, or damaged: it can be written again


def named(themes: tuple[Theme, ...], again: str) -> Theme:
    """The theme with this number (from 1) or title; raises `BadQuestion` where there is none."""
    if again.isdecimal() and 0 < int(again) <= len(themes):
        return themes[int(again) - 1]
    wanted = again.casefold()
    found = [theme for theme in themes if theme.title.casefold() == wanted] or [
        theme for theme in themes if theme.title.casefold().startswith(wanted)
    ]
    if wanted and len(found) == 1:
        return found[0]
    listed = "; ".join(f"{number}. {theme.title}" for number, theme in enumerate(themes, start=1))
    raise BadQuestion(f"No theme of this section is called '{again}'.", hint=f"The themes: {listed}.")


def _name(theme: Theme) -> str:
    return f"{theme.title} {','.join(map(str, theme.papers))}"


def _as_json(told: Told) -> dict[str, Any]:
    return asdict(told)


def _told(found: dict[str, Any]) -> Told:
    claim = found["claim"]
    if claim is None:
        return Told(found["text"], found["authors"])
    quotes = tuple(Quote(**quote) for quote in claim["quotes"])
    return Told(
        found["text"], found["authors"], Claim(claim["text"], tuple(claim["sources"]), claim["support"], quotes)
    )
