"""assistant similar"""

import click

from assistant.assistant import Assistant
from assistant.cli.following import followed
from assistant.cli.options import current_settings, with_filters, with_home, with_json
from assistant.cli.text import hit_lines, print_json, print_text
from assistant.events import Found
from store.records import Filters, Hit


@click.command(short_help="Find the papers most like one.")
@click.argument("key")
@click.option("--limit", "-k", default=10, type=click.IntRange(1, 1000), show_default=True, help="How many papers.")
@with_filters
@with_json
@with_home
@click.pass_context
def similar(context: click.Context, key: str, limit: int, filters: Filters, as_json: bool) -> int:
    """Find the papers most like the one with cite key (or identifier) KEY."""
    hits: tuple[Hit, ...] = ()
    with Assistant(current_settings(context)) as assistant:
        for event in followed(assistant, assistant.similar(key, limit=limit, filters=filters)):
            hits = event.hits if isinstance(event, Found) else hits
    if as_json:
        print_json([hit.as_json() for hit in hits])
    else:
        print_text(
            "\n\n".join(hit_lines(place, hit) for place, hit in enumerate(hits, start=1)) or "There is no other."
        )
    return 0 if hits else 3
