"""What is written is read back the same, whatever stands in it."""

import json
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store import readers
from store.identity import suggested_key
from store.readers.plain import clean
from store.records import Paper, Rejected
from store.writers import WRITERS, format_for
from store.writers.bibtex import entry
from store.writers.csl import item
from store.writers.ris import reference
from tests.conftest import SAMPLE

FORMATS = list(WRITERS)
PIECES = (
    *"a Zürich müller BERT GPT-3 et_al and , . : ; { } }} \\ \\alpha \\emph{x} $ $x_i$ $$ & &amp; &#38; <b> </b> <".split(),  # noqa: E501
    *"a Zürich müller BERT GPT-3 et_al and , . : ; { } }} \\ \\alpha \\emph{x} $ $x_i$ $$ & &amp; <b> </b> <".split(),
    *"~ ^ _ # % -- --- - – `` '' \" ' “ @article{x, @ = x-id 10.1/a arXiv:2101.00001 é e\u0301 日本 ﬁ \u200b".split(),
    *' ,  ,ER  - ,TY  - JOUR,Abstract: ,Summary,null,[1],{\\"o},\\textbackslash{}'.split(","),
)
TEXT = st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=12).map(lambda parts: clean("".join(parts)))
SOME = TEXT.filter(bool)
AUTHOR = st.sampled_from(
    ["Gödel, Kurt", "van der Berg, Anna", "Ada Lovelace", "Jan van der Doe", "OpenAI", "Google Research", "Curie MS",
     "World Health Organization", "King Jr., Martin", "{Weird}, N & Co.", "Smith and Sons", "others", "Li, X., Jr."]
) | SOME  # fmt: skip
PAPER = st.builds(
    Paper,
    title=SOME,
    abstract=TEXT,
    authors=st.lists(AUTHOR, max_size=4).map(tuple),
    year=st.none() | st.integers(1, 9999),
    venue=TEXT,
    doi=st.sampled_from(["", "10.1000/xyz", "10.1002/(sici)1097(199806)49:8<693::aid>3.0.co;2-o", "10.48550/arxiv.2"]),
    arxiv=st.sampled_from(["", "2101.00001v2", "quant-ph/9901001"]),
    url=st.sampled_from(["", "https://a.org/x_y~z?q=%20&b={id}#f", "www.a.org"]) | TEXT,
    key=st.sampled_from(["müller:2020_a+b", "smith2020", "a b", "x{y,z}", "1a", "W18-1234"]) | SOME,
    id=TEXT,
    kind=st.sampled_from("article inproceedings conference book phdthesis mastersthesis misc dataset é".split()),
    note=TEXT,
    tags=st.lists(SOME, max_size=3, unique=True).map(tuple),
    extra=st.dictionaries(
        st.sampled_from(
            "pages volume number publisher editor keywords pmid date year month file url crossref x-id".split()
        )
        | SOME,
        st.sampled_from(["1-10", "1–10", "jan", "3", "in press", "2020-05-09", "a, b", "a; b", "12345678"]) | SOME,
        max_size=5,
    ),
)  # fmt: skip


def read_back(file: Path, text: str) -> list[Paper | Rejected]:
    file.write_text(text, encoding="utf-8")
    return list(readers.read(file))


def as_kept(paper: Paper) -> Paper:
    """The paper as the catalogue holds it after an import: an identifier of its own, no file's name."""
    key = paper.key or suggested_key(paper)
    return Paper(
        **{name: getattr(paper, name) for name in paper.__slots__} | {"key": key, "id": paper.id or key, "source": ""}
    )


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(papers=st.lists(PAPER, min_size=1, max_size=2))
def test_any_papers_come_back_as_they_were(tmp_path: Path, name: str, papers: list[Paper]) -> None:
    text = "".join(WRITERS[name].write(papers))
    back = read_back(tmp_path / f"refs{WRITERS[name].suffix}", text)
    assert [each for each in back if isinstance(each, Rejected)] == []
    assert [as_kept(each) for each in back if isinstance(each, Paper)] == [as_kept(paper) for paper in papers]


@pytest.mark.parametrize("name", FORMATS)
def test_the_sample_library_comes_back_as_it_was(tmp_path: Path, name: str) -> None:
    papers = [each for each in readers.read(SAMPLE) if isinstance(each, Paper)]
    back = read_back(tmp_path / f"refs{WRITERS[name].suffix}", "".join(WRITERS[name].write(papers)))
    assert len(papers) == 40
    assert [as_kept(each) for each in back if isinstance(each, Paper)] == [as_kept(paper) for paper in papers]


