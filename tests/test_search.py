"""Hybrid search: fusion, filters on both sides, and questions of every shape."""

import itertools
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.embedding import Embedder, find_starter
from store.errors import ModelUnreadable, NoSuchPaper
from store.identity import squashed
from store.library import Library
from store.ranking import fuse, scaled
from store.records import Filters, Paper
from store.reranking import RERANKED, open_reranker
from store.search import words_of
from store.terms import STOPWORDS, folded
from tests.conftest import ROOT, added, opened

PAIRS = st.lists(st.tuples(st.floats(-1, 1, width=32), st.floats(0, 30, width=32)), min_size=1, max_size=8)
QUESTIONS = st.sampled_from(["attention", "how do I retrieve passages?", "images of the brain", "BM25", "Müller", ""])
FILTERS = st.builds(
    Filters,
    years=st.tuples(st.none() | st.integers(1995, 2022), st.none() | st.integers(1995, 2022)),
    author=st.sampled_from(["", "", "vaswani", "ü", "AN", "nobody"]),
    venue=st.sampled_from(["", "", "neural", "ACL", "nowhere"]),
    source=st.sampled_from(["", "", "landmark", "other"]),
)
EVERYTHING = 1000


@pytest.fixture(scope="module")
def library(sample_home: Path, embedder: Embedder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    home = Path(shutil.copytree(sample_home, tmp_path_factory.mktemp("search") / "home"))
    made = opened(home, embedder)
    yield made
    made.close()


@pytest.fixture
def empty(home: Path, embedder: Embedder) -> Iterator[Library]:
    made = opened(home, embedder)
    yield made
    made.close()


# -- fusion --------------------------------------------------------------------------------------


@given(PAIRS, st.floats(0, 1))
def test_a_fused_score_lies_between_0_and_1(pairs: list[tuple[float, float]], weight: float) -> None:
    dense, lexical = np.array(pairs).T
    fused = fuse(scaled(dense), scaled(lexical), weight=weight)
    assert ((fused >= -1e-9) & (fused <= 1 + 1e-9)).all()


@given(PAIRS, st.floats(0, 1))
def test_a_paper_that_is_better_on_both_sides_is_not_worse_in_all(
    pairs: list[tuple[float, float]], weight: float
) -> None:
    dense, lexical = np.array(pairs).T
    fused = fuse(scaled(dense), scaled(lexical), weight=weight)
    for one, other in itertools.combinations(range(len(pairs)), 2):
        if dense[one] >= dense[other] and lexical[one] >= lexical[other]:
            assert fused[one] >= fused[other] - 1e-9


@given(PAIRS)
def test_the_weight_goes_from_words_alone_to_meaning_alone(pairs: list[tuple[float, float]]) -> None:
    dense, lexical = (scaled(side) for side in np.array(pairs).T)
    assert fuse(dense, lexical, weight=0).tolist() == lexical.tolist()
    assert fuse(dense, lexical, weight=1).tolist() == dense.tolist()


def test_scores_are_fused_as_in_the_paper() -> None:
    dense, lexical = scaled(np.array([0.9, 0.5, 0.1, 0.0])), scaled(np.array([10.0, 0.0, 0.0, 20.0]))
    assert fuse(dense, lexical, weight=0.6) == pytest.approx([0.8, 1 / 3, 0.2 / 3, 0.4])
    assert scaled(np.array([0.3, 0.15, -0.2]), 0.6) == pytest.approx([0.5, 0.25, 0.0])
    assert scaled(np.array([0.3, 0.6]), 0.1) == pytest.approx([0.5, 1.0])
    assert scaled(np.array([-0.3, 0.0]), 0.6).tolist() == [0.0, 0.0]
    assert scaled(np.array([])).tolist() == []


def test_telling_words_come_once_in_order_and_without_case() -> None:
    assert words_of("What is the U-Net's U-Net? Über BERT_base, bert") == "u-net's u-net über bert_base bert".split()
    assert words_of(" ".join(STOPWORDS)) == []


# -- ranking -------------------------------------------------------------------------------------


def test_every_paper_is_found_first_by_its_title(library: Library) -> None:
    titles = [paper.title for paper in library.catalogue.listed(Filters())]
    assert len(titles) == 40
    assert [title for title in titles if library.search(title)[0].paper.title != title] == []


def test_a_hit_carries_a_passage_of_its_abstract_and_the_fields_that_other_tools_read(library: Library) -> None:
    hit = library.search("machine translation with attention", limit=1)[0]
    assert hit.passage in hit.paper.abstract
    assert list(hit.as_json()) == "id key title authors year venue doi url score passage why".split()


def test_hits_come_best_first_and_at_most_as_many_as_asked_for(library: Library) -> None:
    scores = [hit.score for hit in library.search("word vectors", limit=7)]
    assert len(scores) == 7
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


@given(QUESTIONS, FILTERS)
@settings(max_examples=15, deadline=None)
def test_a_question_asked_twice_has_the_same_answer(library: Library, question: str, filters: Filters) -> None:
    one, other = (library.ranking(question, limit=10, filters=filters) for _ in range(2))
    assert one == other


@given(QUESTIONS, FILTERS)
@settings(max_examples=20, deadline=None)
def test_filters_hold_on_both_sides_and_lose_no_paper(library: Library, question: str, filters: Filters) -> None:
    hits = library.search(question, limit=EVERYTHING, filters=filters)
    passing = [paper for paper in library.catalogue.listed(Filters()) if passes(paper, filters)]
    assert {hit.paper.key for hit in hits} == {paper.key for paper in passing}


def passes(paper: Paper, filters: Filters) -> bool:
    """The filters once more, in plain words."""
    first, last = filters.years
    dated = paper.year is not None and (first or paper.year) <= paper.year <= (last or paper.year)
    return (
        (dated or filters.years == (None, None))
        and any(folded(filters.author) in folded(author) for author in paper.authors or [""])
        and folded(filters.venue) in folded(paper.venue)
        and filters.source in paper.source
    )


def test_a_tag_and_a_source_narrow_a_search(sample_copy: Path, embedder: Embedder, tmp_path: Path) -> None:
    file = tmp_path / "mine.bib"
    file.write_text("@misc{mine, title = {Attention to gardens}, abstract = {Gardens need attention.}}")
    library = opened(sample_copy, embedder)
    added(library, [file], tags=("garden",))
    for filters in (Filters(tag="garden"), Filters(source="mine.bib")):
        assert [hit.paper.key for hit in library.search("attention", filters=filters)] == ["mine"]
    assert "mine" in [hit.paper.key for hit in library.search("attention", limit=EVERYTHING)]
    assert library.search("attention", filters=Filters(tag="gard")) == []
    library.close()


@pytest.mark.parametrize(
    "question",
    [
        "",
        "   ",
        "what is the",
        '"',
        '""" OR "',
        "* ( ) - + ^ : {title}: NEAR(a b, 2)",
        "title:attention AND NOT abstract:recurrence",
        "_ __ a_b",
        "'; DROP TABLE papers; --",
        "日本語 кириллица ümläut",
        "\0\x1b[31m",
        "x" * 20_000,
        "attention " * 5_000,
        " ".join(f"word{number}" for number in range(5_000)),
    ],
    ids=lambda text: repr(text[:20]),
)
def test_no_question_is_too_odd_to_be_searched_for(library: Library, question: str) -> None:
    assert len(library.search(question, limit=5)) == 5
    assert library.search(question, filters=Filters(author="nobody")) == []


def test_a_paper_without_an_abstract_is_found_by_its_title(empty: Library, tmp_path: Path) -> None:
    file = tmp_path / "a.bib"
    file.write_text("@book{b, title = {The Art of Gardening}}\n@book{c, title = {Orbital Mechanics}}")
    added(empty, [file])
    assert [hit.paper.key for hit in empty.search("how do I keep a garden?")] == ["b", "c"]
    assert empty.search("gardening")[0].passage == ""


@pytest.mark.parametrize("filters", [Filters(), Filters(tag="x"), Filters(years=(2000, None))])
def test_an_empty_library_finds_nothing(empty: Library, filters: Filters) -> None:
    assert empty.search("attention", filters=filters) == []


# -- what must hold for every library ---------------------------------------------------------------

WORDS = st.sampled_from("a the of owl Über naïve λ-calculus 日本語 U-Net attention 42 speech (or) retrieval".split())
TITLES = st.lists(WORDS, min_size=1, max_size=6).map(" ".join)
ABSTRACTS = st.lists(WORDS, max_size=25).map(" ".join)
PAPERS = st.lists(
    st.builds(Paper, title=TITLES, abstract=ABSTRACTS, year=st.none() | st.integers(1990, 2025)),
    min_size=1,
    max_size=5,
    unique_by=lambda paper: squashed(paper.title),
)


@given(made=PAPERS)
@settings(max_examples=12, deadline=None)
def test_a_paper_that_was_added_is_first_by_its_title_and_gone_when_removed(
    made: list[Paper], embedder: Embedder, tmp_path_factory: pytest.TempPathFactory
) -> None:
    home = tmp_path_factory.mktemp("odd")
    file = home / "papers.jsonl"
    rows = [{"id": f"p{place}", "title": paper.title, "abstract": paper.abstract} for place, paper in enumerate(made)]
    file.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    library = opened(home, embedder)
    added(library, [file])
    for paper in made:
        assert squashed(library.search(paper.title)[0].paper.title) == squashed(paper.title)
    library.remove(["p0"])
    for paper in made:
        assert "p0" not in {hit.paper.id for hit in library.search(paper.title, limit=EVERYTHING)}
    assert library.catalogue.count() == len(made) - 1
    assert library.catalogue.check() == []
    library.close()


def test_a_paper_that_is_removed_can_be_added_again(sample_copy: Path, embedder: Embedder, tmp_path: Path) -> None:
    file = tmp_path / "owls.bib"
    file.write_text("@misc{owls, title = {Owls at night}, abstract = {Owls see at night.}}")
    library = opened(sample_copy, embedder)
    added(library, [file])
    assert [taken.key for taken in library.remove(["owls"])] == ["owls"]
    with pytest.raises(NoSuchPaper):
        library.remove(["vaswani2017attention", "owls"])
    assert library.catalogue.find("vaswani2017attention")
    assert added(library, [file]).added == 1
    assert library.search("owls at night")[0].paper.key == "owls"
    library.close()


def test_papers_that_say_the_same_do_not_crowd_out_others(empty: Library, tmp_path: Path) -> None:
    rows = [
        {
            "id": f"copy{n}",
            "title": "Owls at night",
            "abstract": "Owls see at night. They hear well.",
            "year": 1990 + 5 * n,
        }
        for n in range(4)
    ]
    rows.append({"id": "other", "title": "Bats in the dark", "abstract": "Bats find their way at night by echoes."})
    file = tmp_path / "owls.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)))
    added(empty, [file])
    found = [hit.paper.id for hit in empty.search("animals that see at night: owls", limit=5)]
    assert len(found) == 5
    assert found[0].startswith("copy")
    assert found[1] == "other"


def test_a_hit_says_why_it_was_found(library: Library) -> None:
    hit = library.search("Attention Is All You Need")[0]
    assert hit.why.notes == ("title",)
    assert {"attention", "need"} <= set(hit.why.words)
    assert 0.3 < hit.why.meaning <= 1
    assert hit.why.sentence in hit.paper.abstract
    by = library.search("papers by Vaswani before 2018 on translation")[0]
    assert by.paper.key == "vaswani2017attention"
    assert by.why.notes == ("author", "year")


def test_a_slip_is_set_right(library: Library) -> None:
    right, wrong = (library.search(f"{word} networks that grow deep")[0].paper.key for word in ("residual", "residuel"))
    assert right == wrong


class Backwards:
    """A cross-encoder that likes the least relevant paper best."""

    def __init__(self) -> None:
        self.read: list[str] = []
        self.asked: list[str] = []

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        self.read += texts
        self.asked.append(question)
        return [float(place) for place in range(len(texts))]


def test_a_cross_encoder_has_its_say_on_the_best_papers(sample_copy: Path, embedder: Embedder) -> None:
    plain = opened(sample_copy, embedder)
    before = [hit.paper.key for hit in plain.search("attention", limit=40)]
    plain.close()
    backwards = Backwards()
    library = Library(sample_copy, embedder, attached=False, reranker=backwards)
    after = [hit.paper.key for hit in library.search("attention", limit=40)]
    library.close()
    assert (len(backwards.read), backwards.asked) == (RERANKED, ["attention"])
    assert sorted(after) == sorted(before)
    assert after != before
    assert after[RERANKED:] == before[RERANKED:]


def test_a_cross_encoder_folder_is_loaded_and_reads_question_and_text_together(tmp_path: Path) -> None:
    script = """
import sys
from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification
starter, folder = sys.argv[1:]
tokenizer = AutoTokenizer.from_pretrained(starter)
config = BertConfig(vocab_size=tokenizer.vocab_size, hidden_size=32, num_hidden_layers=1, num_attention_heads=2,
                    intermediate_size=64, num_labels=1)
BertForSequenceClassification(config).save_pretrained(folder)
tokenizer.save_pretrained(folder)
from pathlib import Path
from store.reranking import open_reranker
scores = open_reranker(Path(folder)).scores("owls", ["Owls see at night.", "Bats hear.", "Owls see at night."])
assert len(scores) == 3 and scores[0] == scores[2] != scores[1], scores
"""
    starter = find_starter()
    assert starter is not None
    command = [sys.executable, "-W", "ignore", "-c", script, str(starter), str(tmp_path / "tiny")]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr[-2000:]


def test_a_folder_that_is_no_cross_encoder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelUnreadable, match="has no config") as refused:
        open_reranker(tmp_path)
    assert "reranker" in refused.value.hint
