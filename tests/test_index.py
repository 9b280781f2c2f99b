"""The vector index: Chroma says what an exact search says, and every damage is repaired from the catalogue."""

import logging
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from store.catalogue import Catalogue, Numbers, Stretches
from store.embedding import Embedder, unit
from store.index import ExactIndex, VectorIndex, catch_up, open_index
from store.library import Library, LibraryPaths, never
from store.records import EmbedderId, Paper, Passage, Progress
from tests.conftest import ROOT, Watched, added, opened

TOY = EmbedderId(name="toy", revision="1", dimension=32)
QUESTION = "attention is all you need"
EVERYTHING = 10_000

ASK_EACH = """
import sys
from pathlib import Path
from tests.test_index import agree, answered_by_both
for home in sys.argv[1:]:
    print("right" if agree(*answered_by_both(Path(home))) else "wrong", flush=True)
"""


def nearest(index: VectorIndex, catalogue: Catalogue, number: int, limit: int = 20) -> list[int]:
    return [found for found, _ in index.nearest(catalogue.vectors([number])[0], limit)]


def answered_by_both(home: Path) -> tuple[list[int], list[int]]:
    """Open a toy library, repair its index, and ask it and an exact index for the neighbours of one passage."""
    paths = LibraryPaths(home)
    catalogue = Catalogue(paths.catalogue)
    index = open_index(paths.chroma, catalogue, TOY)
    list(catch_up(index, catalogue, never))
    chroma, exact = (nearest(which, catalogue, 700) for which in (index, ExactIndex(catalogue)))
    index.close()
    catalogue.close()
    return chroma, exact


def agree(chroma: list[int], exact: list[int]) -> bool:
    """Whether the two agree as far as a graph, which is approximate, can be asked to: 18 of 20, and on the first."""
    return chroma[0] == exact[0] and len(set(chroma) & set(exact)) >= 18


@pytest.fixture(scope="module")
def toy_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """1,300 passages with made-up vectors: from 1,000 on Chroma writes a graph to disk."""
    home = tmp_path_factory.mktemp("toy")
    paths = LibraryPaths(home)
    catalogue = Catalogue(paths.catalogue)
    vectors = unit(np.random.default_rng(7).normal(size=(1300, TOY.dimension)).astype(np.float32))
    with catalogue.writing():
        catalogue.set_embedder(TOY)
        for row, vector in enumerate(vectors):
            number = catalogue.enter(Paper(title=f"Paper number {row}"), file="toy", record=str(row)).number
            catalogue.add_passage(number, Passage(0, 0, ""), vector)
    index = open_index(paths.chroma, catalogue, TOY)
    list(catch_up(index, catalogue, never))
    index.set_in_step(catalogue.changes)
    index.close()
    catalogue.close()
    return home


@pytest.fixture
def catalogue(sample_copy: Path) -> Iterator[Catalogue]:
    made = Catalogue(LibraryPaths(sample_copy).catalogue)
    yield made
    made.close()


def chroma_of(home: Path, catalogue: Catalogue) -> VectorIndex:
    embedder = catalogue.embedder
    assert embedder is not None
    return open_index(LibraryPaths(home).chroma, catalogue, embedder)


# -- the two implementations -----------------------------------------------------------------------


def test_chroma_and_exact_search_find_the_same_passages_in_the_same_order(seed_copy: Path, embedder: Embedder) -> None:
    library = opened(seed_copy, embedder)
    assert library.index_name == "Chroma"
    chroma, exact = library._index, ExactIndex(library.catalogue)
    assert chroma.numbers() == exact.numbers()
    for question in ("fMRI decoding", "long context inference", "how are preferences learned?", "3D scenes", ""):
        vector = embedder.question(question)
        cosines = dict(exact.nearest(vector, EVERYTHING))
        found, best = chroma.nearest(vector, 50), exact.nearest(vector, 50)
        assert [cosine for _, cosine in found] == pytest.approx([cosines[number] for number, _ in found], abs=1e-3)
        assert [cosines[number] for number, _ in found[:10]] == pytest.approx([c for _, c in best[:10]], abs=1e-3)
        assert len({number for number, _ in found} & {number for number, _ in best}) >= 48
    library.close()


def test_a_graph_on_disk_finds_what_an_exact_search_finds(toy_home: Path, tmp_path: Path) -> None:
    chroma, exact = answered_by_both(Path(shutil.copytree(toy_home, tmp_path / "toy")))
    assert agree(chroma, exact)
    assert exact[0] == 700


def test_a_second_opener_gets_the_exact_index_and_the_next_one_chroma_again(sample_copy: Path) -> None:
    catalogue = Catalogue(LibraryPaths(sample_copy).catalogue)
    first, second = chroma_of(sample_copy, catalogue), chroma_of(sample_copy, catalogue)
    assert (first.name, second.name) == ("Chroma", ExactIndex.name)
    assert nearest(first, catalogue, 5) == nearest(second, catalogue, 5)
    first.close()
    third = chroma_of(sample_copy, catalogue)
    assert third.name == "Chroma"
    third.close()
    catalogue.close()


