"""assistant ask"""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from assistant.assistant import Assistant
from assistant.cli import batch
from assistant.cli.following import followed
from assistant.cli.options import current_settings, with_filters, with_home, with_json
from assistant.cli.text import answer_text, print_json, print_text, reference, safe
from assistant.conversation import Turn
from assistant.events import Answer, Finished, Retrieved
from store.errors import ExpectedError
from store.records import Filters


@click.command(short_help="Answer a question.")
@click.argument("question", required=False)
@click.option(
    "--batch",
    "batch_file",
    type=click.Path(path_type=Path),
    help='Many questions: lines of {"qid", "question"} or {"qid", "turns": [{"question"}, ...]}; - is standard input.',
)
@with_filters
@with_json
@with_home
@click.pass_context
def ask(
    context: click.Context,
    question: str | None,
    batch_file: Path | None,
    filters: Filters,
    as_json: bool,
) -> int:
    """Answer QUESTION from the abstracts of the library, each sentence with the quote that backs it."""
    if (question is None) == (batch_file is None):
        raise click.UsageError("Give either QUESTION or --batch FILE.", context)
    with Assistant(current_settings(context)) as assistant:
        if batch_file:
            return _batch(assistant, batch_file, filters)
        answer = _answered(assistant, question or "", (), filters, quiet=as_json)
    if as_json:
        print_json(answer.as_json())
    else:
        print_text(answer_text(answer))
    if answer.stopped:
        return 1
    return 0 if answer.answered else 3


def _batch(assistant: Assistant, path: Path, filters: Filters) -> int:
    failed = False
    for place, line, problem in batch.lines(path):
        turns = _turns(line) if line is not None else []
        if problem or line is None or not turns:
            failed = True
            batch.complain(place, problem or 'the line has neither "question" nor "turns" with questions')
            continue
        try:
            _converse(assistant, line.get("qid"), turns, filters)
        except ExpectedError as error:
            if error.exit_code != 2:
                raise
            failed = True
            batch.complain(place, f"{error} {error.hint}")
        if assistant.was_stopped:
            return 1
    return 1 if failed else 0


def _converse(assistant: Assistant, qid: Any, questions: Sequence[str], filters: Filters) -> None:
    history: list[Turn] = []
    for number, question in enumerate(questions, start=1):
        answer = _answered(assistant, question, history, filters, quiet=True)
        history.append(Turn(question, answer))
        print_json({"qid": qid, "turn": number, **answer.as_json()})


def _turns(line: dict[str, Any]) -> list[str]:
    turns = line.get("turns")
    found = [turn.get("question") for turn in turns if isinstance(turn, dict)] if isinstance(turns, list) else []
    questions = found or [line.get("question")]
    return [question for question in questions if isinstance(question, str)]


def _answered(assistant: Assistant, question: str, history: Sequence[Turn], filters: Filters, *, quiet: bool) -> Answer:
    answer: Answer | None = None
    for event in followed(assistant, assistant.ask(question, history=history, filters=filters)):
        if isinstance(event, Retrieved) and not quiet:
            _show_evidence(event)
        elif isinstance(event, Finished):
            answer = event.answer
    assert answer is not None
    return answer


def _show_evidence(retrieved: Retrieved) -> None:
    """On a terminal, what was found is there to read while the model writes."""
    if not sys.stderr.isatty() or not retrieved.sources:
        return
    print(f"Found in {retrieved.searched:,} papers:", file=sys.stderr)
    for source in retrieved.sources:
        print(safe(f"  [{source.number}] {reference(source.hit.paper)}"), file=sys.stderr)
    print(file=sys.stderr)
