"""The catalogue: what becomes of a record, names, filters, transactions, and files that cannot be used."""

import os
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from store.catalogue import Catalogue, Entered, Outcome
from store.errors import NoSuchPaper, StoreError
from store.records import EmbedderId, Filters, Paper, Passage
from store.terms import terms

EMBEDDER = EmbedderId(name="a model", revision="1", dimension=2)
PAPER = Paper(
    title="Attention Is All You Need",
    abstract="We propose the Transformer. It needs no recurrence.",
    authors=("Vaswani, Ashish", "Shazeer, Noam"),
    year=2017,
    venue="NeurIPS",
    key="vaswani2017attention",
)
OTHER = Paper(title="Deep Residual Learning", abstract="We make networks deeper.", authors=("He, Kaiming",), key="he")


@pytest.fixture
def catalogue(home: Path) -> Iterator[Catalogue]:
    made = Catalogue(home / "library" / "catalogue.sqlite3")
    yield made
    made.close()


def enter(catalogue: Catalogue, paper: Paper, *, file: str = "/refs/a.bib", record: str = "") -> Entered:
    with catalogue.writing():
        return catalogue.enter(paper, file=file, record=record or paper.id or paper.key or paper.title)


def keys(catalogue: Catalogue, **filters: Any) -> set[str]:
    return {paper.key for paper in catalogue.listed(Filters(**filters))}


# -- what becomes of a record ----------------------------------------------------------------


def test_a_new_record_is_added_and_comes_back_as_it_was(catalogue: Catalogue) -> None:
    paper = replace(PAPER, doi="10.1/x", arxiv="1706.03762v1", url="https://x.org", kind="misc", note="n", id="7")
    paper = replace(paper, tags=("deep", "nlp"), extra={"pages": "1--11", "größe": "ü"})
    entered = enter(catalogue, paper, file="/refs/thesis.bib")
    assert (entered.outcome, entered.to_embed) == (Outcome.ADDED, replace(paper))
    assert catalogue.paper(entered.number) == replace(paper, source="thesis.bib")


def test_the_same_record_again_is_unchanged_and_needs_no_embedding(catalogue: Catalogue) -> None:
    first = enter(catalogue, PAPER)
    assert enter(catalogue, PAPER) == Entered(Outcome.UNCHANGED, first.number)


def test_a_record_of_the_same_paper_in_another_file_is_a_duplicate(catalogue: Catalogue) -> None:
    first = enter(catalogue, PAPER)
    assert enter(catalogue, replace(PAPER, key="x"), file="/refs/b.bib") == Entered(Outcome.DUPLICATE, first.number)
    assert catalogue.count() == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"doi": "10.1/ABC", "title": "A first title"}, {"doi": "10.1/abc", "title": "A second title"}),
        ({"arxiv": "1706.03762v1", "title": "A first title"}, {"arxiv": "1706.03762v7", "title": "A second title"}),
    ],
)
def test_one_doi_or_arxiv_identifier_is_one_paper_whatever_its_title(
    catalogue: Catalogue, one: dict[str, Any], other: dict[str, Any]
) -> None:
    enter(catalogue, Paper(key="a", **one))
    assert enter(catalogue, Paper(key="b", **other)).outcome is Outcome.DUPLICATE


@pytest.mark.parametrize(
    ("change", "embeds"),
    [
        ({"title": "Attention Is Not All You Need"}, True),
        ({"abstract": "We propose something else."}, True),
        ({"year": 2018}, False),
        ({"venue": "ICML", "doi": "10.1/x", "extra": {"pages": "3"}}, False),
        ({"authors": ("Vaswani, A.",)}, False),
    ],
)
def test_a_changed_record_is_updated_and_embedded_only_for_title_or_abstract(
    catalogue: Catalogue, change: dict[str, Any], embeds: bool
) -> None:
    number = enter(catalogue, PAPER).number
    entered = enter(catalogue, replace(PAPER, **change))
    assert (entered.outcome, entered.number, entered.to_embed is not None) == (Outcome.UPDATED, number, embeds)
    assert catalogue.paper(number) == replace(PAPER, id=PAPER.key, source="a.bib", **change)


