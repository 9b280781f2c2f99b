"""Zotero's own database: what is read of it, that it is left alone, where it is found, and how a library follows it."""

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from assistant.cli.main import main
from store.errors import UnreadableFile
from store.library import Library
from store.readers import read, zotero_database
from store.readers.zotero_database import LINK
from store.records import Filters, ImportReport, Paper, Rejected
from store.zotero_place import database, found
from tests.conftest import Watched, added, opened
from tests.zotero_library import NEW, OLD, ZoteroLibrary, better_bibtex

MITES = {
    "title": "Mites of the <i>honey</i> bee",
    "abstractNote": "We count mites in 40 hives. They thrive in warm ones.",
    "date": "2019-03-00 March 2019",
    "publicationTitle": "Apiary Letters",
    "DOI": "10.5555/MITES",
    "volume": "7",
    "pages": "12-19",
    "extra": "Citation Key: ostrava2019\nPMID: 1234567",
    "creators": [("Østrava", "Ida"), ("Hive Group",), ("Editorius", "Eve", "editor")],
}


@pytest.fixture(params=[OLD, NEW], ids=["Zotero 5", "Zotero 8"])
def zotero(request: pytest.FixtureRequest, tmp_path: Path) -> ZoteroLibrary:
    return ZoteroLibrary(tmp_path / "Zötero data", request.param)


@pytest.fixture
def recent(tmp_path: Path) -> ZoteroLibrary:
    return ZoteroLibrary(tmp_path / "Zotero")


def records(library: ZoteroLibrary, **options: Any) -> list[Paper | Rejected]:
    return list(read(library.file, **options))


def paper(library: ZoteroLibrary, **options: Any) -> Paper:
    (record,) = records(library, **options)
    assert isinstance(record, Paper), record
    return record


def papers(library: Library) -> dict[str, Paper]:
    return {paper.key: paper for paper in library.catalogue.listed(Filters())}


# -- what is read ----------------------------------------------------------------------------------


def test_an_item_is_a_paper_with_all_its_fields(zotero: ZoteroLibrary) -> None:
    zotero.item(**MITES, key="ABCD2345")
    assert paper(zotero) == Paper(
        title="Mites of the honey bee",
        abstract="We count mites in 40 hives. They thrive in warm ones.",
        authors=("Østrava, Ida", "Hive Group"),
        year=2019,
        venue="Apiary Letters",
        doi="10.5555/mites",
        key="ostrava2019",
        source="zotero.sqlite",
        extra={
            "pmid": "1234567", "pages": "12-19", "volume": "7", "date": "2019-03", "editor": "Editorius, Eve",
            LINK: "zotero://select/library/items/ABCD2345",
        },
    )  # fmt: skip


def test_collections_and_tags_are_tags_and_those_that_came_along_are_keywords(zotero: ZoteroLibrary) -> None:
    bees = zotero.collection("Bees")
    mites = zotero.collection("Mites", above=bees)
    zotero.item(title="A study of mites", tags=["to read"], automatic=["Varroa", "Hives"], **{"in": [mites]})
    found = paper(zotero)
    assert found.tags == ("Bees/Mites", "Bees", "to read")
    assert found.extra["keywords"] == "Varroa, Hives"


def test_a_collection_in_the_trash_is_no_tag(recent: ZoteroLibrary) -> None:
    bees = recent.collection("Bees")
    mites = recent.collection("Mites", above=bees)
    recent.item(title="A study of mites", **{"in": [mites]})
    recent.change("INSERT INTO deletedCollections (collectionID) VALUES (?)", bees)
    assert paper(recent).tags == ()


def test_what_lies_in_the_trash_or_in_a_feed_and_what_is_no_paper_is_left_out(zotero: ZoteroLibrary) -> None:
    zotero.item(title="A study of mites")
    zotero.trash(zotero.item(title="Thrown away"))
    zotero.change("INSERT INTO libraries (libraryID, type, editable, filesEditable) VALUES (9, 'feed', 0, 0)")
    zotero.item(title="News of the day", library=9)
    zotero.item(type="attachment", title="mites.pdf")
    zotero.note(None, "<p>Alone</p>")
    assert [record.title for record in records(zotero) if isinstance(record, Paper)] == ["A study of mites"]
    assert len(records(zotero)) == 1