@pytest.mark.parametrize("name", FORMATS)
def test_real_reference_files_come_back_as_they_were(shared: Path, tmp_path: Path, name: str) -> None:
    folder = shared / "eval" / "references" / "citation-file-formatting"
    files = [file for file in readers.files(folder) if file.suffix in {".ris", ".xml", ".csv", ".nbib"}]
    papers = [each for file in files for each in readers.read(file) if isinstance(each, Paper)]
    back = read_back(tmp_path / f"refs{WRITERS[name].suffix}", "".join(WRITERS[name].write(papers)))
    assert len(papers) > 60
    assert [as_kept(each) for each in back if isinstance(each, Paper)] == [as_kept(paper) for paper in papers]


@pytest.mark.parametrize("name", FORMATS)
def test_no_papers_make_a_file_without_records(name: str) -> None:
    assert "".join(WRITERS[name].write([])).split() in ([], ["[]"])


@pytest.mark.parametrize("name", FORMATS)
def test_papers_are_written_one_by_one(name: str) -> None:
    read = []

    def papers() -> Iterator[Paper]:
        for number in range(3):
            read.append(number)
            yield Paper(title=f"Paper {number}")

    first = next(WRITERS[name].write(papers()))
    assert "Paper 0" in first
    assert read == [0]


def test_the_suffix_of_a_file_tells_the_format() -> None:
    names = ["a.bib", "A.RIS", "a.json", "a.jsonl", "a.txt", "a"]
    assert [format_for(Path(name)) for name in names] == ["bibtex", "ris", "csl", "jsonl", "bibtex", "bibtex"]


# -- BibTeX --------------------------------------------------------------------------------------------

PAPER_ = Paper(
    title="LoRA & {BERT}: 100% of x_i",
    abstract='Say "hi".',
    authors=("Gödel, Kurt", "van der Berg, Anna", "Google Research"),
    year=2020,
    venue="Proc. of A&B",
    doi="10.1000/a_b",
    arxiv="2101.00001",
    key="müller:2020_a+b",
    id="müller:2020_a+b",
    kind="inproceedings",
    tags=("to read", "nlp"),
    extra={"pages": "1-10", "month": "jan", "keywords": "logic; proof"},
)


def test_an_entry_is_what_bibtex_users_write() -> None:
    assert entry(PAPER_) == (
        "@inproceedings{müller:2020_a+b,\n"
        "  author = {Gödel, Kurt and van der Berg, Anna and {Google Research}},\n"
        "  title = {{LoRA} \\& \\textbraceleft{}{BERT}\\textbraceright{}: 100\\% of x\\_i},\n"
        "  booktitle = {Proc. of A\\&B},\n"
        "  year = {2020},\n"
        "  doi = {10.1000/a_b},\n"
        "  eprint = {2101.00001},\n"
        "  archiveprefix = {arXiv},\n"
        "  pages = {1--10},\n"
        "  month = jan,\n"
        "  keywords = {logic; proof; to read; nlp},\n"
        "  mendeley-tags = {to read, nlp},\n"
        '  abstract = {Say "hi".},\n'
        "}\n"
    )


@pytest.mark.parametrize(
    ("kind", "field"),
    [("article", "journal"), ("inproceedings", "booktitle"), ("phdthesis", "school"), ("techreport", "institution"),
     ("book", "publisher"), ("online", "howpublished"), ("unheard", "journal")],
)  # fmt: skip
def test_the_venue_stands_where_the_type_of_entry_wants_it(kind: str, field: str) -> None:
    assert f"  {field} = {{Somewhere}},\n" in entry(Paper(title="T", venue="Somewhere", kind=kind, key="k", id="k"))


@pytest.mark.parametrize(
    ("title", "written"),
    [("Pre-training of BERT", "Pre-training of {BERT}"), ("GPT-3 and LLaMA", "{GPT-3} and {LLaMA}"),
     ("Ein Ding", "Ein Ding"), ("ALL CAPITALS HERE", "ALL CAPITALS HERE")],
)  # fmt: skip
def test_capitals_that_mean_something_are_kept_by_braces(title: str, written: str) -> None:
    assert f"  title = {{{written}}},\n" in entry(Paper(title=title, key="k", id="k"))


def test_names_written_in_the_order_of_speech_are_parted_for_the_bibliography() -> None:
    written = entry(Paper(title="T", authors=("Ada Lovelace", "Jan van der Doe"), key="k", id="k"))
    assert "  author = {Lovelace, Ada and van der Doe, Jan},\n" in written
    assert "  x-authors = {given first},\n" in written


