"""What the first frame does not need, loaded behind it, so that no key waits for it."""

from importlib import import_module

from assistant.tui import liveness
from assistant.tui.screens.opening import PLACES, kind_of

LATER = ("textual.widgets._toast", "textual.command", "assistant.tui.screens.dialogs")


def preload() -> None:
    """Import the other screens and what they use; for a thread, whose imports give way to the screen's own work."""
    for name in LATER:
        import_module(name)
    for name in PLACES:
        kind_of(name)
    liveness.settle()
