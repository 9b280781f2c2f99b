"""JSON documents: lists, single records, the dialects, and broken text."""

import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.readers import json_document, read
from store.readers.openalex import words_in_place
from store.readers.source import Source
from store.records import Paper, Rejected

CSL = {
    "id": "post1999", "type": "paper-conference", "title": "A <i>study</i>", "container-title": "Things",
    "author": [{"family": "Hove", "given": "Ann", "non-dropping-particle": "van"}, {"literal": "Things Group"}],
    "issued": {"date-parts": [["1999", 3]]}, "DOI": "10.1234/AB", "abstract": "<jats:title>Abstract</jats:title>"
    "<jats:p>We look.</jats:p>", "page": "12-19", "PMID": "123", "keyword": "thing",
}  # fmt: skip
CROSSREF = {
    "title": ["A study"], "container-title": ["Things"], "author": [{"family": "Post", "given": "E"}],
    "published": {"date-parts": [[1999]]}, "DOI": "10.1234/ab", "type": "journal-article", "reference": [{"key": "1"}],
}  # fmt: skip
ZOTERO = {
    "itemType": "conferencePaper", "title": "A study", "abstractNote": "We look.", "date": "1999-03-02",
    "creators": [{"creatorType": "author", "lastName": "Post", "firstName": "Emil"},
                 {"creatorType": "editor", "name": "Curie"}, {"creatorType": "author", "name": "Things Group"}],
    "proceedingsTitle": "Things", "DOI": "10.1234/ab", "citationKey": "post1999", "tags": [{"tag": "thing"}, "object"],
    "extra": "PMID: 123\nsomething else", "attachments": [{"path": "a.pdf"}],
}  # fmt: skip
OPENALEX = {
    "id": "https://openalex.org/W1", "doi": "https://doi.org/10.1234/AB", "title": "A study", "publication_year": 1999,
    "authorships": [{"author": {"display_name": "Emil Post"}}], "type": "article",
    "primary_location": {"source": {"display_name": "Things"}, "landing_page_url": "https://a.org"},
    "abstract_inverted_index": {"We": [0], "look": [1, 3], "and": [2]}, "ids": {"pmid": "https://x.nlm.nih.gov/123"},
    "biblio": {"first_page": "12", "last_page": "19", "volume": "7", "issue": None},
}  # fmt: skip
SNAPSHOT = {
    "id": "2301.12345", "title": "A study\n  of $\\alpha$", "abstract": "  We look.\n", "authors": "E. Post",
    "authors_parsed": [["Post", "Emil", "Jr"], ["Curie", "Marie", ""]], "categories": "cs.DL", "journal-ref": None,
    "doi": None, "update_date": "2024-01-01", "versions": [{"created": "Mon, 2 Jan 2023 10:00:00 GMT"}],
}  # fmt: skip
SEMANTIC_SCHOLAR = {
    "paperId": "f00", "externalIds": {"DOI": "10.1234/AB", "ArXiv": "2301.12345"}, "title": "A study", "year": 1999,
    "abstract": "We look.", "authors": [{"authorId": "1", "name": "Emil Post"}], "venue": "Things",
    "references": [{"paperId": "f01", "title": "Another"}],
}  # fmt: skip


def write(folder: Path, value: Any, name: str = "refs.json") -> Path:
    path = folder / name
    path.write_text(value if isinstance(value, str) else json.dumps(value))
    return path


def paper(folder: Path, value: Any, name: str = "refs.json") -> Paper:
    (record,) = read(write(folder, value, name))
    assert isinstance(record, Paper)
    return record


def titles(folder: Path, value: Any) -> list[str]:
    return [record.title if isinstance(record, Paper) else record.reason for record in read(write(folder, value))]


