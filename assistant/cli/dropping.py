"""What left the files of `assistant add --sync`: said first, then taken out of the library."""

import sys
from dataclasses import dataclass
from typing import Any

import click

from assistant.assistant import Assistant
from assistant.cli.following import followed
from assistant.cli.options import asking
from assistant.cli.text import counted, print_text, safe
from assistant.events import Removed
from store.records import ImportReport, Left

_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Dropped:
    """What left the files, and how many papers were removed; `done` where nothing is left to be said or done."""

    left: tuple[Left, ...]
    removed: int
    done: bool

    def as_json(self) -> dict[str, Any]:
        """What `assistant add --sync --json` prints beside the report."""
        return {"left": [each.as_json() for each in self.left], "removed": self.removed}


def dropped(assistant: Assistant, report: ImportReport, *, yes: bool, ask: bool) -> Dropped:
    """Say what left the files, and remove it where the user agrees."""
    for file in report.unsure:
        _say(f"nothing is removed for {file}: part of it could not be read, and what seems to be missing may be there")
    if not report.left:
        return Dropped((), 0, done=not report.unsure)
    _say_what(report.left)
    if not yes and not (ask and asking() and click.confirm("Remove this from the library?", err=True)):
        _say("nothing was removed" + ("" if asking() else "; add --yes to remove it"))
        return Dropped(report.left, 0, done=ask and asking())
    removed = 0
    for event in followed(assistant, assistant.drop(report.left)):
        removed += event.count if isinstance(event, Removed) else 0
    if ask:
        print_text(f"{removed:,} removed.")
    return Dropped(report.left, removed, done=True)


def _say_what(left: tuple[Left, ...]) -> None:
    going = [each for each in left if each.last]
    _say(f"no longer in their files: {counted(len(left), 'record')}; in no other file: {counted(len(going), 'paper')}")
    for each in going[:_SHOWN]:
        _say(f"  {each.title}  ({each.key})")
    if len(going) > _SHOWN:
        _say(f"  ... and {len(going) - _SHOWN:,} more")


def _say(text: str) -> None:
    print(safe(text), file=sys.stderr)
