"""Adding files on the command line, and what is said of it."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.assistant import Assistant
from assistant.cli.dropping import Dropped, dropped
from assistant.cli.following import followed
from assistant.cli.text import counted, print_json, print_text, safe
from assistant.events import Imported
from assistant.settings import Settings
from store.records import ImportReport

SHOWN = 20
"""Rejected records that are listed in full on a terminal."""


@dataclass(frozen=True, slots=True)
class Adding:
    """How files are added: the options of the command."""

    settings: Settings
    tags: tuple[str, ...] = ()
    sync: bool = False
    yes: bool = False
    notes: bool = False
    as_json: bool = False

    def all(self, files: Sequence[Path], *, named: Sequence[Path]) -> int | None:
        """Add files and say what came of it; the exit code, None where the user stopped it.

        `named` is what the files are called where they are spooled.
        """
        report, synced, was_stopped = self._added(files, sync=self.sync, show=_print)
        if self.as_json:
            print_json(
                report.as_json() | {"without_abstract": report.without_abstract} | (synced.as_json() if synced else {})
            )
        if was_stopped:
            print("stopped: what was read is kept; run the same command again for the rest", file=sys.stderr)
            return None
        if synced and not synced.done:
            return 1
        names = {str(path) for path in named}
        return 1 if any(r.where == "the whole file" and r.file in names for r in report.rejected) else 0

    def one(self, path: Path) -> bool:
        """Add a file that has changed, and say what came of it in one line; whether the user lets it go on."""

        def show(report: ImportReport) -> None:
            print_text(f"{path.name}: {_in_short(report, told=not self.sync)}")
            _say_rejected(report)

        report, synced, was_stopped = self._added([path], sync=True, show=show)
        if was_stopped:
            print("stopped: what was read is kept; add the file again for the rest", file=sys.stderr)
            return False
        if self.as_json:
            left = [each.as_json() for each in report.left]
            removed = synced.removed if synced else 0
            print_json({"file": str(path), **report.as_json(), "left": left, "removed": removed})
        return True

    def _added(
        self, files: Sequence[Path], *, sync: bool, show: Callable[[ImportReport], None]
    ) -> tuple[ImportReport, Dropped | None, bool]:
        """What was added, what of it was dropped, and whether the user has stopped it."""
        report, synced = ImportReport(), None
        with Assistant(self.settings) as assistant:
            for event in followed(assistant, assistant.add(files, tags=self.tags, sync=sync, notes=self.notes)):
                if isinstance(event, Imported):
                    report = event.report
            if not self.as_json:
                show(report)
            if self.sync and not assistant.was_stopped:
                synced = dropped(assistant, report, yes=self.yes, ask=not self.as_json)
            return report, synced, assistant.was_stopped


def _in_short(report: ImportReport, *, told: bool) -> str:
    """What an import changed; where it is only `told` what left the file, also how to remove that."""
    counts = {
        "added": report.added,
        "updated": report.updated,
        "duplicates merged": report.duplicates,
        "rejected": len(report.rejected),
        "no longer in it (--sync removes it from the library)": len(report.left) if told else 0,
    }
    said = ", ".join(f"{count:,} {what}" for what, count in counts.items() if count)
    return said or ("nothing new" if report.unchanged else "nothing read")


def _print(report: ImportReport) -> None:
    counts = [
        f"{report.added:,} added",
        f"{report.updated:,} updated",
        f"{report.unchanged:,} unchanged",
        f"{report.duplicates:,} duplicates merged",
    ]
    print_text(", ".join(counts) + f", {len(report.rejected):,} rejected")
    if report.without_abstract:
        have = f"{counted(report.without_abstract, 'record')} {'has' if report.without_abstract == 1 else 'have'}"
        print(f"note: {have} no abstract: such papers are found by title only and cannot be quoted", file=sys.stderr)
    _say_rejected(report)


def _say_rejected(report: ImportReport) -> None:
    for rejected in report.rejected[:SHOWN]:
        print(safe(f"rejected: {rejected.file}, {rejected.where}: {rejected.reason}"), file=sys.stderr)
    if len(report.rejected) > SHOWN:
        print(f"... and {len(report.rejected) - SHOWN:,} more (--json lists all)", file=sys.stderr)
