"""The doctor: each thing is damaged, named, mended, and then finds what it found before."""

import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from assistant.cli.main import main
from store.catalogue.connection import connect
from store.embedding import Embedder
from store.health import examined, index_check, mended, mended_index, vectors_check
from store.library import Library, LibraryPaths, never
from store.locking import writer_lock
from store.records import Check, Hit
from tests.conftest import ROOT, filled

FRUITS = ("apples", "pears", "plums", "quinces")
Damage = Callable[[Path], None]


@pytest.fixture(scope="module")
def fruits(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Path:
    """A closed library of four small papers."""
    folder = tmp_path_factory.mktemp("fruits")
    (folder / "fruits.bib").write_text(
        "\n".join(
            f"@article{{{fruit}, title = {{A study of {fruit}}}, author = {{Müller, Jörg}},"
            f" abstract = {{Many {fruit} are red. They fall from trees.}}}}"
            for fruit in FRUITS
        ),
        encoding="utf-8",
    )
    return filled(folder / "home", embedder, [folder / "fruits.bib"])


@pytest.fixture
def fruit_copy(fruits: Path, home: Path) -> Path:
    return Path(shutil.copytree(fruits, home, dirs_exist_ok=True))


def sql(home: Path, script: str) -> None:
    with closing(sqlite3.connect(LibraryPaths(home).catalogue)) as database:
        database.executescript(f"PRAGMA foreign_keys = OFF; {script}")


def bad(home: Path, embedder: Embedder) -> set[str]:
    """The names of the checks that are not well."""
    checks = [step for step in examined(home, never) if isinstance(step, Check)]
    if all(check.well for check in checks):
        library = Library(home, embedder, attached=False)
        found = [vectors_check(library), *index_check(library, never)]
        checks += [step for step in found if isinstance(step, Check)]
        library.close()
    assert all(check.hint for check in checks if not check.well)
    return {check.name for check in checks if not check.well}


def done(home: Path, embedder: Embedder) -> list[str]:
    """Mend everything; the sentences that tell what was done."""
    told = [step for step in mended(home, never) if isinstance(step, str)]
    library = Library(home, embedder, attached=False)
    told += [step for step in mended_index(library, home, never) if isinstance(step, str)]
    library.close()
    return told


def found(home: Path, embedder: Embedder) -> list[Hit]:
    library = Library(home, embedder)
    list(library.in_step())
    hits = library.search("pears that fall from trees")
    library.close()
    return hits


def noise(table: str, column: str, condition: str) -> str:
    return f"UPDATE {table} SET {column} = randomblob(length({column})) WHERE {condition}"


DAMAGES = {
    "no passage": ("DELETE FROM passages WHERE paper = 2", "passages", "Embedded 1 papers"),
    "a passage beyond the abstract": ('UPDATE passages SET "end" = 9999 WHERE paper = 2', "passages", "Embedded 1"),
    "a vector of zeros": ("UPDATE passages SET vector = zeroblob(768) WHERE paper = 2", "vectors", "Embedded 1"),
    "half a vector": ("UPDATE passages SET vector = zeroblob(100) WHERE paper = 2", "vectors", "Embedded 1"),
    "a vector of text": ("UPDATE passages SET vector = 'text' WHERE paper = 2", "vectors", "Embedded 1"),
    "no sentences": ("DELETE FROM sentences WHERE paper = 2", "sentences", "Embedded 1"),
    "too few sentences": ("UPDATE sentences SET vectors = zeroblob(768) WHERE paper = 2", "sentences", "Embedded 1"),
    "orphans": ("DELETE FROM papers WHERE number = 3", "links", "belonged to no paper"),
    "an orphan among the tags": ("INSERT INTO tags VALUES ('fruit', 77)", "links", "belonged to no paper (tags)"),
    "a paper not in the full text": ("DELETE FROM words WHERE rowid = 2", "full text", "Entered 1 papers"),
    "a text of no paper": ("INSERT INTO words (rowid, terms) VALUES (77, 'x')", "full text", "Entered 1 papers"),
    "another text": ("UPDATE words SET terms = 'x' WHERE rowid = 2", "full text", "Entered 1 papers"),
    "no family names": ("DELETE FROM families", "full text", "Entered 4 papers"),
    "no title to look up": ("UPDATE papers SET squashed = '' WHERE number = 2", "full text", "Entered 1 papers"),
    "an empty full text": ("DELETE FROM words_data WHERE id > 10", "full text", "Made the full text anew"),
    "a full text of noise": (noise("words_data", "block", "id > 10"), "full text", "Made the full text anew"),
    "no full text": ("DROP TABLE words; DROP TABLE vocabulary", "full text", "Made the full text anew"),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damage_in_the_catalogue_is_named_and_mended(name: str, fruit_copy: Path, embedder: Embedder) -> None:
    script, check, told = DAMAGES[name]
    before = found(fruit_copy, embedder)
    sql(fruit_copy, script)
    assert check in bad(fruit_copy, embedder)
    sentences = done(fruit_copy, embedder)
    assert any(told in sentence for sentence in sentences), sentences
    assert bad(fruit_copy, embedder) == set()
    left = set(FRUITS) - {"plums"} if name == "orphans" else set(FRUITS)
    assert {hit.paper.key for hit in found(fruit_copy, embedder)} == left
    if len(left) == len(before):
        assert [hit.paper for hit in found(fruit_copy, embedder)] == [hit.paper for hit in before]
    assert done(fruit_copy, embedder) == []


def test_a_sound_library_has_nothing_to_mend(fruit_copy: Path, embedder: Embedder) -> None:
    assert bad(fruit_copy, embedder) == set()
    assert done(fruit_copy, embedder) == []


def test_an_index_of_sqlite_that_lost_rows_is_made_anew(fruit_copy: Path, embedder: Embedder) -> None:
    with closing(sqlite3.connect(LibraryPaths(fruit_copy).catalogue)) as database:
        database.execute("PRAGMA writable_schema = ON")
        (root,) = database.execute("SELECT rootpage FROM sqlite_master WHERE name = 'papers_by_id'").fetchone()
        (empty,) = database.execute("SELECT rootpage FROM sqlite_master WHERE name = 'tags_by_paper'").fetchone()
        (size,) = database.execute("PRAGMA page_size").fetchone()
    path = LibraryPaths(fruit_copy).catalogue
    content = bytearray(path.read_bytes())
    content[(root - 1) * size : root * size] = content[(empty - 1) * size : empty * size]
    path.write_bytes(content)
    assert "catalogue" in bad(fruit_copy, embedder)
    assert "Made SQLite's indexes of the catalogue anew." in done(fruit_copy, embedder)
    assert bad(fruit_copy, embedder) == set()


def test_vectors_of_another_model_are_noticed_and_made_again(fruit_copy: Path, embedder: Embedder) -> None:
    before = found(fruit_copy, embedder)
    vector = np.full(384, 384**-0.5, dtype="<f2").tobytes()
    with closing(connect(LibraryPaths(fruit_copy).catalogue)) as database:
        database.execute("UPDATE passages SET vector = ?", (vector,))
    assert bad(fruit_copy, embedder) == {"embedder"}
    assert any("Embedded all 4 papers" in sentence for sentence in done(fruit_copy, embedder))
    assert bad(fruit_copy, embedder) == set()
    assert [hit.paper for hit in found(fruit_copy, embedder)] == [hit.paper for hit in before]


def test_an_index_that_says_it_is_in_step_and_is_not_is_found_out(fruit_copy: Path, embedder: Embedder) -> None:
    library = Library(fruit_copy, embedder)
    vector = library.catalogue.vectors([1])
    library._index.remove([1])
    library._index.add([777], vector)
    library.close()
    assert bad(fruit_copy, embedder) == {"index"}
    assert done(fruit_copy, embedder) == ["Brought the vector index in step: 1 passages added, 1 removed."]
    assert bad(fruit_copy, embedder) == set()


def test_what_killed_processes_left_is_removed(fruit_copy: Path, embedder: Embedder) -> None:
    (fruit_copy / "writer.json").write_text('{"process": 1, "since": "00:00", "task": "adding files"}')
    (fruit_copy / ".restore-abc").mkdir()
    assert bad(fruit_copy, embedder) == {"lock"}
    told = " ".join(done(fruit_copy, embedder))
    assert "writer.json" in told
    assert ".restore-abc" in told
    assert bad(fruit_copy, embedder) == set()


def test_the_holder_of_the_lock_is_named(fruit_copy: Path) -> None:
    script = "import sys; from pathlib import Path; from store.health.examining import lock_check as look"
    with writer_lock(fruit_copy, "adding files"):
        shown = subprocess.run(
            [sys.executable, "-c", f"{script}; print(look(Path(sys.argv[1])).detail)", str(fruit_copy)],
            check=True,
            capture_output=True,
            text=True,
            cwd=ROOT,
        )
    assert "adding files" in shown.stdout


def test_orphans_of_any_other_database_are_removed_and_its_damage_is_named(
    fruit_copy: Path, embedder: Embedder
) -> None:
    path = fruit_copy / "talks.sqlite3"
    with closing(sqlite3.connect(path)) as talks:
        talks.executescript(
            "CREATE TABLE talks (number INTEGER PRIMARY KEY); CREATE TABLE turns (talk REFERENCES talks, text TEXT);"
            "INSERT INTO talks VALUES (1); INSERT INTO turns VALUES (1, 'kept'); INSERT INTO turns VALUES (2, 'lost');"
        )
    assert bad(fruit_copy, embedder) == {"talks.sqlite3"}
    assert done(fruit_copy, embedder) == ["Removed 1 rows of talks.sqlite3 that belonged to nothing."]
    with closing(sqlite3.connect(path)) as talks:
        assert talks.execute("SELECT text FROM turns").fetchall() == [("kept",)]
    path.write_bytes(b"no database at all " * 1000)
    assert bad(fruit_copy, embedder) == {"talks.sqlite3"}
    assert done(fruit_copy, embedder) == []


def test_doctor_mends_on_the_command_line(fruit_copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sql(fruit_copy, "DELETE FROM passages WHERE paper = 2; DELETE FROM words WHERE rowid = 1")
    assert main(["doctor", "--home", str(fruit_copy)]) == 1
    assert "BAD  passages" in capsys.readouterr().out
    assert main(["doctor", "--home", str(fruit_copy), "--fix", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["ok"]
    assert len(report["mended"]) == 3
    names = {check["name"] for check in report["checks"]}
    wanted = {"machine", "packages", "cache", "folder", "disk", "lock", "catalogue", "links", "passages", "vectors"}
    assert names >= wanted | {"sentences", "full text", "language model", "embedder", "index", "engine"}
    assert main(["doctor", "--home", str(fruit_copy)]) == 0
    assert "BAD" not in capsys.readouterr().out
