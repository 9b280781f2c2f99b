"""BibTeX: every field of a paper, broken entries, and the odd habits of reference managers."""

import logging
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.readers import bibtex, read
from store.readers.bibtex_portions import portions
from store.readers.fields import UNTITLED
from store.readers.source import Source
from store.records import Paper, Rejected

GOOD = "@book{good, title = {Good}}\n"


def bib(folder: Path, text: str) -> Path:
    path = folder / "library.bib"
    path.write_text(text, encoding="utf-8")
    return path


def records(folder: Path, text: str) -> tuple[list[Paper], list[Rejected]]:
    found = list(read(bib(folder, text)))
    papers = [record for record in found if isinstance(record, Paper)]
    return papers, [record for record in found if isinstance(record, Rejected)]


def entry(folder: Path, fields: str, kind: str = "article") -> Paper:
    (paper,), rejected = records(folder, f"@{kind}{{key, title = {{T}}, {fields}}}")
    assert not rejected
    return paper


def titles(folder: Path, text: str) -> list[str]:
    return [paper.title for paper in records(folder, text)[0]]


def test_all_fields_of_a_paper_are_read(tmp_path: Path) -> None:
    text = r"""
    @InProceedings{Goedel:1931,
      Title     = {On {F}ormally {\"U}ndecidable
                   Propositions},
      author    = "Kurt G{\"o}del and others",
      Abstract  = {About 50\% of it. And 50% more.},
      year      = 1931,
      booktitle = {Proc.\ of R\&D},
      publisher = {Springer},
      doi       = {https://doi.org/10.1234/AB\_C},
      url       = {https://a.org/x\_y},
      note      = {To appear},
      keywords  = {logic, proof},
      pages     = {1--10},
    }"""
    (paper,), rejected = records(tmp_path, text)
    assert not rejected
    assert paper == Paper(
        title="On Formally Ündecidable Propositions",
        abstract="About 50% of it. And 50% more.",
        authors=("Gödel, Kurt",),
        year=1931,
        venue="Proc. of R&D",
        doi="10.1234/ab_c",
        url="https://a.org/x_y",
        key="Goedel:1931",
        kind="inproceedings",
        note="To appear",
        source="library.bib",
        extra={"publisher": "Springer", "keywords": "logic, proof", "pages": "1-10"},
    )


@pytest.mark.parametrize(
    ("field", "authors"),
    [
        ("Donald E. Knuth", ("Knuth, Donald E.",)),
        ("Knuth, Donald E. and Lamport, Leslie", ("Knuth, Donald E.", "Lamport, Leslie")),
        ("Ludwig van Beethoven and others", ("van Beethoven, Ludwig",)),
        ("von Hicks, III, Michael", ("von Hicks, Michael, III",)),
        (
            "{World Health Organization} and {Barnes and Noble}",
            ("World Health Organization", "Barnes and Noble"),
        ),
        (r"M{\"u}ller, J{\"o}rg and {\O}stergaard, {\AA}se", ("Müller, Jörg", "Østergaard, Åse")),
        ("family=Hove, given=Ann, prefix=van, useprefix=true", ("van Hove, Ann",)),
        ("Smith, John; Doe, Jane", ("Smith, John", "Doe, Jane")),
        ("Ada Lovelace, Alan Turing, Kurt Gödel", ("Lovelace, Ada", "Turing, Alan", "Gödel, Kurt")),
        ("Plato", ("Plato",)),
        ("Smith,\n   John\n   and Doe, J.", ("Smith, John", "Doe, J.")),
        ("and", ("and",)),
        ("", ()),
    ],
)
def test_authors_are_written_family_first(tmp_path: Path, field: str, authors: tuple[str, ...]) -> None:
    assert entry(tmp_path, f"author = {{{field}}}").authors == authors


