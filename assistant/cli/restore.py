"""assistant restore"""

import sys
from pathlib import Path

import click

from assistant.assistant import Assistant
from assistant.cli.following import followed
from assistant.cli.options import current_settings, with_home, with_json
from assistant.cli.text import print_json, print_text
from assistant.events import Restored


@click.command(short_help="Put the library of a backup in place.")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Also where there is a library already; it is kept aside.")
@with_json
@with_home
@click.pass_context
def restore(context: click.Context, file: Path, force: bool, as_json: bool) -> int:
    """Bring back what `assistant backup` wrote into FILE: papers, vectors, conversations and settings.

    FILE is checked to the last byte before anything is changed. The vector index is made anew at the next start.
    """
    done = None
    with Assistant(current_settings(context)) as assistant:
        for event in followed(assistant, assistant.restore(file.absolute(), force=force)):
            done = event if isinstance(event, Restored) else done
    if done is None:
        print("stopped: nothing was changed", file=sys.stderr)
        return 1
    if as_json:
        print_json({"papers": done.papers, "made": done.made, "aside": done.aside})
        return 0
    print_text(f"{done.papers:,} papers are back, as they were on {done.made}.")
    if done.aside:
        print_text(f"What was there before is kept in {done.aside}.")
    return 0
