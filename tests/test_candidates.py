"""Papers near a question: how many of their sentences are read, and that what was read before changes nothing."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from assistant.answering.candidates import LIKELY, CandidateFinder
from store.embedding import Embedder
from store.library import Library
from store.records import Filters, Paper
from store.sentence_vectors import SentenceVectors
from tests.conftest import added, opened

LONG = (
    "Bees dance in the dark hive. Apples were weighed on a scale. We counted pears in an orchard near the river. "
    "A neural network then learned to tell ripe plums from green ones. Winters were cold. "
    "The network was wrong for 3 of 100 plums. Rain fell on most days. We give all pictures away."
)
SHELF = (
    Paper("Ripe plums", LONG),
    Paper("Ripe pears", LONG.replace("plums", "pears").replace("A neural network", "A decision tree")),
    Paper("Orchards by the river", "Rivers feed orchards."),
)
QUESTION = "How often does the network take a green plum for a ripe one?"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[Library]:
    made = filled(tmp_path_factory.mktemp("candidates"), embedder)
    yield made
    made.close()


def filled(home: Path, embedder: Embedder) -> Library:
    made = opened(home, embedder)
    added(made, [shelf(home / "shelf.jsonl", SHELF)])
    return made


def shelf(file: Path, papers: Sequence[Paper]) -> Path:
    file.write_text("".join(json.dumps({"title": paper.title, "abstract": paper.abstract}) + "\n" for paper in papers))
    return file


@pytest.mark.parametrize("attached", [False, True])
def test_a_library_that_was_opened_empty_judges_like_one_opened_full(
    tmp_path: Path, embedder: Embedder, attached: bool
) -> None:
    grown = Library(tmp_path / "grown", embedder, attached=attached)
    finder = CandidateFinder(grown)
    grown.prepare()
    assert finder.near(QUESTION, Filters()) == []
    for number in range(2):
        added(grown, [shelf(tmp_path / f"shelf {number}.jsonl", SHELF[number : number + 2])])
        finder.near(QUESTION, Filters())
    whole = Library(tmp_path / "whole", embedder)
    added(whole, [shelf(tmp_path / "all.jsonl", SHELF)])
    seen = [
        [(c.paper.title, c.relevance, c.rank_score, c.found.score) for c in near]
        for near in (finder.near(QUESTION, Filters()), CandidateFinder(whole).near(QUESTION, Filters()))
    ]
    grown.close()
    whole.close()
    assert seen[0] == seen[1]


def test_only_the_sentences_asked_for_are_read(embedder: Embedder) -> None:
    vectors = SentenceVectors(embedder)
    sentences, read = vectors.of({1: SHELF[0]}, {1: (2, 5)})[1]
    assert len(sentences) == len(read) == 8
    assert np.flatnonzero(read.any(axis=1)).tolist() == [2, 5]
    alone = embedder.passages([sentences[5].text])[0]
    assert float(read[5] @ alone) == pytest.approx(1.0, abs=1e-5)


def test_what_was_read_before_is_not_given_unasked(embedder: Embedder) -> None:
    vectors = SentenceVectors(embedder)
    _, whole = vectors.of({1: SHELF[0]})[1]
    assert whole.any(axis=1).all()
    _, some = vectors.of({1: SHELF[0]}, {1: (0,)})[1]
    assert np.flatnonzero(some.any(axis=1)).tolist() == [0]
    assert np.array_equal(vectors.of({1: SHELF[0]})[1][1], whole)


def test_a_changed_abstract_is_read_anew(embedder: Embedder) -> None:
    vectors = SentenceVectors(embedder)
    vectors.of({1: SHELF[0]})
    sentences, read = vectors.of({1: SHELF[2]})[1]
    assert [sentence.text for sentence in sentences] == ["Rivers feed orchards."]
    assert read.shape == (1, embedder.id.dimension)


def test_the_nearest_sentence_is_among_the_likely_ones(library: Library) -> None:
    finder = CandidateFinder(library)
    near = finder.near(QUESTION, Filters())
    whole = finder.wholly_read(QUESTION, near)
    assert [c.found.number for c in whole] == [c.found.number for c in near]
    assert near[0].paper.title == "Ripe plums"
    assert near[0].best == pytest.approx(whole[0].best)
    best = whole[0].sentences[int(np.argmax(whole[0].sentence_scores))]
    assert "network" in best.text  # the other six sentences are beside the question
    unread = [a != b for a, b in zip(near[0].sentence_scores, whole[0].sentence_scores, strict=True)]
    assert sum(unread) == len(whole[0].sentences) - LIKELY


def test_questions_asked_before_change_nothing(library: Library) -> None:
    fresh = CandidateFinder(library).near(QUESTION, Filters())
    used = CandidateFinder(library)
    for earlier in ("Do bees dance?", "Was the winter cold?", "Who gives pictures away?"):
        used.wholly_read(earlier, used.near(earlier, Filters()))
    assert used.near(QUESTION, Filters()) == fresh


def test_a_paper_whose_sentences_are_not_stored_is_read_whole(tmp_path: Path, embedder: Embedder) -> None:
    library = filled(tmp_path, embedder)
    with library.catalogue.writing():
        for number in (1, 2, 3):
            library.catalogue.set_sentences(number, [], np.zeros((0, embedder.id.dimension), dtype=np.float32))
    finder = CandidateFinder(library)
    near = finder.near(QUESTION, Filters())
    assert len(near) == len(SHELF)
    assert near == finder.wholly_read(QUESTION, near)
    library.close()