def test_added_passages_are_found_and_removed_ones_are_not(sample_copy: Path, catalogue: Catalogue) -> None:
    index = chroma_of(sample_copy, catalogue)
    index.remove([5, 6, 999_999])
    assert index.numbers() == {number for number in range(1, 81) if number not in (5, 6)}
    assert 5 not in nearest(index, catalogue, 5)
    index.add([5, 5 + 1], catalogue.vectors([5, 6]))
    index.add([], catalogue.vectors([]))
    assert nearest(index, catalogue, 5)[0] == 5
    assert index.count() == 80
    index.close()


def test_more_is_asked_for_than_there_is(sample_copy: Path, catalogue: Catalogue) -> None:
    index = chroma_of(sample_copy, catalogue)
    vector = catalogue.vectors([1])[0]
    assert len(index.nearest(vector, 5000)) == len(ExactIndex(catalogue).nearest(vector, 5000)) == 80
    assert ExactIndex(catalogue).nearest_among(vector, 5, set()) == []
    index.close()


def test_an_index_made_with_another_embedder_is_made_anew(sample_copy: Path, catalogue: Catalogue) -> None:
    index = open_index(LibraryPaths(sample_copy).chroma, catalogue, TOY)
    assert (index.name, index.count()) == ("Chroma", 0)
    index.close()


# -- in step ---------------------------------------------------------------------------------------


def test_an_index_that_is_behind_catches_up_with_another_writer(
    sample_copy: Path, watched: Watched, tmp_path: Path
) -> None:
    file = tmp_path / "new.bib"
    file.write_text("@misc{gardens, title = {Gardens of the north}, abstract = {Moss grows slowly.}}")
    behind, writer = opened(sample_copy, watched), opened(sample_copy, watched)
    added(writer, [file])
    assert (behind.index_name, writer.index_name) == ("Chroma", ExactIndex.name)
    list(behind.in_step())
    file.write_text("@misc{gardens, title = {Gardens of the north}, abstract = {Lichen grows slowly.}}")
    added(writer, [file])
    watched.texts.clear()
    steps = list(behind.in_step())
    assert steps == [Progress("Indexing passages", 0, 1), Progress("Indexing passages", 1, 1)]
    assert behind.search("lichen in a garden")[0].paper.key == "gardens"
    assert behind._index.numbers() == ExactIndex(behind.catalogue).numbers()
    assert list(behind.in_step()) == []
    assert watched.texts == []
    behind.close()
    writer.close()


def test_a_search_before_catching_up_leaves_out_what_is_gone(
    sample_copy: Path, embedder: Embedder, tmp_path: Path
) -> None:
    file = tmp_path / "new.bib"
    file.write_text("@misc{gardens, title = {Gardens of the north}, abstract = {Moss grows slowly.}}")
    library = opened(sample_copy, embedder)
    added(library, [file])
    writer = opened(sample_copy, embedder)
    file.write_text("@misc{gardens, title = {Gardens of the north}, abstract = {Lichen grows slowly.}}")
    added(writer, [file])
    writer.close()
    assert "gardens" in [hit.paper.key for hit in library.search("gardens of the north")]
    library.close()


class Overtaken(Catalogue):
    """A catalogue in which another process replaces the first paper's passages just after they were listed."""

    overtaken = False

    def passage_papers(self) -> tuple[Numbers, Numbers]:
        listed = super().passage_papers()
        self._overtake()
        return listed

    def all_passages(self) -> tuple[Numbers, Stretches]:
        listed = super().all_passages()
        self._overtake()
        return listed

    def _overtake(self) -> None:
        if not self.overtaken:
            self.overtaken = True
            other = Catalogue(self.path)
            with other.writing():
                other.drop_passages(1)
                other.add_passage(1, Passage(0, 5, ""), other.vectors([3])[0])
            other.close()


def test_a_writer_that_replaces_passages_while_they_are_read_does_no_harm(sample_copy: Path) -> None:
    catalogue = Overtaken(LibraryPaths(sample_copy).catalogue)
    exact = ExactIndex(catalogue)
    vector = catalogue.vectors([3])[0]
    assert exact.nearest(vector, 1)
    assert exact.numbers() == {*range(3, 82)}
    catalogue.overtaken = False
    shutil.rmtree(LibraryPaths(sample_copy).chroma)
    index = chroma_of(sample_copy, catalogue)
    list(catch_up(index, catalogue, never))
    list(catch_up(index, catalogue, never))
    assert index.numbers() == ExactIndex(catalogue).numbers()
    index.close()
    catalogue.close()


def test_catching_up_can_be_stopped_and_goes_on_where_it_was(sample_copy: Path, catalogue: Catalogue) -> None:
    shutil.rmtree(LibraryPaths(sample_copy).chroma)
    index = chroma_of(sample_copy, catalogue)
    assert list(catch_up(index, catalogue, lambda: True)) == []
    assert index.count() == 0
    assert len(list(catch_up(index, catalogue, never))) == 2
    assert index.numbers() == ExactIndex(catalogue).numbers()
    index.close()


