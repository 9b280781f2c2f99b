"""One writer at a time, and a clear word to the second."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from store.errors import LibraryLocked, StoreError
from store.locking import writer_lock
from tests.conftest import ROOT

HOLD = """
import sys
from pathlib import Path
from store.locking import writer_lock
with writer_lock(Path(sys.argv[1]), "importing thesis.bib"):
    print("held", flush=True)
    sys.stdin.read()
"""


def holder(home: Path) -> subprocess.Popen[str]:
    """Another process that holds the lock until its standard input ends; returned when it does."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(home)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def take(home: Path) -> None:
    with writer_lock(home, "adding files"):
        pass


def test_a_second_writer_is_told_who_writes_what_and_what_to_do(home: Path) -> None:
    with holder(home) as process:
        with pytest.raises(LibraryLocked) as refused:
            take(home)
        process.communicate()
    assert f"process {process.pid}, since " in str(refused.value)
    assert "importing thesis.bib" in str(refused.value)
    assert str(home) in str(refused.value)
    assert "Wait" in refused.value.hint
    take(home)


def test_the_lock_of_a_killed_process_is_free(home: Path) -> None:
    with holder(home) as process:
        process.kill()
    assert json.loads((home / "writer.json").read_text())["process"] == process.pid
    take(home)


def test_two_writers_of_one_process_exclude_each_other_too(home: Path) -> None:
    with writer_lock(home, "adding files"), pytest.raises(LibraryLocked, match=f"process {os.getpid()}"):
        take(home)


def test_an_unreadable_note_on_the_holder_is_left_out(home: Path) -> None:
    with writer_lock(home, "adding files"):
        for note in ("", "[]", "{", '"x"', '{"process": 1}'):
            (home / "writer.json").write_text(note)
            with pytest.raises(LibraryLocked, match="by another process\\."):
                take(home)


def test_the_lock_is_let_go_after_an_exception_and_leaves_no_note(home: Path) -> None:
    with pytest.raises(RuntimeError), writer_lock(home, "adding files"):
        raise RuntimeError
    assert not (home / "writer.json").exists()
    take(home)


def test_libraries_in_different_homes_do_not_exclude_each_other(home: Path, tmp_path: Path) -> None:
    with writer_lock(home, "adding files"):
        take(tmp_path / "another" / "home")


def test_a_home_that_cannot_be_written_is_told_with_a_hint(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError) as refused:
        take(tmp_path / "file")
    assert "cannot be written" in str(refused.value)
    assert "--home" in refused.value.hint
