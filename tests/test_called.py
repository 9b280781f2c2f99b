"""Papers that a question calls by name: which names call one, and what such a paper does not speak of."""

import json
from collections.abc import Iterator

import pytest

from assistant.answering.called import asked_of_it, nameless, papers_called
from assistant.answering.evidence import EvidenceFinder
from assistant.understanding.question import understood
from store.catalogue import Catalogue
from store.embedding import Embedder
from store.library import Library
from store.records import Filters, Paper
from tests.conftest import added, opened

SHELF = (
    Paper("AppleNet: Counting Apples", "We count apples with an RNN. AppleNet is trained on 32 H100 cards."),
    Paper("Counting Pears", "We propose pear counting in orchards (PECO), which beats an RNN and needs no labels."),
    Paper("Counting Plums", "An RNN counts plums in fog. Other networks, such as PlumFormer, need more memory."),
    Paper("Bees on Trees", "BERT reads of bees. We train BERT on honey. PV-BEE, our model of bees, hears them."),
    Paper("Wasps", "BERT reads of wasps."),
    Paper("Hornets", "BERT reads of hornets."),
)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[Library]:
    home = tmp_path_factory.mktemp("called")
    shelf = home / "shelf.jsonl"
    shelf.write_text("".join(json.dumps({"title": paper.title, "abstract": paper.abstract}) + "\n" for paper in SHELF))
    made = opened(home, embedder)
    added(made, [shelf])
    yield made
    made.close()


@pytest.fixture
def catalogue(library: Library) -> Catalogue:
    return library.catalogue


@pytest.mark.parametrize(
    ("question", "called"),
    [
        ("How many cards does AppleNet need?", {"AppleNet": [1]}),
        ("What does PECO need?", {"PECO": [2]}),
        ("Compare AppleNet and PECO", {"AppleNet": [1], "PECO": [2]}),
        ("AppleNet versus labels: which is better?", {"AppleNet": [1]}),
    ],
)
def test_a_name_calls_the_paper_that_introduces_it(
    catalogue: Catalogue, question: str, called: dict[str, list[int]]
) -> None:
    assert papers_called(question, catalogue, several="ersus" in question or "Compare" in question) == called


@pytest.mark.parametrize(
    ("question", "why"),
    [
        ("What does an RNN count?", "too short to be a name"),
        ("How much memory does PlumFormer need?", "mentioned, not introduced"),
        ("What does BERT read?", "in many papers"),
        ("What is faster than AppleNet?", "about others"),
        ("Are there alternatives to AppleNet?", "about others"),
        ("Which AppleNet-based counters exist?", "no name"),
        ("How do the RNNs and H100s differ?", "plurals"),
        ("what does applenet count?", "not as it is written"),
        ("", "nothing"),
    ],
)
def test_other_words_call_none(catalogue: Catalogue, question: str, why: str) -> None:
    assert papers_called(question, catalogue, several=False) == {}, why


def test_a_question_about_several_is_not_narrowed_to_the_one_that_is_known(catalogue: Catalogue) -> None:
    assert papers_called("Compare AppleNet with Pear-Net", catalogue, several=True) == {}
    assert papers_called("Which papers are related to AppleNet?", catalogue, several=True) == {}


def test_what_is_asked_of_a_paper_is_told_from_what_can_be_asked_of_any(catalogue: Catalogue) -> None:
    assert (
        asked_of_it(nameless(["AppleNet"], "What is the main idea of AppleNet, and which results does it give?")) == []
    )
    assert asked_of_it("How many wasps does it count?") == ["wasps", "count"]


@pytest.mark.parametrize(
    ("question", "unsaid"),
    [
        ("Which hospital funded AppleNet?", "“hospital”, “funded”"),
        ("Does AppleNet translate Portuguese?", "“translate”, “Portuguese”"),
        ("What is AppleNet?", ""),
        ("What does AppleNet count?", ""),
    ],
)
def test_a_paper_called_by_name_answers_only_what_it_speaks_of(library: Library, question: str, unsaid: str) -> None:
    found = EvidenceFinder(library).find(understood(question, [], Filters(), library.catalogue, library.is_word))
    assert [source.hit.paper.title for source in found.sources] == ([] if unsaid else [SHELF[0].title])
    assert unsaid in found.lacking
    assert bool(found.closest) == bool(unsaid)
