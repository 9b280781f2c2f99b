"""What the assistant is doing: one value, not several flags."""

from enum import Enum


class Phase(Enum):
    """The value is what the status line says."""

    IDLE = "Ready"
    LOADING = "Loading"
    SEARCHING = "Searching"
    WRITING = "Writing"
    ADDING = "Adding"
    CHANGING = "Changing"
    TRYING = "Trying the model"
    CHECKING = "Checking"
    MAPPING = "Drawing"
    STOPPING = "Stopping"

    @property
    def takes_tasks(self) -> bool:
        """Models load behind an open question box; everything else is finished or stopped first."""
        return self in {Phase.IDLE, Phase.LOADING}

    @property
    def stoppable(self) -> bool:
        """Whether Escape has something to stop."""
        return self not in {Phase.IDLE, Phase.STOPPING}