def test_csl_json_is_read(tmp_path: Path) -> None:
    assert paper(tmp_path, [CSL]) == Paper(
        title="A study",
        abstract="We look.",
        authors=("van Hove, Ann", "Things Group"),
        year=1999,
        venue="Things",
        doi="10.1234/ab",
        key="post1999",
        kind="inproceedings",
        source="refs.json",
        extra={"pmid": "123", "pages": "12-19", "keywords": "thing", "date": "1999-03"},
    )


def test_crossref_s_answer_is_read(tmp_path: Path) -> None:
    found = paper(tmp_path, {"status": "ok", "message": {"total": 1, "items": [CROSSREF]}})
    assert (found.title, found.venue, found.year, found.doi) == ("A study", "Things", 1999, "10.1234/ab")
    assert found.authors == ("Post, E",)


@pytest.mark.parametrize("wrap", [{"config": {"id": "x"}, "items": [ZOTERO]}, [{"key": "K", "data": ZOTERO}], ZOTERO])
def test_zotero_items_are_read(tmp_path: Path, wrap: Any) -> None:
    found = paper(tmp_path, wrap)
    assert (found.title, found.abstract, found.year, found.venue) == ("A study", "We look.", 1999, "Things")
    assert (found.authors, found.key, found.kind) == (("Post, Emil", "Things Group"), "post1999", "inproceedings")
    wanted = {
        "pmid": "123",
        "keywords": "thing, object",
        "editor": "Curie",
        "date": "1999-03-02",
        "extra": "something else",
    }
    assert wanted.items() <= found.extra.items()


def test_a_note_that_stands_alone_is_rejected_as_such(tmp_path: Path) -> None:
    assert titles(tmp_path, [ZOTERO, {"itemType": "note", "note": "x"}]) == [
        "A study",
        "it is a note that stands alone, no paper",
    ]


@pytest.mark.parametrize("wrap", [[OPENALEX], {"meta": {"count": 1}, "results": [OPENALEX]}, OPENALEX])
def test_works_of_openalex_are_read_with_their_abstracts_in_order(tmp_path: Path, wrap: Any) -> None:
    found = paper(tmp_path, wrap)
    assert (found.title, found.abstract, found.year) == ("A study", "We look and look", 1999)
    assert (found.authors, found.venue, found.doi) == (("Emil Post",), "Things", "10.1234/ab")
    assert found.extra == {"pmid": "123", "pages": "12-19", "volume": "7", "openalex": "W1"}


def test_an_inverted_index_may_be_damaged() -> None:
    assert words_in_place({"a": [1, "x", None], "b": [0], "c": 3, "d": []}) == "b a"
    assert words_in_place(None) == ""


@pytest.mark.parametrize("name", ["snapshot.json", "snapshot.jsonl"])
def test_arxiv_s_snapshot_is_read(tmp_path: Path, name: str) -> None:
    first, second = read(write(tmp_path, (json.dumps(SNAPSHOT) + "\n") * 2, name))
    assert first == second
    assert isinstance(first, Paper)
    assert (first.title, first.abstract, first.year) == ("A study of α", "We look.", 2023)
    assert (first.authors, first.arxiv) == (("Post, Emil, Jr", "Curie, Marie"), "2301.12345")


@pytest.mark.parametrize("wrap", [SEMANTIC_SCHOLAR, [SEMANTIC_SCHOLAR], {"total": 1, "data": [SEMANTIC_SCHOLAR]}])
def test_semantic_scholar_s_papers_are_read_and_their_references_are_not(tmp_path: Path, wrap: Any) -> None:
    found = paper(tmp_path, wrap)
    assert (found.title, found.abstract, found.doi, found.arxiv) == ("A study", "We look.", "10.1234/ab", "2301.12345")
    assert found.authors == ("Emil Post",)


def test_europe_pmc_s_answer_and_nested_dates_are_read(tmp_path: Path) -> None:
    europe_pmc = {"title": "A study.", "authorString": "Post E, Curie M.", "pubYear": "1999", "pmid": "123"}
    europe_pmc |= {"abstractText": "We look.", "doi": "10.1234/ab"}
    found = paper(tmp_path, {"hitCount": 1, "resultList": {"result": [europe_pmc]}})
    assert (found.abstract, found.year, found.extra) == ("We look.", 1999, {"pmid": "123"})
    nested = paper(tmp_path, [{"title": "A", "published": {"year": "2001"}, "externalIds": {"PubMed": 7}}])
    assert (nested.year, nested.extra["pmid"]) == (2001, "7")


