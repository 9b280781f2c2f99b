"""Work of an `Assistant` beside an event loop: one task at a time, stopped when nobody waits for it any more."""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from assistant.assistant import Assistant
from assistant.events import Event, Progress

Result = TypeVar("Result")

Follow = Callable[[Iterable[Event]], Iterator[Event]]
"""Passes the events of a stream on; reports its progress, and ends it when nobody waits for it any more."""

Report = Callable[[Progress], Coroutine[Any, Any, None]]


async def _unheard(_: Progress) -> None:
    pass


class Background:
    """A thread in which streams are read, in the order in which they are asked for."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="assistant")

    async def run(self, work: Callable[[Follow], Result], report: Report = _unheard) -> Result:
        """Do the work, which reads its streams through what it is given; if this is cancelled, it is stopped."""
        loop = asyncio.get_running_loop()
        halted, begun = threading.Event(), threading.Event()

        def follow(events: Iterable[Event]) -> Iterator[Event]:
            begun.set()
            for event in () if halted.is_set() else events:
                if halted.is_set():
                    self._assistant.stop()
                elif isinstance(event, Progress) and not loop.is_closed():
                    asyncio.run_coroutine_threadsafe(report(event), loop)
                yield event

        future = loop.run_in_executor(self._pool, work, follow)
        try:
            return await asyncio.shield(future)
        except asyncio.CancelledError:
            halted.set()
            future.add_done_callback(_forgotten)
            if begun.is_set() and not future.done():
                self._assistant.stop()
            raise

    def close(self) -> None:
        """Take no more work."""
        self._pool.shutdown(wait=False, cancel_futures=True)


def _forgotten(future: "asyncio.Future[Result]") -> None:
    """Look at how it ended, so that nobody complains that nobody did."""
    if not future.cancelled():
        future.exception()
