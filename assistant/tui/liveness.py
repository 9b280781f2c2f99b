"""What else would hold the event loop: full garbage collections of a large heap, and threads that do not give way."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_THRESHOLDS = (1000, 10, 100)
"""Full collections come rarely by themselves: `tidy` makes them when nobody waits."""
_TURN = 0.001
"""Seconds for which another thread may keep the interpreter while the loop wants it."""


def prepare() -> None:
    """Once, when the first frame is drawn: what was imported for it stays, and need not be gone through again."""
    sys.setswitchinterval(_TURN)
    gc.set_threshold(*_THRESHOLDS)
    gc.freeze()


def settle() -> None:
    """What was made meanwhile stays too."""
    gc.collect(1)
    gc.freeze()


def tidy() -> None:
    """Free what is no longer used; takes up to a tenth of a second."""
    gc.collect()


@contextmanager
def building() -> Iterator[None]:
    """Much is being made that stays: it is not gone through again and again while it grows."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.freeze()