@pytest.mark.parametrize("end", ["", "\n"])
def test_objects_one_after_the_other_are_read(tmp_path: Path, end: str) -> None:
    assert titles(tmp_path, json.dumps({"title": "A"}, indent=1) + end + json.dumps({"title": "B"}, indent=1)) == [
        "A",
        "B",
    ]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ('{"title": B}', "not valid JSON"),
        ('{"title": "B" "x": 1}', "not valid JSON"),
        ('{"title": "B", "a": [1, 2}', "not valid JSON"),
        ('"B"', "not a JSON object"),
        ("7", "not a JSON object"),
        ("} B }", "not valid JSON"),
        ('{"year": 1999}', "neither title nor abstract"),
        ('{"n": ' + "9" * 5000 + "}", "number that is too long"),
    ],
)
def test_a_broken_record_is_rejected_and_the_others_go_on(tmp_path: Path, bad: str, reason: str) -> None:
    first, rejected, last = read(write(tmp_path, f'[{{"title": "A"}},\n{bad},\n{{"title": "C"}}]'))
    assert [first.title, last.title] == ["A", "C"]  # type: ignore[union-attr]
    assert isinstance(rejected, Rejected)
    assert rejected.where == "line 2, record 2"
    assert reason in rejected.reason


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('[{"title": "A"}, {"title": "B', "ends in the middle"),
        ('[{"title": "A"}', "ends before its list"),
        ('[{"title": "A"}, {', "ends in the middle"),
        ('{"items": [{"title": "A"}, {"title": ', "ends in the middle"),
    ],
)
def test_a_file_that_is_cut_off_says_so(tmp_path: Path, text: str, reason: str) -> None:
    first, rejected, *_ = titles(tmp_path, text)
    assert first == "A"
    assert reason in rejected


def test_line_ends_within_a_text_are_forgiven(tmp_path: Path) -> None:
    assert titles(tmp_path, '[{"title": "A\nlong\ttitle"}]') == ["A long title"]


def test_a_long_list_is_read_in_bounded_memory(tmp_path: Path) -> None:
    path = write(tmp_path, [{"title": "T", "abstract": "word" * 1250}] * 1500)
    tracemalloc.start()
    assert sum(1 for _ in read(path)) == 1500
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < path.stat().st_size / 3


@pytest.mark.parametrize(
    "text", ["[" * 200_000, '{"a":' * 50_000, '[{"a"' * 50_000, '["' * 90_000, '[{"a": "\\' * 9_000]
)
def test_pages_of_broken_json_hold_no_paper(tmp_path: Path, text: str) -> None:
    assert not [record for record in json_document.read(Source(write(tmp_path, text))) if isinstance(record, Paper)]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
KEYS = sorted({key for each in (CSL, ZOTERO, OPENALEX, SNAPSHOT, SEMANTIC_SCHOLAR) for key in each} | {"items", "data"})


