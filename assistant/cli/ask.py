"""assistant ask"""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from assistant.assistant import Assistant
from assistant.cli import batch
from assistant.cli.following import followed
from assistant.cli.options import current_settings, with_filters, with_home, with_json
from assistant.cli.text import answer_text, print_json, print_text, reference, safe
from assistant.conversation import Turn
from assistant.events import Answer, Event, Finished, Retrieved
from assistant.models.files import offer
from store.conversations import NoSuchConversation
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
@click.option("--continue", "-c", "goes_on", is_flag=True, help="Go on with the last conversation.")
@click.option("--conversation", "id_", metavar="ID", type=int, help="Go on with this conversation.")
@click.option("--quotes", "quotes_only", is_flag=True, help="Ask no language model: quotes only.")
@click.option("--no-store", "fleeting", is_flag=True, help="Do not keep question and answer.")
@with_filters
@with_json
@with_home
@click.pass_context
def ask(
    context: click.Context,
    question: str | None,
    batch_file: Path | None,
    goes_on: bool,
    id_: int | None,
    fleeting: bool,
    quotes_only: bool,
    filters: Filters,
    as_json: bool,
) -> int:
    """Answer QUESTION from the abstracts of the library, each sentence with the quote that backs it.

    Question and answer are kept as a conversation, which --continue goes on with; those of --batch are not.
    """
    if (question is None) == (batch_file is None):
        raise click.UsageError("Give either QUESTION or --batch FILE.", context)
    if sum([goes_on, id_ is not None, batch_file is not None]) > 1:
        raise click.UsageError("Give one of --continue, --conversation ID and --batch FILE.", context)
    with Assistant(current_settings(context)) as assistant:
        if batch_file:
            return _batch(assistant, batch_file, filters, quotes_only=quotes_only)
        if not as_json and not quotes_only:
            _offer_model(assistant)
        chat = assistant.chat(_latest(assistant) if goes_on else id_, kept=not fleeting)
        answer = _answered(assistant, chat.ask(question or "", filters=filters, quotes_only=quotes_only), quiet=as_json)
    if as_json:
        print_json(answer.as_json())
    else:
        print_text(answer_text(answer))
    if answer.stopped:
        return 1
    return 0 if answer.answered else 3


def _offer_model(assistant: Assistant) -> None:
    """Before the first question of all, say how to get a model that writes, where there is none."""
    if (offered := offer(assistant.settings)) and assistant.conversations.latest() is None:
        print(f"note: {offered}", file=sys.stderr)


def _latest(assistant: Assistant) -> int:
    if latest := assistant.conversations.latest():
        return latest.id
    raise NoSuchConversation("There is no conversation to go on with.", hint="Ask without --continue to begin one.")


def _batch(assistant: Assistant, path: Path, filters: Filters, *, quotes_only: bool) -> int:
    failed = False
    for place, line, problem in batch.lines(path):
        turns = _turns(line) if line is not None else []
        if problem or line is None or not turns:
            failed = True
            batch.complain(place, problem or 'the line has neither "question" nor "turns" with questions')
            continue
        try:
            _converse(assistant, line.get("qid"), turns, filters, quotes_only=quotes_only)
        except ExpectedError as error:
            if error.exit_code != 2:
                raise
            failed = True
            batch.complain(place, f"{error} {error.hint}")
        if assistant.was_stopped:
            return 1
    return 1 if failed else 0


def _converse(assistant: Assistant, qid: Any, questions: Sequence[str], filters: Filters, *, quotes_only: bool) -> None:
    history: list[Turn] = []
    for number, question in enumerate(questions, start=1):
        events = assistant.ask(question, history=history, filters=filters, quotes_only=quotes_only)
        answer = _answered(assistant, events, quiet=True)
        history.append(Turn(question, answer))
        print_json({"qid": qid, "turn": number, **answer.as_json()})


def _turns(line: dict[str, Any]) -> list[str]:
    turns = line.get("turns")
    found = [turn.get("question") for turn in turns if isinstance(turn, dict)] if isinstance(turns, list) else []
    questions = found or [line.get("question")]
    return [question for question in questions if isinstance(question, str)]


def _answered(assistant: Assistant, events: Iterator[Event], *, quiet: bool) -> Answer:
    answer: Answer | None = None
    for event in followed(assistant, events):
        if isinstance(event, Retrieved) and not quiet:
            _show_evidence(event)
        elif isinstance(event, Finished):
            answer = event.answer
    assert answer is not None
    return answer


def _show_evidence(retrieved: Retrieved) -> None:
    """On a terminal, what was found is there to read while the model writes."""
    if not sys.stderr.isatty():
        return
    if retrieved.rewritten:
        print(safe(f"Understood as: {retrieved.rewritten}"), file=sys.stderr)
    if not retrieved.sources:
        return
    print(f"Found in {retrieved.searched:,} papers:", file=sys.stderr)
    for source in retrieved.sources:
        print(safe(f"  [{source.number}] {reference(source.hit.paper)}"), file=sys.stderr)
    print(file=sys.stderr)
