"""JSON Lines: tolerant names, junk in any field, and broken lines."""

import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.readers import jsonl, read
from store.readers.source import Source
from store.records import Paper, Rejected

RETRIEVAL = Path(__file__).parents[1].parent / "shared" / "eval" / "retrieval"


def lines(folder: Path, *records: Any, end: str = "\n") -> Path:
    path = folder / "corpus.jsonl"
    texts = [record if isinstance(record, str) else json.dumps(record) for record in records]
    path.write_text("\n".join(texts) + end)
    return path


def paper(folder: Path, **fields: Any) -> Paper:
    (record,) = read(lines(folder, {"title": "T", **fields}))
    assert isinstance(record, Paper)
    return record


def test_all_fields_of_a_paper_are_read(tmp_path: Path) -> None:
    fields = {"id": 7, "abstract": "A.", "year": "1999", "venue": "V", "doi": "https://doi.org/10.1234/ABC"}
    fields |= {"url": "https://a.org", "key": "k", "arxiv": "2301.12345v2", "note": "N", "pages": "1-2"}
    read_one = paper(tmp_path, authors=["Lovelace, Ada", "Charles Babbage"], **fields)
    assert read_one == Paper(
        title="T",
        abstract="A.",
        authors=("Lovelace, Ada", "Charles Babbage"),
        year=1999,
        venue="V",
        doi="10.1234/abc",
        arxiv="2301.12345v2",
        url="https://a.org",
        key="k",
        id="7",
        note="N",
        source="corpus.jsonl",
        extra={"pages": "1-2"},
    )


@pytest.mark.parametrize("name", ["id", "_id", "paper_id", "paperId", "doc_id", "corpus-id"])
def test_an_identifier_is_kept_as_text_under_any_of_its_names(tmp_path: Path, name: str) -> None:
    assert paper(tmp_path, **{name: 12}).id == "12"


@pytest.mark.parametrize(
    ("field", "value", "read_as"),
    [
        ("abstract", {"text": "A."}, "A."),
        ("abstract", {"summary": "A."}, "A."),
        ("abstract", {"abstract": ["One.", "Two."]}, "One. Two."),
        ("abstract", {"abstract": "a\n  b\tc \x00d\ud800"}, "a b c d"),
        ("venue", {"journal": {"name": "J", "volume": 3}}, "J"),
        ("venue", {"venue": "", "journal": "J"}, "J"),
        ("year", {"year": 2019.0}, 2019),
        ("year", {"date": "2019-03-01"}, 2019),
        ("year", {"year": "in press"}, None),
        ("year", {"year": True}, None),
        ("year", {"year": 10**400}, None),
        ("year", {"year": float("inf")}, None),
        ("doi", {"url": "https://doi.org/10.1234/X"}, "10.1234/x"),
        ("arxiv", {"url": "https://arxiv.org/abs/hep-th/9901001v2"}, "hep-th/9901001v2"),
        ("doi", {"externalIds": {"DOI": "10.1234/X"}}, "10.1234/x"),
        ("url", {"metadata": {"url": "https://a.org"}}, "https://a.org"),
        ("key", {"bibkey": "k"}, "k"),
    ],
)
def test_fields_are_found_under_the_names_that_are_in_use(
    tmp_path: Path, field: str, value: dict[str, Any], read_as: object
) -> None:
    assert getattr(paper(tmp_path, **value), field) == read_as


@pytest.mark.parametrize(
    ("authors", "read_as"),
    [
        (["Ada Lovelace", ""], ("Ada Lovelace",)),
        (
            [{"name": "Ada Lovelace"}, {"authorId": "1", "name": "Alan Turing"}],
            ("Ada Lovelace", "Alan Turing"),
        ),
        ([{"family": "Lovelace", "given": "Ada"}, {"family": "Plato"}], ("Lovelace, Ada", "Plato")),
        ([{"last": "Lovelace", "first": "Ada"}], ("Lovelace, Ada",)),
        ("Ada Lovelace and Alan Turing", ("Ada Lovelace", "Alan Turing")),
        ("Lovelace,A.; Turing, A. ; others", ("Lovelace, A.", "Turing, A.")),
        ("Ada Lovelace, Alan Turing, and Kurt Gödel", ("Ada Lovelace", "Alan Turing", "Kurt Gödel")),
        ("A. M. Turing, K. Gödel and E. Post", ("A. M. Turing", "K. Gödel", "E. Post")),
        ("van Hove, Ann Marie and Post, E.", ("van Hove, Ann Marie", "Post, E.")),
        ("Ada Lovelace, Alan Turing, Kurt Gödel", ("Ada Lovelace", "Alan Turing", "Kurt Gödel")),
        ("Lovelace, Ada", ("Lovelace, Ada",)),
        ({"name": "Ada Lovelace"}, ("Ada Lovelace",)),
        ([["Lovelace", "Ada"], None, 3, True], ("Lovelace Ada", "3")),
        (None, ()),
        (17, ("17",)),
    ],
)
def test_authors_are_read_from_lists_objects_and_strings(
    tmp_path: Path, authors: Any, read_as: tuple[str, ...]
) -> None:
    assert paper(tmp_path, authors=authors).authors == read_as


