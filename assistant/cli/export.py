"""assistant papers export"""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click

from assistant.cli.following import StatusLine
from assistant.cli.library import opened_catalogue
from assistant.cli.options import agreed, current_settings, with_filters, with_home, with_json
from assistant.cli.text import print_json, print_text, safe
from store.catalogue import Catalogue
from store.errors import StoreError
from store.records import Filters, Paper
from store.writers import WRITERS, format_for

Put = Callable[[str], object]


@click.command(short_help="Write papers as BibTeX, RIS, CSL-JSON or JSON Lines.")
@click.option("--format", "-f", "format_", type=click.Choice(list(WRITERS)), help="Otherwise as FILE's suffix says.")
@click.option("--output", "-o", "file", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE")
@click.option("--yes", "-y", is_flag=True, help="Replace FILE without asking.")
@with_filters
@with_json
@with_home
@click.pass_context
def export(
    context: click.Context, format_: str | None, file: Path | None, yes: bool, filters: Filters, as_json: bool
) -> int:
    """Write the papers that pass the filters, under your own cite keys, to FILE or to standard output.

    Added again, they give the same papers: what a format has no place for stands beside it in fields of its own.
    With --json, JSON Lines; with --json and -o, what was written.
    """
    if file and file.exists():
        agreed(f"{file} is there already. Replace it?", yes=yes, ask=not as_json)
    name = format_ or (format_for(file) if file else "jsonl" if as_json else "bibtex")
    with opened_catalogue(current_settings(context)) as catalogue:
        count = _export(catalogue, filters, name, file) if catalogue else 0
    if not count:
        print("No paper passes these filters." if filters else "The library is empty.", file=sys.stderr)
    elif file and as_json:
        print_json({"file": str(file), "format": name, "papers": count})
    elif file:
        print_text(f"{count:,} papers written to {file}.")
    return 0 if count else 3


def _export(catalogue: Catalogue, filters: Filters, name: str, file: Path | None) -> int:
    if file is None:
        return _write(catalogue, filters, name, _put)
    partial = file.with_name(f".{file.name}.partial")
    try:
        with partial.open("w", encoding="utf-8") as output:
            count = _write(catalogue, filters, name, output.write)
        if count:
            partial.replace(file)
    except OSError as error:
        raise StoreError(
            f"{file} cannot be written: {error.strerror}.",
            hint="Check that its folder exists, is yours to write, and that the disk is not full.",
        ) from error
    finally:
        partial.unlink(missing_ok=True)
    return count


def _write(catalogue: Catalogue, filters: Filters, name: str, put: Put) -> int:
    """Write the papers; returns how many there were. Nothing is written where there is none."""
    line = StatusLine()
    count = 0

    def counted() -> Iterator[Paper]:
        nonlocal count
        for count, paper in enumerate(catalogue.listed(filters), start=1):
            if put is not _put:
                line.show("Writing", f"  {count:,}")
            yield paper

    try:
        for text in WRITERS[name].write(counted()):
            if count:
                put(text)
    finally:
        line.close()
    return count


def _put(text: str) -> None:
    """To standard output: in UTF-8 whatever the terminal's encoding, as files of references are."""
    if sys.stdout.isatty():
        print(safe(text), end="")
    else:
        sys.stdout.buffer.write(text.encode())