def test_a_stopped_repair_is_taken_up_at_the_next_opening(sample_copy: Path, watched: Watched) -> None:
    shutil.rmtree(LibraryPaths(sample_copy).chroma)
    library = Library(sample_copy, watched)
    assert list(library.in_step(lambda: True)) == []
    library.close()
    assert found(sample_copy, watched)[1]
    assert watched.texts == []


# -- damage ----------------------------------------------------------------------------------------


def found(home: Path, embedder: Embedder) -> tuple[list[str], bool]:
    """Open a library; the keys found, and whether the index is Chroma with all passages in it."""
    library = opened(home, embedder)
    keys = [hit.paper.key for hit in library.search(QUESTION)]
    whole = library.index_name == "Chroma" and library._index.numbers() == ExactIndex(library.catalogue).numbers()
    library.close()
    return keys, whole


def delete_folder(chroma: Path) -> None:
    shutil.rmtree(chroma)


def delete_database(chroma: Path) -> None:
    (chroma / "chroma.sqlite3").unlink()


def empty_database(chroma: Path) -> None:
    (chroma / "chroma.sqlite3").write_bytes(b"")


def noise_in_database(chroma: Path) -> None:
    path = chroma / "chroma.sqlite3"
    path.write_bytes(bytes(number * 37 % 251 for number in range(path.stat().st_size)))


def half_a_database(chroma: Path) -> None:
    path = chroma / "chroma.sqlite3"
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def database_without_its_end(chroma: Path) -> None:
    path = chroma / "chroma.sqlite3"
    path.write_bytes(path.read_bytes()[: path.stat().st_size - 5000])


def file_in_its_place(chroma: Path) -> None:
    shutil.rmtree(chroma)
    chroma.write_text("no folder")


def mark_left_behind(chroma: Path) -> None:
    chroma.with_name("chroma.busy").touch()


def mark_left_and_noise(chroma: Path) -> None:
    noise_in_database(chroma)
    mark_left_behind(chroma)


def step_forgotten(chroma: Path) -> None:
    chroma.with_name("chroma.changes").unlink()


def noise_as_step(chroma: Path) -> None:
    chroma.with_name("chroma.changes").write_bytes(b"\xff\0")


@pytest.mark.parametrize(
    "damage",
    [
        delete_folder,
        delete_database,
        empty_database,
        noise_in_database,
        half_a_database,
        database_without_its_end,
        file_in_its_place,
        mark_left_behind,
        mark_left_and_noise,
        step_forgotten,
        noise_as_step,
    ],
    ids=lambda damage: damage.__name__,
)
def test_a_damaged_index_is_repaired_at_the_next_opening_without_embedding(
    sample_copy: Path, watched: Watched, damage: Callable[[Path], None], caplog: pytest.LogCaptureFixture
) -> None:
    before, _ = found(sample_copy, watched)
    damage(LibraryPaths(sample_copy).chroma)
    caplog.set_level(logging.CRITICAL)
    assert found(sample_copy, watched) == (before, True)
    assert found(sample_copy, watched) == (before, True)
    assert not (sample_copy / "library" / "chroma.busy").exists()
    assert watched.texts == []


def test_the_mark_stands_while_chroma_writes_and_stays_when_it_fails(sample_copy: Path, catalogue: Catalogue) -> None:
    index = chroma_of(sample_copy, catalogue)
    mark = sample_copy / "library" / "chroma.busy"
    index.add([1], catalogue.vectors([1]))
    assert not mark.exists()
    with pytest.raises(Exception, match=r"dimension|embedding"):
        index.add([1], np.ones((1, 3), dtype=np.float32))
    assert mark.exists()
    index.close()
    index = chroma_of(sample_copy, catalogue)
    assert (index.count(), mark.exists()) == (0, False)
    index.close()


def test_a_damaged_graph_answers_rightly_at_the_second_opening_at_the_latest(toy_home: Path, tmp_path: Path) -> None:
    """Native code may die of such a file, so another process opens it; one that died is started once more."""
    damages: dict[str, Callable[[bytes], bytes]] = {
        "data_level0.bin": lambda whole: whole[: len(whole) // 2],
        "header.bin": lambda whole: whole[: len(whole) // 2],
        "index_metadata.pickle": lambda whole: whole[: len(whole) // 2],
        "length.bin": lambda whole: whole[:0],
        "link_lists.bin": lambda whole: whole[: len(whole) // 2],
    }
    homes = []
    for name, damage in damages.items():
        homes.append(Path(shutil.copytree(toy_home, tmp_path / name)))
        (graph,) = homes[-1].rglob(name)
        graph.write_bytes(damage(graph.read_bytes()))
    answers: list[str] = []
    died = 0
    while len(answers) < len(homes) and died <= len(homes):
        left = [str(home) for home in homes[len(answers) :]]
        child = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", ASK_EACH, *left],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        answers += child.stdout.split()
        died += child.returncode != 0
    assert dict(zip(damages, answers, strict=True)) == dict.fromkeys(damages, "right")
