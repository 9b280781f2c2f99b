"""The catalogue for commands that need no model."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from assistant.cli.text import print_json, print_text
from assistant.settings import Settings
from store.catalogue import Catalogue
from store.library import LibraryPaths


@contextmanager
def opened_catalogue(settings: Settings) -> Iterator[Catalogue | None]:
    """The catalogue; None where no library has been made yet (and none is made by looking)."""
    path = LibraryPaths(settings.home).catalogue
    catalogue = Catalogue(path) if path.is_file() else None
    try:
        yield catalogue
    finally:
        if catalogue:
            catalogue.close()


def nothing(value: Any, *, as_json: bool) -> int:
    """Say that there is no library yet, or print the JSON that says so; returns the exit code."""
    if as_json:
        print_json(value)
    else:
        print_text("The library is empty.")
    return 3
