"""assistant related"""

import json
import sys
from pathlib import Path

import click

from assistant.assistant import Assistant
from assistant.cli.following import followed
from assistant.cli.options import current_settings, with_filters, with_home
from assistant.cli.text import answer_text, print_json, print_text, reference, safe
from assistant.errors import Unwritable
from assistant.related.forms import bibliography, docx, latex, markdown, text
from assistant.related.references import STYLES
from assistant.section import Chosen, Gathered, Grouped, Request, Section, SectionFinished, Stage, Written
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
    "--include",
    "--add",
    "adds",
    multiple=True,
    metavar="KEY",
    help="Take this paper in (one that was left out, or any other), also where the topic is not found.",
)
@click.option(
    "--output", "-o", type=click.Path(path_type=Path, dir_okay=False), help="Write the section into this file."
)
@click.option(
    "--bib", type=click.Path(path_type=Path, dir_okay=False), help="Write the cited entries into this .bib file."
)
@click.option(
    "--style", type=click.Choice(STYLES), default="ieee", show_default=True, help="References of text and docx."
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
    output: Path | None,
    bib: Path | None,
    style: str,
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
    if form == "docx" and output is None:
        raise click.UsageError("A Word file needs a name: -o FILE.", context)
    settings = current_settings(context)
    with Assistant(settings) as assistant:
        section = _section(assistant, request, quiet=form == "json")
    if section is None:
        return 0
    if section.answer.answered or form == "json":
        _write(section, form, style, settings.citations, output)
        if bib:
            into(bib, bibliography(section))
    else:
        print_text(answer_text(section.answer))
    _report(section)
    if section.answer.stopped:
        return 1
    return 0 if section.answer.answered else 3


def _write(section: Section, form: str, style: str, citations: str, output: Path | None) -> None:
    """The section in its form, into a file or on standard output."""
    if form == "docx" and output:
        docx(section, style, output)
        return
    match form:
        case "json":
            written = json.dumps(section.as_json(), ensure_ascii=False) + "\n"
        case "latex":
            written = latex(section, citations)
        case "text":
            written = text(section, style)
        case _:
            written = markdown(section, reference)
    if output:
        into(output, written)
    elif form == "json":
        print_json(section.as_json())
    else:
        print_text(written.rstrip("\n"))


def into(path: Path, written: str) -> None:
    """Write a file that the user asked for."""
    try:
        path.write_text(written, encoding="utf-8")
    except OSError as error:
        raise Unwritable(f"{path} cannot be written: {error.strerror}.", hint="Choose another place.") from error


def _report(section: Section) -> None:
    """What is not cited, and why, beside the section."""
    if section.answer.answered and section.left_out:
        print(f"Not cited ({len(section.left_out)}):", file=sys.stderr)
        for chosen in section.left_out:
            print(safe(f"  {chosen.hit.paper.key}: {chosen.reason}"), file=sys.stderr)
        print("To take one of them in, run the command again with --include KEY.", file=sys.stderr)


def _section(assistant: Assistant, request: Request, *, quiet: bool) -> Section | None:
    section: Section | None = None
    papers: dict[int, Chosen] = {}
    for event in followed(assistant, assistant.related(request)):
        match event:
            case Gathered():
                papers = {chosen.hit.number: chosen for chosen in event.papers}
            case Grouped() if request.until == "group":
                _show_plan(event, papers)
            case Written() if not quiet and sys.stderr.isatty():
                print(safe(f"theme {event.number} of {event.of}: {event.theme.title}"), file=sys.stderr)
            case SectionFinished():
                section = event.section
    return section


def _show_plan(grouped: Grouped, papers: dict[int, Chosen]) -> None:
    for number, theme in enumerate(grouped.themes, start=1):
        print_text(f"{number}. {theme.title}" + (f" ({theme.reason})" if theme.reason else ""))
        for paper in theme.papers:
            print_text(f"   {reference(papers[paper].hit.paper)}\n      {papers[paper].reason}")
