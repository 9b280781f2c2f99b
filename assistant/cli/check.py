"""assistant check"""

import sys
from pathlib import Path

import click

from assistant.assistant import Assistant
from assistant.cli.following import followed
from assistant.cli.options import current_settings, with_home, with_json
from assistant.cli.text import print_json, print_text
from assistant.drafts.reading import decoded
from assistant.drafts.records import Backing, CheckedSentence, DraftReport
from assistant.errors import BadDraft
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


@click.command(short_help="Hold each sentence of your draft against the library.")
@click.argument("draft", type=click.Path(path_type=Path))
@click.option("--suggest", is_flag=True, help="Propose citations for sentences without support.")
@click.option("--model", "asks_model", is_flag=True, help="Ask the language model too where the check is unsure.")
@with_json
@with_home
@click.pass_context
def check(context: click.Context, draft: Path, suggest: bool, asks_model: bool, as_json: bool) -> int:
    """Say of each sentence of DRAFT (Markdown, LaTeX or text; - is standard input) what the library says of it.

    Ends with code 3 where a cited sentence is not supported by the abstracts that it cites.
    """
    text = decoded(str(draft), _content(draft))
    report: DraftReport | None = None
    with Assistant(current_settings(context)) as assistant:
        for event in followed(assistant, assistant.check(str(draft), text, suggest=suggest, asks_model=asks_model)):
            if isinstance(event, SentenceChecked) and not as_json:
                print_text(_sentence(event.sentence, latex=draft.suffix == ".tex"))
            elif isinstance(event, DraftChecked):
                report = event.report
    assert report is not None
    if as_json:
        print_json(_as_json(report))
    else:
        print_text(_summary(report))
    if report.stopped:
        return 1
    return 3 if report.counts["unsupported"] else 0


def _content(draft: Path) -> bytes:
    if str(draft) == "-":
        return sys.stdin.buffer.read()
    try:
        return draft.read_bytes()
    except OSError as error:
        raise BadDraft(
            f"{draft} cannot be read: {error.strerror}.", hint="Give a Markdown, LaTeX or text file, or - for none."
        ) from error


def _as_json(report: DraftReport) -> dict[str, object]:
    return {
        "sentences": [sentence.as_json() for sentence in report.sentences],
        "counts": report.counts,
        "unknown": list(report.unknown),
        "cautions": report.cautions,
        "stopped": report.stopped,
    }


def _sentence(sentence: CheckedSentence, *, latex: bool) -> str:
    lines = f"{sentence.line}" if sentence.line == sentence.last_line else f"{sentence.line}-{sentence.last_line}"
    out = [f"line {lines}: {SAID[sentence.status]}", f"  {sentence.text}"]
    shown = [paper for paper in sentence.papers if sentence.cited or paper.says in {"supported", "contradicted"}]
    out += [_paper(paper) for paper in shown]
    out += [f"    {name}: not in the library" for name in sentence.unknown]
    out += [f"    {name}: has no abstract in the library" for name in sentence.silent]
    if sentence.suggested:
        keys = sentence.suggested
        out.append("    could cite: " + (f"\\cite{{{','.join(keys)}}}" if latex else f"[{'; '.join(map(_at, keys))}]"))
    return "\n".join([*out, ""])


def _at(key: str) -> str:
    return f"@{key}"


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


def _summary(report: DraftReport) -> str:
    if not report.sentences:
        return "The draft has no sentence that could be checked."
    said = [f"{count} {SAID[status].lower()}" for status, count in report.counts.items() if count]
    unknown = f"\nNot in the library: {', '.join(report.unknown)}" if report.unknown else ""
    stopped = " (stopped before the end)" if report.stopped else ""
    cautions = "".join(f"\n{said_of(name, status)}" for name, status in report.cautions.items())
    return f"{len(report.sentences)} sentences{stopped}: {'; '.join(said)}.{unknown}{cautions}"