@pytest.mark.parametrize(
    ("fields", "year"),
    [
        ("year = 2016", 2016),
        ("year = {{2016}}", 2016),
        ("date = {2016-03-01}", 2016),
        ("year = {in press}, date = {2016/2017}", 2016),
        ("year = {c. 1850}", 1850),
        ("year = {12}", None),
        ("urldate = {2016-03-01}", None),
    ],
)
def test_the_year_comes_from_year_or_date(tmp_path: Path, fields: str, year: int | None) -> None:
    assert entry(tmp_path, fields).year == year


@pytest.mark.parametrize(
    ("fields", "venue"),
    [
        ("journal = {J}, publisher = {P}", "J"),
        ("journaltitle = {J}", "J"),
        ("booktitle = {B}, publisher = {P}", "B"),
        ("booktitle = {T}, publisher = {P}", "P"),
        ("eventtitle = {E}", "E"),
        ("school = {S}", "S"),
        ("howpublished = {Talk}", "Talk"),
        (r"howpublished = {\url{https://a.org}}", ""),
    ],
)
def test_the_venue_is_where_the_paper_appeared(tmp_path: Path, fields: str, venue: str) -> None:
    assert entry(tmp_path, fields).venue == venue


@pytest.mark.parametrize(
    ("fields", "arxiv"),
    [
        ("eprint = {2301.12345v2}, archiveprefix = {arXiv}", "2301.12345v2"),
        ("eprint = {arXiv:hep-th/9901001}, eprinttype = {arxiv}", "hep-th/9901001"),
        ("eprint = {2301.12345}", "2301.12345"),
        ("eprint = {23011234}, eprinttype = {pubmed}", ""),
        ("url = {https://arxiv.org/pdf/2301.12345.pdf}", "2301.12345"),
        ("doi = {10.48550/arXiv.2301.12345}", "2301.12345"),
        ("journal = {arXiv preprint arXiv:2301.12345}", "2301.12345"),
        ("journal = {CoRR}, volume = {abs/1409.0473}", "1409.0473"),
    ],
)
def test_an_arxiv_identifier_is_found_wherever_it_stands(tmp_path: Path, fields: str, arxiv: str) -> None:
    assert entry(tmp_path, fields).arxiv == arxiv


@pytest.mark.parametrize("doi", ["10.1234/ABC", "doi:10.1234/abc", "http://dx.doi.org/10.1234/abc", "{10.1234/abc}"])
def test_a_doi_has_one_form(tmp_path: Path, doi: str) -> None:
    assert entry(tmp_path, f"doi = {{{doi}}}").doi == "10.1234/abc"


def test_a_doi_is_taken_from_a_link_that_resolves_one_only(tmp_path: Path) -> None:
    assert entry(tmp_path, "url = {https://doi.org/10.1234/abc?x=1}").doi == "10.1234/abc"
    assert entry(tmp_path, "url = {https://publisher.org/doi/10.1234/abc/full}").doi == ""


def test_a_doi_that_is_none_is_kept_among_the_other_fields(tmp_path: Path) -> None:
    paper = entry(tmp_path, "doi = {not assigned}")
    assert (paper.doi, paper.extra["doi"]) == ("", "not assigned")


def test_a_subtitle_is_part_of_the_title(tmp_path: Path) -> None:
    assert entry(tmp_path, "subtitle = {A Study}").title == "T: A Study"


def test_strings_are_filled_in_and_joined(tmp_path: Path) -> None:
    strings = '@string{j = "Journal"} @String(JJ = j # { of Tests})\n'
    text = strings + '@article{k, title = "A " # jj # " x", month = jan}'
    (paper,), _ = records(tmp_path, text)
    assert paper.title == "A Journal of Tests x"
    assert paper.extra["month"] == "jan"


def test_strings_that_double_each_other_do_not_fill_the_memory(tmp_path: Path) -> None:
    doubling = "".join(f"@string{{s{n + 1} = s{n} # s{n}}}\n" for n in range(60))
    text = '@string{s0 = "xxxxxxxxxx"}\n' + doubling + "@article{k, title = s60}"
    assert len(titles(tmp_path, text)[0]) <= 10_000


