"""`assistant add --watch`: changes are seen, waited for until they are whole, told in a line each; Ctrl-C ends it."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assistant.cli import watching
from assistant.cli.main import main
from assistant.cli.watching import Watch, settled
from store.errors import StoreError
from tests.conftest import ROOT
from tests.zotero_library import ZoteroLibrary

APPLES = "@article{apples, title = {A study of apples}, abstract = {Apples are red. They fall.}}\n"
PEARS = "@article{pears, title = {A study of pears}, abstract = {Pears are green. They rot.}}\n"
HALF = "@article{plums, title = {A study of plums}, abstract = {Plums are bl"

Change = Callable[[Path], object]


def seen(watch: Watch, file: Path, change: Change) -> set[Path]:
    """The files that are said to have changed; the change is made again until the system has begun to watch."""
    found: set[Path] = set()
    while not found:
        change(file)
        found = watch.changed(wait=1.0)
    return found


def written(file: Path) -> None:
    file.write_text(APPLES)


def replaced(file: Path) -> None:
    beside = file.with_name("beside.tmp")
    beside.write_text(APPLES)
    beside.replace(file)


def removed(file: Path) -> None:
    file.write_text(APPLES)
    file.unlink()


@pytest.mark.parametrize("change", [written, replaced, removed])
def test_a_change_of_a_file_is_seen_however_it_is_made_and_that_of_its_neighbour_is_not(
    tmp_path: Path, change: Change
) -> None:
    file = tmp_path / "früit s.bib"
    file.write_text(PEARS)
    (tmp_path / "neighbour.bib").write_text(PEARS)
    with Watch([file]) as watch:
        (tmp_path / "neighbour.bib").write_text(APPLES)
        assert seen(watch, file, change) == {file}


def test_of_a_folder_only_what_may_hold_references_is_seen(tmp_path: Path) -> None:
    deep = tmp_path / "shelf" / "new"
    deep.mkdir(parents=True)

    def change(file: Path) -> None:
        for name in ("scan.pdf", ".hidden.bib", "thesis.tex"):
            (deep / name).write_text(APPLES)
        file.write_text(APPLES)

    with Watch([tmp_path / "shelf"]) as watch:
        assert seen(watch, deep / "apples.bib", change) == {deep / "apples.bib"}


def test_of_zotero_s_folder_only_the_database_is_seen(tmp_path: Path) -> None:
    zotero = ZoteroLibrary(tmp_path / "Zotero")
    (zotero.file.parent / "storage").mkdir()

    def change(_: Path) -> None:
        (zotero.file.parent / "storage" / "export.bib").write_text(APPLES)
        zotero.item(title="A study of mites")

    for watched in (zotero.file.parent, zotero.file):
        with Watch([watched]) as watch:
            assert seen(watch, zotero.file, change) == {zotero.file}


def test_what_cannot_be_watched_is_told(tmp_path: Path) -> None:
    with Watch([tmp_path / "nowhere" / "apples.bib"]) as watch, pytest.raises(StoreError, match="cannot be watched"):
        watch.changed()


def test_a_half_written_file_is_waited_for(tmp_path: Path) -> None:
    file = tmp_path / "apples.bib"
    rest = iter([APPLES, PEARS, "\n"])
    file.touch()

    def pause() -> None:
        with file.open("a") as writing:
            writing.write(next(rest, ""))

    assert settled(file, pause)
    assert file.read_text() == APPLES + PEARS + "\n"


def test_a_file_that_never_rests_is_read_all_the_same_and_one_that_is_gone_is_not(tmp_path: Path) -> None:
    file = tmp_path / "apples.bib"

    def pause() -> None:
        with file.open("a") as writing:
            writing.write("more")

    assert settled(file, pause)
    assert len(file.read_text()) == len("more") * watching.MOST_LOOKS
    assert not settled(tmp_path / "gone.bib", lambda: None)


def test_standard_input_cannot_be_watched(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--home", str(home), "add", "--watch", "-"]) == 2
    assert "cannot be watched" in capsys.readouterr().err


@pytest.fixture
def running(home: Path, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """`assistant add --watch` on a file and a folder, both streams in one."""
    (tmp_path / "shelf").mkdir()
    (tmp_path / "apples.bib").write_text(APPLES)
    names = [str(tmp_path / "apples.bib"), str(tmp_path / "shelf")]
    process = subprocess.Popen(
        [sys.executable, "-m", "assistant.cli.main", "--home", str(home), "add", "--watch", *names],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT, env={**os.environ},
    )  # fmt: skip
    yield process
    process.kill()
    process.wait()
    assert process.stdout is not None
    process.stdout.close()


def said(process: subprocess.Popen[str], text: str) -> str:
    """The first line that has the text; the end of the output fails the test."""
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if text in line:
            return line.strip()
    raise AssertionError("".join(lines))


def test_what_changes_is_added_in_a_line_each_until_ctrl_c(running: subprocess.Popen[str], tmp_path: Path) -> None:
    assert said(running, "added").startswith("1 added")
    said(running, "Ctrl-C ends it")
    (tmp_path / "shelf" / "pears.bib").write_text(PEARS)
    assert said(running, "pears.bib:") == "pears.bib: 1 added"
    (tmp_path / "apples.bib").write_text(APPLES.replace("red", "yellow"))
    assert said(running, "apples.bib:") == "apples.bib: 1 updated"
    (tmp_path / "apples.bib").write_text(HALF)  # a file with errors is told, and does not end it
    assert said(running, "apples.bib:").startswith("apples.bib: 1 rejected")
    assert "apples.bib, line 1" in said(running, "rejected:")
    (tmp_path / "shelf" / "pears.bib").write_text(APPLES.replace("apples", "plums"))
    assert "1 added, 1 no longer in it" in said(running, "pears.bib:")
    (tmp_path / "shelf" / "pears.bib").unlink()
    assert "its papers stay in the library" in said(running, "pears.bib:")
    running.send_signal(signal.SIGINT)
    said(running, "no longer watching")
    assert running.wait() == 0
