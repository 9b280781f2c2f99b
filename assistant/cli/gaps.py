"""assistant gaps"""

from pathlib import Path

import click

from assistant.assistant import Assistant
from assistant.cli.following import followed
from assistant.cli.options import current_settings, with_filters, with_home, with_json
from assistant.cli.text import print_json, print_text, reference
from assistant.related.relating import NOT_THE_TOPIC
from assistant.section import Gathered, Request
from store.records import Filters

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command(short_help="Show papers of a topic that a draft does not cite.")
@click.argument("topic")
@click.option("--draft", "drafts", multiple=True, type=_FILE, help="A draft (.tex, .md) that cites by key.")
@click.option("--bib", "bibs", multiple=True, type=_FILE, help="A file of references (.bib and others).")
@click.option("--limit", "-k", type=click.IntRange(1), default=None, help="At most so many papers of the topic.")
@with_filters
@with_json
@with_home
@click.pass_context
def gaps(
    context: click.Context,
    topic: str,
    drafts: tuple[Path, ...],
    bibs: tuple[Path, ...],
    limit: int | None,
    filters: Filters,
    as_json: bool,
) -> int:
    """Show the papers of the library on TOPIC that a draft or bibliography does not cite."""
    if not drafts and not bibs:
        raise click.UsageError("Give the draft with --draft FILE or its references with --bib FILE.", context)
    found: Gathered | None = None
    files = [path.absolute() for path in (*drafts, *bibs)]
    with Assistant(current_settings(context)) as assistant:
        for event in followed(assistant, assistant.gaps(Request(topic, filters, limit or 0), files)):
            found = event if isinstance(event, Gathered) else found
    assert found is not None
    cited = [one for one in found.left_out if one.reason == "cited already"]
    if as_json:
        missing = [{**one.hit.as_json(), "reason": one.reason} for one in found.papers]
        print_json({"topic": found.topic, "missing": missing, "cited": [one.hit.as_json() for one in cited]})
    elif found.papers:
        lines = [f"- {reference(one.hit.paper)}\n  {one.reason}" for one in found.papers]
        print_text("\n".join([f"{len(cited)} cited already, {len(lines)} not:", *lines]))
    else:
        print_text(f"All {len(cited)} papers on the topic are cited." if cited else NOT_THE_TOPIC)
    return 0 if found.papers or cited else 3
