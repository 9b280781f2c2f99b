"""assistant add"""

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from tempfile import NamedTemporaryFile

import click
from filelock import FileLock, Timeout

from assistant.assistant import Assistant
from assistant.cli.batch import STDIN
from assistant.cli.dropping import dropped
from assistant.cli.following import followed
from assistant.cli.options import current_settings, with_home, with_json
from assistant.cli.tags import listed
from assistant.cli.text import print_json, print_text, safe
from assistant.events import Imported
from assistant.settings import cache_folder
from store.records import ImportReport

SHOWN = 20
"""Rejected records that are listed in full on a terminal."""


@click.command(short_help="Add files to the library.")
@click.argument("paths", metavar="FILE...", nargs=-1, type=click.Path(path_type=Path))
@click.option("--tag", "tags", multiple=True, help="Give the papers this tag (repeatable).")
@click.option("--sync", is_flag=True, help="Remove from the library what is no longer in FILE; asks before.")
@click.option("--yes", "-y", is_flag=True, help="With --sync: do not ask.")
@click.option("--sample", is_flag=True, help="Add the sample library: 40 landmark papers.")
@with_json
@with_home
@click.pass_context
def add(
    context: click.Context,
    paths: tuple[Path, ...],
    tags: tuple[str, ...],
    sync: bool,
    yes: bool,
    sample: bool,
    as_json: bool,
) -> int:
    """Add files of references to the library: what reference managers and databases export, packed or not.

    A folder stands for all files in it, - for standard input. The same file can be added again at any time:
    only what changed is read anew. With --sync also what left the file leaves the library, unless another file has it.
    """
    chosen = [*paths, *([sample_file()] if sample else [])]
    if not chosen:
        raise click.UsageError("Give at least one FILE, or --sample for the sample library.", context)
    with _spooled(chosen) as given, Assistant(current_settings(context)) as assistant:
        report, synced = ImportReport(), None
        for event in followed(assistant, assistant.add(given, tags=listed(tags), sync=sync)):
            if isinstance(event, Imported):
                report = event.report
        if not as_json:
            _print(report)
        if sync and not assistant.was_stopped:
            synced = dropped(assistant, report, yes=yes, ask=not as_json)
    if as_json:
        print_json(report.as_json() | (synced.as_json() if synced else {}))
    if assistant.was_stopped:
        print("stopped: what was read is kept; run the same command again for the rest", file=sys.stderr)
        return 1
    if synced and not synced.done:
        return 1
    named = {str(path) for path in chosen}
    return 1 if any(r.where == "the whole file" and r.file in named for r in report.rejected) else 0


@contextmanager
def _spooled(paths: list[Path]) -> Iterator[list[Path]]:
    """The paths, standard input (-) written to a file first: always the same, so that it too can be added again.

    Each import reads its input into a file of its own; one after the other they give it the name that all share.
    """
    if STDIN not in paths:
        yield paths
        return
    file = cache_folder() / "standard-input"
    file.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(prefix="standard-input-", dir=file.parent, delete=False) as spool:
        try:
            shutil.copyfileobj(sys.stdin.buffer, spool)
            spool.close()
            with _alone(file):
                Path(spool.name).replace(file)
                try:
                    yield [file if path == STDIN else path for path in paths]
                finally:
                    file.unlink(missing_ok=True)
        finally:
            Path(spool.name).unlink(missing_ok=True)


@contextmanager
def _alone(file: Path) -> Iterator[None]:
    """Wait until no other import reads this file."""
    lock = FileLock(file.with_name(f"{file.name}.lock"))
    try:
        lock.acquire(timeout=1)
    except Timeout:
        print("Another import from standard input is running; waiting until it has finished.", file=sys.stderr)
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def sample_file() -> Path:
    """The sample library in the package."""
    return Path(str(files("store") / "sample" / "landmark_papers.bib"))


def _print(report: ImportReport) -> None:
    counts = [
        f"{report.added:,} added",
        f"{report.updated:,} updated",
        f"{report.unchanged:,} unchanged",
        f"{report.duplicates:,} duplicates merged",
    ]
    print_text(", ".join(counts) + f", {len(report.rejected):,} rejected")
    for rejected in report.rejected[:SHOWN]:
        print(safe(f"rejected: {rejected.file}, {rejected.where}: {rejected.reason}"), file=sys.stderr)
    if len(report.rejected) > SHOWN:
        print(f"... and {len(report.rejected) - SHOWN:,} more (--json lists all)", file=sys.stderr)