def test_an_update_is_found_by_its_new_words_and_not_by_its_old(catalogue: Catalogue) -> None:
    enter(catalogue, PAPER)
    enter(catalogue, replace(PAPER, abstract="We propose the Conformer."))
    assert len(catalogue.lexical(terms("conformer"), limit=5, allowed=None)) == 1
    assert catalogue.lexical(terms("transformer"), limit=5, allowed=None) == {}


def test_a_duplicate_fills_what_is_missing_and_the_fuller_record_is_shown_under_the_key_of_the_first(
    catalogue: Catalogue,
) -> None:
    number = enter(catalogue, Paper(title=PAPER.title, key="mine", venue="NIPS")).number
    entered = enter(catalogue, PAPER, file="/refs/b.bib")
    merged = catalogue.paper(number)
    assert (merged.key, merged.venue) == ("mine", PAPER.venue)
    assert (merged.abstract, merged.authors, merged.year) == (PAPER.abstract, PAPER.authors, PAPER.year)
    assert entered.to_embed is not None
    assert entered.to_embed.abstract == PAPER.abstract


def test_a_duplicate_that_adds_no_text_is_not_embedded(catalogue: Catalogue) -> None:
    enter(catalogue, PAPER)
    assert enter(catalogue, replace(PAPER, doi="10.1/x"), file="/refs/b.bib").to_embed is None


def test_what_a_second_file_filled_in_survives_an_update_of_the_first(catalogue: Catalogue) -> None:
    number = enter(catalogue, PAPER).number
    enter(catalogue, replace(PAPER, doi="10.1/x"), file="/refs/b.bib")
    enter(catalogue, replace(PAPER, venue="NIPS"))
    assert (catalogue.paper(number).doi, catalogue.paper(number).venue) == ("10.1/x", "NIPS")


def test_an_identifier_that_a_duplicate_brought_leads_to_the_paper(catalogue: Catalogue) -> None:
    number = enter(catalogue, PAPER).number
    enter(catalogue, replace(PAPER, doi="10.1/x"), file="/refs/b.bib")
    renamed = Paper(title="Attention is everything", doi="10.1/X", key="c")
    assert enter(catalogue, renamed, file="/refs/c.bib") == Entered(Outcome.DUPLICATE, number)


def test_two_records_of_one_file_with_different_ids_and_one_title_stay_apart(catalogue: Catalogue) -> None:
    records = [Paper(title="A title that occurs twice", id="1"), Paper(title="A title that occurs twice", id="2")]
    assert [enter(catalogue, paper).outcome for paper in records] == [Outcome.ADDED, Outcome.ADDED]
    assert [enter(catalogue, paper).outcome for paper in records] == [Outcome.UNCHANGED, Outcome.UNCHANGED]


def test_one_title_with_other_authors_years_or_abstracts_is_another_paper(catalogue: Catalogue) -> None:
    enter(catalogue, PAPER)
    for number, change in enumerate([{"year": 1999}, {"authors": ("Smith, J.",)}, {"abstract": "Of another kind."}]):
        changed = replace(PAPER, key=f"k{number}", **change)  # type: ignore[arg-type]
        assert enter(catalogue, changed).outcome is Outcome.ADDED


def test_tags_gather_and_are_given_to_unchanged_papers_too(catalogue: Catalogue) -> None:
    number = enter(catalogue, replace(PAPER, tags=("nlp",))).number
    enter(catalogue, replace(PAPER, tags=("thesis", "nlp")))
    assert catalogue.paper(number).tags == ("nlp", "thesis")


# -- names -------------------------------------------------------------------------------------