def test_comments_and_preambles_are_no_entries(tmp_path: Path) -> None:
    text = """% Encoding: UTF-8
    @comment{jabref-meta: databaseType:biblatex;}
    @preamble{"\\newcommand{\\x}{y}"}
    Some words about john@a.org {unbalanced
    %@article{out, title = {Commented out},
    % year = 2000}
    """
    assert records(tmp_path, text + GOOD) == records(tmp_path, GOOD)


def test_a_field_that_is_commented_out_is_left_out(tmp_path: Path) -> None:
    paper = entry(tmp_path, "\n % year = {1999},\n % a remark\n pages = {3}")
    assert (paper.year, dict(paper.extra)) == (None, {"pages": "3"})


BROKEN = [
    ("@article{bad,\n title = {A {b},\n year = 2000\n}\n", "never closes its brace"),
    ('@article{bad,\n title = "A b,\n year = 2000\n}\n', "never closes its quotation mark"),
    ("@article{bad,\n title = {A}, year = 2000\n", "never closes its brace"),
    ("@article{bad,\n title {A}}\n", "not valid BibTeX"),
    ("@article{bad,\n year = 2000}\n", "no title"),
    ("@article{bad}\n", "no title"),
]


@pytest.mark.parametrize(("broken", "reason"), BROKEN)
def test_a_broken_entry_is_rejected_with_its_line_and_key(tmp_path: Path, broken: str, reason: str) -> None:
    papers, (rejected,) = records(tmp_path, GOOD + "\n" + broken + GOOD)
    assert [paper.title for paper in papers] == ["Good", "Good"]
    assert (rejected.file, rejected.where) == ("library.bib", "line 3 (bad)")
    assert reason in rejected.reason


@pytest.mark.parametrize("broken", [broken for broken, _ in BROKEN])
def test_a_broken_last_entry_is_rejected_too(tmp_path: Path, broken: str) -> None:
    papers, (rejected,) = records(tmp_path, GOOD + broken)
    assert len(papers) == 1
    assert rejected.where == "line 2 (bad)"


def test_a_file_that_ends_within_an_entry_says_so(tmp_path: Path) -> None:
    _, (rejected,) = records(tmp_path, GOOD + "@article{bad, title = {A title and th")
    assert "the file ends" in rejected.reason


def test_fields_behind_a_brace_closed_too_early_are_reported(tmp_path: Path) -> None:
    papers, (rejected,) = records(tmp_path, "@article{k, title = {A}},\n abstract = {Lost}\n}\n" + GOOD)
    assert [paper.title for paper in papers] == ["A", "Good"]
    assert "outside any entry" in rejected.reason


@pytest.mark.parametrize(
    "text",
    [
        "@article{a, title = {A}}@article{b, title = {B}}",
        "@article{a, title = {A}}\n@article{a, title = {B}}",
        "@article(a, title = {A})\n@ARTICLE {b , TITLE={B} , }",
        "@article{title = {A}}\n@article{,title = {B}}",
        "@article{a, title = {A}, , year = 2000}\n@article{b, title = {B},}",
        "@article{a, title = {A}, title = {A again}}\n@article{b, title = {}, title = {B}}",
        "@article{a, year = {2000}\n title = {A}}\n@article{b, title = {B}\n year = 2000\n}",
        "@article{a, title = {A}, file = {C:\\\\dir\\\\}}\n@article{b, title = {B}, file = {C:\\dir\\}}",
        "@article{a, title = A}\n@article{b, title = {B}, abstract = {me @ {home}, a@b.org}}",
    ],
    ids=["one-line", "same-key", "forms", "no-key", "commas", "fields", "no-comma", "backslash", "bare"],
)
def test_what_reference_managers_write_is_read(tmp_path: Path, text: str) -> None:
    papers, rejected = records(tmp_path, text)
    assert [paper.title for paper in papers] == ["A", "B"]
    assert not rejected