@settings(deadline=None, max_examples=300)
@given(found=st.lists(st.dictionaries(st.sampled_from(KEYS), JSON, max_size=6), max_size=3), cut=st.integers(0, 400))
def test_no_junk_makes_the_reader_fail(
    tmp_path_factory: pytest.TempPathFactory, found: list[dict[str, Any]], cut: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.json"
    path.write_text(json.dumps(found)[: cut or None])
    for record in json_document.read(Source(path)):
        assert isinstance(record, Paper | Rejected)
        str(record).encode("utf-8")


# -- records however they lie ------------------------------------------------------------------------

ONE = {"title": "Moths at lamps", "authors": ["Okoye, A."], "abstract": "Moths came."}
TWO = {"title": "Frogs on roads", "authors": ["Brandt, P."], "year": 2019}
BOTH = [ONE, TWO]
A_LINE_EACH = ",\n".join(map(json.dumps, BOTH))
LAYOUTS = {
    "an object whose list has one a line": '{"meta": {"count": 2}, "results": [\n' + A_LINE_EACH + "\n]}",
    "the same, under any key": '{"sammlung": [\n' + A_LINE_EACH + '\n], "count": 2}',
    "the same, with a title": '{"title": "My list", "papers": [\n' + A_LINE_EACH + "\n]}",
    "a list with one a line": "[\n" + A_LINE_EACH + "\n]",
    "commas at the start of lines": "[\n" + A_LINE_EACH.replace(",\n", "\n,") + "\n]",
    "lines that end in commas": A_LINE_EACH,
    "two objects on a line": json.dumps(ONE) + json.dumps(TWO),
    "nested deeply": json.dumps({"a": {"b": {"c": BOTH}}}),
    "nested deeply, indented": json.dumps({"a": {"b": {"c": BOTH}}}, indent=2),
    "objects one after another, indented": json.dumps(ONE, indent=1) + "\n" + json.dumps(TWO, indent=1),
    "two lists": json.dumps({"included": [ONE], "excluded": [TWO]}),
    "two lists over lines": '{"included": [\n' + json.dumps(ONE) + '\n],\n"excluded": [\n' + json.dumps(TWO) + "\n]}",
    "lists in a list": json.dumps([[ONE], [TWO]]),
    "a header and rows": json.dumps([["title", "abstract"], ["Moths at lamps", "x"], ["Frogs on roads", "y"]]),
    "records by key": json.dumps({"p1": ONE, "p2": TWO}),
    "records by key, a line each": '{"p1": ' + json.dumps(ONE) + ',\n"p2": ' + json.dumps(TWO) + "}",
    "wrapped records": json.dumps([{"paper": ONE}, {"paper": TWO}]),
    "wrapped records, a line each": json.dumps({"paper": ONE}) + "\n" + json.dumps({"paper": TWO}),
    "hits of a search engine": json.dumps({"hits": {"total": 2, "hits": [{"_source": each} for each in BOTH]}}),
    "papers that cite": json.dumps({"data": [{"citingPaper": ONE}, {"citingPaper": TWO}]}),
    "edges and nodes": json.dumps({"data": {"search": {"edges": [{"node": ONE}, {"node": TWO}]}}}),
    "columns": json.dumps({"title": {"0": ONE["title"], "1": TWO["title"]}, "year": {"0": 1, "1": 2}}),
    "lists as columns": json.dumps({"title": [ONE["title"], TWO["title"]], "year": [2000, 2001]}),
    "columns and data": json.dumps({"columns": ["title", "year"], "data": [[ONE["title"], 1], [TWO["title"], 2]]}),
    "a paper with its references first": json.dumps({"references": [{"title": "Another"}], **ONE})
    + "\n" + json.dumps(TWO),
}  # fmt: skip


@pytest.mark.parametrize("suffix", [".json", ".jsonl", ".txt"])
@pytest.mark.parametrize("text", LAYOUTS.values(), ids=LAYOUTS.keys())
def test_the_records_are_found_however_the_file_is_laid_out(tmp_path: Path, text: str, suffix: str) -> None:
    path = tmp_path / f"refs{suffix}"
    path.write_text(text)
    assert [each.title if isinstance(each, Paper) else each for each in read(path)] == [ONE["title"], TWO["title"]]


def test_a_long_list_under_an_unknown_key_is_read_in_bounded_memory(tmp_path: Path) -> None:
    path = tmp_path / "refs.json"
    path.write_text(json.dumps({"sammlung": [ONE | {"abstract": "word " * 2000}] * 600}))
    tracemalloc.start()
    assert sum(1 for _ in read(path)) == 600
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < path.stat().st_size / 2
