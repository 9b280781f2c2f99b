"""assistant papers duplicates"""

from collections.abc import Sequence
from contextlib import closing
from typing import Any

import click

from assistant.assistant import Assistant
from assistant.cli.following import StatusLine, followed
from assistant.cli.library import nothing, opened_catalogue
from assistant.cli.options import current_settings, with_filters, with_home, with_json
from assistant.cli.text import counted, paper_json, print_json, print_text, reference
from assistant.events import Organised
from store.catalogue import Catalogue, Source
from store.library import never
from store.near_duplicates import Candidate, candidates
from store.records import Filters, Paper, Progress

_NAMES = {"doi": "DOI", "arxiv": "arXiv", "pmid": "PubMed", "place": "volume and page", "title": "title"}
_BY_OLDER = "an earlier version"


@click.command(short_help="Show merged papers and likely duplicates; undo or ask for a merge.")
@click.option("--undo", metavar="KEY", help="Make separate papers of the records of this paper; they stay apart.")
@click.option("--record", "records", type=click.IntRange(2), multiple=True, help="With --undo: only this (repeatable).")
@click.option(
    "--merge", metavar="KEY", multiple=True, help="Merge the papers of these keys into the first (repeat it)."
)
@with_filters
@with_json
@with_home
@click.pass_context
def duplicates(
    context: click.Context,
    undo: str | None,
    records: tuple[int, ...],
    merge: tuple[str, ...],
    filters: Filters,
    as_json: bool,
) -> int:
    """Show every merge (which records of which files, and why) and the papers that may be one and were not merged.

    An undone merge stays undone when the files are added again; so does one that you asked for.
    """
    if (undo and merge) or (records and not undo) or len(merge) == 1:
        raise click.UsageError("Give --undo KEY (with --record N), or --merge KEY --merge KEY, or neither.", context)
    if undo or merge:
        return _organise(context, undo, records, merge, as_json=as_json)
    with opened_catalogue(current_settings(context)) as catalogue:
        if catalogue is None:
            return nothing({"merged": [], "candidates": []}, as_json=as_json)
        made, likely = _merges(catalogue, filters), _likely(catalogue, filters)
    if as_json:
        print_json({"merged": [_merge_json(*each) for each in made], "candidates": list(map(_candidate_json, likely))})
    else:
        _print(made, likely)
    return 0 if made or likely else 3


def _organise(
    context: click.Context, undo: str | None, records: tuple[int, ...], merge: tuple[str, ...], *, as_json: bool
) -> int:
    papers: tuple[Paper, ...] = ()
    with Assistant(current_settings(context)) as assistant:
        events = assistant.undo_merge(undo, records) if undo else assistant.merge(merge)
        for event in followed(assistant, events):
            papers = event.papers if isinstance(event, Organised) else papers
    if as_json:
        print_json({"papers": list(map(paper_json, papers))})
    else:
        print_text(f"{counted(len(papers), 'paper')} now:")
        print_text("\n".join(reference(paper) for paper in papers))
    return 0


def _merges(catalogue: Catalogue, filters: Filters) -> list[tuple[Paper, list[Source]]]:
    allowed = catalogue.allowed(filters)
    made = [each for each in catalogue.merges() if allowed is None or each[0] in allowed]
    papers = catalogue.papers(number for number, _ in made)
    return [(papers[number], sources) for number, sources in made]


def _likely(catalogue: Catalogue, filters: Filters) -> Sequence[Candidate]:
    likely: Sequence[Candidate] = ()
    with closing(StatusLine()) as line:
        for step in candidates(catalogue, filters, never):
            if isinstance(step, Progress):
                line.show(step.step, f"  {step.done:,} of {step.total:,}")
            else:
                likely = step
    return likely


def _print(made: list[tuple[Paper, list[Source]]], likely: Sequence[Candidate]) -> None:
    for paper, sources in made:
        print_text(reference(paper))
        for place, source in enumerate(sources, 1):
            print_text(f"  {place}. {_record(source)}{_by(source) if place > 1 else ''}")
    print_text(f"{len(made):,} merged" + (" (--undo KEY takes one apart)" if made else ""))
    for candidate in likely:
        print_text()
        print_text(f"may be one: titles {candidate.alike:.0f} % alike" + _speaking_against(candidate))
        print_text(f"  {reference(candidate.one)}\n  {reference(candidate.other)}")
    print_text(
        f"{counted(len(likely), 'likely duplicate')}, not merged"
        + (" (--merge KEY --merge KEY makes one)" if likely else "")
    )


def _record(source: Source) -> str:
    title = f": {source.said.title}" if source.said else ""
    return f"{source.file}, {source.record}{title}"


def _by(source: Source) -> str:
    kind, _, value = source.by.partition(":")
    if not source.by:
        return f"  (merged by {_BY_OLDER})"
    return f"  (same {_NAMES[kind]}{'' if kind == 'title' else ' ' + value})" if kind in _NAMES else f"  (on {kind})"


def _speaking_against(candidate: Candidate) -> str:
    return f"; different: {', '.join(candidate.differ)}" if candidate.differ else ""


def _merge_json(paper: Paper, sources: list[Source]) -> dict[str, Any]:
    records = [
        {"number": place, "file": source.file, "record": source.record, "by": source.by,
         "paper": source.said.as_json() if source.said else None}
        for place, source in enumerate(sources, 1)
    ]  # fmt: skip
    return {"key": paper.key, "title": paper.title, "year": paper.year, "records": records}


def _candidate_json(candidate: Candidate) -> dict[str, Any]:
    papers = [
        {"key": paper.key, "title": paper.title, "year": paper.year} for paper in (candidate.one, candidate.other)
    ]
    return {"papers": papers, "title_likeness": round(candidate.alike, 1), "different": list(candidate.differ)}
