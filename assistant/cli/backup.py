"""assistant backup"""

import sys
from pathlib import Path

import click

from assistant.assistant import Assistant
from assistant.cli.following import followed
from assistant.cli.options import current_settings, with_home, with_json
from assistant.cli.text import print_json, print_text
from assistant.events import BackedUp


@click.command(short_help="Write library and settings into one file.")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Replace an older backup of that name.")
@with_json
@with_home
@click.pass_context
def backup(context: click.Context, file: Path, force: bool, as_json: bool) -> int:
    """Write papers, vectors, conversations and settings into FILE, from which `assistant restore` brings them back.

    The library can be used meanwhile. Language models are not part of it.
    """
    made = None
    with Assistant(current_settings(context)) as assistant:
        for event in followed(assistant, assistant.back_up(file.absolute(), replace=force)):
            made = event if isinstance(event, BackedUp) else made
    if made is None:
        print("stopped: no backup was written", file=sys.stderr)
        return 1
    if as_json:
        print_json({"file": str(file), "papers": made.papers, "size": made.size})
    else:
        print_text(f"{made.papers:,} papers are in {file} ({made.size / 1e6:,.1f} MB).")
    return 0
