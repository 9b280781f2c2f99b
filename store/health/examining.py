"""Looking at a library: every paper, passage, vector and term, and the folder they lie in."""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import numpy as np

from store.backup.snapshot import damage, opened
from store.catalogue.connection import connect
from store.embedded import embedded
from store.errors import ExpectedError, StoreError
from store.health import faults
from store.library import Library, LibraryPaths
from store.locking import holder_of
from store.records import Check, Passage, Progress
from store.truth import databases

Stop = Callable[[], bool]
Step = Progress | Check

MEND = "`assistant doctor --fix` mends it."
"""The hint of everything that can be mended."""

LEAST_FREE = 500_000_000
"""Bytes that should be free: an import of ten thousand papers takes about 200 MB."""

_AGREES = 0.98
_SAMPLES = 8


def examined(home: Path, stop: Stop) -> Iterator[Step]:
    """Look at everything that needs no model; whatever fails becomes a check that is not well."""
    yield folder_check(home)
    yield disk_check(home)
    yield lock_check(home)
    catalogue = LibraryPaths(home).catalogue
    for name in databases(home):
        if home / name != catalogue:
            yield _database_check(home, name)
    if not catalogue.is_file():
        yield Check("catalogue", True, "empty; add files with `assistant add FILE`")
        return
    try:
        with closing(connect(catalogue)) as database:
            yield from _catalogue(database, stop)
    except (ExpectedError, sqlite3.DatabaseError) as error:
        yield Check("catalogue", False, str(error), getattr(error, "hint", "") or MEND)


def folder_check(home: Path) -> Check:
    """Whether the home folder and what lies in it can be read and written."""
    places = [home, home / "library", *(home / name for name in databases(home))]
    locked = [str(path) for path in places if path.exists() and not os.access(path, os.R_OK | os.W_OK)]
    hint = "Give yourself the right to write there (chmod u+rwX), or use another library with --home DIR."
    return Check("folder", not locked, f"no right to write: {', '.join(locked)}" if locked else str(home), hint)


def disk_check(home: Path) -> Check:
    """How much space is left where the library lies."""
    there = next(path for path in (home, *home.parents) if path.exists())
    free = shutil.disk_usage(there).free
    hint = "Free some space: an import that finds none ends, and keeps what it has."
    return Check("disk", free >= LEAST_FREE, f"{free / 1e9:,.1f} GB free", hint)


def lock_check(home: Path) -> Check:
    """Who writes to the library now; a note that a killed process left is stale."""
    held, note = holder_of(home)
    if held:
        return Check("lock", True, f"held by another process{note}")
    left = [path.name for path in home.glob(".restore-*")]
    if (home / "writer.json").exists():
        left.append("writer.json")
    return Check("lock", not left, f"left by a process that was killed: {', '.join(left)}" if left else "free", MEND)


def _database_check(home: Path, name: str) -> Check:
    try:
        with closing(opened(home / name)) as database:
            problem = damage(database)
            strays = sum(faults.orphans(database).values())
    except sqlite3.DatabaseError as error:
        problem, strays = str(error), 0
    said = problem or (f"{strays} rows belong to nothing" if strays else "whole")
    return Check(name, not (problem or strays), said, MEND if strays else "Put a backup in its place.")


def _catalogue(database: sqlite3.Connection, stop: Stop) -> Iterator[Step]:
    yield Progress("Checking the file", 0)
    problems = faults.structure(database)
    if problems:
        hint = "`assistant doctor --fix` mends it where the papers themselves are not hit. If not: `assistant restore`."
        yield Check("catalogue", False, "; ".join(problems[:3]), hint)
        return
    papers, passages = (database.execute(f"SELECT count(*) FROM {t}").fetchone()[0] for t in ("papers", "passages"))
    yield Check("catalogue", True, f"{papers:,} papers, {passages:,} passages")
    strays = faults.orphans(database)
    said = ", ".join(f"{count} rows of {table}" for table, count in strays.items())
    yield Check("links", not strays, f"belong to no paper: {said}" if strays else "every row belongs to a paper", MEND)
    yield from _papers(database, papers, stop)


def _papers(database: sqlite3.Connection, papers: int, stop: Stop) -> Iterator[Step]:
    row = database.execute("SELECT json_extract(value, '$.dimension') FROM meta WHERE name = 'embedder'").fetchone()
    dimension = int(row[0]) if row else 0
    yield Progress("Checking passages", 0)
    yield _counted("passages", faults.without_passages(database), papers, "without passages that fit them")
    yield Progress("Checking vectors", 0)
    bad = faults.without_vectors(database, dimension)
    yield _counted("vectors", bad, papers, "with a passage that has no sound vector")
    yield Progress("Checking sentences", 0)
    bad = faults.without_sentences(database, dimension)
    yield _counted("sentences", bad, papers, "without sound vectors of sentences")
    if not stop():
        yield from _full_text(database, papers, stop)


def _full_text(database: sqlite3.Connection, papers: int, stop: Stop) -> Iterator[Step]:
    yield Progress("Checking the full text", 0, papers)
    if problem := faults.full_text(database):
        yield Check("full text", False, f"its index is damaged: {problem}", MEND)
        return
    missed: set[int] = set()
    for done, found in enumerate(faults.not_looked_up(database)):
        missed |= found
        yield Progress("Checking the full text", min(200 * done, papers), papers)
        if stop():
            return
    yield _counted("full text", missed, papers, "that searches by words and names miss")


def _counted(name: str, bad: set[int], papers: int, said: str) -> Check:
    return Check(name, not bad, f"{len(bad):,} papers {said}" if bad else f"all of {papers:,} papers", MEND)


def vectors_check(library: Library) -> Check:
    """Embed some passages again: are the stored vectors those of this model?"""
    catalogue = library.catalogue
    numbers = catalogue.passage_papers()[0]
    drawn = numbers[:: max(1, len(numbers) // _SAMPLES)][:_SAMPLES].tolist()
    papers = catalogue.papers(catalogue.papers_of(drawn).values())
    pieces = []
    for number, paper in catalogue.papers_of(drawn).items():
        start, end = dict(catalogue.passages_of(paper))[number]
        pieces.append((papers[paper], [Passage(start, end, papers[paper].abstract[start:end])]))
    again = np.concatenate([one.passages for one in embedded(pieces, library.embedder)]) if pieces else np.zeros((0, 1))
    stored = catalogue.vectors(list(catalogue.papers_of(drawn)))
    agree = int(np.sum(np.sum(again * stored, axis=1) > _AGREES)) if pieces else 0
    hint = "Another model made them. `assistant doctor --fix` embeds every paper again."
    return Check("embedder", agree == len(pieces), f"{agree} of {len(pieces)} vectors made again are the same", hint)


def index_check(library: Library, stop: Stop) -> Iterator[Step]:
    """Whether the vector index holds just the catalogue's passages, once it is brought up as at every start."""
    try:
        library.attach()
        behind, _ = library.index_gap() if library.is_behind else (0, 0)
        yield from library.in_step(stop)
        missing, stale = library.index_gap()
    except StoreError as error:
        yield Check("index", False, str(error), error.hint)
        return
    held = f"{library.index_name}, {library.catalogue.passage_count() - missing:,} passages"
    if missing or stale:
        yield Check("index", False, f"{held}; {missing:,} are missing, {stale:,} are too many", MEND)
    else:
        yield Check("index", True, f"{held}; {behind:,} of them just now" if behind else held)
