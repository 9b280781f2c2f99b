"""assistant rebuild"""

import click

from assistant.assistant import Assistant
from assistant.cli.following import followed
from assistant.cli.options import current_settings, with_home, with_json
from assistant.cli.text import print_json, print_text
from assistant.events import Done


@click.command(short_help="Make the vector index anew.")
@with_json
@with_home
@click.pass_context
def rebuild(context: click.Context, as_json: bool) -> int:
    """Make the vector index anew from the catalogue.

    Nothing is embedded again, unless the setting 'embedder' names another model than the library's: then every
    paper is, and searches go on with the old vectors until the new ones are complete. Stopped, it goes on from
    there the next time.
    """
    stopped = False
    with Assistant(current_settings(context)) as assistant:
        for event in followed(assistant, assistant.rebuild()):
            stopped = isinstance(event, Done) and event.stopped
    if as_json:
        print_json({"rebuilt": not stopped})
    else:
        print_text("Stopped; the next start goes on from here." if stopped else "The index is made anew.")
    return 1 if stopped else 0