@pytest.mark.parametrize("key", ["a b", "x{y", "a,b", "%", "@a", "=", '"q"', "a\\b"])
def test_a_key_that_bibtex_cannot_read_is_rewritten_and_kept_beside(tmp_path: Path, key: str) -> None:
    written = entry(Paper(title="T", key=key, id=key))
    opening = written.splitlines()[0]
    assert not set(opening.removeprefix("@article{").removesuffix(",")) & set(' {},%@="\\')
    (back,) = read_back(tmp_path / "refs.bib", written)
    assert isinstance(back, Paper)
    assert back.key == key


def test_braces_of_an_entry_are_balanced_whatever_it_says() -> None:
    written = entry(
        Paper(title="}{ }}", abstract="{{{", note="\\{", extra={"file": "}{", "annote": "}"}, key="k", id="}")
    )
    assert written.count("{") == written.count("}")


# -- RIS and CSL-JSON ----------------------------------------------------------------------------------


def test_a_reference_is_what_ris_users_expect() -> None:
    lines = reference(
        Paper(**{n: getattr(PAPER_, n) for n in PAPER_.__slots__} | {"title": "LoRA", "tags": ()})
    ).splitlines()
    assert lines[:12] == [
        "TY  - CONF", "ID  - müller:2020_a+b", "AU  - Gödel, Kurt", "AU  - van der Berg, Anna", "AU  - Google Research",
        "PY  - 2020", "TI  - LoRA", "T2  - Proc. of A&B", "SP  - 1", "EP  - 10", "DO  - 10.1000/a_b",
        "KW  - logic; proof",
    ]  # fmt: skip
    assert lines[12] == 'AB  - Say "hi".'
    assert lines[-1] == "ER  - "


def test_an_item_has_the_variables_of_csl() -> None:
    found = item(PAPER_)
    assert found["type"] == "paper-conference"
    assert found["id"] == found["citation-key"] == "müller:2020_a+b"
    assert found["author"][0] == {"family": "Gödel", "given": "Kurt"}
    assert found["author"][2] == {"literal": "Google Research"}
    assert found["issued"] == {"date-parts": [[2020]]}
    assert (found["page"], found["keyword"]) == ("1-10", "logic; proof; to read; nlp")
    assert set(found) - set(
        "id citation-key type title author container-title issued DOI page keyword abstract".split()
    ) == {"custom"}


def test_a_date_of_the_papers_year_is_written_whole() -> None:
    assert item(Paper(title="T", year=2020, extra={"date": "2020-05-09"}))["issued"] == {"date-parts": [[2020, 5, 9]]}
    assert item(Paper(title="T", year=2020, extra={"date": "2019-05"}))["issued"] == {"date-parts": [[2020]]}


# -- what is read of what stands beside ----------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    ["x-year = {soon}", "x-authors = {[1, 2]}", "x-title = {}", "x-extra = {[]}", 'x-tags = {"a"}', "x-kind = {}"],
)
def test_nonsense_beside_an_entry_is_passed_over(tmp_path: Path, line: str) -> None:
    (back,) = read_back(
        tmp_path / "refs.bib", f"@article{{k, title = {{T}}, author = {{Doe, J.}}, year = 2020, {line}}}"
    )
    assert back == Paper(title="T", authors=("Doe, J.",), year=2020, key="k", source="refs.bib")


def test_fields_of_the_users_own_that_begin_alike_stay(tmp_path: Path) -> None:
    (back,) = read_back(tmp_path / "refs.bib", "@article{k, title = {T}, x-rating = {5}}")
    assert isinstance(back, Paper)
    assert back.extra == {"x-rating": "5"}


def test_tags_of_mendeley_are_tags(tmp_path: Path) -> None:
    (back,) = read_back(tmp_path / "refs.bib", "@article{k, title = {T}, keywords = {a,b,c}, mendeley-tags = {b,c}}")
    assert isinstance(back, Paper)
    assert (back.tags, back.extra) == (("b", "c"), {"keywords": "a"})


def test_unicode_that_latex_composes_is_kept_as_it_was(tmp_path: Path) -> None:
    paper = Paper(title="Cafe\u0301 culture", key="k", id="k")
    assert not unicodedata.is_normalized("NFC", paper.title)
    (back,) = read_back(tmp_path / "refs.bib", entry(paper))
    assert isinstance(back, Paper)
    assert back.title == paper.title


def test_own_lines_are_read_without_a_guess(tmp_path: Path) -> None:
    paper = Paper(title="A <b>", abstract="Abstract: $x$", authors=("Doe, J",), key="k", id="i", extra={"a": "&amp;"})
    (line,) = WRITERS["jsonl"].write([paper])
    assert json.loads(line)["abstract"] == paper.abstract
    (back,) = read_back(tmp_path / "refs.jsonl", line)
    assert as_kept(back) == paper if isinstance(back, Paper) else pytest.fail(str(back))
