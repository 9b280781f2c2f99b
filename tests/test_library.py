"""The library: imports that are stopped, killed, repeated or refused, and an index that follows the catalogue."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assistant.settings import cache_folder
from store.catalogue import Catalogue
from store.embedding import Embedder, Span, Vectors, find_starter, open_embedder
from store.errors import LibraryLocked, StoreError, WrongEmbedder
from store.index import ExactIndex
from store.index.opening import GuardedChroma
from store.library import Library, LibraryPaths
from store.records import EmbedderId, Filters, ImportReport, Paper, Progress
from tests.conftest import ROOT, SAMPLE, Watched, added, opened

APPLES = "@article{apples, title = {A study of apples}, year = {2001}, abstract = {Apples are red. They fall.}}\n"
PEARS = "@article{pears, title = {A study of pears}, year = {2002}, abstract = {Pears are green. They rot.}}\n"
FRUITS = (
    "apples pears plums cherries figs dates grapes melons lemons limes quinces olives kiwis nuts hips sloes".split()
)


@pytest.fixture
def library(home: Path, watched: Watched) -> Iterator[Library]:
    made = opened(home, watched)
    yield made
    made.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "fruits ü.bib"
    made.write_text(APPLES + PEARS)
    return made


@pytest.fixture
def basket(tmp_path: Path) -> Path:
    """A file of 16 small papers."""
    made = tmp_path / "basket.bib"
    made.write_text("\n".join(APPLES.replace("apples", fruit).replace("Apples", fruit.title()) for fruit in FRUITS))
    return made


def papers(library: Library) -> list[Paper]:
    return list(library.catalogue.listed(Filters()))


def assert_whole(library: Library) -> None:
    """The catalogue has no problems, and the index holds just its passages and knows that it does."""
    assert library.catalogue.check() == []
    assert library._index.numbers() == ExactIndex(library.catalogue).numbers()
    assert library._index.in_step_with == library.catalogue.changes or library.catalogue.count() == 0


# -- adding ----------------------------------------------------------------------------------------


def test_an_import_reports_its_progress_and_then_what_it_did(library: Library, watched: Watched, file: Path) -> None:
    assert list(library.add([file])) == [Progress("Adding fruits ü.bib", 2), ImportReport(added=2)]
    assert [paper.source for paper in papers(library)] == ["fruits ü.bib"] * 2
    assert watched.texts == [
        "A study of apples. Apples are red. They fall.",
        "A study of pears. Pears are green. They rot.",
    ]
    assert_whole(library)


def test_adding_a_file_again_changes_nothing_and_embeds_nothing(sample_copy: Path, watched: Watched) -> None:
    library = opened(sample_copy, watched)
    before = papers(library)
    assert added(library, [SAMPLE, SAMPLE]) == ImportReport(unchanged=80)
    assert papers(library) == before
    assert watched.texts == []
    library.close()


def test_only_a_changed_entry_is_updated_and_embedded(library: Library, watched: Watched, file: Path) -> None:
    added(library, [file])
    watched.texts.clear()
    file.write_text(APPLES + PEARS.replace("green", "yellow"))
    assert added(library, [file]) == ImportReport(updated=1, unchanged=1)
    assert watched.texts == ["A study of pears. Pears are yellow. They rot."]
    assert library.search("yellow fruit", limit=1)[0].passage == "Pears are yellow. They rot."
    assert_whole(library)


def test_a_change_beside_title_and_abstract_is_updated_without_embedding(
    library: Library, watched: Watched, file: Path
) -> None:
    added(library, [file])
    watched.texts.clear()
    file.write_text(APPLES + PEARS.replace("2002", "2003"))
    assert added(library, [file]) == ImportReport(updated=1, unchanged=1)
    assert library.catalogue.find("pears").year == 2003
    assert watched.texts == []


def test_an_abstract_that_a_second_file_brings_is_embedded(
    library: Library, watched: Watched, file: Path, tmp_path: Path
) -> None:
    bare = tmp_path / "bare.bib"
    bare.write_text("@article{mine, title = {A study of apples}}")
    assert added(library, [bare, file]) == ImportReport(added=2, duplicates=1)
    assert library.search("red apples that fall", limit=1)[0].paper.key == "mine"
    assert watched.texts[0] == "A study of apples."
    assert_whole(library)


def test_tags_of_an_import_go_to_all_its_papers(library: Library, file: Path) -> None:
    added(library, [file], tags=("thesis",))
    added(library, [file], tags=("fruit",))
    assert [paper.tags for paper in papers(library)] == [("fruit", "thesis")] * 2


def test_rejected_records_and_files_are_reported_and_the_good_ones_kept(
    library: Library, file: Path, tmp_path: Path
) -> None:
    file.write_text(APPLES + "@article{nameless, year = {2001}}\n" + PEARS)
    binary = tmp_path / "paper.pdf"
    binary.write_bytes(b"%PDF-1.4 \0\1\2")
    report = added(library, [tmp_path / "nowhere.bib", file, binary])
    assert report.added == 2
    assert [rejected.file.rpartition("/")[2] for rejected in report.rejected] == ["nowhere.bib", file.name, "paper.pdf"]
    assert all(rejected.where and rejected.reason for rejected in report.rejected)
    assert report.as_json().keys() == {"added", "updated", "unchanged", "duplicates", "rejected"}
    assert_whole(library)


def test_records_of_one_key_in_one_file_are_each_kept_and_known_again(library: Library, file: Path) -> None:
    file.write_text(APPLES + PEARS.replace("{pears", "{apples"))
    assert added(library, [file]) == ImportReport(added=2)
    assert added(library, [file]) == ImportReport(unchanged=2)
    assert {paper.key for paper in papers(library)} == {"apples", "applesa"}


def test_a_paper_is_not_overwritten_when_another_of_its_key_goes(library: Library, file: Path) -> None:
    file.write_text(APPLES + PEARS.replace("{pears", "{apples"))
    added(library, [file])
    file.write_text(PEARS.replace("{pears", "{apples"))
    added(library, [file])
    assert {paper.title for paper in papers(library)} == {"A study of apples", "A study of pears"}


# -- stopping and failing --------------------------------------------------------------------------


def test_a_stopped_import_keeps_its_finished_batches(
    library: Library, watched: Watched, basket: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.library.BATCH", 4)
    steps: list[Progress | ImportReport] = []
    for step in library.add([basket, SAMPLE], stop=lambda: len(steps) >= 2):
        steps.append(step)
    assert steps[-1] == ImportReport(added=8)
    assert library.catalogue.count() == 8
    assert_whole(library)
    watched.texts.clear()
    assert added(library, [basket]) == ImportReport(added=8, unchanged=8)
    assert len(watched.texts) == 8


def test_an_import_that_is_let_go_frees_the_lock_and_keeps_its_batches(
    library: Library, basket: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.library.BATCH", 4)
    steps = library.add([basket])
    assert isinstance(next(steps), Progress)
    with pytest.raises(LibraryLocked):
        added(library, [basket])
    steps.close()  # type: ignore[attr-defined]
    assert library.catalogue.count() == 4
    assert_whole(library)
    assert added(library, [basket]) == ImportReport(added=12, unchanged=4)


def test_a_batch_whose_embedding_fails_leaves_nothing(home: Path, embedder: Embedder, file: Path) -> None:
    class Failing(Watched):
        def passages_and_parts(
            self, texts: Sequence[str], parts: Sequence[Sequence[Span]]
        ) -> tuple[Vectors, list[Vectors]]:
            raise MemoryError(len(texts), len(parts))

    library = opened(home, Failing(embedder))
    with pytest.raises(MemoryError):
        added(library, [file])
    assert (library.catalogue.count(), library.catalogue.changes) == (0, 0)
    library.close()
    library = opened(home, embedder)
    assert added(library, [file]) == ImportReport(added=2)
    assert_whole(library)
    library.close()


# -- embedders and rebuilding ----------------------------------------------------------------------


@pytest.mark.parametrize("change", [{"revision": "other"}, {"dimension": 768}, {"prefix": "passage: "}])
def test_another_embedder_is_refused_with_what_to_do(
    sample_copy: Path, embedder: Embedder, change: dict[str, Any]
) -> None:
    with pytest.raises(WrongEmbedder) as refused:
        Library(sample_copy, Watched(embedder, id_=replace(embedder.id, name="another", **change)))
    assert embedder.id.name in str(refused.value)
    assert "another" in str(refused.value)
    assert "assistant rebuild" in refused.value.hint
    library = opened(sample_copy, embedder)
    assert_whole(library)
    library.close()


def test_the_same_embedder_under_another_name_is_the_same(sample_copy: Path, embedder: Embedder) -> None:
    renamed = Watched(embedder, id_=EmbedderId(**{**vars_of(embedder.id), "name": "a copied folder"}))
    library = opened(sample_copy, renamed)
    assert library.search("attention")
    library.close()


def vars_of(embedder: EmbedderId) -> dict[str, Any]:
    return {name: getattr(embedder, name) for name in EmbedderId.__slots__}


def test_a_rebuild_finds_the_same_without_embedding(
    sample_copy: Path, watched: Watched, caplog: pytest.LogCaptureFixture
) -> None:
    library = opened(sample_copy, watched)
    before = library.search("word vectors")
    steps = list(library.rebuild())
    assert caplog.messages == []
    assert steps[-1] == Progress("Indexing passages", 80, 80)
    assert [hit.paper for hit in library.search("word vectors")] == [hit.paper for hit in before]
    assert_whole(library)
    library.close()
    assert watched.texts == []


def test_a_rebuild_that_is_stopped_is_finished_at_the_next_opening(sample_copy: Path, watched: Watched) -> None:
    library = opened(sample_copy, watched)
    list(library.rebuild(stop=lambda: True))
    library.close()
    library = opened(sample_copy, watched)
    assert_whole(library)
    library.close()


def test_a_rebuild_leaves_the_folder_alone_that_another_process_has_open(sample_copy: Path, embedder: Embedder) -> None:
    holder, other = opened(sample_copy, embedder), opened(sample_copy, embedder)
    assert (holder.index_name, other.index_name) == ("Chroma", ExactIndex.name)
    try:
        with pytest.raises(StoreError):
            list(other.rebuild())
        assert LibraryPaths(sample_copy).chroma.is_dir()
    finally:
        other.close()
        holder.close()


# -- killed and locked out -------------------------------------------------------------------------

POINTS = ("embedding", "indexing", "writing to Chroma", "after a batch")


def import_until(home: str, file: str, point: str) -> None:
    """Import a file in batches of four; in the third batch say `here` at the point and wait for standard input."""
    import store.library

    store.library.BATCH = 4
    folder = find_starter()
    assert folder is not None
    library = opened(Path(home), Watched(open_embedder(folder, cache=cache_folder())))
    match point:
        case "embedding":  # nothing of the batch is committed
            _wait_in_third_call(Watched, "passages_and_parts")
        case "indexing":  # the catalogue has the batch, the index has not
            _wait_in_third_call(Catalogue, "vectors")
        case "writing to Chroma":  # as before, and the mark stands
            _wait_in_third_call(type(library._index._index), "add")  # type: ignore[attr-defined]
    batches = 0
    for step in library.add([Path(file)]):
        batches += isinstance(step, Progress)
        if point == "after a batch" and batches == 3:
            _wait()
    library.close()


def _wait_in_third_call(kind: type, name: str) -> None:
    real = getattr(kind, name)
    calls = 0

    def waiting(*arguments: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == 3:
            _wait()
        return real(*arguments)

    setattr(kind, name, waiting)


def _wait() -> None:
    print("here", flush=True)
    sys.stdin.read()


def importer(home: Path, file: Path, point: str) -> subprocess.Popen[str]:
    """Another process in the middle of an import, at the point."""
    script = "import sys; from tests.test_library import import_until; import_until(*sys.argv[1:])"
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(home), str(file), point],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "here\n"
    return process


@pytest.fixture
def whole_basket(tmp_path: Path, embedder: Embedder, basket: Path) -> list[Paper]:
    """The papers of the basket as an uninterrupted import enters them."""
    library = opened(tmp_path / "uninterrupted", embedder)
    added(library, [basket])
    entered = papers(library)
    library.close()
    return entered


@pytest.mark.parametrize("point", POINTS)
def test_a_killed_import_leaves_a_library_that_opens_and_is_completed_by_the_same_import(
    home: Path, watched: Watched, basket: Path, whole_basket: list[Paper], point: str
) -> None:
    with importer(home, basket, point) as process:
        process.kill()
    assert LibraryPaths(home).chroma.with_name("chroma.busy").exists() is (point == "writing to Chroma")
    committed = 8 if point == "embedding" else 12
    library = opened(home, watched)
    assert library.catalogue.count() == committed
    assert (library.index_name, watched.texts) == (GuardedChroma.name, [])
    assert_whole(library)
    assert added(library, [basket]) == ImportReport(added=16 - committed, unchanged=committed)
    assert papers(library) == whole_basket
    assert_whole(library)
    library.close()


def test_a_second_writer_is_locked_out_with_a_clear_message_and_both_libraries_stay_whole(
    home: Path, watched: Watched, basket: Path, whole_basket: list[Paper], file: Path
) -> None:
    with importer(home, basket, "embedding") as process:
        library = opened(home, watched)
        assert (library.index_name, library.catalogue.count()) == (ExactIndex.name, 8)
        with pytest.raises(LibraryLocked) as refused:
            added(library, [file])
        assert f"process {process.pid}" in str(refused.value)
        assert "adding files" in str(refused.value)
        assert "Wait" in refused.value.hint
        assert len(library.search("fruits")) == 8
        process.communicate()
    assert process.returncode == 0
    assert papers(library) == whole_basket
    assert library.search("A study of sloes")[0].paper.key == "sloes"
    assert added(library, [file]) == ImportReport(added=1, duplicates=1)
    assert_whole(library)
    library.close()
    library = opened(home, watched)
    assert library.index_name == GuardedChroma.name
    assert_whole(library)
    library.close()


def test_a_new_library_is_empty_and_whole(library: Library) -> None:
    assert library.search("anything") == []
    assert papers(library) == []
    assert_whole(library)
    assert list(library.rebuild()) == []
