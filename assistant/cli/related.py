"""assistant related"""

import click

from assistant.assistant import Assistant
from assistant.cli.following import followed
from assistant.cli.options import current_settings, with_filters, with_home
from assistant.cli.text import print_json, print_text
from assistant.section import Request, Section, SectionFinished, Stage
from store.records import Filters

FORMATS = ("markdown", "latex", "text", "json", "docx")


@click.command(short_help="Write a section on related work.")
@click.argument("topic")
@click.option(
    "--format", "form", type=click.Choice(FORMATS), default="markdown", show_default=True, help="Form of the section."
)
@click.option("--limit", "-k", type=click.IntRange(1), default=None, help="At most so many papers.")
@click.option("--pin", "pins", multiple=True, metavar="KEY", help="Cite this paper whatever the search thinks of it.")
@click.option("--drop", "drops", multiple=True, metavar="KEY", help="Leave this paper out.")
@click.option(
    "--add", "adds", multiple=True, metavar="KEY", help="Take this paper in, also where the topic is not found."
)
@click.option("--plan", is_flag=True, help="Show papers and themes, write nothing.")
@click.option("--again", default="", metavar="THEME", help="Write this theme anew: its number or title.")
@click.option("--fresh", is_flag=True, help="Write everything anew.")
@with_filters
@with_home
@click.pass_context
def related(
    context: click.Context,
    topic: str,
    form: str,
    limit: int | None,
    pins: tuple[str, ...],
    drops: tuple[str, ...],
    adds: tuple[str, ...],
    plan: bool,
    again: str,
    fresh: bool,
    filters: Filters,
) -> int:
    """Write a section on the related work on TOPIC from the abstracts of the library, with your own cite keys.

    Stopping (Ctrl-C) keeps the themes that are written; the same command goes on from there.
    """
    until: Stage = "group" if plan else "write"
    request = Request(topic, filters, limit or 0, pins, drops, adds, until, again, fresh)
    with Assistant(current_settings(context)) as assistant:
        section = _section(assistant, request)
    if section is None:
        return 0
    if form == "json":
        print_json(section.as_json())
    else:
        print_text(section.answer.text)
    if section.answer.stopped:
        return 1
    return 0 if section.answer.answered else 3


def _section(assistant: Assistant, request: Request) -> Section | None:
    section: Section | None = None
    for event in followed(assistant, assistant.related(request)):
        if isinstance(event, SectionFinished):
            section = event.section
    return section
