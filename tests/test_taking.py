"""Removed papers are put back as they were, row by row, or not at all."""

import sqlite3
from pathlib import Path

import pytest

from store.embedding import Embedder
from store.errors import StoreError
from store.library import Library, LibraryPaths
from tests.conftest import SAMPLE, added, opened

OF_SQLITE = {"sqlite_sequence", "words_data", "words_idx"}
"""How SQLite keeps what is in the others."""
KEYS = ("hu2022lora", "vaswani2017attention")


def rows(home: Path) -> dict[str, set[tuple[object, ...]]]:
    """All that the catalogue holds, but for the count of its changes."""
    with sqlite3.connect(LibraryPaths(home).catalogue) as db:
        tables = [name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE sql LIKE 'CREATE TABLE%'")]
        held = {name: set(db.execute(f"SELECT * FROM {name}")) for name in tables if name not in OF_SQLITE}
    return {name: {row for row in found if row[0] != "changes"} for name, found in held.items()}


def test_removed_papers_come_back_with_tags_vectors_and_words(sample_copy: Path, embedder: Embedder) -> None:
    library = opened(sample_copy, embedder)
    library.tag(KEYS[:1], add=["read"])
    before, found = rows(sample_copy), library.search("low-rank adaptation", limit=5)
    one, other = library.remove(KEYS[:1]), library.remove(KEYS[1:])
    assert library.catalogue.count() == 38
    library.put_back(other)
    library.put_back(one)
    library.close()
    assert rows(sample_copy) == before
    again = opened(sample_copy, embedder)
    assert again.search("low-rank adaptation", limit=5) == found
    assert again.index_gap() == (0, 0)


def test_a_paper_that_was_added_again_meanwhile_is_not_put_back(sample_copy: Path, embedder: Embedder) -> None:
    library: Library = opened(sample_copy, embedder)
    taken = library.remove(KEYS)
    added(library, [SAMPLE])
    before = rows(sample_copy)
    with pytest.raises(StoreError, match="added again"):
        library.put_back(taken)
    assert rows(sample_copy) == before