def test_a_group_s_library_is_read_and_its_name_is_a_tag(zotero: ZoteroLibrary) -> None:
    lab = zotero.group("Hive lab")
    zotero.item(title="A study of mites", key="SAMEKEY1")
    zotero.item(title="A study of wax", key="SAMEKEY1", library=lab)
    mine, theirs = records(zotero)
    assert isinstance(mine, Paper)
    assert isinstance(theirs, Paper)
    assert (mine.tags, theirs.tags) == ((), ("Hive lab",))
    assert theirs.extra[LINK] == "zotero://select/groups/4711/items/SAMEKEY1"


@pytest.mark.parametrize(
    ("written", "year", "date"),
    [
        ("2019-00-00 2019", 2019, None),
        ("2019-03-00 spring 2019", 2019, "2019-03"),
        ("2019-03-02 2 March 2019", 2019, "2019-03-02"),
        ("2019-03-02", 2019, "2019-03-02"),
        ("0000-00-00 in press", None, "in press"),
        ("0000-00-00 submitted 2021", 2021, "submitted 2021"),
    ],
)
def test_a_date_is_that_which_zotero_made_out(
    recent: ZoteroLibrary, written: str, year: int | None, date: str | None
) -> None:
    recent.item(title="A study of mites", date=written)
    assert (paper(recent).year, paper(recent).extra.get("date")) == (year, date)


@pytest.mark.parametrize(
    ("kind", "fields", "entry"),
    [
        ("book", {}, "book"),
        ("bookSection", {}, "incollection"),
        ("encyclopediaArticle", {}, "incollection"),
        ("conferencePaper", {}, "inproceedings"),
        ("thesis", {}, "phdthesis"),
        ("thesis", {"thesisType": "Master's thesis"}, "mastersthesis"),
        ("report", {}, "techreport"),
        ("preprint", {}, "misc"),
        ("presentation", {}, "misc"),
        ("newspaperArticle", {}, "article"),
    ],
)
def test_types_of_items_are_types_of_entries(
    recent: ZoteroLibrary, kind: str, fields: dict[str, str], entry: str
) -> None:
    recent.item(type=kind, title="A study of mites", **fields)
    assert paper(recent).kind == entry


def test_a_retracted_paper_says_so(recent: ZoteroLibrary) -> None:
    recent.change("INSERT INTO retractedItems (itemID, data) VALUES (?, '{}')", recent.item(**MITES))
    assert paper(recent).note == "Zotero marks this paper as retracted."


def test_first_lines_of_notes_are_read_where_they_are_asked_for(zotero: ZoteroLibrary) -> None:
    number = zotero.item(**MITES)
    zotero.note(number, '<div class="zotero-note"><p></p><h1>Warm &amp; dry hives</h1><p>More of it.</p></div>')
    zotero.note(number, "", "Only a title")
    zotero.trash(zotero.note(number, "<p>Thrown away</p>"))
    assert paper(zotero, notes=True).extra["annote"] == "Warm & dry hives; Only a title"
    assert "annote" not in paper(zotero).extra


def test_an_item_without_a_title_is_rejected_by_its_key(recent: ZoteroLibrary) -> None:
    recent.item(type="letter", key="ABCD2345")
    (record,) = records(recent)
    assert isinstance(record, Rejected)
    assert (record.where, record.record) == ("item ABCD2345", "zotero://select/library/items/ABCD2345")


# -- cite keys -------------------------------------------------------------------------------------


def test_zotero_s_own_cite_key_comes_first(recent: ZoteroLibrary) -> None:
    number = recent.item(title="A study of mites", citationKey="native2019", extra="Citation Key: extra2019")
    better_bibtex(recent.file.parent, {number: "better2019"})
    assert paper(recent).key == "native2019"