def test_keys_are_unique_and_the_first_keeps_its_own(catalogue: Catalogue) -> None:
    for number in range(30):
        enter(catalogue, Paper(title=f"A paper about subject {number}", key="smith"), record=str(number))
    assert len(keys(catalogue)) == 30
    assert catalogue.find("smith").title == "A paper about subject 0"
    assert {"smitha", "smithz", "smith-2"} <= keys(catalogue)


def test_a_paper_without_a_key_gets_one_and_its_key_is_its_identifier(catalogue: Catalogue) -> None:
    enter(catalogue, replace(PAPER, key=""))
    paper = catalogue.find("vaswani2017attention")
    assert paper.id == "vaswani2017attention"


def test_a_paper_is_found_by_its_key_its_other_keys_and_its_identifier(catalogue: Catalogue) -> None:
    enter(catalogue, replace(PAPER, id="s001"))
    enter(catalogue, replace(PAPER, key="attention", id="x"), file="/refs/b.bib")
    assert {catalogue.find(name).key for name in (PAPER.key, "attention", "s001")} == {PAPER.key}


def test_a_repeated_key_finds_the_first_paper_and_each_has_a_name_of_its_own(catalogue: Catalogue) -> None:
    enter(catalogue, PAPER, record="k")
    enter(catalogue, replace(OTHER, key=PAPER.key), record="k#2")
    assert catalogue.find(PAPER.key).title == PAPER.title
    assert catalogue.find(f"{PAPER.key}a").title == OTHER.title


def test_an_identifier_that_two_papers_have_is_no_name(catalogue: Catalogue) -> None:
    enter(catalogue, replace(PAPER, id="1"))
    enter(catalogue, replace(OTHER, id="1"), file="/refs/b.bib")
    with pytest.raises(NoSuchPaper):
        catalogue.find("1")


@pytest.mark.parametrize("name", ["", "nobody", "vaswani", "' OR 1=1 --", "%", "\0"])
def test_an_unknown_name_is_refused_with_a_hint(catalogue: Catalogue, name: str) -> None:
    enter(catalogue, PAPER)
    with pytest.raises(NoSuchPaper) as refused:
        catalogue.find(name)
    assert "papers list" in refused.value.hint


def test_an_update_keeps_the_identifier_of_a_paper_of_two_files(catalogue: Catalogue) -> None:
    number = enter(catalogue, PAPER).number
    enter(catalogue, replace(PAPER, key="b"), file="/refs/b.bib")
    before = catalogue.paper(number).id
    enter(catalogue, replace(PAPER, year=2018))
    assert catalogue.paper(number).id == before != ""


def test_a_key_that_an_update_brought_finds_the_paper(catalogue: Catalogue) -> None:
    enter(catalogue, replace(PAPER, id="s001"))
    enter(catalogue, replace(PAPER, id="s001", key="renamed"))
    assert catalogue.find("renamed").key == PAPER.key


# -- filters -----------------------------------------------------------------------------------


@pytest.fixture
def shelf(catalogue: Catalogue) -> Catalogue:
    enter(catalogue, PAPER, file="/refs/thesis.bib")
    enter(catalogue, replace(OTHER, year=2016, venue="CVPR", tags=("vision",)), file="/refs/thesis.bib")
    umlauts = Paper(title="Über die Größe", authors=("Müller, Jörg", "Çelik, Ömer"), year=1999, venue="Ärzteblatt")
    enter(catalogue, replace(umlauts, key="muller", tags=("Vision", "thesis")), file="/refs/Übersicht.jsonl")
    enter(catalogue, Paper(title="An undated manuscript", key="undated"), file="/refs/rest.bib")
    return catalogue


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, "vaswani2017attention he muller undated"),
        ({"years": (2016, 2017)}, "vaswani2017attention he"),
        ({"years": (2017, None)}, "vaswani2017attention"),
        ({"years": (None, 2016)}, "he muller"),
        ({"years": (2018, None)}, ""),
        ({"author": "VASWANI"}, "vaswani2017attention"),
        ({"author": "shazeer, n"}, "vaswani2017attention"),
        ({"author": "MÜLLER"}, "muller"),
        ({"author": "çelik"}, "muller"),
        ({"author": "%"}, ""),
        ({"venue": "cvpr"}, "he"),
        ({"venue": "äRZTE"}, "muller"),
        ({"tag": "vision"}, "he"),
        ({"tag": "Vision"}, "muller"),
        ({"tag": "vis"}, ""),
        ({"source": "THESIS"}, "vaswani2017attention he"),
        ({"source": "übersicht"}, "muller"),
        ({"source": ".bib", "years": (2017, None)}, "vaswani2017attention"),
        ({"author": "he", "tag": "thesis"}, ""),
    ],
)
def test_filters_hold_together_and_regardless_of_case(shelf: Catalogue, filters: dict[str, Any], expected: str) -> None:
    assert keys(shelf, **filters) == set(expected.split())


