"""Catalogues of older versions: brought up to date when they are opened, all of it or nothing."""

import json
import sqlite3
from dataclasses import asdict
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from store.catalogue import Catalogue, Outcome
from store.catalogue.connection import VERSION
from store.embedding import Embedder, Vectors
from store.library import Library, LibraryPaths
from store.records import EmbedderId, Filters, Paper
from store.terms import terms

SCHEMA_1 = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE papers (
    number INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, id TEXT NOT NULL, title TEXT NOT NULL,
    abstract TEXT NOT NULL, authors TEXT NOT NULL, year INTEGER, venue TEXT NOT NULL, doi TEXT NOT NULL,
    arxiv TEXT NOT NULL, url TEXT NOT NULL, kind TEXT NOT NULL, note TEXT NOT NULL, extra TEXT NOT NULL
);
CREATE INDEX papers_by_id ON papers (id);
CREATE INDEX papers_by_year ON papers (year);
CREATE TABLE sources (
    file TEXT NOT NULL, record TEXT NOT NULL, paper INTEGER NOT NULL REFERENCES papers ON DELETE CASCADE,
    fingerprint TEXT NOT NULL, PRIMARY KEY (file, record)
) WITHOUT ROWID;
CREATE INDEX sources_by_paper ON sources (paper);
CREATE TABLE identities (
    name TEXT NOT NULL, paper INTEGER NOT NULL REFERENCES papers ON DELETE CASCADE, PRIMARY KEY (name, paper)
) WITHOUT ROWID;
CREATE INDEX identities_by_paper ON identities (paper);
CREATE TABLE keys (
    key TEXT NOT NULL, paper INTEGER NOT NULL REFERENCES papers ON DELETE CASCADE, PRIMARY KEY (key, paper)
) WITHOUT ROWID;
CREATE INDEX keys_by_paper ON keys (paper);
CREATE TABLE tags (
    tag TEXT NOT NULL, paper INTEGER NOT NULL REFERENCES papers ON DELETE CASCADE, PRIMARY KEY (tag, paper)
) WITHOUT ROWID;
CREATE INDEX tags_by_paper ON tags (paper);
CREATE TABLE passages (
    number INTEGER PRIMARY KEY AUTOINCREMENT, paper INTEGER NOT NULL REFERENCES papers ON DELETE CASCADE,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, vector BLOB NOT NULL
);
CREATE INDEX passages_by_paper ON passages (paper);
CREATE VIRTUAL TABLE words USING fts5 (
    title, abstract, authors, venue, tokenize = 'porter unicode61 remove_diacritics 2'
);
PRAGMA user_version = 1;
"""
"""The schema as the first version of the program made it."""

BEES = Paper(
    title="Dances of Honeybees",
    abstract="Bees returning to the hive are dancing. The dance tells where nectar is.",
    authors=("Müller, Jörg", "van der Berg, Anna"),
    year=1967,
    venue="Journal of Insects",
    key="muller1967dances",
    id="b1",
    tags=("animals",),
    source="refs.bib",
    extra={"pages": "1--11"},
)
SHIPS = Paper(
    title="Routing of Container Ships",
    abstract="We plan routes of ships between harbours.",
    year=2011,
    key="ships",
    id="s1",
    source="refs.bib",
)
PAPERS = (BEES, SHIPS)


def write_version_1(path: Path, embedder: EmbedderId, vectors: Vectors) -> None:
    """A catalogue as the first version left it: one passage a paper."""
    path.parent.mkdir(parents=True, exist_ok=True)
    old = sqlite3.connect(path)
    old.executescript(SCHEMA_1)
    meta = {"changes": "7", "embedder": json.dumps(asdict(embedder))}
    old.executemany("INSERT INTO meta VALUES (?, ?)", meta.items())
    for number, (paper, vector) in enumerate(zip(PAPERS, vectors, strict=True), 1):
        insert(old, "papers", number, paper.key, paper.id, paper.title, paper.abstract, json.dumps(paper.authors),
               paper.year, paper.venue, "", "", "", "article", "", json.dumps(paper.extra))  # fmt: skip
        insert(old, "sources", "/old/refs.bib", paper.id, number, "a fingerprint")
        insert(old, "identities", f"title:{paper.title.lower().replace(' ', '')}", number)
        insert(old, "keys", paper.key, number)
        insert(old, "words", paper.title, paper.abstract, "\n".join(paper.authors), paper.venue)
        insert(old, "passages", 10 + number, number, 0, len(paper.abstract), vector.astype("<f2").tobytes())
        for tag in paper.tags:
            insert(old, "tags", tag, number)
    old.commit()
    old.close()


def insert(connection: sqlite3.Connection, table: str, *values: object) -> None:
    connection.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(values))})", values)


def state(path: Path) -> tuple[int, list[str]]:
    """Which schema the file says it has, and all that it holds."""
    connection = sqlite3.connect(path)
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    held = list(connection.iterdump())
    connection.close()
    return version, held


VECTORS = np.array([[0.6, 0.8], [1.0, 0.0]], dtype=np.float32)


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / "catalogue.sqlite3"
    write_version_1(path, EmbedderId("a model", "1", 2), VECTORS)
    return path


@pytest.fixture
def upgraded(old: Path) -> Any:
    catalogue = Catalogue(old)
    yield catalogue
    catalogue.close()


def test_what_a_library_of_version_1_holds_is_all_there_after_the_upgrade(upgraded: Catalogue) -> None:
    assert upgraded.papers([1, 2]) == {1: BEES, 2: SHIPS}
    assert (upgraded.changes, upgraded.embedder) == (7, EmbedderId("a model", "1", 2))
    numbers, passages = upgraded.all_passages()
    assert (numbers.tolist(), passages.papers.tolist()) == ([11, 12], [1, 2])
    assert passages.spans.tolist() == [[0, len(BEES.abstract)], [0, len(SHIPS.abstract)]]
    assert passages.vectors.tolist() == VECTORS.astype(np.float16).astype(np.float32).tolist()


def test_after_the_upgrade_the_file_is_of_this_version_and_sound(upgraded: Catalogue) -> None:
    assert state(upgraded.path)[0] == VERSION == 4
    assert upgraded.check() == []


def test_an_upgraded_file_has_the_same_tables_and_columns_as_a_new_one(upgraded: Catalogue, tmp_path: Path) -> None:
    Catalogue(tmp_path / "new.sqlite3").close()
    assert columns(upgraded.path) == columns(tmp_path / "new.sqlite3")


def columns(path: Path) -> set[tuple[object, ...]]:
    connection = sqlite3.connect(path)
    query = (
        "SELECT m.type, m.name, m.tbl_name, c.name, c.type, c.pk FROM sqlite_master m"
        " LEFT JOIN pragma_table_info(m.name) c WHERE m.name NOT LIKE 'sqlite_%'"
    )
    found = set(connection.execute(query))
    connection.close()
    return found


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("danced", {1}),
        ("a dancer's nectars", {1}),
        ("routing", {2}),
        ("muller", {1}),
        ("insects", {1}),
        ("journal", set()),
    ],
)
def test_after_the_upgrade_words_are_found_by_their_stems(upgraded: Catalogue, asked: str, found: set[int]) -> None:
    assert upgraded.lexical(terms(asked), limit=5, allowed=None).keys() == found


def test_after_the_upgrade_the_title_counts_more_than_the_abstract(upgraded: Catalogue) -> None:
    with upgraded.writing():
        paper = Paper(title="Hives", abstract="Of dances in a hive and of other things there.")
        number = upgraded.enter(paper, file="f", record="1").number
    scores = upgraded.lexical(["danc"], limit=5, allowed=None)
    assert scores[1] > scores[number]


def test_after_the_upgrade_people_titles_and_places_are_looked_up(upgraded: Catalogue) -> None:
    assert upgraded.written_by("muller") == upgraded.written_by("vanderberg") == [1]
    assert upgraded.families_and_year(1) == ({"muller", "vanderberg"}, 1967)
    assert upgraded.titled("routingofcontainerships") == [2]
    for filters in (Filters(author="MULLER"), Filters(author="Anna van der Berg"), Filters(venue="insects")):
        assert upgraded.allowed(filters) == {1}


def test_a_paper_of_the_old_library_is_known_when_another_file_brings_it(upgraded: Catalogue) -> None:
    with upgraded.writing():
        entered = upgraded.enter(Paper(title=BEES.title, authors=BEES.authors, key="x"), file="/b.bib", record="x")
    assert (entered.outcome, entered.number) == (Outcome.DUPLICATE, 1)


def test_records_merged_by_an_older_version_are_read_anew_so_that_the_merge_can_be_undone(old: Path) -> None:
    connection = sqlite3.connect(old)
    insert(connection, "sources", "/old/other.bib", "copy", 1, "another fingerprint")
    connection.commit()
    connection.close()
    catalogue = Catalogue(old)
    ((number, records),) = catalogue.merges()
    assert (number, {(each.record, each.said) for each in records}) == (1, {("b1", None), ("copy", None)})
    fingerprints = dict(catalogue._db.execute("SELECT record, fingerprint FROM sources").fetchall())
    assert fingerprints == {"b1": "", "copy": "", "s1": "a fingerprint"}
    catalogue.close()


MERGED = (
    Paper("RETRACTED: Bees like blue", "Bees chose blue in 9 of 10 trials.", ("Biene, Maja",), 2010, "Hives"),
    Paper("Bees like blue", "Bees chose blue in 9 of 10 trials.", ("Biene, Maja",), 2009, arxiv="0901.00001v1"),
)


def write_version_3(old: Path) -> None:
    """A catalogue of version 3, of the scripts that led there: a preprint shown, the retracted paper merged into it."""
    connection = sqlite3.connect(old, isolation_level=None)
    for script in ("upgrade_1_to_2.sql", "upgrade_2_to_3.sql"):
        connection.executescript(files("store.catalogue").joinpath(script).read_text(encoding="utf-8"))
    connection.execute("PRAGMA user_version = 3")
    shown = MERGED[1]
    columns_of = "number, key, id, title, abstract, authors, year, venue, doi, arxiv, url, kind, note, extra"
    for number, key, paper in (
        (3, "bees", shown),
        (4, "wax", Paper("WITHDRAWN: Wax of bees", "Wax melts.", year=2011)),
    ):
        connection.execute(
            f"INSERT INTO papers ({columns_of}) VALUES (?, ?, ?, ?, ?, ?, ?, '', '', ?, '', 'misc', '', '{{}}')",
            (number, key, key, paper.title, paper.abstract, json.dumps(paper.authors), paper.year, paper.arxiv),
        )
    for place, paper in enumerate(reversed(MERGED)):
        said = {name: value for name, value in paper.as_json().items() if name not in {"status", "latex"}}
        insert(connection, "sources", f"/old/{place}.bib", "bees", 3, "a fingerprint", place, json.dumps(said), "")
    insert(connection, "sources", "/old/wax.bib", "wax", 4, "a fingerprint", 0, "", "")
    connection.close()


def test_a_library_of_version_3_is_marked_and_shows_what_was_published(old: Path) -> None:
    write_version_3(old)
    catalogue = Catalogue(old)
    papers = catalogue.papers([1, 2, 3, 4])
    assert {number: paper.status for number, paper in papers.items()} == {1: "", 2: "", 3: "retracted", 4: "withdrawn"}
    assert (papers[3].venue, papers[3].year, papers[3].arxiv) == ("Hives", 2010, "0901.00001v1")
    assert (papers[3].title, papers[3].key) == (MERGED[1].title, "bees")
    assert catalogue.allowed(Filters(retracted=True)) == {3, 4}
    assert papers[1] == BEES
    catalogue.close()


def test_opening_a_second_time_changes_nothing(old: Path) -> None:
    Catalogue(old).close()
    once = state(old)
    Catalogue(old).close()
    assert state(old) == once


def test_an_upgrade_that_fails_in_the_middle_leaves_version_1_for_the_next_attempt(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = state(old)

    def fail(connection: sqlite3.Connection) -> None:
        connection.execute("UPDATE papers SET squashed = 'half way'")
        raise MemoryError

    with monkeypatch.context() as fault:
        fault.setattr("store.catalogue.upgrades.derive_all", fail)
        with pytest.raises(MemoryError):
            Catalogue(old)
    assert state(old) == before
    assert before[0] == 1
    catalogue = Catalogue(old)
    assert catalogue.titled("dancesofhoneybees") == [1]
    catalogue.close()


def test_an_upgrade_that_another_process_has_just_made_is_not_made_twice(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from store.catalogue.upgrades import upgrade

    def upgrade_once_another_has(connection: sqlite3.Connection, version: int) -> None:
        monkeypatch.setattr("store.catalogue.connection.upgrade", upgrade)
        Catalogue(old).close()
        upgrade(connection, version)

    monkeypatch.setattr("store.catalogue.connection.upgrade", upgrade_once_another_has)
    catalogue = Catalogue(old)
    assert catalogue.papers([1, 2]) == {1: BEES, 2: SHIPS}
    assert catalogue.check() == []
    catalogue.close()


def test_a_library_without_vectors_of_sentences_is_searched_by_its_passages(home: Path, embedder: Embedder) -> None:
    texts = [f"{paper.title}. {paper.abstract}" for paper in PAPERS]
    write_version_1(LibraryPaths(home).catalogue, embedder.id, embedder.passages(texts))
    library = Library(home, embedder)
    list(library.in_step())
    assert library.catalogue.sentences_of([1, 2]).papers.tolist() == []
    for question, key in [("how do insects communicate?", BEES.key), ("freight at sea", SHIPS.key)]:
        hits = library.search(question)
        assert (hits[0].paper.key, len(hits)) == (key, 2)
        assert hits[0].passage == hits[0].why.sentence == hits[0].paper.abstract
    assert library.search("papers by Müller before 1970")[0].why.notes == ("author", "year")
    library.close()
