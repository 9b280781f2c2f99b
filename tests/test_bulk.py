"""Embedding many texts: a second process takes over where the notes of this machine say so, and may be lost."""

import io
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.settings import cache_folder
from store.embedding import Embedder, EmbedderFolder, Span, Vectors, bulk, open_embedder
from store.embedding.bulk import EVERYDAY, BulkEmbedder, many, receive, send
from store.embedding.opening import exported_file
from tests.conftest import Watched

FEW = 8
TEXTS = tuple(f"Paper {number} is about bees. It tells how they dance. " * (1 + number % 3) for number in range(6))
PARTS: tuple[list[Span], ...] = tuple([(0, 14), (15, len(text))][: number % 3] for number, text in enumerate(TEXTS))
PATIENCE = 240
"""Seconds until a process that has not loaded its model is held for stuck."""


@pytest.fixture
def everyday(embedder: Embedder, embedder_folder: Path, tmp_path: Path) -> Embedder:
    """MiniLM in a cache of its own, so that the notes of this machine are not touched."""
    model = EmbedderFolder(embedder_folder)
    exported_file(model, tmp_path).symlink_to(exported_file(model, cache_folder()))
    return open_embedder(embedder_folder, cache=tmp_path)


@pytest.fixture
def notes(everyday: Embedder, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the notes are kept; a few texts are many here."""
    monkeypatch.setattr(bulk, "MANY", FEW)
    return everyday.file.with_suffix(".speed.json")


def note(notes: Path, way: str) -> None:
    notes.write_text(json.dumps({bulk._machine(): {"way": way, "rates": {way: 100.0}}}))


def read(embedder: Embedder) -> Vectors:
    """The vectors of texts and parts, one below the other."""
    vectors, of_parts = embedder.passages_and_parts(TEXTS, PARTS)
    assert [each.shape for each in of_parts] == [(len(each), 384) for each in PARTS]
    return np.concatenate([vectors, *of_parts])


def started(embedder: BulkEmbedder) -> bulk.Worker:
    """The second process, once it has loaded its model."""
    read(embedder)
    read(embedder)
    assert embedder._worker is not None
    embedder._worker._waiting.join(PATIENCE)
    assert embedder._worker.ready
    return embedder._worker


def least_cosine(one: Vectors, other: Vectors) -> float:
    return float((one * other).sum(axis=1).min())


# -- which process reads --------------------------------------------------------------------------


def test_many_texts_are_read_by_the_second_process_and_all_of_them_when_it_is_killed(
    everyday: Embedder, notes: Path
) -> None:
    note(notes, "cpu float32")
    alone = read(everyday)
    before = notes.read_text()
    with many(everyday) as embedder:
        worker = started(embedder)
        by_worker = read(embedder)
        assert by_worker.tolist() != alone.tolist()
        assert least_cosine(by_worker, alone) >= 0.9999
        assert embedder.id == everyday.id
        assert embedder.question("bees").tolist() == everyday.question("bees").tolist()
        worker._process.kill()
        assert read(embedder).tolist() == alone.tolist()
        assert embedder._worker is None
        assert read(embedder).tolist() == alone.tolist()
        assert embedder._worker is None
    assert worker._process.returncode is not None
    assert notes.read_text() == before


def test_without_notes_the_ways_are_tried_once_and_the_fastest_is_noted(
    everyday: Embedder, notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "TRIAL", len(TEXTS))
    notes.write_text(json.dumps({"another machine": {"way": "cuda bfloat16"}}))
    alone = read(everyday)
    with many(everyday) as embedder:
        worker = started(embedder)
        assert least_cosine(read(embedder), alone) >= 0.9999
        written = json.loads(notes.read_text())
        assert least_cosine(read(embedder), alone) >= 0.999
        assert (embedder._worker is None) == (embedder._way == EVERYDAY)
    assert worker._process.returncode is not None
    assert written.keys() == {"another machine", bulk._machine()}
    tried = written[bulk._machine()]
    assert {EVERYDAY, "cpu float32"} <= tried["rates"].keys()
    assert tried["rates"][tried["way"]] == max(tried["rates"].values())
    assert embedder._way == tried["way"]


def test_where_the_everyday_way_is_the_fastest_no_process_is_started(everyday: Embedder, notes: Path) -> None:
    note(notes, EVERYDAY)
    with many(everyday) as embedder:
        for _ in range(3):
            assert read(embedder).tolist() == read(everyday).tolist()
        assert embedder._worker is None


def test_few_texts_start_no_process(everyday: Embedder, notes: Path) -> None:
    note(notes, "cpu float32")
    with many(everyday) as embedder:
        read(embedder)
        assert embedder._worker is None
        read(embedder)
        assert embedder._worker is not None


def test_a_process_that_still_loads_keeps_nobody_waiting_and_ends_with_the_import(
    everyday: Embedder, notes: Path
) -> None:
    note(notes, "cpu float32")
    alone = read(everyday)
    with many(everyday) as embedder:
        for _ in range(3):
            assert read(embedder).tolist() == alone.tolist()
        worker = embedder._worker
        assert worker is not None
    assert embedder._worker is None
    assert worker._process.returncode is not None


def test_a_way_that_this_machine_no_longer_has_leaves_the_everyday_one(everyday: Embedder, notes: Path) -> None:
    note(notes, "cpu float31")
    with many(everyday) as embedder:
        read(embedder)
        read(embedder)
        worker = embedder._worker
        worker._waiting.join(PATIENCE)
        assert not worker.ready
        assert read(embedder).tolist() == read(everyday).tolist()


@pytest.mark.parametrize("damaged", ["", "{", "[]", '"cpu float32"', "MACHINE", '{"x86": 3}'])
def test_damaged_notes_are_none(everyday: Embedder, notes: Path, damaged: str) -> None:
    notes.write_text(damaged.replace("MACHINE", json.dumps({bulk._machine(): "cpu float32"})))
    with many(everyday) as embedder:
        assert embedder._way == ""


def test_an_import_that_fails_ends_the_second_process(everyday: Embedder, notes: Path) -> None:
    note(notes, "cpu float32")
    workers: list[bulk.Worker | None] = []

    def fail() -> None:
        with many(everyday) as embedder:
            read(embedder)
            read(embedder)
            workers.append(embedder._worker)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert [worker._process.returncode is None for worker in workers] == [False]


def test_an_embedder_that_was_not_exported_is_passed_on_as_it_is(watched: Watched) -> None:
    with many(watched) as embedder:
        assert embedder is watched


# -- messages ------------------------------------------------------------------------------------

MESSAGES = st.recursive(
    st.none() | st.text() | st.integers() | st.binary(), lambda inner: st.lists(inner) | st.tuples(inner), max_leaves=8
)


@given(st.lists(MESSAGES, max_size=5))
def test_what_is_sent_is_received_in_order_and_then_nothing(messages: list[object]) -> None:
    stream = io.BytesIO()
    for message in messages:
        send(stream, message)
    stream.seek(0)
    assert [receive(stream) for _ in messages] == messages
    assert receive(stream) is None


def test_vectors_are_received_as_they_were_sent() -> None:
    stream = io.BytesIO()
    vectors = np.arange(6, dtype=np.float32).reshape(2, 3)
    send(stream, (vectors, [vectors[:0]]))
    stream.seek(0)
    whole, (empty,) = receive(stream)
    assert (whole.tolist(), whole.dtype, empty.shape) == (vectors.tolist(), np.float32, (0, 3))


@given(st.data())
def test_a_message_that_is_cut_off_is_none(data: st.DataObject) -> None:
    stream = io.BytesIO()
    send(stream, ("read", ["a text"], [[(0, 1)]]))
    whole = stream.getvalue()
    cut = data.draw(st.integers(0, len(whole) - 1))
    assert receive(io.BytesIO(whole[:cut])) is None
    assert receive(io.BytesIO(whole)) == ("read", ["a text"], [[(0, 1)]])
