"""Changing the embedder: the old vectors serve until the new ones are complete, and nothing is done twice."""

import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from assistant.engine.messages import Rebuild, Search
from assistant.engine.tasks import Tasks
from assistant.events import Done, Event, Found, Note
from assistant.settings import Settings
from store.catalogue import Catalogue
from store.embedding import Embedder, EmbedderFolder, Span, Vectors, find_starter
from store.errors import WrongEmbedder
from store.library import Library, LibraryPaths
from store.records import EmbedderId, Filters, Progress
from store.reembedding import complete_sentences, reembed
from tests.conftest import Watched, opened


class Turned(Watched):
    """Another model as far as anyone can tell: the same vectors with their dimensions in another order."""

    def __init__(self, embedder: Embedder, name: str = "turned") -> None:
        super().__init__(embedder, id_=replace(embedder.id, name=name, revision=name))

    def passages(self, texts: Sequence[str]) -> Vectors:
        return np.roll(super().passages(texts), 1, axis=1)

    def passages_and_parts(
        self, texts: Sequence[str], parts: Sequence[Sequence[Span]]
    ) -> tuple[Vectors, list[Vectors]]:
        vectors, of_parts = super().passages_and_parts(texts, parts)
        return np.roll(vectors, 1, axis=1), [np.roll(each, 1, axis=1) for each in of_parts]

    def question(self, text: str) -> Vectors:
        return np.roll(super().question(text), 1)


@pytest.fixture
def catalogue(sample_copy: Path) -> Iterator[Catalogue]:
    opened_ = Catalogue(LibraryPaths(sample_copy).catalogue)
    yield opened_
    opened_.close()


def stop_after(batches: int) -> Callable[[], bool]:
    """A flag that is raised when it was looked at so often."""
    looks = iter([False] * batches)
    return lambda: next(looks, True)


def never() -> bool:
    return False


def test_every_vector_is_of_the_new_model_and_the_search_finds_the_same(
    sample_copy: Path, catalogue: Catalogue, embedder: Embedder
) -> None:
    before = _titles(sample_copy, embedder)
    numbers, old = catalogue.all_passages()
    steps = list(reembed(catalogue, sample_copy, Turned(embedder), never))
    assert [type(step) for step in steps] == [Progress] * len(steps)
    assert (steps[0].done, steps[-1].done) == (0, steps[-1].total)
    same, new = catalogue.all_passages()
    assert same.tolist() == numbers.tolist()
    assert new.vectors == pytest.approx(np.roll(old.vectors, 1, axis=1), abs=2e-3)
    assert catalogue.sentences_of([1]).vectors.shape[0] > 1
    assert catalogue.embedder == Turned(embedder).id
    assert _titles(sample_copy, Turned(embedder)) == before


def test_stopped_it_keeps_what_it_has_the_old_vectors_serve_and_it_goes_on_from_there(
    sample_copy: Path, catalogue: Catalogue, embedder: Embedder
) -> None:
    before = _titles(sample_copy, embedder)
    changes = catalogue.changes
    list(reembed(catalogue, sample_copy, Turned(embedder), stop_after(1)))
    done = catalogue.next_count()
    assert 0 < done < catalogue.passage_count()
    assert (catalogue.embedder, catalogue.changes) == (embedder.id, changes)
    assert _titles(sample_copy, embedder) == before
    rest = Turned(embedder)
    list(reembed(catalogue, sample_copy, rest, never))
    assert len(rest.texts) == catalogue.passage_count() - done
    assert catalogue.embedder == rest.id
    assert catalogue.next_count() == 0


def test_a_third_model_begins_anew(sample_copy: Path, catalogue: Catalogue, embedder: Embedder) -> None:
    list(reembed(catalogue, sample_copy, Turned(embedder, "second"), stop_after(1)))
    third = Turned(embedder, "third")
    list(reembed(catalogue, sample_copy, third, never))
    assert len(third.texts) == catalogue.passage_count()
    assert catalogue.embedder == third.id


