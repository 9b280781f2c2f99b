"""Shared fixtures: the real embedder, and libraries that are made once and copied for tests that change them."""

import multiprocessing
import shutil
from collections.abc import Generator, Sequence
from pathlib import Path

import pytest

from assistant.engine import running
from assistant.models import trials
from assistant.models.files import find_starter as find_writer
from assistant.settings import cache_folder
from store.embedding import Embedder, Span, Vectors, find_starter, open_embedder
from store.library import Library
from store.records import EmbedderId, ImportReport

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
SAMPLE = ROOT / "store" / "sample" / "landmark_papers.bib"


class Watched:
    """An embedder that keeps what it was given to embed: `texts`. Questions are not counted."""

    def __init__(self, embedder: Embedder, *, id_: EmbedderId | None = None) -> None:
        self._embedder = embedder
        self.id = id_ or embedder.id
        self.texts: list[str] = []

    def passages(self, texts: Sequence[str]) -> Vectors:
        self.texts += texts
        return self._embedder.passages(texts)

    def passages_and_parts(
        self, texts: Sequence[str], parts: Sequence[Sequence[Span]]
    ) -> tuple[Vectors, list[Vectors]]:
        self.texts += texts
        return self._embedder.passages_and_parts(texts, parts)

    def question(self, text: str) -> Vectors:
        return self._embedder.question(text)


def added(library: Library, files: Sequence[Path], tags: tuple[str, ...] = ()) -> ImportReport:
    """Import files to the end; what the import says of itself."""
    (report,) = [step for step in library.add(files, tags=tags) if isinstance(step, ImportReport)]
    return report


def opened(home: Path, embedder: Embedder) -> Library:
    """A library as the engine opens it: with its index brought up to the catalogue."""
    library = Library(home, embedder)
    list(library.in_step())
    return library


def filled(home: Path, embedder: Embedder, files: Sequence[Path]) -> Path:
    """Make a library of these files and close it; returns its home."""
    library = Library(home, embedder)
    added(library, files)
    library.close()
    return home


@pytest.fixture(scope="session", autouse=True)
def no_models_of_this_machine(tmp_path_factory: pytest.TempPathFactory) -> Generator[None, None, None]:
    """Tests write with the small starter, whatever larger models lie on the machine."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ASSISTANT_MODELS", str(tmp_path_factory.mktemp("shared") / "models"))
        yield


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of collections and questions beside the repository."""
    if not SHARED.is_dir():
        pytest.skip(f"the collections lie outside the repository, and {SHARED} is not there")
    return SHARED


@pytest.fixture(scope="session")
def seeds(shared: Path) -> tuple[Path, ...]:
    """The two saved pages, in the order of their names."""
    return tuple(sorted((shared / "seeds").glob("*.txt")))


@pytest.fixture(scope="session")
def embedder_folder() -> Path:
    """The folder of MiniLM, from the `starter` extra."""
    folder = find_starter()
    if folder is None:
        pytest.skip("MiniLM is not installed: pip install '.[starter]'")
    return folder


@pytest.fixture(scope="session")
def embedder(embedder_folder: Path) -> Embedder:
    """The real MiniLM; exported at its first use on a machine, which takes half a minute."""
    return open_embedder(embedder_folder, cache=cache_folder())


@pytest.fixture(scope="session")
def sample_home(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Path:
    """A closed library of the 40 sample papers. To be copied, not opened: see `sample_copy`."""
    return filled(tmp_path_factory.mktemp("sample") / "home", embedder, [SAMPLE])


@pytest.fixture(scope="session")
def seed_import(
    tmp_path_factory: pytest.TempPathFactory, embedder: Embedder, seeds: tuple[Path, ...]
) -> tuple[Path, ImportReport]:
    """The library of `seed_home`, and what the import of both pages reported."""
    home = tmp_path_factory.mktemp("seeds") / "home"
    library = Library(home, embedder)
    report = added(library, seeds)
    library.close()
    return home, report


@pytest.fixture(scope="session")
def seed_home(seed_import: tuple[Path, ImportReport]) -> Path:
    """A closed library of the 212 seed papers. To be copied, not opened: see `seed_copy`."""
    return seed_import[0]


def able_starter(home: Path) -> Path:
    """A home where the starter counts as able to write, so that its words are asked for and checked."""
    starter = find_writer()
    assert starter is not None
    trials.keep(home, trials.fingerprint(starter), trials.Trial(starter.name, {"answering": (1, 1), "each": (1, 1)}))
    return home


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An empty home whose name is hard on careless code."""
    folder = tmp_path / "a library with spaces and ü"
    folder.mkdir()
    return folder


@pytest.fixture
def watched(embedder: Embedder) -> Watched:
    """MiniLM, and what it was given to embed."""
    return Watched(embedder)


@pytest.fixture
def sample_copy(sample_home: Path, home: Path) -> Path:
    """The sample library, to be changed freely."""
    return Path(shutil.copytree(sample_home, home, dirs_exist_ok=True))


@pytest.fixture
def seed_copy(seed_home: Path, home: Path) -> Path:
    """The seed library, to be changed freely."""
    return Path(shutil.copytree(seed_home, home, dirs_exist_ok=True))


@pytest.fixture(scope="session", autouse=True)
def quick_engines() -> Generator[None, None, None]:
    """Engines begin as copies of a process that has imported their libraries, which takes seconds."""
    with pytest.MonkeyPatch.context() as patch:
        if "forkserver" in multiprocessing.get_all_start_methods():
            multiprocessing.set_forkserver_preload(
                [*"tests.scripted assistant.engine.tasks chromadb".split(), "store.embedding.onnx_embedder"]
            )
            patch.setattr(running, "CONTEXT", multiprocessing.get_context("forkserver"))
        yield