def test_a_missing_comma_loses_no_field(tmp_path: Path) -> None:
    paper = entry(tmp_path, 'journal = {J}\n year = 2000\n abstract = "About it."')
    assert (paper.venue, paper.year, paper.abstract) == ("J", 2000, "About it.")


def test_an_entry_takes_year_and_venue_from_its_crossref(tmp_path: Path) -> None:
    text = "@inproceedings{a, title = {A}, crossref = {conf}}\n@proceedings{conf, title = {Proc.}, year = 1999}"
    paper = records(tmp_path, text)[0][0]
    assert (paper.title, paper.venue, paper.year) == ("A", "Proc.", 1999)


DATA = """@article{a, title = {A}, xdata = {rolls, own}, publisher = {Mine}}
@article{b, title = {B}, xdata = rolls, journaltitle = {xdata=rolls-journaltitle}, location = {xdata = house-location}}
@set{both, entryset = {a,b}}
@XDATA{rolls, journaltitle = {J. Rolls}, xdata = {house, loop}}
@xdata{loop, xdata = {rolls}, issn = {1234-5678}}
@xdata{house, publisher = {Roll House}, location = {Oslo}}
@xdata{own, xdata = {own}, date = {2018-05}}
@book{vol, title = {The Volume}, xdata = {house}, year = {1999}, crossref = {vol}}
@incollection{c, title = {C}, crossref = {vol}}
@article{d, title = {D}, xdata = {nowhere}}
"""


def test_entries_take_over_data_however_it_is_nested_and_helpers_are_no_papers(tmp_path: Path) -> None:
    papers, rejected = records(tmp_path, DATA)
    assert not rejected
    assert [paper.key for paper in papers] == ["a", "b", "vol", "c", "d"]
    a, b, volume, c, d = papers
    assert (a.venue, a.year) == ("J. Rolls", 2018)
    assert a.extra == {"publisher": "Mine", "location": "Oslo", "issn": "1234-5678", "date": "2018-05"}
    assert (b.venue, b.extra["location"], b.extra["publisher"]) == ("J. Rolls", "Oslo", "Roll House")
    assert (volume.venue, c.venue, c.year, c.extra["publisher"]) == ("Roll House", "The Volume", 1999, "Roll House")
    assert d.extra == {"xdata": "nowhere"}


def test_data_that_names_itself_a_thousand_times_comes_to_an_end(tmp_path: Path) -> None:
    chain = "".join(f"@xdata{{x{n}, xdata = {{x{n + 1}, x{n + 2}, x{n - 1}}}, series = {{S}}}}\n" for n in range(1500))
    papers, rejected = records(tmp_path, chain + "@article{a, title = {A}, xdata = {x0}}")
    assert not rejected
    assert papers[0].extra["series"] == "S"


def test_an_entry_without_a_title_is_called_by_the_first_words_of_its_abstract(tmp_path: Path) -> None:
    (paper,), rejected = records(tmp_path, "@misc{a, abstract = {" + "We look at things. " * 9 + "}, note = {Draft}}")
    assert not rejected
    assert paper.title == "We look at things. We look at things. We look at things …"
    assert paper.note == f"Draft {UNTITLED}"


def test_a_file_path_keeps_its_backslashes(tmp_path: Path) -> None:
    assert entry(tmp_path, r"file = {:C\:\\Papers\\a_b.pdf:PDF}").extra["file"] == r":C\:\\Papers\\a_b.pdf:PDF"


def test_control_characters_do_not_survive(tmp_path: Path) -> None:
    paper = entry(tmp_path, "abstract = {a\x01b\x1b[31mc\u0085d}")
    assert paper.abstract == "ab[31mc d"