def test_papers_that_come_while_it_is_stopped_are_embedded_too(
    sample_copy: Path, catalogue: Catalogue, embedder: Embedder, tmp_path: Path
) -> None:
    list(reembed(catalogue, sample_copy, Turned(embedder), stop_after(1)))
    file = tmp_path / "more.bib"
    file.write_text("@misc{owls, title = {Owls at night}, abstract = {Owls see at night. They hear, too.}}")
    library = opened(sample_copy, embedder)
    list(library.add([file]))
    library.remove(["vaswani2017attention"])
    library.close()
    list(reembed(catalogue, sample_copy, Turned(embedder), never))
    library = opened(sample_copy, Turned(embedder))
    assert library.search("owls at night")[0].paper.key == "owls"
    assert "vaswani2017attention" not in {hit.paper.key for hit in library.search("attention", limit=100)}
    library.close()


def test_a_process_that_still_has_the_old_model_is_told_instead_of_mixing_vectors(
    sample_copy: Path, catalogue: Catalogue, embedder: Embedder
) -> None:
    library = Library(sample_copy, embedder, attached=False)
    list(reembed(catalogue, sample_copy, Turned(embedder), never))
    with pytest.raises(WrongEmbedder):
        library.search("attention")
    library.close()


def test_sentences_that_an_older_version_left_out_are_made(
    sample_copy: Path, catalogue: Catalogue, embedder: Embedder
) -> None:
    whole = catalogue.sentences_of(range(1, 41))
    with catalogue.writing():
        catalogue._db.execute("DELETE FROM sentences")
    assert len(catalogue.sentences_of(range(1, 41)).papers) == 0
    assert [step.done for step in complete_sentences(catalogue, sample_copy, embedder, never)] == [32, 40]
    again = catalogue.sentences_of(range(1, 41))
    assert again.spans.tolist() == whole.spans.tolist()
    assert again.vectors == pytest.approx(whole.vectors, abs=2e-3)


def test_the_library_is_searched_with_the_old_model_until_rebuild_brings_the_configured_one(
    sample_copy: Path, tmp_path: Path
) -> None:
    starter = find_starter()
    assert starter is not None
    other = Path(shutil.copytree(starter, tmp_path / "other model"))
    config = other / "sentence_bert_config.json"
    config.write_text(json.dumps({**json.loads(config.read_text()), "max_seq_length": 128}))
    list(_events(Settings(home=sample_copy), Search("attention", 3, Filters())))  # notes where the model lies
    settings = Settings(home=sample_copy, embedder=str(other))
    events = _events(settings, Search("attention", 3, Filters()))
    assert any(isinstance(event, Note) and "assistant rebuild" in event.text for event in events)
    assert any(isinstance(event, Found) and len(event.hits) == 3 for event in events)
    assert _events(settings, Rebuild())[-1] == Done(stopped=False)
    events = _events(settings, Search("attention", 3, Filters()))
    assert not any(isinstance(event, Note) for event in events)
    assert any(isinstance(event, Found) and len(event.hits) == 3 for event in events)
    assert _stored(sample_copy) != _stored_by_default(starter)


def _events(settings: Settings, task: Search | Rebuild) -> list[Event]:
    tasks = Tasks(settings)
    try:
        return list(tasks.events(task, never))
    finally:
        tasks.close()


def _stored(home: Path) -> str:
    catalogue = Catalogue(LibraryPaths(home).catalogue)
    id_: EmbedderId | None = catalogue.embedder
    catalogue.close()
    assert id_ is not None
    return id_.revision


def _stored_by_default(starter: Path) -> str:
    return EmbedderFolder(starter).revision


def _titles(home: Path, embedder: Embedder) -> list[str]:
    library = opened(home, embedder)
    found = [hit.paper.title for hit in library.search("how does attention help translation?", limit=12)]
    library.close()
    return found
