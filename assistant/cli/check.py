"""assistant check"""

import json
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from assistant.assistant import Assistant
from assistant.cli.following import followed
from assistant.cli.options import current_settings, with_home, with_json
from assistant.cli.text import counted, print_json, print_text
from assistant.drafts.reading import decoded
from assistant.drafts.records import Backing, CheckedSentence, DraftReport
from assistant.drafts.reports import junit, sarif
from assistant.errors import BadDraft, ExpectedError, Unwritable
from assistant.events import DraftChecked, SentenceChecked
from store.retractions import said_of, titled

SAID = {
    "cited": "cited, and supported",
    "unsupported": "CITED, BUT NOT SUPPORTED",
    "unknown": "cited, cannot be checked",
    "supported": "supported",
    "contradicted": "PERHAPS CONTRADICTED",
    "nothing": "nothing in the library that says so",
}
"""What the reader is told of each status."""

PLACED = ("unsupported", "contradicted", "unknown")
"""What the summary gives the places of."""

MOST_PLACES = 12


class Share(click.ParamType):  # type: ignore[type-arg]  # generic only since click 8.2
    """A share in [0, 1], written 0.9 or 90%."""

    name = "share"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The share as a number."""
        found = re.fullmatch(r"\s*(\d+(?:\.\d*)?|\.\d+)\s*(%?)\s*", str(value))
        share = float(found[1]) / (100 if found[2] else 1) if found else -1.0
        if not 0 <= share <= 1:
            self.fail(f"{value} is no share: write 0.9 or 90%.", param, ctx)
        return share


_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command(short_help="Hold each sentence of your draft against the library.")
@click.argument("draft", type=click.Path(path_type=Path))
@click.option("--suggest", is_flag=True, help="Propose citations for sentences without support, with what they say.")
@click.option("--model", "asks_model", is_flag=True, help="Ask the language model too where the check is unsure.")
@click.option(
    "--fail-under",
    type=Share(),
    metavar="SHARE",
    help="End with code 3 where less than this share of the cited sentences is supported (0.9 or 90%).",
)
@click.option("--sarif", "sarif_file", type=_FILE, help="Write the findings as SARIF too.")
@click.option("--junit", "junit_file", type=_FILE, help="Write the sentences as JUnit test cases too.")
@click.option("--watch", is_flag=True, help="Check what changed each time the draft is saved, until Ctrl-C.")
@with_json
@with_home
@click.pass_context
def check(
    context: click.Context,
    draft: Path,
    suggest: bool,
    asks_model: bool,
    fail_under: float | None,
    sarif_file: Path | None,
    junit_file: Path | None,
    watch: bool,
    as_json: bool,
) -> int:
    """Say of each sentence of DRAFT (Markdown, LaTeX, Word or text; - is standard input) what the library says of it.

    Ends with code 3 where a cited sentence is not supported by the abstracts that it cites, or where nothing could be
    checked. With --fail-under the share decides, and a part that is missing fails too.
    """
    if watch and str(draft) == "-":
        raise click.UsageError("--watch needs a file: standard input does not change.", context)

    def checked(known: Sequence[CheckedSentence] = ()) -> DraftReport:
        report = _checked(assistant, draft, known, suggest=suggest, asks_model=asks_model, quiet=as_json)
        if as_json:
            print_json(_as_json(report))
        else:
            print_text(_summary(report, fail_under))
        if sarif_file:
            _written(sarif_file, json.dumps(sarif(report, str(draft)), ensure_ascii=False, indent=1) + "\n")
        if junit_file:
            _written(junit_file, junit(report, str(draft)))
        return report

    with Assistant(current_settings(context)) as assistant:
        report = checked()
        if watch and not report.stopped:
            for _ in _saved(draft, report):
                try:
                    report = checked(report.sentences)
                except ExpectedError as error:  # half a file, one that is being replaced: the next save may mend it
                    print(f"error: {error}", file=sys.stderr)
                if report.stopped:
                    break
    return _code(report, fail_under)


def _checked(
    assistant: Assistant, draft: Path, known: Sequence[CheckedSentence], *, suggest: bool, asks_model: bool, quiet: bool
) -> DraftReport:
    """Check a draft and print each sentence that is not known, unless `quiet`."""
    text = decoded(str(draft), _content(draft))
    report: DraftReport | None = None
    events = assistant.check(str(draft), text, suggest=suggest, asks_model=asks_model, known=known)
    for event in followed(assistant, events):
        if isinstance(event, SentenceChecked) and not quiet:
            print_text(_sentence(event.sentence, latex=draft.suffix == ".tex"))
        elif isinstance(event, DraftChecked):
            report = event.report
    assert report is not None
    return report


def _saved(draft: Path, report: DraftReport) -> Iterator[None]:
    """Wait until the draft or a part of it is saved, again and again; Ctrl-C ends it."""
    from watchfiles import watch

    files = {draft.resolve(), *(Path(name).resolve() for name in report.files)}
    endings = {draft.suffix, *(path.suffix for path in files)}
    print("Watching the draft; Ctrl-C ends it.", file=sys.stderr)

    def is_part(_: object, path: str) -> bool:
        return Path(path).resolve() in files or Path(path).suffix in endings

    folders = {path.parent for path in files}
    try:
        for _ in watch(*folders, watch_filter=is_part, recursive=False, raise_interrupt=True):
            yield
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)


def _code(report: DraftReport, fail_under: float | None) -> int:
    """The exit code: 0 for a draft that passes, 3 for one that does not, 1 for one that was not read to its end."""
    if report.stopped:
        return 1
    if not report.sentences:
        return 3
    if fail_under is None:
        return 3 if report.counts["unsupported"] else 0
    return 3 if report.missing or report.share is None or report.share < fail_under else 0


def _content(draft: Path) -> bytes:
    if str(draft) == "-":
        return sys.stdin.buffer.read()
    try:
        return draft.read_bytes()
    except OSError as error:
        raise BadDraft(
            f"{draft} cannot be read: {error.strerror}.",
            hint="Give a Markdown, LaTeX, Word or text file, or - for standard input.",
        ) from error


def _written(file: Path, text: str) -> None:
    """Write a report whole or not at all."""
    partial = file.with_name(f".{file.name}.partial")
    try:
        partial.write_text(text, encoding="utf-8")
        partial.replace(file)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise Unwritable(
            f"{file} cannot be written: {error.strerror}.", hint="Check that its folder exists and is yours to write."
        ) from error


def _as_json(report: DraftReport) -> dict[str, object]:
    return {
        "sentences": [sentence.as_json() for sentence in report.sentences],
        "counts": report.counts,
        "share": report.share,
        "unknown": list(report.unknown),
        "cautions": report.cautions,
        "files": list(report.files),
        "missing": list(report.missing),
        "stopped": report.stopped,
    }


def _sentence(sentence: CheckedSentence, *, latex: bool) -> str:
    out = [f"{sentence.place}: {SAID[sentence.status]}", f"  {sentence.text}"]
    shown = [paper for paper in sentence.papers if sentence.cited or paper.says in {"supported", "contradicted"}]
    out += [_paper(paper) for paper in shown]
    out += [f"    {name}: not in the library" for name in sentence.unknown]
    out += [f"    {name}: has no abstract in the library" for name in sentence.silent]
    for paper in sentence.suggestions:
        key = paper.hit.paper.key
        mark = f"\\cite{{{key}}}" if latex else f"[@{key}]"
        out.append(f"    could cite: {mark}: “{paper.quote}” ({paper.support:.0%})")
    return "\n".join([*out, ""])


def _paper(paper: Backing) -> str:
    nearest = "nearest: " if paper.says == "not_stated" else ""
    reasons = f"\n      {'; '.join(paper.reasons)}" if paper.reasons and paper.says != "supported" else ""
    title = titled(paper.hit.paper.title, paper.hit.paper.status)
    return f"    {paper.hit.paper.key} {_verb(paper)}: {nearest}“{paper.quote}”{reasons}\n      ({title})"


def _verb(paper: Backing) -> str:
    """What a paper does, with the chance of it."""
    match paper.says:
        case "supported":
            return f"supports it ({paper.support:.0%})"
        case "contradicted":
            return f"contradicts it ({paper.contradiction:.0%})"
        case "not_stated":
            return f"does not say so (support {paper.support:.0%})"
        case "cannot_tell":
            return "cannot tell"


def _summary(report: DraftReport, fail_under: float | None) -> str:
    """Counts with the places that want a look, and what could not be read."""
    lines = []
    if report.sentences:
        stopped = " (stopped before the end)" if report.stopped else ""
        of_parts = f" in {counted(len(report.files) + 1, 'file')}" if report.files else ""
        lines.append(f"{counted(len(report.sentences), 'sentence')}{of_parts}{stopped}:")
        width = len(f"{max(report.counts.values()):,}")
        for status, count in report.counts.items():
            if count:
                lines.append(f"  {count:>{width},} {SAID[status].lower()}{_places(report, status)}")
    else:
        lines.append("The draft has no sentence that could be checked.")
    if report.unknown:
        lines.append(f"Not in the library: {', '.join(report.unknown)}")
    lines += [said_of(name, status) for name, status in report.cautions.items()]
    if report.missing:
        lines.append(f"NOT FOUND, AND NOT CHECKED: {'; '.join(report.missing)}")
    if fail_under is not None:
        share = "no sentence cites anything" if report.share is None else f"{report.share:.1%}"
        lines.append(f"Cited sentences that are supported: {share} (wanted: {fail_under:.1%}).")
    return "\n".join(lines)


def _places(report: DraftReport, status: str) -> str:
    """Where the sentences of a status stand, those that want a look."""
    if status not in PLACED:
        return ""
    places = [sentence.place for sentence in report.sentences if sentence.status == status]
    more = f" and {len(places) - MOST_PLACES} more" if len(places) > MOST_PLACES else ""
    return f": {'; '.join(places[:MOST_PLACES])}{more}"
