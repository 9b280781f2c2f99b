"""`assistant add --watch`: changes are seen, waited for until they are whole, told in a line each; Ctrl-C ends it."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.cli import watching
from assistant.cli.adding import Adding
from assistant.cli.main import main
from assistant.cli.watching import Watch, followed_up, settled
from assistant.settings import Settings
from store.errors import LibraryLocked, StoreError
from store.locking import writer_lock
from tests.conftest import ROOT
from tests.zotero_library import ZoteroLibrary

APPLES = "@article{apples, title = {A study of apples}, abstract = {Apples are red. They fall.}}\n"
PEARS = "@article{pears, title = {A study of pears}, abstract = {Pears are green. They rot.}}\n"
PLUMS = APPLES.replace("apples", "plums").replace("Apples", "Plums")
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
    with pytest.raises(StoreError, match="nowhere cannot be watched"), Watch([tmp_path / "nowhere" / "apples.bib"]):
        pass


def test_a_half_written_file_is_waited_for(tmp_path: Path) -> None:
    file = tmp_path / "apples.bib"
    rest = iter([APPLES, PEARS, "\n"])
    file.touch()

    def pause() -> None:
        with file.open("a") as writing:
            writing.write(next(rest, ""))

    settled(file, pause)
    assert file.read_text() == APPLES + PEARS + "\n"


def test_a_file_that_never_rests_is_read_all_the_same(tmp_path: Path) -> None:
    file = tmp_path / "apples.bib"

    def pause() -> None:
        with file.open("a") as writing:
            writing.write("more")

    settled(file, pause)
    assert len(file.read_text()) == len("more") * watching.MOST_LOOKS


def test_standard_input_cannot_be_watched(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--home", str(home), "add", "--watch", "-"]) == 2
    assert "cannot be watched" in capsys.readouterr().err


@pytest.fixture
def shelf(home: Path, tmp_path: Path) -> Path:
    """A watched folder with one file, which is in the library."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    (folder / "fruits.bib").write_text(APPLES + PEARS)
    assert Adding(Settings(home)).all([folder], named=[folder]) == 0
    return folder


def test_each_change_is_told_in_a_line(home: Path, shelf: Path, capsys: pytest.CaptureFixture[str]) -> None:
    adding, file = Adding(Settings(home)), shelf / "fruits.bib"
    capsys.readouterr()
    for content, line in (
        (APPLES + PEARS, "nothing new"),
        (APPLES.replace("red", "yellow") + PEARS, "1 updated"),
        (APPLES + HALF, "1 updated, 1 rejected"),
        (APPLES + PLUMS, "1 added, 1 no longer in it (--sync removes it from the library)"),
    ):
        file.write_text(content)
        assert followed_up(adding, file, [shelf])
        said = capsys.readouterr()
        assert said.out.splitlines() == [f"fruits.bib: {line}"]
        assert ("fruits.bib, line 2 (plums)" in said.err) == ("rejected" in line)
    file.unlink()
    assert followed_up(adding, file, [shelf])
    assert "fruits.bib: is gone; its papers stay in the library" in capsys.readouterr().err


def test_with_sync_what_left_a_file_and_a_file_that_is_gone_leave_the_library(
    home: Path, shelf: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (shelf / "plums.bib").write_text(PLUMS)
    adding, file = Adding(Settings(home), sync=True, yes=True, as_json=True), shelf / "fruits.bib"
    adding.one(shelf / "plums.bib")
    file.write_text(APPLES)
    capsys.readouterr()
    assert followed_up(adding, file, [shelf])
    report = json.loads(capsys.readouterr().out)
    assert (report["unchanged"], [left["key"] for left in report["left"]], report["removed"]) == (1, ["pears"], 1)
    file.unlink()
    assert followed_up(adding, file, [shelf])
    report = json.loads(capsys.readouterr().out)
    assert ([left["key"] for left in report["left"]], report["removed"]) == (["apples"], 1)


def test_another_process_that_writes_to_the_library_is_waited_for(home: Path, shelf: Path) -> None:
    with writer_lock(home, "testing"), pytest.raises(LibraryLocked):
        followed_up(Adding(Settings(home)), shelf / "fruits.bib", [shelf])


def said(process: subprocess.Popen[str], text: str) -> str:
    """The first line that has the text; the end of the output fails the test."""
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if text in line:
            return line.strip()
    raise AssertionError("".join(lines))


def test_it_goes_on_until_ctrl_c(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "apples.bib"
    file.write_text(HALF)
    command = [sys.executable, "-m", "assistant.cli.main", "--home", str(home), "add", "--watch", str(file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT) as process:
        try:
            said(process, "Ctrl-C ends it")
            file.write_text(APPLES)
            assert said(process, "apples.bib:") == "apples.bib: 1 added"
            process.send_signal(signal.SIGINT)
            said(process, "no longer watching")
            assert process.wait() == 0
        finally:
            process.kill()
