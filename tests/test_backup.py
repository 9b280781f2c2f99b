"""Backups: everything in one file and back again, while others write, and never over something that is there."""

import hashlib
import json
import os
import random
import shutil
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from assistant.cli.main import main
from store.backup import BackingUp, Restoring
from store.backup.manifest import KIND, NAME
from store.catalogue import Catalogue
from store.embedding import Embedder
from store.errors import BackupUnusable, LibraryLocked, StoreError
from store.index import ExactIndex
from store.library import LibraryPaths, never
from store.locking import writer_lock
from store.records import Filters, Paper, Progress
from store.truth import databases
from tests.conftest import Watched, filled, opened

QUESTION = "How are word vectors made?"
ALSO = ("settings.toml",)


@pytest.fixture
def archive(sample_copy: Path, tmp_path: Path) -> Path:
    """A backup of the sample library with settings and another database, under a name with a space and an umlaut."""
    (sample_copy / "settings.toml").write_text("answer_tokens = 99\n", encoding="utf-8")
    with closing(sqlite3.connect(sample_copy / "talks.sqlite3")) as talks:
        talks.executescript("CREATE TABLE turns (text TEXT); INSERT INTO turns VALUES ('What is LoRA?');")
    (sample_copy / "models").mkdir()
    (sample_copy / "models" / "large.gguf").write_bytes(b"GGUF")
    made = tmp_path / "my bäckup.zip"
    backed_up(sample_copy, made)
    return made


def backed_up(home: Path, target: Path, *, replace: bool = False) -> BackingUp:
    work = BackingUp(home, target, also=ALSO, replace=replace)
    assert list(work.steps(never))
    assert work.manifest is not None
    return work


def restored(home: Path, archive: Path, *, force: bool = False) -> Restoring:
    work = Restoring(home, archive, force=force)
    assert list(work.steps(never))
    assert work.manifest is not None
    return work


def contents(home: Path) -> list[Paper]:
    catalogue = Catalogue(LibraryPaths(home).catalogue)
    found = list(catalogue.listed(Filters()))
    catalogue.close()
    return found


def state(home: Path) -> dict[str, bytes]:
    """Every file of a home but locks and the databases' logs, which only a reader's coming and going changes."""
    passing = (".lock", "-wal", "-shm", ".log")
    return {str(f): f.read_bytes() for f in home.rglob("*") if f.is_file() and not f.name.endswith(passing)}


def test_a_restored_library_holds_and_finds_the_same_without_embedding(
    archive: Path, sample_copy: Path, tmp_path: Path, watched: Watched
) -> None:
    library = opened(sample_copy, watched)
    before = library.search(QUESTION)
    library.close()
    home = tmp_path / "another home"
    work = restored(home, archive)
    assert work.aside is None
    assert contents(home) == contents(sample_copy)
    library = opened(home, watched)
    assert [hit.paper for hit in library.search(QUESTION)] == [hit.paper for hit in before]
    assert (library.index_name, library._index.count()) == ("Chroma", 80)
    library.close()
    assert watched.texts == []


def test_settings_and_every_database_are_part_of_it_and_models_and_chroma_are_not(
    archive: Path, tmp_path: Path
) -> None:
    with zipfile.ZipFile(archive) as pack:
        assert set(pack.namelist()) == {"library/catalogue.sqlite3", "talks.sqlite3", "settings.toml", NAME}
    restored(tmp_path / "new", archive)
    assert (tmp_path / "new" / "settings.toml").read_text(encoding="utf-8") == "answer_tokens = 99\n"
    with closing(sqlite3.connect(tmp_path / "new" / "talks.sqlite3")) as talks:
        assert talks.execute("SELECT text FROM turns").fetchall() == [("What is LoRA?",)]


class Overtaken(BackingUp):
    """Another process adds a paper whenever the backup has taken a step."""

    def __init__(self, home: Path, target: Path) -> None:
        super().__init__(home, target)
        self._other = Catalogue(LibraryPaths(home).catalogue)
        self._written = 0

    def write(self) -> bool:
        self._written += 1
        with self._other.writing():
            title = f"Paper number {self._written} that came meanwhile"
            self._other.enter(Paper(title=title), file="other", record=str(self._written))
        return False