def test_nothing_to_filter_allows_everything_without_naming_it(shelf: Catalogue) -> None:
    assert shelf.allowed(Filters()) is None
    assert shelf.allowed(Filters(tag="nowhere")) == set()


def test_a_source_is_looked_for_in_the_name_of_the_file_and_not_of_its_folders(shelf: Catalogue) -> None:
    assert keys(shelf, source="refs") == set()


def test_papers_are_listed_by_first_author_and_the_nameless_last(shelf: Catalogue) -> None:
    assert [paper.key for paper in shelf.listed(Filters())] == ["he", "muller", "vaswani2017attention", "undated"]
    assert [paper.key for paper in shelf.listed(Filters(), limit=1)] == ["he"]


# -- transactions ------------------------------------------------------------------------------


def test_an_exception_leaves_nothing_of_its_transaction(catalogue: Catalogue) -> None:
    enter(catalogue, OTHER)
    changes = catalogue.changes
    with pytest.raises(RuntimeError, match="in the middle"):
        fail_in_the_middle(catalogue)
    assert (catalogue.count(), catalogue.passage_count(), catalogue.changes) == (1, 0, changes)
    assert catalogue.embedder is None
    assert catalogue.lexical(terms("transformer"), limit=5, allowed=None) == {}
    assert enter(catalogue, PAPER, record="x").outcome is Outcome.ADDED


def fail_in_the_middle(catalogue: Catalogue) -> None:
    with catalogue.writing():
        number = catalogue.enter(PAPER, file="/refs/a.bib", record="x").number
        catalogue.set_embedder(EMBEDDER)
        catalogue.add_passage(number, Passage(0, 2, "We"), np.ones(2, dtype=np.float32))
        raise RuntimeError("in the middle")


def test_every_transaction_counts_as_one_change_that_other_readers_see(catalogue: Catalogue) -> None:
    reader = Catalogue(catalogue.path)
    before = reader.changes
    with catalogue.writing():
        catalogue.enter(PAPER, file="f", record="1")
        catalogue.enter(OTHER, file="f", record="2")
        assert (reader.changes, reader.count()) == (before, 0)
    assert (reader.changes, reader.count()) == (before + 1, 2)
    reader.close()


def test_vectors_come_back_in_the_order_asked_for(catalogue: Catalogue) -> None:
    with catalogue.writing():
        catalogue.set_embedder(EMBEDDER)
        number = catalogue.enter(PAPER, file="f", record="1").number
        passages = [
            catalogue.add_passage(number, Passage(0, 27, ""), np.array(vector, dtype=np.float32))
            for vector in [(1.0, 0.0), (0.0, 1.0), (0.6, 0.8)]
        ]
    assert catalogue.embedder == EMBEDDER
    assert catalogue.vectors(passages[::-1]) == pytest.approx(np.array([[0.6, 0.8], [0, 1], [1, 0]]), abs=1e-3)
    assert catalogue.vectors([]).shape == (0, 2)
    assert catalogue.papers_of(passages) == dict.fromkeys(passages, number)
    listed, held = catalogue.all_passages()
    assert (listed.tolist(), held.papers.tolist()) == (passages, [number] * 3)
    start, end = held.spans[0]
    assert PAPER.abstract[start:end] == "We propose the Transformer."


