"""When two records are one paper, and what a paper is called."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.catalogue import Catalogue
from store.identity import (
    cannot_be_same,
    fingerprint,
    identities,
    is_certain,
    may_be_same,
    squashed,
    suggested_key,
)  # fmt: skip
from store.readers import read
from store.records import Paper
from store.versions import merged

TITLE = "Attention Is All You Need"
PAPER = Paper(
    title=TITLE,
    abstract="We propose the Transformer.",
    authors=("Vaswani, Ashish", "Shazeer, Noam"),
    year=2017,
    venue="NeurIPS",
    doi="10.1000/Attention",
    arxiv="1706.03762v5",
    url="https://example.org",
    key="vaswani",
    id="s1",
    extra={"pages": "1--11"},
)
TEXT = st.text(st.characters(codec="latin-1"), max_size=40)
PAPERS = st.builds(
    Paper,
    title=TEXT,
    abstract=TEXT,
    authors=st.lists(TEXT, max_size=2).map(tuple),
    year=st.none() | st.integers(1900, 2030),
    doi=TEXT.map(lambda text: "".join(text.split())),
    arxiv=TEXT,
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Attention is all you need", "ATTENTION IS ALL YOU NEED!"),
        ("Straße nach Ångström", "STRASSE NACH ÅNGSTRÖM"),
        ("Re-ranking: a study", "Reranking — A Study"),
        ("ﬁne tuning", "fine-tuning"),
        ("Müller", "Mu\u0308ller"),
        ("naïve Bayes", "naive Bayes"),
    ],
)
def test_case_accents_and_punctuation_do_not_tell_titles_apart(one: str, other: str) -> None:
    assert squashed(one) == squashed(other)


def test_words_and_numbers_tell_titles_apart() -> None:
    assert squashed("LLaMA 2") != squashed("LLaMA 3")


def test_mathematical_letters_are_letters() -> None:
    assert squashed("𝐀ttention in ℌilbert space") == squashed("Attention in Hilbert Space")


@given(TEXT)
def test_squashing_twice_changes_nothing(text: str) -> None:
    assert squashed(squashed(text)) == squashed(text)
    assert all(char.isalnum() for char in squashed(text))


def test_identities_come_with_the_most_certain_first_and_without_version_or_case() -> None:
    assert list(identities(PAPER)) == [
        "doi:10.1000/attention",
        "arxiv:1706.03762",
        "title:attentionisallyouneed",
    ]


@pytest.mark.parametrize("arxiv", ["1706.03762", "1706.03762v1", "1706.03762v12", "1706.03762V2"])
def test_all_versions_of_an_arxiv_paper_are_one(arxiv: str) -> None:
    assert list(identities(Paper(title="", arxiv=arxiv))) == ["arxiv:1706.03762"]


def test_the_old_kind_of_arxiv_identifier_loses_only_its_version() -> None:
    assert list(identities(Paper(title="", arxiv="cs/0112017v2"))) == ["arxiv:cs/0112017"]
    assert list(identities(Paper(title="", arxiv="solv-int/9701001"))) == ["arxiv:solv-int/9701001"]


def test_a_title_of_a_few_letters_identifies_nothing() -> None:
    assert list(identities(Paper(title="Preface"))) == []


def test_a_missing_field_speaks_against_nothing() -> None:
    assert may_be_same(PAPER, Paper(title=TITLE))


@pytest.mark.parametrize(
    ("change", "same"),
    [
        ({"year": 2018}, True),
        ({"year": 2020}, False),
        ({"authors": ("Ashish Vaswani", "Noam Shazeer")}, True),
        ({"authors": ("Shazeer, Noam", "Vaswani, Ashish")}, False),
        ({"doi": "10.1000/ATTENTION"}, True),
        ({"doi": "10.1000/other"}, False),
        ({"abstract": "We propose the transformer"}, True),
        ({"abstract": "We  propose the “Transformer”."}, True),
        ({"abstract": "A quite different text."}, False),
        ({"venue": "ICML", "url": "x", "key": "y", "id": "z"}, True),
    ],
)
def test_years_authors_dois_and_abstracts_can_speak_against_one_paper(change: dict[str, object], same: bool) -> None:
    assert may_be_same(PAPER, replace(PAPER, **change)) is same  # type: ignore[arg-type]


@given(PAPERS, PAPERS)
@settings(max_examples=100)
def test_being_the_same_is_mutual_and_true_of_oneself(one: Paper, other: Paper) -> None:
    assert may_be_same(one, one)
    assert may_be_same(one, other) is may_be_same(other, one)


def test_merging_keeps_what_is_there_and_fills_what_is_missing() -> None:
    kept = Paper(title="T", year=2016, venue="ICML", key="mine", id="1", extra={"pages": "3"})
    both = merged(kept, replace(PAPER, year=None, note="a summary", extra={"pages": "9", "volume": "30"}))
    assert (both.title, both.key, both.id, both.year) == ("T", "mine", "1", 2016)
    assert (both.abstract, both.note) == (PAPER.abstract, "a summary")
    assert (both.authors, both.venue, both.doi, both.arxiv, both.url) == (
        PAPER.authors, "ICML", PAPER.doi, PAPER.arxiv, PAPER.url,
    )  # fmt: skip
    assert both.extra == {"pages": "3", "volume": "30"}


def test_a_note_on_an_abstract_goes_with_its_abstract() -> None:
    own = replace(PAPER, note="")
    assert merged(own, replace(PAPER, abstract="Other.", note="a summary")).note == ""


@given(PAPERS, PAPERS)
@settings(max_examples=100)
def test_merging_again_changes_nothing(one: Paper, other: Paper) -> None:
    assert merged(merged(one, other), other) == merged(one, other)


def test_a_fingerprint_changes_with_every_field_but_tags_and_source() -> None:
    changed = [
        replace(PAPER, **{name: value})  # type: ignore[arg-type]
        for name, value in {
            "title": "x", "abstract": "x", "authors": ("x",), "year": 1, "venue": "x", "doi": "x", "arxiv": "x",
            "url": "x", "key": "x", "id": "x", "kind": "x", "note": "x", "extra": {"pages": "x"},
        }.items()
    ]  # fmt: skip
    assert len({fingerprint(paper) for paper in [PAPER, *changed]}) == 14
    assert fingerprint(replace(PAPER, tags=("x",), source="y")) == fingerprint(PAPER)


@pytest.mark.parametrize(
    ("paper", "key"),
    [
        (PAPER, "vaswani2017attention"),
        (replace(PAPER, authors=("Ashish Vaswani",)), "vaswani2017attention"),
        (replace(PAPER, authors=("Müller-Lüdenscheidt, Jörg",)), "mullerludenscheidt2017attention"),
        (replace(PAPER, year=None), "vaswaniattention"),
        (Paper(title="On the Nature of Things", year=1999), "naturethings1999"),
        (Paper(title="The BEIR: a Benchmark", authors=("Thakur, N.",), year=2021), "thakur2021beir"),
        (Paper(title="注意力", authors=("王",)), "paper"),
        (Paper(title="?!"), "paper"),
    ],
)
def test_a_suggested_key_is_author_year_and_first_telling_word(paper: Paper, key: str) -> None:
    assert suggested_key(paper) == key


@given(PAPERS)
@settings(max_examples=200)
def test_a_suggested_key_can_stand_in_a_bibtex_file(paper: Paper) -> None:
    assert re.fullmatch("[a-z0-9]{1,40}", suggested_key(paper))


# -- identifiers, places and headings --------------------------------------------------------


LONG = "A randomised trial of copper surfaces in intensive care"


def test_a_pubmed_identifier_and_a_place_identify_a_paper() -> None:
    extra = {"pmid": "123", "volume": "Vol. 7", "pages": "S12-S19"}
    paper = Paper(title=LONG, authors=("Post, Emil",), year=1999, extra=extra)
    assert list(identities(paper)) == ["pmid:123", "place:post|1999|7|s12", f"title:{squashed(LONG)}"]


@pytest.mark.parametrize("lacking", ["volume", "pages"])
def test_a_place_needs_all_its_parts(lacking: str) -> None:
    extra = {"volume": "7", "pages": "12"} | {lacking: ""}
    assert not any(
        name.startswith("place:") for name in identities(Paper(LONG, authors=("Post, E.",), year=1999, extra=extra))
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Paper("", arxiv="2301.12345v2"), Paper("", doi="10.48550/arXiv.2301.12345")),
        (Paper("", arxiv="hep-th/9901001"), Paper("", doi="10.48550/ARXIV.HEP-TH/9901001v3")),
    ],
)
def test_the_doi_that_arxiv_gives_is_the_arxiv_identifier(one: Paper, other: Paper) -> None:
    assert list(identities(one)) == list(identities(other))


def test_a_preprint_s_doi_does_not_speak_against_the_printed_paper_s() -> None:
    assert may_be_same(PAPER, replace(PAPER, doi="10.48550/arXiv.1706.03762"))


@pytest.mark.parametrize(
    ("change", "same"),
    [
        ({"extra": {"pmid": "124"}}, False),
        ({"arxiv": "2301.99999"}, False),
        ({"extra": {"volume": "8"}}, False),
        ({"extra": {"volume": "vol 7"}}, True),
        ({"extra": {"volume": "abs/2301.12345"}}, True),
        ({"extra": {"volume": "1999"}}, True),
        ({"authors": ("De Post, E.",)}, True),
        ({"authors": ("Emil Post",)}, True),
        ({"authors": ("Post Emil",)}, True),
        ({"authors": ("Curie, M.",)}, False),
        ({"abstract": "OBJECTIVE: We put copper on the rails of beds."}, True),
        ({"abstract": "Quite another story is told in this text."}, False),
    ],
)
def test_what_two_records_say_can_speak_against_one_paper(change: dict[str, object], same: bool) -> None:
    abstract = "We put copper on the rails of beds and count infections."
    paper = Paper(LONG, abstract, ("Post, Emil",), 1999, arxiv="2301.12345", extra={"pmid": "123", "volume": "7"})
    assert may_be_same(paper, replace(paper, **change)) is same  # type: ignore[arg-type]


@pytest.mark.parametrize("title", ["Editorial", "Letter to the Editor.", "Book Reviews", "Erratum", "In memoriam"])
def test_a_heading_identifies_nothing_and_needs_the_same_place(title: str) -> None:
    paper = Paper(title, authors=("Post, Emil",), year=1999, venue="Things")
    assert list(identities(paper)) == []
    assert not may_be_same(paper, paper)
    placed = replace(paper, extra={"volume": "7", "pages": "12"})
    assert may_be_same(placed, placed)


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (Paper("Deep learning", authors=("LeCun, Yann",)), True),
        (Paper("Deep learning", venue="Nature"), True),
        (Paper("Deep learning", venue="Science"), False),
        (Paper("Deep learning", authors=("Post, E.",)), False),
        (Paper("Deep learning"), True),
    ],
)
def test_a_short_title_needs_something_else_in_common(other: Paper, same: bool) -> None:
    assert may_be_same(Paper("Deep learning", authors=("LeCun, Y.",), year=2015, venue="Nature"), other) is same


def test_two_records_that_say_nothing_but_a_short_title_are_one() -> None:
    assert may_be_same(Paper("Deep learning"), Paper("Deep Learning"))


def test_abstracts_of_a_supplement_may_share_a_doi() -> None:
    one = Paper("A case of copper poisoning", authors=("Post, E.",), doi="10.1/s")
    other = Paper("Tube troubles: uncommon neutropenia", authors=("Curie, M.",), doi="10.1/s")
    assert cannot_be_same(one, other)
    assert not cannot_be_same(one, replace(other, authors=()))
    similar = replace(one, title="A case of zinc poisoning", authors=("Curie, M.",))
    assert not cannot_be_same(one, similar)
    assert cannot_be_same(replace(one, abstract="We tell of copper."), replace(similar, abstract="Zinc is safe, says"))
    assert not cannot_be_same(one, replace(one, authors=("Curie, M.",)))


@pytest.mark.parametrize(
    ("name", "certain"), [("doi:10.1/x", True), ("pmid:1", True), ("place:a|1|2|3", False), ("title:x", False)]
)
def test_only_identifiers_are_certain(name: str, certain: bool) -> None:
    assert is_certain(name) is certain


@pytest.mark.parametrize("name", ["copper", "tafenoquine"])
def test_the_duplicates_of_real_libraries_are_found(shared: Path, tmp_path: Path, name: str) -> None:
    folder = shared / "eval" / "references" / "dedupe-sweep"
    marked = [json.loads(line)["duplicate"] for line in (folder / f"{name}.gold.jsonl").read_text().splitlines()]
    catalogue = Catalogue(tmp_path / "library" / "catalogue.sqlite3")
    with catalogue.writing():
        papers = [record for record in read(folder / f"{name}.xml") if isinstance(record, Paper)]
        numbers = [catalogue.enter(paper, file="f", record=str(at)).number for at, paper in enumerate(papers)]
    catalogue.close()
    assert len(papers) == len(marked)
    found = [numbers.count(number) > 1 for number in numbers]
    hits = sum(one and other for one, other in zip(found, marked, strict=True))
    assert hits / sum(found) >= 0.99
    assert hits / sum(marked) >= 0.97