def test_further_fields_are_kept_as_text(tmp_path: Path) -> None:
    extra = paper(tmp_path, keywords=["a", "b"], pages=3, tree={"a": [1]}, none=None, empty=[]).extra
    assert extra == {"keywords": "a, b", "pages": "3", "tree": '{"a": [1]}'}


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ('{"title": "T"', "not valid JSON"),
        ("[1, 2]", "not a JSON object"),
        ({"id": "1"}, "neither title nor abstract"),
        ({"title": " \u0000", "abstract": " "}, "neither title nor abstract"),
        ({"title": {"a": 1}}, "neither title nor abstract"),
        ({"title": float("nan")}, "neither title nor abstract"),
        ('{"title": ' + "[" * 100_000, "nested too deeply"),
        ('{"title": "T", "n": ' + "9" * 5000 + "}", "number"),
    ],
)
def test_a_bad_line_is_rejected_and_the_others_go_on(tmp_path: Path, record: Any, reason: str) -> None:
    good = {"title": "T"}
    first, bad, last = read(lines(tmp_path, good, record, good))
    assert isinstance(first, Paper)
    assert isinstance(last, Paper)
    assert isinstance(bad, Rejected)
    assert (bad.file, bad.where) == ("corpus.jsonl", "line 2")
    assert reason in bad.reason


def test_a_last_line_that_breaks_off_may_still_be_being_written(tmp_path: Path) -> None:
    *_, cut_off = read(lines(tmp_path, {"title": "T"}, '{"title": "A pa', end=""))
    assert isinstance(cut_off, Rejected)
    assert cut_off.where == "line 2"
    assert "still be writing" in cut_off.reason


def test_a_last_line_without_a_newline_is_read(tmp_path: Path) -> None:
    assert len(list(read(lines(tmp_path, {"title": "T"}, {"title": "U"}, end="")))) == 2


def test_blank_lines_count_but_are_no_records(tmp_path: Path) -> None:
    _, bad = read(lines(tmp_path, {"title": "T"}, "", "{"))
    assert isinstance(bad, Rejected)
    assert bad.where == "line 3"


def test_a_long_file_is_read_in_bounded_memory(tmp_path: Path) -> None:
    path = lines(tmp_path, *[{"title": "T", "abstract": "word " * 2000}] * 400)
    tracemalloc.start()
    assert sum(1 for _ in read(path)) == 400
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < path.stat().st_size / 3


@pytest.mark.skipif(not RETRIEVAL.is_dir(), reason="the collections lie outside the repository")
@pytest.mark.parametrize(("name", "count"), [("cacm", 3204), ("cranfield", 1398), ("scifact_train", 5183)])
def test_real_collections_are_read(name: str, count: int) -> None:
    records = list(read(RETRIEVAL / name / "corpus.jsonl"))
    assert sum(isinstance(record, Paper) for record in records) == count


NAMES = st.sampled_from(["title", "abstract", "authors", "year", "doi", "id", "metadata", "url", "x"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None), max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@settings(deadline=None, max_examples=200)
@given(records=st.lists(st.dictionaries(NAMES, JSON, max_size=6), max_size=4), rest=st.text(max_size=40))
def test_no_junk_makes_the_reader_fail(
    tmp_path_factory: pytest.TempPathFactory, records: list[dict[str, Any]], rest: str
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.jsonl"
    texts = [*(json.dumps(record) for record in records), rest]
    path.write_bytes("\n".join(texts).encode("utf-8", "surrogatepass"))
    for record in jsonl.read(Source(path)):
        assert isinstance(record, Paper | Rejected)
        str(record).encode("utf-8")
