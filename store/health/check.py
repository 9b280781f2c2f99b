"""One thing that was looked at."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    """A line of the report: `hint` says what to do where it is not well."""

    name: str
    well: bool
    detail: str
    hint: str = ""


MEND = "`assistant doctor --fix` mends it."
"""The hint of everything that can be mended."""