def test_better_bibtex_s_cite_keys_are_read_from_its_own_file(zotero: ZoteroLibrary) -> None:
    better_bibtex(zotero.file.parent, {zotero.item(title="A study of mites"): "better2019"})
    assert paper(zotero).key == "better2019"


def test_the_cite_keys_of_an_older_better_bibtex_are_read_too(zotero: ZoteroLibrary) -> None:
    number = zotero.item(title="A study of mites")
    document = {"name": "citekey", "data": [{"itemID": number, "citekey": "older2019"}, {"itemID": None}, 7]}
    with closing(sqlite3.connect(zotero.file.with_name("better-bibtex.sqlite"))) as database_, database_:
        database_.execute("CREATE TABLE `better-bibtex` (name TEXT PRIMARY KEY, data TEXT NOT NULL)")
        database_.execute("INSERT INTO `better-bibtex` VALUES ('better-bibtex.citekey', ?)", (json.dumps(document),))
    assert paper(zotero).key == "older2019"


@pytest.mark.parametrize("broken", [b"", b"no database at all", b"SQLite format 3\0" + b"\xff" * 2000])
def test_a_better_bibtex_that_cannot_be_read_is_told_and_the_items_are_read(
    recent: ZoteroLibrary, broken: bytes
) -> None:
    recent.item(title="A study of mites")
    recent.file.with_name("better-bibtex.sqlite").write_bytes(broken)
    *told, last = records(recent)
    assert isinstance(last, Paper)
    assert [record.file for record in told if isinstance(record, Rejected)] == ["better-bibtex.sqlite"] * bool(broken)


# -- Zotero's file is left alone -------------------------------------------------------------------


def digests(folder: Path) -> dict[str, tuple[str, int]]:
    return {
        file.name: (hashlib.sha256(file.read_bytes()).hexdigest(), file.stat().st_mtime_ns) for file in folder.iterdir()
    }


def test_the_folder_is_byte_for_byte_what_it_was(zotero: ZoteroLibrary) -> None:
    better_bibtex(zotero.file.parent, {zotero.item(**MITES): "better2019"})
    before = digests(zotero.file.parent)
    paper(zotero)
    assert digests(zotero.file.parent) == before


@pytest.fixture
def running(recent: ZoteroLibrary) -> Iterator[sqlite3.Connection]:
    """A Zotero at work: it holds its database for itself, and has written half of a change."""
    recent.item(title="A study of mites")
    connection = sqlite3.connect(recent.file, isolation_level=None)
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    connection.execute("PRAGMA cache_size = 1")
    connection.execute("BEGIN EXCLUSIVE")
    connection.execute("UPDATE itemDataValues SET value = 'Half a title'")
    connection.executemany("INSERT INTO itemDataValues (value) VALUES (?)", [(f"{n:09000}",) for n in range(50)])
    yield connection
    connection.close()


def test_a_running_zotero_is_neither_locked_nor_written_to(recent: ZoteroLibrary, running: sqlite3.Connection) -> None:
    assert recent.file.with_name("zotero.sqlite-journal").stat().st_size > 0
    before = digests(recent.file.parent)
    assert paper(recent).title == "A study of mites"  # what is not committed is not read
    assert digests(recent.file.parent) == before
    running.execute("COMMIT")


