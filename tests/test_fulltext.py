"""Postings in memory against FTS5: the same papers, the same scores to the last bit, never a stale one."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.catalogue import Catalogue
from store.fulltext import SOON, FullText
from store.postings import Postings
from store.records import Paper
from store.terms import terms

WORDS = "graph neural network parsing of the Müller-style X2 café 3.5 données 变换器 naïve o'neill".split()
TEXTS = st.lists(st.lists(st.sampled_from(WORDS), max_size=30).map(" ".join), min_size=1, max_size=12)
LIMITS = st.integers(1, 5)


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    made = Catalogue(tmp_path / "catalogue.sqlite3")
    yield made
    made.close()


def filled(catalogue: Catalogue, texts: list[str]) -> list[int]:
    with catalogue.writing():
        for number in [number for number, _ in catalogue.streams()]:
            catalogue.remove(number)
        papers = [Paper(title=f"{place} {text[:20]}", abstract=text) for place, text in enumerate(texts)]
        return [catalogue.enter(paper, file="f", record=str(i)).number for i, paper in enumerate(papers)]


@settings(max_examples=30, deadline=None)
@given(data=st.data(), texts=TEXTS, limit=LIMITS)
def test_postings_score_as_fts5_does(
    data: st.DataObject, texts: list[str], limit: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    catalogue = Catalogue(tmp_path_factory.mktemp("postings") / "catalogue.sqlite3")
    numbers = filled(catalogue, texts)
    postings = Postings(catalogue.streams())
    asked = terms(" ".join(data.draw(st.lists(st.sampled_from([*WORDS, "absent"]), max_size=8))))
    allowed = data.draw(st.none() | st.sets(st.sampled_from(numbers)))
    expected = catalogue.lexical(asked, limit=limit, allowed=allowed)
    assert list(postings.best(asked, limit=limit, allowed=allowed).items()) == list(expected.items())
    for term in asked:
        assert postings.frequency(term) == catalogue.document_frequency([term])[term]
        held = {number for number, stream in catalogue.terms_of(numbers).items() if term in stream}
        assert postings.holders(term, numbers) == held
    assert catalogue.splits_terms_at_spaces()
    catalogue.close()


def read_in(words: FullText, catalogue: Catalogue) -> None:
    for _ in range(SOON):
        words.asked()
    until = time.monotonic() + 30
    while words.served_by != "memory" and time.monotonic() < until:
        time.sleep(0.01)
        words.asked()
    assert words.served_by == "memory"


def test_whoever_goes_on_asking_is_served_from_memory_until_the_library_changes(catalogue: Catalogue) -> None:
    filled(catalogue, ["graph parsing", "neural graph network"])
    words = FullText(catalogue)
    words.asked()
    assert words.served_by == "FTS5"
    before = words.best(terms("graph parsing"), limit=5, allowed=None), words.held(["graph"], [1, 2])
    read_in(words, catalogue)
    assert (words.best(terms("graph parsing"), limit=5, allowed=None), words.held(["graph"], [1, 2])) == before
    with catalogue.writing():
        third = catalogue.enter(Paper(title="Graph", abstract="graph"), file="f", record="new").number
    words.asked()
    assert words.served_by == "FTS5"
    assert third in words.best(["graph"], limit=5, allowed=None)
    read_in(words, catalogue)
    assert third in words.best(["graph"], limit=5, allowed=None)


def test_an_empty_library_is_asked_in_peace(catalogue: Catalogue) -> None:
    words = FullText(catalogue)
    for _ in range(2 * SOON):
        words.asked()
        assert words.best(["graph"], limit=5, allowed=None) == {}
    assert Postings([]).best(["graph"], limit=5, allowed=None) == {}
    assert Postings([(7, "")]).holders("graph", [7]) == set()


def test_terms_that_fts5_splits_otherwise_are_noticed(catalogue: Catalogue) -> None:
    filled(catalogue, ["graph parsing"])
    assert catalogue.splits_terms_at_spaces()
    catalogue._db.execute("INSERT INTO words (rowid, terms) VALUES (999, 'graph-parsing')")
    assert not catalogue.splits_terms_at_spaces()
