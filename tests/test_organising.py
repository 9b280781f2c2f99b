"""Merges that are shown, undone and asked for, and files that lose records: nothing is lost by any of them."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from store.catalogue.entry import BY_HAND
from store.embedding import Embedder
from store.errors import NoSuchPaper, StoreError
from store.library import Library, never
from store.near_duplicates import Candidate, candidates
from store.organising import drop, merge, undo_merge
from store.records import Filters, ImportReport, Paper, Progress
from tests.conftest import Watched, opened

ONE = (
    "@article{smith2019, title = {Apples and pears compared}, author = {Smith, Ann}, year = {2019},"
    " doi = {10.1000/x}}\n"
)
TWO = (
    "@article{Smith_2019, title = {Apples and pears compared}, author = {Smith, Ann}, year = {2019}, doi = {10.1000/x},"
    " journal = {Fruit}, abstract = {Apples are red. Pears are green.}}\n"
)
THREE = "@article{figs, title = {A study of figs}, author = {Doe, Joe}, abstract = {Figs are sweet.}}\n"


@pytest.fixture
def library(home: Path, watched: Watched) -> Iterator[Library]:
    made = opened(home, watched)
    yield made
    made.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "refs"
    made.mkdir()
    (made / "a.bib").write_text(ONE + THREE)
    (made / "b.bib").write_text(TWO)
    return made


def report(library: Library, *files: Path, sync: bool = False) -> ImportReport:
    (said,) = [step for step in library.add(files, sync=sync) if isinstance(step, ImportReport)]
    return said


def kept(library: Library) -> dict[str, Paper]:
    return {paper.key: paper for paper in library.catalogue.listed(Filters())}


def assert_sound(library: Library) -> None:
    catalogue = library.catalogue
    assert catalogue.check() == []
    assert library._index.count() == catalogue.passage_count()
    assert library._index.in_step_with == catalogue.changes


# -- merges ---------------------------------------------------------------------------------------------


def test_a_merge_is_shown_with_its_records_and_the_identity_they_share(library: Library, folder: Path) -> None:
    report(library, folder)
    ((number, sources),) = library.catalogue.merges()
    assert library.catalogue.paper(number).key == "smith2019"
    assert [(Path(each.file).name, each.record, each.by) for each in sources] == [
        ("a.bib", "smith2019", ""),
        ("b.bib", "Smith_2019", "doi:10.1000/x"),
    ]
    assert [each.said.venue if each.said else None for each in sources] == ["", "Fruit"]


def test_undoing_a_merge_gives_both_papers_as_their_files_have_them(library: Library, folder: Path) -> None:
    report(library, folder)
    library.catalogue.set_tags([library.catalogue.number_of("smith2019")], add=["fruit"])
    papers = undo_merge(library, "Smith_2019")
    assert [(paper.key, paper.venue, paper.abstract, paper.tags) for paper in papers] == [
        ("smith2019", "", "", ("fruit",)),
        ("Smith_2019", "Fruit", "Apples are red. Pears are green.", ("fruit",)),
    ]
    assert library.catalogue.merges() == []
    assert library.search("red apples")[0].paper.key == "Smith_2019"
    assert_sound(library)


def test_papers_taken_apart_stay_apart_when_their_files_are_added_again(library: Library, folder: Path) -> None:
    report(library, folder)
    undo_merge(library, "smith2019")
    before = kept(library)
    assert report(library, folder) == ImportReport(unchanged=3)
    (folder / "b.bib").write_text(TWO.replace("Pears are green.", "Pears are yellow."))
    (folder / "a.bib").write_text(ONE.replace("2019}", "2020}", 1) + THREE)
    assert report(library, folder) == ImportReport(updated=2, unchanged=1)
    assert kept(library).keys() == before.keys()
    assert kept(library)["Smith_2019"].abstract.endswith("yellow.")


def test_papers_taken_apart_stay_apart_when_their_files_have_moved(library: Library, folder: Path) -> None:
    report(library, folder)
    undo_merge(library, "smith2019")
    before = kept(library)
    moved = folder.rename(folder.with_name("moved"))
    report(library, moved)
    assert kept(library) == {key: replace(paper, source=paper.source) for key, paper in before.items()}
    records = {library.catalogue.paper(number).key: sources for number, sources in library.catalogue.merges()}
    assert [Path(each.file).name for each in records["Smith_2019"]] == ["b.bib", "b.bib"]


def test_only_one_of_several_records_is_taken_away(library: Library, folder: Path) -> None:
    (folder / "c.bib").write_text(TWO.replace("Smith_2019", "third").replace("Fruit", "Other Fruit"))
    report(library, folder)
    papers = undo_merge(library, "smith2019", [3])
    assert [(paper.key, paper.venue) for paper in papers] == [("smith2019", "Fruit"), ("third", "Other Fruit")]
    ((_, sources),) = library.catalogue.merges()
    assert [each.record for each in sources] == ["smith2019", "Smith_2019"]
    with pytest.raises(StoreError, match="records 1 to 2"):
        undo_merge(library, "smith2019", [3])


def test_records_of_one_key_are_taken_apart_under_two(library: Library, tmp_path: Path) -> None:
    for name, text in (("a.bib", ONE), ("b.bib", TWO.replace("Smith_2019", "smith2019"))):
        (tmp_path / name).write_text(text)
        report(library, tmp_path / name)
    assert [paper.key for paper in undo_merge(library, "smith2019")] == ["smith2019", "smith2019a"]


def test_what_was_not_merged_cannot_be_taken_apart(library: Library, folder: Path) -> None:
    report(library, folder)
    with pytest.raises(StoreError, match="made of one record"):
        undo_merge(library, "figs")
    with pytest.raises(NoSuchPaper):
        undo_merge(library, "nobody")


def test_a_merge_by_request_keeps_all_that_was_said_and_can_be_undone(library: Library, folder: Path) -> None:
    report(library, folder)
    library.catalogue.set_tags([library.catalogue.number_of("figs")], add=["sweet"])
    before = kept(library)
    paper = merge(library, ["smith2019", "figs"])
    assert (paper.key, paper.tags) == ("smith2019", ("sweet",))
    assert library.catalogue.find("figs").key == "smith2019"
    assert library.catalogue.merges()[0][1][-1].by == BY_HAND
    assert_sound(library)
    assert report(library, folder) == ImportReport(unchanged=3)
    assert undo_merge(library, "smith2019", [3])[1] == before["figs"]
    assert_sound(library)


def test_a_merge_asked_for_after_it_was_undone_holds(library: Library, folder: Path) -> None:
    report(library, folder)
    undo_merge(library, "smith2019")
    merge(library, ["smith2019", "Smith_2019"])
    assert library.catalogue.apart() == set()
    assert kept(library)["smith2019"].venue == "Fruit"
    assert report(library, folder) == ImportReport(unchanged=3)
    with pytest.raises(StoreError, match="two papers"):
        merge(library, ["smith2019", "Smith_2019"])


def test_a_change_in_one_of_the_merged_records_shows_in_the_paper(library: Library, folder: Path) -> None:
    report(library, folder)
    (folder / "b.bib").write_text(TWO.replace("Fruit", "Journal of Fruit").replace("Apples are red. ", ""))
    assert report(library, folder).updated == 1
    assert (kept(library)["smith2019"].venue, kept(library)["smith2019"].abstract) == (
        "Journal of Fruit",
        "Pears are green.",
    )


# -- likely duplicates ----------------------------------------------------------------------------------


def likely(library: Library, **filters: Any) -> tuple[Candidate, ...]:
    *said, last = candidates(library.catalogue, Filters(**filters), never)
    assert all(isinstance(step, Progress) for step in said)
    assert isinstance(last, tuple)
    return last


def test_likely_duplicates_are_listed_until_somebody_says_they_are_two(library: Library, tmp_path: Path) -> None:
    file = tmp_path / "a.bib"
    other = (
        ONE.replace("smith2019", "preprint")
        .replace("pears compared", "pears compared anew")
        .replace("10.1000/x", "10.1000/y")
    )
    file.write_text(ONE + other + THREE)
    report(library, file)
    (found,) = likely(library)
    assert ({found.one.key, found.other.key}, found.differ) == (
        {"smith2019", "preprint"},
        ("DOI 10.1000/x / 10.1000/y",),
    )
    assert 80 < found.alike < 100
    merge(library, ["smith2019", "preprint"])
    assert likely(library) == ()
    undo_merge(library, "smith2019")
    assert likely(library) == ()


def test_papers_of_one_title_by_others_are_no_duplicates(library: Library, tmp_path: Path) -> None:
    file = tmp_path / "a.bib"
    file.write_text(
        ONE + ONE.replace("smith2019", "doe").replace("Smith, Ann", "Doe, Joe").replace("10.1000/x", "10.1000/y")
    )
    report(library, file)
    assert library.catalogue.count() == 2
    assert likely(library) == ()


def test_likely_duplicates_are_sought_among_the_papers_that_pass(library: Library, tmp_path: Path) -> None:
    file = tmp_path / "a.bib"
    file.write_text(ONE + ONE.replace("smith2019", "b").replace("10.1000/x", "10.1000/y"))
    report(library, file)
    assert len(likely(library, years=(2019, 2019))) == 1
    assert likely(library, years=(2020, None)) == ()


def test_a_search_for_duplicates_tells_how_far_it_is_and_stops_at_once(library: Library, tmp_path: Path) -> None:
    file = tmp_path / "a.bib"
    file.write_text(ONE + ONE.replace("smith2019", "b").replace("10.1000/x", "10.1000/y"))
    report(library, file)
    *said, last = candidates(library.catalogue, Filters(), never)
    assert said == [Progress("Reading titles and abstracts", 0, 2), Progress("Comparing titles and abstracts", 0, 1)]
    assert last
    assert list(candidates(library.catalogue, Filters(), lambda: True)) == [said[0], ()]


# -- what left the files --------------------------------------------------------------------------------


def test_what_left_a_file_is_named_and_stays_until_it_is_dropped(library: Library, folder: Path) -> None:
    report(library, folder)
    (folder / "a.bib").write_text("@article{new, title = {A new one}}")
    said = report(library, folder / "a.bib", sync=True)
    assert (said.added, sorted((left.key, left.last) for left in said.left)) == (
        1,
        [("figs", True), ("smith2019", False)],
    )
    assert kept(library).keys() == {"smith2019", "figs", "new"}
    assert drop(library, said.left) == 1
    assert kept(library).keys() == {"smith2019", "new"}
    assert kept(library)["smith2019"].venue == "Fruit"
    assert kept(library)["smith2019"].source == "b.bib"
    assert_sound(library)
    assert report(library, folder / "a.bib", sync=True).left == ()


def test_files_that_left_a_folder_leave_the_library(library: Library, folder: Path) -> None:
    report(library, folder)
    (folder / "b.bib").unlink()
    said = report(library, folder, sync=True)
    assert [(left.record, left.last) for left in said.left] == [("Smith_2019", False)]
    drop(library, said.left)
    assert (kept(library)["smith2019"].venue, kept(library)["smith2019"].abstract) == ("", "")
    assert_sound(library)


def test_files_beside_a_folder_of_alike_name_are_not_its_own(library: Library, folder: Path) -> None:
    beside = folder.with_name("refs2")
    beside.mkdir()
    (beside / "c.bib").write_text(THREE.replace("figs", "dates"))
    report(library, folder, beside)
    assert report(library, folder, sync=True).left == ()


def test_nothing_is_said_to_have_left_a_file_that_is_read_in_part(library: Library, folder: Path) -> None:
    report(library, folder)
    (folder / "a.bib").write_text(ONE + "@article{figs, title = {A study of figs")
    said = report(library, folder / "a.bib", sync=True)
    assert (said.left, said.unsure) == ((), (str(folder / "a.bib"),))


@pytest.mark.parametrize("text", ["", None])
def test_nothing_is_said_to_have_left_a_file_that_cannot_be_read(
    library: Library, folder: Path, text: str | None
) -> None:
    report(library, folder)
    if text is None:
        (folder / "a.bib").unlink()
    else:
        (folder / "a.bib").write_text(text)
    assert report(library, folder / "a.bib", sync=True).left == ()


def test_without_sync_nothing_is_said_to_have_left(library: Library, folder: Path) -> None:
    report(library, folder)
    (folder / "a.bib").write_text(THREE)
    assert report(library, folder).left == ()


# -- again ----------------------------------------------------------------------------------------------


def test_adding_an_unchanged_file_writes_nothing(library: Library, folder: Path, watched: Watched) -> None:
    report(library, folder)
    changes, read = library.catalogue.changes, len(watched.texts)
    assert report(library, folder) == ImportReport(unchanged=3)
    assert (library.catalogue.changes, len(watched.texts)) == (changes, read)


def test_a_tag_for_papers_that_are_there_is_given(library: Library, folder: Path) -> None:
    report(library, folder)
    list(library.add([folder / "a.bib"], tags=("mine",)))
    assert {key for key, paper in kept(library).items() if paper.tags} == {"smith2019", "figs"}


def test_a_library_merged_by_version_2_asks_for_its_files_before_it_undoes(
    library: Library, folder: Path, embedder: Embedder
) -> None:
    report(library, folder)
    library.catalogue._db.execute("UPDATE sources SET said = '', merged_by = '', fingerprint = ''")
    with pytest.raises(StoreError, match="earlier version"):
        undo_merge(library, "smith2019")
    assert report(library, folder).added == 0
    assert len(undo_merge(library, "smith2019")) == 2