def test_five_thousand_entries_take_seconds(tmp_path: Path) -> None:
    abstract = r"We study $\alpha_{%d}$ in G{\"o}del's \emph{system} with 50\%% gain -- and more. " * 8
    one = '@article{k%d, title = {{D}eep %d}, author = {M{\\"u}ller, J. and Doe, J.}, abstract = {'
    text = "".join(one % (n, n) + abstract % ((n,) * 8) + "}}\n" for n in range(5000))
    start = time.process_time()
    assert len(titles(tmp_path, text)) == 5000
    assert time.process_time() - start < 20


def test_nothing_is_logged_about_what_is_reported_anyway(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        records(tmp_path, BROKEN[0][0] + GOOD)
    assert not caplog.records


FIELDS = ["title=", "author={", "year=", "crossref={a}", "and ", "&amp;"]
MARKS = [*'{}(),=\n"#$~ s%\x00\ud800', "\\", '\\"', "\\v", "--"]
PIECES = st.sampled_from(["@article{a,", "@string{s=", "@comment{", *FIELDS, *MARKS])


@settings(deadline=None, max_examples=400)
@given(pieces=st.lists(PIECES | st.text(max_size=3), max_size=40))
def test_no_text_makes_the_reader_fail(tmp_path_factory: pytest.TempPathFactory, pieces: list[str]) -> None:
    path = tmp_path_factory.getbasetemp() / "any.bib"
    path.write_bytes(("@article{k,title={T},author={" + "".join(pieces)).encode("utf-8", "surrogatepass"))
    for record in bibtex.read(Source(path)):
        assert isinstance(record, Rejected) or record.title
        str(record).encode("utf-8")


# -- files of any length -----------------------------------------------------------------------------


def long_file(tmp_path: Path, *, first: str = "", last: str = "") -> list[Paper | Rejected]:
    """A file of more than a megabyte, which is read in several portions, with something before and after."""
    filler = "word " * 800
    entry = f"  abstract = {{{filler}}},\n  crossref = {{vol}}\n}}\n"
    entries = (f"@article{{k{n},\n  title = {{Paper {n}}},\n{entry}" for n in range(320))
    file = tmp_path / "long.bib"
    file.write_text("".join([first, *entries, last]))
    assert file.stat().st_size > 1_200_000
    return list(read(file))


def test_a_long_file_is_read_in_portions_without_losing_or_doubling_an_entry(tmp_path: Path) -> None:
    found = long_file(tmp_path)
    assert [each.key for each in found if isinstance(each, Paper)] == [f"k{n}" for n in range(320)]


def test_strings_hold_for_a_whole_long_file_and_volumes_may_stand_at_its_end(tmp_path: Path) -> None:
    found = long_file(
        tmp_path,
        first="@string{here = {Somewhere}}\n",
        last="@article{last, title = {Last}, journal = here}\n@proceedings{vol, title = {The Volume}, year = {2001}}\n",
    )
    papers = {each.key: each for each in found if isinstance(each, Paper)}
    assert papers["last"].venue == "Somewhere"
    assert {(papers[f"k{n}"].venue, papers[f"k{n}"].year) for n in range(320)} == {("The Volume", 2001)}


def test_the_line_of_a_broken_entry_late_in_a_long_file_is_that_of_the_file(tmp_path: Path) -> None:
    found = long_file(tmp_path, last="@article{open, title = {Never closed\n")
    assert [each.where for each in found if isinstance(each, Rejected)] == [f"line {320 * 5 + 1} (open)"]


@given(st.text(alphabet="@a{}=\n ,%", max_size=60), st.integers(1, 12), st.integers(1, 20))
def test_portions_are_the_text_cut_before_entries_only(text: str, piece: int, size: int) -> None:
    pieces = [text[at : at + piece] for at in range(0, len(text), piece)]
    found = list(portions(pieces, size=size))
    assert "".join(portion for _, portion in found) == text
    assert all(portion.lstrip(" \t").startswith("@") for _, portion in found[1:])
    assert [line for line, _ in found] == [
        "".join(portion for _, portion in found[:place]).count("\n") for place in range(len(found))
    ]
