"""`assistant --plain`: a chat line by line on standard output, for screen readers and bare terminals."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from assistant.assistant import Assistant
from assistant.cli.add import sample_file
from assistant.cli.following import stopping
from assistant.cli.text import print_text, reference
from assistant.errors import ExpectedError
from assistant.events import Answer, Checked, Event, Finished, Imported, Note, Progress, Retrieved, Source
from assistant.settings import Settings
from store.conversations import Conversations

RECALLED = 500
"""Questions of earlier sessions that Up walks through."""
HELP = """Type a question and press Enter. Ctrl-C stops an answer. Or type:
/paper N     read the paper behind the mark [N] of the last answer
/add PATH    add a file of references
/sample      add the sample library
/new         begin a new conversation
/quit        leave"""


class PlainChat:
    """Reads a line, says what happens in whole lines, and never moves the cursor."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._chat = assistant.chat()
        self._step = ""

    def run(self, lines: Iterator[str]) -> None:
        """Answer lines until there are no more, or until the user leaves."""
        print_text("Literature assistant. Ask about your papers; /help lists what else can be typed.")
        for line in lines:
            if line.strip() in ("/quit", "/q"):
                return
            try:
                self._answer_line(line.strip())
            except ExpectedError as error:
                print_text(" ".join(part for part in (f"Error: {error}", error.hint) if part))

    def _answer_line(self, line: str) -> None:
        name, _, argument = line.partition(" ")
        match name:
            case "":
                return
            case "/paper":
                self._show_paper(argument.strip())
            case "/add" if argument:
                self._follow(self._assistant.add([Path(argument.strip().strip("'\"")).expanduser()]))
            case "/sample":
                self._follow(self._assistant.add([sample_file()]))
            case "/new":
                self._chat = self._assistant.chat()
                print_text("A new conversation.")
            case _ if line.startswith("/"):
                print_text(HELP)
            case _:
                self._follow(self._chat.ask(line))

    def _follow(self, events: Iterator[Event]) -> None:
        with stopping(self._assistant):
            for event in events:
                self._say(event)
        self._step = ""

    def _say(self, event: Event) -> None:
        match event:
            case Progress() if event.step != self._step:
                self._step = event.step
                print_text(f"{event.step} ...")
            case Note():
                print_text(f"Note: {event.text}")
            case Retrieved():
                print_text(f"Found {len(event.sources)} sources in {event.searched:,} papers.")
            case Checked() if event.claim:
                claim = event.claim
                said = f"Quote: {claim.text}" if claim.support == "quoted" else claim.text
                print_text(f"{said} {' '.join(f'[{number}]' for number in claim.sources)}")
            case Finished():
                self._finish(event.answer)
            case Imported():
                report = event.report
                print_text(f"{report.added} added, {report.updated} updated, {report.duplicates} duplicates merged.")
                for row in report.rejected[:5]:
                    print_text(f"Rejected: {row.file}, {row.where}: {row.reason}")

    def _finish(self, answer: Answer) -> None:
        if not answer.answered:
            print_text(answer.text)
        for number, hit in enumerate(answer.closest, start=1):
            print_text(f"Close, but no answer: [{number}] {reference(hit.paper)}")
        for source in answer.sources:
            print_text(f"Source [{source.number}]: {reference(source.hit.paper)}")
        print_text("Stopped." if answer.stopped else "End of the answer.")

    def _show_paper(self, number: str) -> None:
        found = next((source for source in self._sources() if str(source.number) == number.strip("[]")), None)
        if found is None:
            print_text(f"The last answer has no source {number or 'without a number'}.")
            return
        paper = found.hit.paper
        print_text(f"{reference(paper)}\n{paper.abstract or '(no abstract)'}")

    def _sources(self) -> Sequence[Source]:
        if not self._chat.history:
            return ()
        answer = self._chat.history[-1].answer
        return answer.sources or [Source(number, hit) for number, hit in enumerate(answer.closest, start=1)]


def chat(settings: Settings) -> int:
    """Chat on standard input and output until the user leaves; returns the exit code."""
    with Assistant(settings) as assistant:
        if sys.stdin.isatty():
            _recall(assistant.conversations)
        PlainChat(assistant).run(_typed())
    return 0


def _recall(conversations: Conversations) -> None:
    """Where the system has readline, Up walks through the questions of earlier sessions."""
    with suppress(ImportError, ExpectedError):
        import readline

        for question in conversations.questions(limit=RECALLED):
            readline.add_history(question)


def _typed() -> Iterator[str]:
    """The lines of standard input; on a terminal each is asked for."""
    while True:
        try:
            yield input("> ") if sys.stdin.isatty() else _next_line()
        except (EOFError, KeyboardInterrupt):
            return


def _next_line() -> str:
    line = sys.stdin.readline()
    if not line:
        raise EOFError
    return line