def test_a_backup_holds_one_state_whatever_is_written_meanwhile(
    sample_copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.backup.snapshot._PAGES", 16)
    work = Overtaken(sample_copy, tmp_path / "b.zip")
    list(work.steps(work.write))
    assert work.manifest is not None
    assert (work.manifest.papers, len(contents(sample_copy))) == (40, 40 + work._written)
    assert work._written > 5
    restored(tmp_path / "new", tmp_path / "b.zip")
    assert len(contents(tmp_path / "new")) == 40


def test_a_library_that_is_there_is_refused_and_kept_aside_when_forced(
    archive: Path, sample_copy: Path, filled_home: Path
) -> None:
    home = filled_home
    papers = contents(home)
    before = state(home)
    with pytest.raises(StoreError, match="already") as refused:
        list(Restoring(home, archive).steps(never))
    assert "--force" in refused.value.hint
    assert state(home) == before
    work = restored(home, archive, force=True)
    assert work.aside is not None
    assert work.aside.parent == home
    assert contents(home) == contents(sample_copy)
    assert contents(work.aside) == papers
    assert databases(home) == ["library/catalogue.sqlite3", "talks.sqlite3"]


@pytest.fixture
def filled_home(tmp_path: Path, embedder: Embedder) -> Path:
    """Another library, of two papers."""
    file = tmp_path / "fruits.bib"
    file.write_text("".join(f"@misc{{{f}, title = {{On {f}}}, abstract = {{{f} fall.}}}}" for f in ("apples", "pears")))
    return filled(tmp_path / "filled", embedder, [file])


def test_what_the_backup_does_not_hold_goes_aside_too(archive: Path, filled_home: Path) -> None:
    with closing(sqlite3.connect(filled_home / "notes.sqlite3")) as notes:
        notes.executescript("CREATE TABLE notes (text TEXT); INSERT INTO notes VALUES ('mine');")
    work = restored(filled_home, archive, force=True)
    assert work.aside is not None
    assert not (filled_home / "notes.sqlite3").exists()
    assert (work.aside / "notes.sqlite3").is_file()
    assert (len(contents(filled_home)), len(contents(work.aside))) == (40, 2)


def test_the_index_of_the_replaced_library_is_never_taken_for_that_of_the_restored_one(
    archive: Path, filled_home: Path, embedder: Embedder
) -> None:
    library = opened(filled_home, embedder)
    library.close()
    restored(filled_home, archive, force=True)
    library = opened(filled_home, embedder)
    assert library._index.numbers() == ExactIndex(library.catalogue).numbers()
    assert library.search("attention is all you need", limit=1)[0].paper.key == "vaswani2017attention"
    library.close()


def test_a_library_that_another_process_uses_is_not_replaced(
    archive: Path, filled_home: Path, embedder: Embedder
) -> None:
    library = opened(filled_home, embedder)
    with pytest.raises(LibraryLocked, match="open"):
        list(Restoring(filled_home, archive, force=True).steps(never))
    library.close()
    with writer_lock(filled_home, "adding files"), pytest.raises(LibraryLocked, match="adding files"):
        list(Restoring(filled_home, archive, force=True).steps(never))
    reader = Catalogue(LibraryPaths(filled_home).catalogue)
    with pytest.raises(LibraryLocked, match="open"):
        list(Restoring(filled_home, archive, force=True).steps(never))
    assert reader.count() == 2
    reader.close()
    assert restored(filled_home, archive, force=True).aside


def test_a_damaged_archive_changes_nothing_or_is_restored_whole(
    archive: Path, sample_copy: Path, tmp_path: Path
) -> None:
    whole, expected = archive.read_bytes(), contents(sample_copy)
    refused = 0
    for seed in range(60):
        home = tmp_path / f"home {seed}"
        archive.write_bytes(_damaged(whole, random.Random(seed)))
        if message := _refusal(home, archive):
            refused += 1
            assert str(archive) in message
            assert databases(home) == []
            assert not list(home.glob(".restore-*"))
        else:
            assert contents(home) == expected
    assert refused > 40


def _refusal(home: Path, archive: Path) -> str:
    try:
        restored(home, archive)
    except BackupUnusable as error:
        return str(error)
    return ""


def _damaged(whole: bytes, chance: random.Random) -> bytes:
    place = chance.randrange(len(whole))
    tail = max(0, len(whole) - chance.randrange(1, 900))
    match chance.randrange(4):
        case 0:
            return whole[:place]
        case 1:
            return whole[:place] + chance.randbytes(50) + whole[place + 50 :]
        case 2:
            return whole[:tail] + bytes([whole[tail] ^ (1 << chance.randrange(8))]) + whole[tail + 1 :]
        case _:
            return whole[:place] + whole[place + 1 :]


def _packed(path: Path, manifest: object, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as pack:
        for name, content in files.items():
            pack.writestr(name, content)
        pack.writestr(NAME, manifest if isinstance(manifest, str) else json.dumps(manifest))
    return path


def _manifest(name: str, content: bytes, **change: object) -> dict[str, object]:
    entry = {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    return {"kind": KIND, "format": 1, "made": "today", "papers": 1, "files": {name: entry}, **change}


@pytest.mark.parametrize(
    ("manifest", "said"),
    [
        ("{", "damaged"),
        ("[" * 100_000, "damaged"),
        ({"kind": "something else"}, "not that of a backup"),
        (_manifest("library/catalogue.sqlite3", b"x", format=2), "newer version"),
        (_manifest("library/catalogue.sqlite3", b"x", files={}), "not that of a backup"),
        (_manifest("../../evil.sqlite3", b"x"), "no backup holds"),
        (_manifest("/etc/evil.sqlite3", b"x"), "no backup holds"),
        (_manifest("library/chroma/chroma.sqlite3", b"x"), "no backup holds"),
        (_manifest("library/catalogue.sqlite3", b"x", made=3), "not that of a backup"),
        (_manifest("library/catalogue.sqlite3", b"another"), "damaged"),
        (_manifest("library/catalogue.sqlite3", b"x"), "damaged"),
    ],
)
def test_an_archive_that_is_no_backup_is_refused(manifest: object, said: str, tmp_path: Path) -> None:
    path = _packed(tmp_path / "b.zip", manifest, {"library/catalogue.sqlite3": b"x", "../../evil.sqlite3": b"x"})
    with pytest.raises(BackupUnusable, match=said):
        list(Restoring(tmp_path / "home", path).steps(never))
    assert databases(tmp_path / "home") == []


def test_a_library_of_a_newer_version_is_refused(archive: Path, sample_copy: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(LibraryPaths(sample_copy).catalogue)) as database:
        database.execute("PRAGMA user_version = 99")
    backed_up(sample_copy, archive, replace=True)
    with pytest.raises(BackupUnusable, match="newer version"):
        list(Restoring(tmp_path / "home", archive).steps(never))


def test_only_an_older_backup_is_ever_replaced(archive: Path, sample_copy: Path, tmp_path: Path) -> None:
    thesis = tmp_path / "thesis.bib"
    thesis.write_text("@misc{a, title = {A}}")
    before = archive.read_bytes()
    for target, replace, said in (
        (archive, False, "there already"),
        (thesis, True, "not a backup"),
        (tmp_path, True, "a folder"),
        (Path(os.devnull), True, "a device"),
        (tmp_path / "nowhere" / "b.zip", False, "No such file"),
    ):
        with pytest.raises(StoreError, match=said) as refused:
            list(BackingUp(sample_copy, target, replace=replace).steps(never))
        assert refused.value.hint
    assert (archive.read_bytes(), thesis.read_text()) == (before, "@misc{a, title = {A}}")
    (sample_copy / "settings.toml").write_text("seed = 8\n", encoding="utf-8")
    backed_up(sample_copy, archive, replace=True)
    with zipfile.ZipFile(archive) as pack:
        assert pack.read("settings.toml") == b"seed = 8\n"


def test_a_stopped_backup_or_restore_leaves_everything_as_it_was(
    archive: Path, filled_home: Path, tmp_path: Path
) -> None:
    count = len(list(BackingUp(filled_home, tmp_path / "whole.zip").steps(never)))
    for last in range(count):
        assert _stopped_after(last, BackingUp(filled_home, tmp_path / "b.zip")).manifest is None
    assert not list(tmp_path.glob("*b.zip"))
    assert not list(tmp_path.glob(".backup-*"))
    before = state(filled_home)
    count = len(list(Restoring(tmp_path / "new", archive).steps(never)))
    for last in range(count):
        assert _stopped_after(last, Restoring(filled_home, archive, force=True)).manifest is None
    assert {path: content for path, content in state(filled_home).items() if "chroma" not in path} == {
        path: content for path, content in before.items() if "chroma" not in path
    }


def _stopped_after(last: int, work: BackingUp | Restoring) -> BackingUp | Restoring:
    taken: list[Progress] = []
    steps: Iterator[Progress] = work.steps(lambda: len(taken) > last)
    taken.extend(steps)
    return work


def test_a_damaged_library_is_not_backed_up_and_goes_aside_as_it_is(
    archive: Path, filled_home: Path, tmp_path: Path
) -> None:
    path = LibraryPaths(filled_home).catalogue
    content = bytearray(path.read_bytes())
    content[8192:-4096] = random.Random(7).randbytes(len(content) - 8192 - 4096)
    path.write_bytes(content)
    with pytest.raises(StoreError, match="damaged") as refused:
        list(BackingUp(filled_home, tmp_path / "b.zip").steps(never))
    assert "doctor" in refused.value.hint
    work = restored(filled_home, archive, force=True)
    assert work.aside is not None
    assert LibraryPaths(work.aside).catalogue.read_bytes() == bytes(content)
    assert len(contents(filled_home)) == 40


def test_a_disk_too_small_is_told_of_beforehand(archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=1000)
    monkeypatch.setattr("store.backup.restoring.shutil.disk_usage", lambda _: usage)
    with pytest.raises(StoreError, match="MB are free"):
        list(Restoring(tmp_path / "home", archive).steps(never))
    assert databases(tmp_path / "home") == []


def test_backup_and_restore_on_the_command_line(
    sample_copy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, new = str(tmp_path / "my bäckup.zip"), str(tmp_path / "neue bücher")
    assert main(["backup", file, "--home", str(sample_copy), "--json"]) == 0
    made = json.loads(capsys.readouterr().out)
    assert (made["file"], made["papers"]) == (file, 40)
    assert main(["restore", file, "--home", new]) == 0
    assert "40 papers are back" in capsys.readouterr().out
    assert main(["restore", file, "--home", new]) == 1
    assert "--force" in capsys.readouterr().err
    assert main(["restore", file, "--home", new, "--force", "--json"]) == 0
    assert (Path(json.loads(capsys.readouterr().out)["aside"]) / "library" / "catalogue.sqlite3").is_file()
    assert main(["search", QUESTION, "--home", new]) == 0
    assert main(["backup", file, "--home", str(tmp_path / "none"), "--force"]) == 1
    assert "no library" in capsys.readouterr().err
