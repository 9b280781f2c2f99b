"""assistant papers"""

from collections.abc import Iterator

import click

from assistant.assistant import Assistant
from assistant.cli.duplicates import duplicates
from assistant.cli.export import export
from assistant.cli.following import followed
from assistant.cli.library import opened_catalogue
from assistant.cli.options import current_settings, with_filters, with_home, with_json
from assistant.cli.tags import stats, tag, tags
from assistant.cli.text import paper_json, print_json, print_text, reference
from assistant.events import Removed
from store.records import Filters, Paper
from store.retractions import titled


@click.group(short_help="List, show, organise and export papers.")
def papers() -> None:
    """List, show, organise and export the papers of the library."""


for command in (export, duplicates, tag, tags, stats):
    papers.add_command(command)


@papers.command("list")
@click.option("--limit", "-k", type=click.IntRange(1), help="At most so many.")
@with_filters
@with_json
@with_home
@click.pass_context
def list_(
    context: click.Context,
    limit: int | None,
    filters: Filters,
    as_json: bool,
) -> int:
    """List papers, by first author and year; a line each."""
    with opened_catalogue(current_settings(context)) as catalogue:
        found = catalogue.listed(filters, limit=limit) if catalogue else iter(())
        if as_json:
            rows = [paper_json(paper) for paper in found]
            print_json(rows)
            return 0 if rows else 3
        return _list(found, filters)


def _list(found: Iterator[Paper], filters: Filters) -> int:
    count = 0
    for count, paper in enumerate(found, start=1):  # noqa: B007 - the count is what remains
        print_text(reference(paper))
    if not count:
        print_text("No paper passes these filters." if filters else "The library is empty.")
    return 0 if count else 3


@papers.command("show")
@click.argument("key")
@with_json
@with_home
@click.pass_context
def show(context: click.Context, key: str, as_json: bool) -> int:
    """Show the paper with this cite key (or identifier)."""
    with opened_catalogue(current_settings(context)) as catalogue:
        if catalogue is None:
            print_text("The library is empty.")
            return 3
        paper = catalogue.find(key)
    if as_json:
        print_json(paper_json(paper))
    else:
        _print(paper)
    return 0


@papers.command("remove")
@click.argument("keys", nargs=-1)
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@with_filters
@with_json
@with_home
@click.pass_context
def remove(context: click.Context, keys: tuple[str, ...], yes: bool, filters: Filters, as_json: bool) -> int:
    """Remove the papers with these cite keys (or identifiers), or without a KEY all that pass the filters.

    The files they came from stay.
    """
    if bool(keys) == bool(filters):
        raise click.UsageError("Give at least one KEY, or else a filter.", context)
    settings = current_settings(context)
    with opened_catalogue(settings) as catalogue:
        if catalogue is None:
            print_text("The library is empty.")
            return 3
        found = [catalogue.find(key) for key in keys] if keys else list(catalogue.listed(filters))
    if not found:
        print_text("No paper passes these filters.")
        return 3
    if not (yes or as_json):
        print_text("\n".join(reference(paper) for paper in found))
        click.confirm("Remove from the library?", abort=True, err=True)
    removed = 0
    with Assistant(settings) as assistant:
        for event in followed(assistant, assistant.remove([paper.key for paper in found])):
            removed += event.count if isinstance(event, Removed) else 0
    if as_json:
        print_json({"removed": removed})
    else:
        print_text(f"{removed} removed.")
    return 0


def _print(paper: Paper) -> None:
    rows = {
        "authors": "; ".join(paper.authors),
        "year": str(paper.year or ""),
        "venue": paper.venue,
        "key": paper.key,
        "doi": paper.doi,
        "arxiv": paper.arxiv,
        "url": paper.url,
        "tags": ", ".join(paper.tags),
        "source": paper.source,
        "status": paper.status,
        "note": paper.note,
        "notes": paper.extra.get("annote", ""),
    }
    print_text(titled(paper.title, paper.status))
    for name, value in rows.items():
        if value:
            print_text(f"  {name:8}{value}")
    print_text()
    print_text(paper.abstract or "(no abstract)")
