"""assistant table"""

from pathlib import Path

import click

from assistant.assistant import Assistant
from assistant.cli.following import followed
from assistant.cli.options import current_settings, with_filters, with_home
from assistant.cli.related import into
from assistant.cli.text import print_text
from assistant.related.relating import NOT_THE_TOPIC
from assistant.related.tables import FORMS
from assistant.related.tables import table as formed
from assistant.section import Compared, Request, Row
from store.records import Filters


@click.command(short_help="Compare papers in a table.")
@click.argument("topic", required=False)
@click.option("--key", "keys", multiple=True, metavar="KEY", help="Compare these papers instead of a topic's.")
@click.option(
    "--format", "form", type=click.Choice(FORMS), default="markdown", show_default=True, help="Form of the table."
)
@click.option("--limit", "-k", type=click.IntRange(1), default=None, help="At most so many papers.")
@click.option("--output", "-o", type=click.Path(path_type=Path, dir_okay=False), help="Write the table into this file.")
@with_filters
@with_home
@click.pass_context
def table(
    context: click.Context,
    topic: str | None,
    keys: tuple[str, ...],
    form: str,
    limit: int | None,
    output: Path | None,
    filters: Filters,
) -> int:
    """Compare the papers on TOPIC (or those of --key): problem, method, data and result, each a quote."""
    if (topic is None) != bool(keys):
        raise click.UsageError("Give either TOPIC or --key KEY (repeatable).", context)
    rows: tuple[Row, ...] = ()
    with Assistant(current_settings(context)) as assistant:
        for event in followed(assistant, assistant.compare(Request(topic or "", filters, limit or 0), keys)):
            rows = event.rows if isinstance(event, Compared) else rows
    if not rows and form != "json":
        print_text(NOT_THE_TOPIC)
    elif output:
        into(output, formed(rows, form))
    else:
        print_text(formed(rows, form).rstrip("\n"))
    return 0 if rows else 3
