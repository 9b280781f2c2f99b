"""Is the screen alive at once, and does it stay so?

    python -m benchmarks.screen [--home DIR] [--runs 7] [--file FILE.bib] [--messages 10000]    (--runs 0: only pauses)

First frame: from the start of the process to the first drawn frame in a pseudo-terminal, beside
`import textual.app` timed by turns in the same minute; with `--home`, also over that library.

Pauses: how long the event loop was held, the longest in each phase - while the engine loads, a question is
answered, a file is imported (`--file`; the sample otherwise), one types meanwhile, the library of `--home` is browsed,
and a conversation of `--messages` messages is opened and scrolled. `wall` is what a user would notice on this machine,
now. `own` is `wall` less the time in which the loop's thread could have run but the system gave the processor to
others (Linux counts it in `schedstat`): what is left of a pause on a machine with nothing else to do.
"""

import argparse
import asyncio
import json
import os
import pty
import select
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from statistics import median

from textual.pilot import Pilot

from assistant.cli.add import sample_file
from assistant.conversation import Turn
from assistant.events import Answer, Claim, Quote, Source
from assistant.settings import Settings
from assistant.stored import stored
from assistant.tui.app import AssistantApp
from assistant.tui.phase import Phase
from assistant.tui.widgets.filter import Filter
from assistant.tui.widgets.paper_list import PaperList
from assistant.tui.widgets.prompt import Prompt
from store.conversations import Conversations, conversations_file
from store.records import Hit, Paper

