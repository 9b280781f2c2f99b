"""assistant search"""

from pathlib import Path

import click

from assistant.assistant import Assistant
from assistant.cli import batch
from assistant.cli.following import followed
from assistant.cli.options import current_settings, with_filters, with_home, with_json
from assistant.cli.text import hit_lines, print_json, print_text
from assistant.events import Found
from store.errors import ExpectedError
from store.records import Filters, Hit


@click.command(short_help="Find papers.")
@click.argument("query", required=False)
@click.option("--limit", "-k", default=10, type=click.IntRange(1, 1000), show_default=True, help="How many papers.")
@click.option(
    "--batch",
    "batch_file",
    type=click.Path(path_type=Path),
    help='Many queries: lines of {"id", "text"}; - is standard input.',
)
@with_filters
@with_json
@with_home
@click.pass_context
def search(
    context: click.Context,
    query: str | None,
    limit: int,
    batch_file: Path | None,
    filters: Filters,
    as_json: bool,
) -> int:
    """Find the papers that fit QUERY best, by meaning and by words."""
    if (query is None) == (batch_file is None):
        raise click.UsageError("Give either QUERY or --batch FILE.", context)
    with Assistant(current_settings(context)) as assistant:
        if batch_file:
            return _batch(assistant, batch_file, limit, filters)
        hits = _found(assistant, query or "", limit, filters)
    if as_json:
        print_json([hit.as_json() for hit in hits])
    elif hits:
        print_text("\n\n".join(hit_lines(place, hit) for place, hit in enumerate(hits, start=1)))
    else:
        print_text("No paper of the library fits.")
    return 0 if hits else 3


def _batch(assistant: Assistant, path: Path, limit: int, filters: Filters) -> int:
    failed = False
    for place, line, problem in batch.lines(path):
        if line is not None and not isinstance(line.get("text"), str):
            problem = 'the line has no "text"'
        if problem or line is None:
            failed = True
            batch.complain(place, problem)
            continue
        try:
            hits = _found(assistant, line["text"], limit, filters)
        except ExpectedError as error:
            if error.exit_code != 2:
                raise
            failed, hits = True, ()
            batch.complain(place, f"{error} {error.hint}")
        print_json({"id": line.get("id"), "hits": [hit.as_json() for hit in hits]})
        if assistant.was_stopped:
            return 1
    return 1 if failed else 0


def _found(assistant: Assistant, query: str, limit: int, filters: Filters) -> tuple[Hit, ...]:
    events = followed(assistant, assistant.search(query, limit=limit, filters=filters))
    return next((event.hits for event in list(events) if isinstance(event, Found)), ())
