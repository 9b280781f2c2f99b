"""From papers to text that reference managers read, and that gives the same papers when it is added again.

To add a format, write one module of the shape of `Writer` and name it in `WRITERS`.
"""

from pathlib import PurePath

from store.writers import bibtex, csl, jsonl, ris
from store.writers.writer import Writer

WRITERS: dict[str, Writer] = {"bibtex": bibtex, "ris": ris, "csl": csl, "jsonl": jsonl}
"""Each format by the name that the command line gives it."""


def format_for(path: PurePath) -> str:
    """The format whose suffix a file has; BibTeX for any other."""
    suffix = path.suffix.lower()
    return next((name for name, writer in WRITERS.items() if writer.suffix == suffix), "bibtex")
