"""A disk that fills up and a folder that cannot be written: one clear message, and nothing that was there is lost.

A process of its own mounts a small file system over the library, which the system may not allow everywhere.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.settings import cache_folder
from store.embedding import Embedder, find_starter, open_embedder
from store.errors import StoreError
from store.health import examined, index_check
from store.library import Library, never
from store.records import Check, ImportReport
from tests.conftest import ROOT, filled

LEFT = (0, 40_000, 200_000, 500_000, 900_000)
"""Bytes that are free when an import begins, each time: some too few to open, some too few to end."""


def record(number: int) -> str:
    return f"@misc{{p{number}, title = {{Study number {number}}}, abstract = {{{'Owl hoots loud. ' * 9}}}}}\n"


@pytest.fixture
def mounted(tmp_path: Path) -> Path:
    """An empty folder over which a small file system can be mounted; skips where the system forbids it."""
    folder = tmp_path / "small disk ü"
    folder.mkdir()
    if shutil.which("unshare") is None:
        pytest.skip("there is no unshare to mount a small file system with")
    command = ["unshare", "-rm", "mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    tried = subprocess.run(command, capture_output=True, text=True, check=False)
    if tried.returncode:
        pytest.skip(f"this system lets nobody mount a small file system: {tried.stderr.strip()}")
    return folder


def within(folder: Path, function: str, *arguments: str) -> dict[str, object]:
    """What a function of this module prints, run where `folder` is a file system of 8 MB."""
    script = f"import sys; from tests.test_full_disk import {function}; {function}(*sys.argv[1:])"
    mount = 'mount -t tmpfs -o size=8m tmpfs "$1" && shift && exec "$@"'
    command = ["unshare", "-rm", "sh", "-c", mount, "sh", str(folder), sys.executable, "-c", script, str(folder)]
    ran = subprocess.run([*command, *arguments], capture_output=True, text=True, check=False, cwd=ROOT)
    assert ran.returncode == 0, ran.stderr
    found: dict[str, object] = json.loads(ran.stdout.splitlines()[-1])
    return found


def test_an_import_on_a_disk_that_fills_up_ends_with_a_message_and_is_finished_later(
    mounted: Path, tmp_path: Path, embedder: Embedder
) -> None:
    file = tmp_path / "papers.bib"
    file.write_text("".join(record(number) for number in range(4)), encoding="utf-8")
    home = filled(tmp_path / "home", embedder, [file])
    file.write_text("".join(record(number) for number in range(60)), encoding="utf-8")
    told = within(mounted, "fill_up", str(home), str(file))
    assert told["bad"] == []
    assert told["papers"] == 60
    said = told["said"]
    assert isinstance(said, list)
    assert len(said) >= 2
    assert all("disk" in text or "full" in text or "space" in text for text in said), said
    assert not any("rollback" in text for text in said), said


def fill_up(mounted: str, home: str, file: str) -> None:
    """Import with ever more space until there is enough; prints what was said, and how the library is then."""
    folder = Path(mounted) / "home"
    shutil.copytree(home, folder)
    filler = Path(mounted) / "filler"
    said, bad = [], []
    for left in LEFT:
        fill(filler, left)
        try:
            _add(folder, file)
        except StoreError as error:
            said.append(f"{error} {error.hint}")
        filler.unlink()
        bad += _bad(folder)
    _add(folder, file)
    print(json.dumps({"said": said, "bad": bad + _bad(folder), "papers": _papers(folder)}))


def fill(filler: Path, left: int) -> None:
    """Fill the disk up to some bytes."""
    with filler.open("wb") as file:
        free = shutil.disk_usage(filler.parent).free
        file.write(bytes(max(0, free - left)))


def _embedder() -> Embedder:
    starter = find_starter()
    assert starter is not None
    return open_embedder(starter, cache=cache_folder())


def _add(folder: Path, file: str) -> None:
    library = Library(folder, _embedder())
    try:
        assert [step for step in library.add([Path(file)]) if isinstance(step, ImportReport)]
    finally:
        library.close()


def _bad(folder: Path) -> list[str]:
    library = Library(folder, _embedder())
    steps = [*examined(folder, never), *index_check(library, never)]
    library.close()
    checks = [step for step in steps if isinstance(step, Check) and step.name != "disk"]
    return [f"{check.name}: {check.detail}" for check in checks if not check.well]


def _papers(folder: Path) -> int:
    library = Library(folder, _embedder(), attached=False)
    count = library.catalogue.count()
    library.close()
    return count


def test_a_folder_that_cannot_be_written_is_searched_and_told_of_once(
    mounted: Path, tmp_path: Path, embedder: Embedder
) -> None:
    file = tmp_path / "papers.bib"
    file.write_text(record(1), encoding="utf-8")
    home = filled(tmp_path / "home", embedder, [file])
    told = within(mounted, "read_only", str(home), str(file))
    assert told.pop("search owls", [1])[0] == 0
    for command, (code, errors) in told.items():
        assert isinstance(errors, str)
        assert code == 1, command
        assert "bug" not in errors + command
        assert "Traceback" not in errors
        assert (errors.count("error: "), errors.count("hint: ")) == (1, 1), (command, errors)
        assert "permission" in errors or "yours to write" in errors


def read_only(mounted: str, home: str, file: str) -> None:
    """Commands on a library whose file system lets nobody write."""
    folder = Path(mounted) / "home"
    shutil.copytree(home, folder)
    subprocess.run(["mount", "-o", "remount,ro", mounted], check=True)
    told = {}
    for command in (["add", file], ["rebuild"], ["papers", "remove", "p1", "--yes"], ["search", "owls"]):
        ran = subprocess.run(
            [sys.executable, "-m", "assistant.cli.main", "--home", str(folder), *command],
            capture_output=True,
            text=True,
            check=False,
            env=os.environ,
        )
        told[" ".join(command)] = (ran.returncode, ran.stderr)
    print(json.dumps(told))