BEAT = 0.005
FIRST_WORDS = b"about your papers"
"""In the question box, which the first frame shows (its first letter is under the cursor)."""
PATIENCE = 300.0
"""Seconds after which a phase has failed."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--file", type=Path)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--messages", type=int, default=10_000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        home = Path(made) / "home"
        if arguments.home:
            shutil.copytree(arguments.home, home)
        first = first_frames(home, arguments.runs) if arguments.runs else {}
        pauses = asyncio.run(longest(home, arguments.file or sample_file(), arguments.messages))
    print(json.dumps({"first frame, seconds": first, "longest pause, ms": pauses}, indent=1))


def first_frames(home: Path, runs: int) -> dict[str, float]:
    """Medians, taken by turns."""
    imports, empty, own = [], [], []
    with tempfile.TemporaryDirectory() as nothing:
        for _ in range(runs):
            began = time.perf_counter()
            subprocess.run([sys.executable, "-c", "import textual.app"], check=True)
            imports.append(time.perf_counter() - began)
            empty.append(first_frame(Path(nothing) / "home"))
            own.append(first_frame(home))
    medians = [median(times) for times in (imports, empty, own)]
    wanted = 2 * medians[0] + 0.3
    names = ("import textual.app", "without a library", "with this library")
    return {**dict(zip(names, (round(each, 3) for each in medians), strict=True)), "wanted at most": round(wanted, 3)}


def first_frame(home: Path) -> float:
    """Seconds until the question box is drawn."""
    began = time.perf_counter()
    child, terminal = pty.fork()
    if child == 0:
        environment = {
            **os.environ,
            "ASSISTANT_HOME": str(home),
            "TERM": "xterm-256color",
            "TEXTUAL_ANIMATIONS": "none",
        }
        os.execvpe(sys.executable, [sys.executable, "-m", "assistant.tui"], environment)
    seen = b""
    while FIRST_WORDS not in seen:
        if not select.select([terminal], [], [], 120)[0]:
            raise TimeoutError("no frame came")
        seen += os.read(terminal, 65536)
    took = time.perf_counter() - began
    os.write(terminal, b"\x11")  # Ctrl+Q
    with_end(child, terminal)
    return took


def with_end(child: int, terminal: int) -> None:
    """Read on until the program has ended."""
    try:
        while select.select([terminal], [], [], 60)[0] and os.read(terminal, 65536):
            pass
    except OSError:
        pass
    os.close(terminal)
    os.waitpid(child, 0)


class Heart:
    """Beats on the event loop; the longest time between two beats is the longest pause."""

    def __init__(self) -> None:
        self.phases: dict[str, dict[str, float]] = {}
        self._phase = ""

    async def beat(self) -> None:
        waiting = Waiting()
        wall, waited = time.perf_counter(), waiting.seconds()
        while True:
            await asyncio.sleep(BEAT)
            now, then = time.perf_counter(), waiting.seconds()
            pause = max(0.0, now - wall - BEAT)
            self._note("wall", pause)
            self._note("own", max(0.0, pause - (then - waited)))
            wall, waited = now, then

    @contextmanager
    def during(self, phase: str) -> Iterator[None]:
        before, self._phase = self._phase, phase
        yield
        self._phase = before

    def _note(self, kind: str, seconds: float) -> None:
        longest = self.phases.setdefault(self._phase, {})
        longest[kind] = max(longest.get(kind, 0.0), round(1000 * seconds, 1))


class Waiting:
    """How long this thread was ready to run and the system let it wait; nothing where the system does not tell."""

    def __init__(self) -> None:
        try:
            self._file = os.open("/proc/thread-self/schedstat", os.O_RDONLY)
        except OSError:
            self._file = -1

    def seconds(self) -> float:
        return int(os.pread(self._file, 100, 0).split()[1]) / 1e9 if self._file >= 0 else 0.0


async def longest(home: Path, file: Path, messages: int) -> dict[str, dict[str, float]]:
    talk = held(home, messages)
    heart = Heart()
    async with screen(home, heart) as (app, pilot):
        with heart.during("loading"):
            await typing(app, pilot)
        with heart.during("importing"):
            await sent(app, pilot, f"/add {file}")
        with heart.during("answering"):
            await sent(app, pilot, "How does LoRA make fine-tuning cheaper?")
        with heart.during("browsing"):
            await browse(app, pilot)
        with heart.during("opening a long conversation"):
            app.chat.resume(talk)
            await until(pilot, lambda: len(app.chat.history) == messages // 2)
            await pilot.pause(1)
        with heart.during("scrolling it"):
            for key in ("pageup", "pagedown"):
                for _ in range(40):
                    await pilot.press(key)
    heart.phases.pop("", None)
    return heart.phases


def held(home: Path, messages: int) -> int:
    """The number of a long conversation that this home now has."""
    conversations = Conversations(conversations_file(home))
    try:
        return conversations.keep(None, [stored(turn(number)) for number in range(messages // 2)]).id
    finally:
        conversations.close()


@asynccontextmanager
async def screen(home: Path, heart: Heart) -> AsyncIterator[tuple[AssistantApp, Pilot[None]]]:
    app = AssistantApp(Settings(home))
    try:
        async with app.run_test(size=(120, 40)) as pilot:
            beating = asyncio.create_task(heart.beat())
            yield app, pilot
            beating.cancel()
    finally:
        app.assistant.close()


async def browse(app: AssistantApp, pilot: Pilot[None]) -> None:
    await pilot.press("f6")
    papers = app.library.query_one(PaperList)
    await until(pilot, lambda: papers.chosen is not None)
    for _ in range(30):
        await pilot.press("pagedown")
    await pilot.press("ctrl+end", "ctrl+home")
    for letter in "language":
        await pilot.press(letter)
    await pilot.pause(1)
    app.library.query_one(Filter).value = ""
    await pilot.press("escape")


async def sent(app: AssistantApp, pilot: Pilot[None], line: str) -> None:
    """Send a line, and go on typing until what it began is over."""
    app.chat.query_one(Prompt).value = line
    await pilot.press("enter")
    await pilot.pause(0.2)
    await typing(app, pilot)


async def typing(app: AssistantApp, pilot: Pilot[None]) -> None:
    """Type until nothing is being done any more, then take back what was typed."""
    began = time.monotonic()
    while app.desk.phase is not Phase.IDLE:
        if time.monotonic() - began > PATIENCE:
            raise TimeoutError("the screen is never done")
        await pilot.press("a")
        await pilot.pause(0.05)
    app.chat.query_one(Prompt).value = ""


async def until(pilot: Pilot[None], condition: Callable[[], bool]) -> None:
    began = time.monotonic()
    while not condition():
        if time.monotonic() - began > PATIENCE:
            raise TimeoutError("the screen never got there")
        await pilot.pause(0.05)


def turn(number: int) -> Turn:
    """A question with an answer of four sentences from two papers."""
    text = f"Sentence {number} says what the paper found, in about as many words as a sentence has."
    papers = [
        Paper(f"Paper {n} of question {number}", abstract=text * 8, authors=("Doe, J.",), key=f"k{n}") for n in (1, 2)
    ]
    sources = tuple(Source(n, Hit(n, paper, 1.0, text)) for n, paper in enumerate(papers, start=1))
    claims = tuple(Claim(text, (n,), "quoted", (Quote(n, text),)) for n in (1, 2, 1, 2))
    question = f"What is the answer to question {number}?"
    return Turn(question, Answer(question, True, text, claims, sources))


if __name__ == "__main__":
    main()