def test_what_stands_in_sqlite_s_log_only_is_read(recent: ZoteroLibrary) -> None:
    with closing(sqlite3.connect(recent.file, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA wal_autocheckpoint = 0")
        recent.item(title="A study of mites")
        before = digests(recent.file.parent)
        assert paper(recent).title == "A study of mites"
        link = recent.file.parents[1] / "link.sqlite"
        link.symlink_to(recent.file)
        assert [record.title for record in read(link) if isinstance(record, Paper)] == ["A study of mites"]
        assert digests(recent.file.parent) == before


def test_a_database_that_never_rests_is_told(recent: ZoteroLibrary, monkeypatch: pytest.MonkeyPatch) -> None:
    states = iter(range(100))
    monkeypatch.setattr(zotero_database, "_state", lambda _: next(states))
    monkeypatch.setattr(zotero_database, "_PAUSE", 0)
    with pytest.raises(UnreadableFile, match="being written all the time"):
        records(recent)


# -- what is no library of Zotero's ----------------------------------------------------------------


def test_another_database_is_told(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "other.sqlite")) as other, other:
        other.execute("CREATE TABLE items (itemID)")
    with pytest.raises(UnreadableFile, match="a database, but not Zotero's"):
        list(read(tmp_path / "other.sqlite"))


def test_a_damaged_database_is_told(recent: ZoteroLibrary) -> None:
    recent.items([{"title": f"A study of {n:03}", "abstractNote": "mites " * 200} for n in range(200)])
    whole = recent.file.read_bytes()
    for end in range(100, len(whole), len(whole) // 20):
        recent.file.write_bytes(whole[:end] + b"\x17" * (len(whole) - end))
        with pytest.raises(UnreadableFile):
            records(recent)


def test_a_database_of_zotero_4_is_told(recent: ZoteroLibrary) -> None:
    recent.change("ALTER TABLE creators RENAME COLUMN lastName TO creatorDataID")
    with pytest.raises(UnreadableFile, match="Zotero 4 or older"):
        records(recent)


# -- where it lies ---------------------------------------------------------------------------------


def made(folder: Path) -> Path:
    folder.mkdir(parents=True)
    (folder / "zotero.sqlite").touch()
    return folder / "zotero.sqlite"


@pytest.mark.parametrize(
    ("platform", "root"),
    [
        ("linux", ".zotero/zotero"),
        ("linux", ".var/app/org.zotero.Zotero/.zotero/zotero"),
        ("darwin", "Library/Application Support/Zotero"),
        ("win32", "AppData/Roaming/Zotero/Zotero"),
    ],
)
def test_the_folder_that_the_default_profile_names_is_found(tmp_path: Path, platform: str, root: str) -> None:
    made(tmp_path / "Zotero")
    chosen = made(tmp_path / 'my "data" ü')
    for profile, folder in (("other", tmp_path / "Zotero"), ("mine", chosen.parent)):
        place = tmp_path / root / "Profiles" / profile
        place.mkdir(parents=True)
        lines = [
            'user_pref("extensions.zotero.useDataDir", true);',
            f'user_pref("extensions.zotero.dataDir", {json.dumps(str(folder))});',
        ]
        (place / "prefs.js").write_text("// Mozilla\n" + "\n".join(lines), encoding="utf-8")
    profiles = (
        "[General]\nStartWithLastProfile=1\n[Profile0]\nIsRelative=1\nPath=Profiles/other\n"
        "[Profile1]\nIsRelative=1\nPath=Profiles/mine\nDefault=1\n"
    )
    (tmp_path / root / "profiles.ini").write_text(profiles)
    assert found({}, tmp_path, platform) == chosen


def test_without_a_choice_it_is_the_folder_zotero_at_home(tmp_path: Path) -> None:
    usual = made(tmp_path / "Zotero")
    profile = tmp_path / ".zotero" / "zotero" / "a.default"
    profile.mkdir(parents=True)
    (profile.parent / "profiles.ini").write_text("[Profile0]\nIsRelative=1\nPath=a.default\n")
    (profile / "prefs.js").write_text('user_pref("extensions.zotero.dataDir", "/elsewhere");\n')
    assert found({}, tmp_path, "linux") == usual


def test_the_environment_comes_before_all(tmp_path: Path) -> None:
    made(tmp_path / "Zotero")
    chosen = made(tmp_path / "chosen")
    assert found({"ZOTERO_DATA_DIR": str(chosen.parent)}, tmp_path, "linux") == chosen


def test_where_there_is_none_the_places_are_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="was not found") as failure:
        found({}, tmp_path, "linux")
    assert str(tmp_path / "Zotero") in str(failure.value)
    with pytest.raises(UnreadableFile, match="no Zotero library"):
        database(tmp_path)


def test_zotero_s_own_folder_stands_for_its_database(recent: ZoteroLibrary, watched: Watched, home: Path) -> None:
    recent.item(title="A study of mites")
    attachment = recent.file.parent / "storage" / "ABCD2345" / "export.bib"
    attachment.parent.mkdir(parents=True)
    attachment.write_text("@article{wax, title = {A study of wax}}")
    library = opened(home, watched)
    assert added(library, [recent.file.parent]).added == 1
    library.close()


# -- following it ----------------------------------------------------------------------------------


@pytest.fixture
def library(home: Path, watched: Watched) -> Iterator[Library]:
    opened_ = opened(home, watched)
    yield opened_
    opened_.close()


def synced(library: Library, file: Path) -> ImportReport:
    (report,) = [step for step in library.add([file], sync=True) if isinstance(step, ImportReport)]
    return report


def test_new_changed_and_removed_items_are_told_and_nothing_is_deleted(recent: ZoteroLibrary, library: Library) -> None:
    recent.item(title="A study of mites", citationKey="mites", abstractNote="Mites thrive.")
    gone = recent.item(title="A study of wax", citationKey="wax")
    reports = [synced(library, recent.file) for _ in range(2)]
    assert reports == [ImportReport(added=2), ImportReport(unchanged=2)]
    assert [report.without_abstract for report in reports] == [1, 1]
    recent.change("UPDATE itemDataValues SET value = 'A second study of mites' WHERE value = 'A study of mites'")
    recent.trash(gone)
    recent.item(title="A study of honey", citationKey="honey")
    report = synced(library, recent.file)
    assert (report.added, report.updated, report.unchanged) == (1, 1, 0)
    assert [(left.key, left.last) for left in report.left] == [("wax", True)]
    assert set(papers(library)) == {"mites", "wax", "honey"}
    assert papers(library)["mites"].title == "A second study of mites"


def test_an_item_is_the_same_under_another_cite_key(recent: ZoteroLibrary, library: Library) -> None:
    recent.item(title="A study of mites", citationKey="mites")
    synced(library, recent.file)
    recent.change("UPDATE itemDataValues SET value = 'mites2020' WHERE value = 'mites'")
    report = synced(library, recent.file)
    assert (report.updated, report.left) == (1, ())
    assert library.catalogue.find("mites2020").title == "A study of mites"


def test_an_item_without_a_title_does_not_hide_what_was_removed(recent: ZoteroLibrary, library: Library) -> None:
    recent.item(type="letter")
    gone = recent.item(title="A study of wax", citationKey="wax")
    synced(library, recent.file)
    recent.trash(gone)
    report = synced(library, recent.file)
    assert [left.key for left in report.left] == ["wax"]
    assert report.unsure == ()


def test_one_paper_in_two_libraries_is_one_paper(recent: ZoteroLibrary, library: Library) -> None:
    lab = recent.group("Hive lab")
    recent.item(title="A long study of mites in hives", creators=[("Post", "Emil")], tags=["mine"])
    recent.item(title="A long study of mites in hives", creators=[("Post", "Emil")], library=lab)
    assert synced(library, recent.file).duplicates == 1
    (one,) = papers(library).values()
    assert one.tags == ("Hive lab", "mine")


# -- the command -----------------------------------------------------------------------------------


def test_zotero_is_added_by_name_and_what_has_no_abstract_is_said(
    recent: ZoteroLibrary, home: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    recent.item(**MITES)
    recent.item(title="A study of wax")
    monkeypatch.setenv("ZOTERO_DATA_DIR", str(recent.file.parent))
    assert main(["--home", str(home), "add", "zotero"]) == 0
    said = capfd.readouterr()
    assert "2 added" in said.out
    assert f"Zotero's library: {recent.file}" in said.err
    assert "1 record has no abstract" in said.err
    assert main(["--home", str(home), "add", "zotero", str(recent.file.parent), "--json"]) == 0
    report = json.loads(capfd.readouterr().out)
    assert (report["unchanged"], report["without_abstract"]) == (2, 1)


def test_what_is_named_after_zotero_must_be_its_library(
    home: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["--home", str(home), "add", "zotero", str(tmp_path / "nowhere")]) == 1
    said = capfd.readouterr()
    assert "There is no Zotero library at" in said.err
    assert said.out == ""