def test_the_number_of_a_dropped_passage_is_never_used_again(catalogue: Catalogue) -> None:
    with catalogue.writing():
        number = catalogue.enter(PAPER, file="f", record="1").number
        first = catalogue.add_passage(number, Passage(0, 2, ""), np.ones(2, dtype=np.float32))
        assert catalogue.drop_passages(number) == [first]
        assert catalogue.add_passage(number, Passage(0, 2, ""), np.ones(2, dtype=np.float32)) > first


# -- files that cannot be used -----------------------------------------------------------------


def refusal(path: Path) -> StoreError:
    with pytest.raises(StoreError) as refused:
        Catalogue(path)
    assert refused.value.hint
    return refused.value


def test_a_file_that_is_no_database_is_said_to_be_damaged(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.sqlite3"
    path.write_text("Dear diary, " * 1000)
    assert "damaged" in str(refusal(path))
    assert path.read_text() == "Dear diary, " * 1000


def test_a_file_cut_in_the_middle_is_said_to_be_damaged(sample_copy: Path) -> None:
    path = sample_copy / "library" / "catalogue.sqlite3"
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert "damaged" in str(refusal(path))


def test_damage_inside_the_file_is_told_in_one_sentence(sample_copy: Path) -> None:
    path = sample_copy / "library" / "catalogue.sqlite3"
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2] + b"\xaa" * (len(whole) - len(whole) // 2))
    catalogue = Catalogue(path)
    assert catalogue.check() != []
    with pytest.raises(StoreError, match="damaged"):
        list(catalogue.listed(Filters()))


def test_a_newer_schema_is_refused_and_left_alone(catalogue: Catalogue) -> None:
    enter(catalogue, PAPER)
    with sqlite3.connect(catalogue.path) as other:
        other.execute("PRAGMA user_version = 99")
    other.close()
    error = refusal(catalogue.path)
    assert "newer version" in str(error)
    assert "Update" in error.hint
    assert catalogue.count() == 1


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write everywhere")
def test_an_unwritable_folder_is_told_with_a_hint(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        assert "cannot be opened" in str(refusal(tmp_path / "library" / "catalogue.sqlite3"))
    finally:
        tmp_path.chmod(0o700)


def test_a_home_that_is_a_file_and_a_catalogue_that_is_a_folder_are_told_with_a_hint(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    assert "cannot be opened" in str(refusal(tmp_path / "file" / "library" / "catalogue.sqlite3"))
    assert "cannot be opened" in str(refusal(tmp_path / "folder"))


def test_a_catalogue_that_another_process_makes_at_this_moment_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "catalogue.sqlite3"
    schema = "store.catalogue.connection.files"

    def files_once_another_has_made_it(package: str) -> Any:
        monkeypatch.setattr(schema, files)
        Catalogue(path).close()
        return files(package)

    monkeypatch.setattr(schema, files_once_another_has_made_it)
    catalogue = Catalogue(path)
    assert catalogue.count() == 0
    assert enter(catalogue, PAPER).outcome is Outcome.ADDED
    catalogue.close()


# -- check ---------------------------------------------------------------------------------------


def test_a_sound_file_has_no_problems(sample_copy: Path) -> None:
    catalogue = Catalogue(sample_copy / "library" / "catalogue.sqlite3")
    assert catalogue.check() == []
    catalogue.close()


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("DELETE FROM passages WHERE paper IN (1, 2)", "2 papers without a passage"),
        ("DELETE FROM words WHERE rowid = 1", "1 papers not in the full text"),
    ],
)
def test_a_lost_row_is_told(sample_copy: Path, damage: str, said: str) -> None:
    path = sample_copy / "library" / "catalogue.sqlite3"
    with sqlite3.connect(path) as connection:
        connection.execute(damage)
    connection.close()
    catalogue = Catalogue(path)
    assert catalogue.check() == [said]
    catalogue.close()
