"""assistant papers tag, tags and stats"""

from pathlib import Path

import click

from assistant.cli.library import nothing, opened_catalogue
from assistant.cli.options import current_settings, with_filters, with_home, with_json
from assistant.cli.text import print_json, print_text
from store.catalogue import Catalogue, Statistics
from store.locking import writer_lock
from store.records import Filters

_SHOWN = 10


@click.command(short_help="Give papers tags, or take tags from them.")
@click.argument("keys", nargs=-1)
@click.option("--add", "-a", "add", multiple=True, metavar="TAG", help="Give this tag (repeatable, or a,b).")
@click.option("--remove", "-r", "remove", multiple=True, metavar="TAG", help="Take this tag away (repeatable, or a,b).")
@with_filters
@with_json
@with_home
@click.pass_context
def tag(
    context: click.Context,
    keys: tuple[str, ...],
    add: tuple[str, ...],
    remove: tuple[str, ...],
    filters: Filters,
    as_json: bool,
) -> int:
    """Tag the papers with these cite keys (or identifiers), or without a KEY all that pass the filters."""
    if not (keys or filters):
        raise click.UsageError("Give at least one KEY, or a filter.", context)
    if not (add or remove):
        raise click.UsageError("Give --add TAG or --remove TAG.", context)
    settings = current_settings(context)
    with opened_catalogue(settings) as catalogue:
        if catalogue is None:
            return nothing({"papers": 0, "changed": 0}, as_json=as_json)
        numbers = _chosen(catalogue, keys, filters)
        with writer_lock(settings.home, "tagging papers"):
            changed = catalogue.set_tags(numbers, add=listed(add), remove=listed(remove))
    if as_json:
        print_json({"papers": len(numbers), "changed": changed})
    else:
        print_text(f"{changed:,} of {len(numbers):,} papers changed." if numbers else "No paper passes these filters.")
    return 0 if numbers else 3


@click.command(short_help="List the tags, and how many papers have each.")
@with_filters
@with_json
@with_home
@click.pass_context
def tags(context: click.Context, filters: Filters, as_json: bool) -> int:
    """List the tags of the papers that pass the filters, the most frequent first."""
    with opened_catalogue(current_settings(context)) as catalogue:
        counts = catalogue.statistics(filters).tags if catalogue else {}
    if as_json:
        print_json([{"tag": name, "papers": count} for name, count in counts.items()])
    else:
        print_text("\n".join(_row(name, count) for name, count in counts.items()) or "No paper has a tag.")
    return 0 if counts else 3


@click.command(short_help="Count papers by year, venue, tag and file.")
@with_filters
@with_json
@with_home
@click.pass_context
def stats(context: click.Context, filters: Filters, as_json: bool) -> int:
    """Count the papers that pass the filters by year, venue, kind, tag and file, and those without an abstract."""
    with opened_catalogue(current_settings(context)) as catalogue:
        found = catalogue.statistics(filters) if catalogue else None
    if found is None:
        return nothing({"papers": 0}, as_json=as_json)
    if as_json:
        print_json(found.as_json())
    else:
        _print(found)
    return 0 if found.papers else 3


def listed(tags: tuple[str, ...]) -> tuple[str, ...]:
    """The tags of options that may hold several, with commas between them."""
    return tuple(dict.fromkeys(filter(None, (" ".join(each.split()) for tag in tags for each in tag.split(",")))))


def _chosen(catalogue: Catalogue, keys: tuple[str, ...], filters: Filters) -> list[int]:
    numbers = [catalogue.number_of(key) for key in keys] if keys else catalogue.numbers(filters)
    allowed = catalogue.allowed(filters)
    return [number for number in dict.fromkeys(numbers) if allowed is None or number in allowed]


def _print(found: Statistics) -> None:
    print_text(
        f"{found.papers:,} papers, {found.without_abstract:,} without an abstract, {found.undated:,} without a year,"
        f" {found.merged:,} merged of several records"
    )
    sources = {f"{Path(file).name}  {file}": count for file, count in found.sources.items()}
    years = {str(year): count for year, count in reversed(found.years.items())}
    for name, counts in (
        ("years", years), ("venues", found.venues), ("kinds", found.kinds), ("tags", found.tags), ("files", sources)
    ):  # fmt: skip
        if counts:
            print_text(f"\n{name}")
            print_text("\n".join(_row(value, count) for value, count in list(counts.items())[:_SHOWN]))
        if len(counts) > _SHOWN:
            print_text(f"    ... and {len(counts) - _SHOWN:,} more (--json lists all)")


def _row(name: str, count: int) -> str:
    return f"{count:>8,}  {name}"
