"""Following a stream of events on the command line: progress on standard error, Ctrl-C stops."""

import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from types import FrameType

from assistant.assistant import Assistant
from assistant.events import Event, Loaded, Note, Progress

_FRAMES = "|/-\\"
_QUICK = 0.5
"""Seconds before anything is said about a step: what is over sooner needs no words."""

_PLAIN = 10.0
"""Seconds between two lines about the same step where standard error is no terminal."""


@contextmanager
def stopping(assistant: Assistant) -> Iterator[None]:
    """The first Ctrl-C asks the assistant to stop and keeps what is done, the second ends the program."""

    def on_interrupt(_number: int, _frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, before)
        if not assistant.stop():  # the engine is still starting, or has ended
            raise KeyboardInterrupt
        print("\nstopping (press Ctrl-C again to end at once)", file=sys.stderr)

    before = signal.signal(signal.SIGINT, on_interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


class StatusLine:
    """One line on standard error that shows what goes on and for how long; plain lines where that is no terminal."""

    def __init__(self) -> None:
        self._live = sys.stderr.isatty()
        self._step = self._before = ""
        self._count = ""
        self._since = time.monotonic()
        self._shown = False
        self._said = ""
        self._next = _PLAIN
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._tick, daemon=True)
        self._thread.start()

    def show(self, step: str, count: str = "") -> None:
        """Show a step, and how far it is."""
        with self._lock:
            if step != self._step:
                self._erase()
                if step != self._before:  # a step that only made room for output goes on
                    self._since, self._next = time.monotonic(), _PLAIN
                self._step = self._before = step
            self._count = count

    def clear(self) -> None:
        """Take the line away, before other output."""
        with self._lock:
            self._erase()
            self._step = self._count = ""

    def close(self) -> None:
        """Take the line away for good."""
        self._over.set()
        self._thread.join()
        self.clear()

    def _tick(self) -> None:
        turn = 0
        while not self._over.wait(0.15):
            with self._lock:
                seconds = time.monotonic() - self._since
                if self._step and seconds >= _QUICK:
                    self._draw(_FRAMES[turn % len(_FRAMES)], seconds)
            turn += 1

    def _draw(self, frame: str, seconds: float) -> None:
        if self._live:
            text = f"{frame} {self._step}{self._count}  {seconds:.0f} s"
            sys.stderr.write(f"\r\x1b[2K{text[:200]}")
        elif self._step != self._said or seconds >= self._next:
            sys.stderr.write(f"{self._step} ...{self._count}\n")
            self._said, self._next = self._step, seconds + _PLAIN
        sys.stderr.flush()
        self._shown = True

    def _erase(self) -> None:
        if self._live and self._shown:
            sys.stderr.write("\r\x1b[2K")
            sys.stderr.flush()
        self._shown = False


@cache
def _say_once(note: str) -> None:
    """A note holds for the whole run: a batch of questions does not repeat it."""
    print(f"note: {note}", file=sys.stderr)


def followed(assistant: Assistant, events: Iterator[Event]) -> Iterator[Event]:
    """Yield the events that carry results; show progress and notes on standard error meanwhile."""
    line = StatusLine()
    try:
        with stopping(assistant):
            for event in events:
                match event:
                    case Progress():
                        of = f" of {event.total:,}" if event.total else ""
                        line.show(event.step, f"  {event.done:,}{of}" if event.done or event.total else "")
                    case Note():
                        line.clear()
                        _say_once(event.text)
                    case Loaded():
                        line.show("Working")
                    case _:
                        line.clear()
                        yield event
    finally:
        line.close()
