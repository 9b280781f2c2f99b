"""assistant add"""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from tempfile import NamedTemporaryFile

import click
from filelock import FileLock, Timeout

from assistant.cli.adding import Adding
from assistant.cli.batch import STDIN
from assistant.cli.options import current_settings, with_home, with_json
from assistant.cli.tags import listed
from assistant.cli.text import safe
from assistant.cli.watching import watched
from assistant.settings import cache_folder
from store import zotero_place


@click.command(short_help="Add files to the library.")
@click.argument("names", metavar="FILE...", nargs=-1)
@click.option("--tag", "tags", multiple=True, help="Give the papers this tag (repeatable).")
@click.option("--sync", is_flag=True, help="Remove from the library what is no longer in FILE; asks before.")
@click.option("--yes", "-y", is_flag=True, help="With --sync: do not ask.")
@click.option("--notes", is_flag=True, help="With zotero: keep the first line of each note as well.")
@click.option("--watch", is_flag=True, help="Then add what changes in FILE, until Ctrl-C.")
@click.option("--sample", is_flag=True, help="Add the sample library: 40 landmark papers.")
@with_json
@with_home
@click.pass_context
def add(
    context: click.Context,
    names: tuple[str, ...],
    tags: tuple[str, ...],
    sync: bool,
    yes: bool,
    notes: bool,
    watch: bool,
    sample: bool,
    as_json: bool,
) -> int:
    """Add files of references to the library: what reference managers and databases export, packed or not.

    A folder stands for all files in it, - for standard input, and the word zotero for Zotero's own library, wherever
    it lies, or for the folder after it. The same file can be added again at any time: only what changed is read anew.
    With --sync also what left the file leaves the library, unless another file has it.
    """
    chosen = [*_paths(names), *([sample_file()] if sample else [])]
    if not chosen:
        raise click.UsageError("Give at least one FILE, or --sample for the sample library.", context)
    if watch and STDIN in chosen:
        raise click.UsageError("Standard input cannot be watched: give the file itself.", context)
    adding = Adding(current_settings(context), listed(tags), sync, yes, notes, as_json)
    if watch:
        return watched(adding, chosen)
    with _spooled(chosen) as given:
        code = adding.all(given, named=chosen)
    return 1 if code is None else code


def _paths(names: tuple[str, ...]) -> list[Path]:
    """The files that are meant; `zotero` is Zotero's own library, or what is named after it."""
    if names[:1] != ("zotero",):
        return [Path(name) for name in names]
    found = [zotero_place.database(Path(name)) for name in names[1:]] or [
        zotero_place.found(os.environ, Path.home(), sys.platform)
    ]
    print(safe(f"Zotero's library: {', '.join(map(str, found))}"), file=sys.stderr)
    return found


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
