"""RIS: the fields, and what programs leave out or write differently."""

from pathlib import Path

import pytest

from store.readers import read
from store.records import Paper, Rejected

RECORD = """TY  - JOUR
AU  - Lovelace, Ada
A1  - Lovelace, Ada
AU  - Babbage, Charles
TI  - Notes on the <i>Analytical</i> Engine
T2  - Scientific Memoirs
AB  - Abstract: We weave algebraic patterns.
PY  - 1843/09//
DO  - https://doi.org/10.1234/ABC.5
SP  - 666
EP  - 731
KW  - engines
KW  - algebra
SN  - 1234-5678
ID  - Lovelace1843
C1  - a note of one's own
ER  -
"""


def records(folder: Path, text: str, name: str = "refs.ris", encoding: str = "utf-8") -> list[Paper | Rejected]:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return list(read(path))


def titles(folder: Path, text: str) -> list[str]:
    return [record.title if isinstance(record, Paper) else record.reason for record in records(folder, text)]


def test_all_fields_of_a_reference_are_read(tmp_path: Path) -> None:
    assert records(tmp_path, RECORD) == [
        Paper(
            title="Notes on the Analytical Engine",
            abstract="We weave algebraic patterns.",
            authors=("Lovelace, Ada", "Babbage, Charles"),
            year=1843,
            venue="Scientific Memoirs",
            doi="10.1234/abc.5",
            key="Lovelace1843",
            source="refs.ris",
            extra={
                "pages": "666-731",
                "keywords": "engines, algebra",
                "issn": "1234-5678",
                "py": "1843/09//",
                "c1": "a note of one's own",
            },
        )
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends_make_no_difference(tmp_path: Path, encoding: str, end: str) -> None:
    text = "TY  - JOUR\nTI  - Über Wärme\nAU  - Müller, Jürgen\nER  - \n".replace("\n", end)
    (paper,) = records(tmp_path, text, encoding=encoding)
    assert isinstance(paper, Paper)
    assert (paper.title, paper.authors) == ("Über Wärme", ("Müller, Jürgen",))


@pytest.mark.parametrize(
    "text",
    [
        "TY  - JOUR\nTI  - One\nTY  - JOUR\nTI  - Two\n",  # no end of a record
        "TI  - One\nAU  - A, B\nPY  - 2000\nER  - \nTI  - Two\nAU  - A, B\nER  - \n",  # no type
        "AU  - A, B\nTI  - One\nPY  - 2000\n\nAU  - C, D\nTI  - Two\nPY  - 2001\n",  # neither
        "1.\nTY  - JOUR\nT1  - One\nER  - \n\n2.\nTY  - JOUR\nT1  - Two\nER  - \n",  # numbered
        "TY  -  JOUR\nTI  -  One\nER  -\n\nProvider: X\n\nTY  -  JOUR\nTI  -  Two\nER  -\n",  # wide
        "TY - JOUR\nTI - One\nER -\nTY - JOUR\nTI - Two\nER -\n",  # narrow
        "ID  - 1\nTY  - JOUR\nTI  - One\n\nID  - 2\nTY  - JOUR\nTI  - Two\n",  # something before the type
        "TY  - JOUR\nTI  - One\nAB  - Text\n\nof two paragraphs\nER  - \nTY  - JOUR\nTI  - Two",  # cut off
    ],
)
def test_records_are_told_apart_whatever_is_missing(tmp_path: Path, text: str) -> None:
    assert titles(tmp_path, text) == ["One", "Two"]


def test_lines_that_go_on_belong_to_their_field(tmp_path: Path) -> None:
    (paper,) = records(
        tmp_path,
        "TY  - JOUR\nTI  - A title\n that goes on\nAB  - First.\n\nSecond.\nKW  - a\nb\nAU  - A, B\nC, D\nER  - \n",
    )
    assert isinstance(paper, Paper)
    assert (paper.title, paper.abstract) == ("A title that goes on", "First. Second.")
    assert (paper.extra["keywords"], paper.authors) == ("a, b", ("A, B", "C, D"))


def test_of_two_abstracts_the_longer_is_taken_and_another_text_is_kept(tmp_path: Path) -> None:
    (paper,) = records(tmp_path, "TY  - JOUR\nTI  - A\nN2  - Short of it.\nAB  - The whole of the text.\nER  - \n")
    assert isinstance(paper, Paper)
    assert (paper.abstract, paper.extra) == ("The whole of the text.", {"n2": "Short of it."})
    (same,) = records(tmp_path, "TY  - JOUR\nTI  - A\nN2  - Cut off.\nAB  - Cut off. Not.\nER  - \n")
    assert isinstance(same, Paper)
    assert (same.abstract, same.extra) == ("Cut off. Not.", {})


@pytest.mark.parametrize(
    ("lines", "field", "value"),
    [
        ("Y1  - 4-8 Aug. 2020", "year", 2020),
        ("PY  - Start date: 20170812", "year", 2017),
        ("DA  - 2019///", "year", 2019),
        ("M3  - doi:10.1011/hea4", "doi", "10.1011/hea4"),
        ("N1  - 10.1011/hea4", "doi", "10.1011/hea4"),
        ("N1  - Erratum for doi:10.1011/hea4, see there", "doi", ""),
        ("L2  - http://dx.doi.org/10.1038/s41(02)9-3", "doi", "10.1038/s41(02)9-3"),
        ("UR  - https://arxiv.org/abs/2301.12345v2", "arxiv", "2301.12345v2"),
        ("DO  - 10.48550/arXiv.2301.12345", "arxiv", "2301.12345"),
        ("AU  - Brownstein C D", "authors", ("Brownstein, C D",)),
        ("AU  - van den Hoven,null", "authors", ("van den Hoven",)),
        ("AU  - Nct,", "authors", ("Nct",)),
        ("AU  - Post, E.\nAU  - et al.", "authors", ("Post, E.",)),
        ("JO  - J. Ex.\nJF  - Journal of Examples", "venue", "Journal of Examples"),
        ("UR  - https://a.org/b     U2  - L20", "url", "https://a.org/b"),
    ],
)
def test_fields_are_found_where_programs_put_them(tmp_path: Path, lines: str, field: str, value: object) -> None:
    (paper,) = records(tmp_path, f"TY  - JOUR\nTI  - A\n{lines}\nER  - \n")
    assert getattr(paper, field) == value


@pytest.mark.parametrize("lines", ["PMID - 12345", "C3  - PUBMED 12345", "DB  - MEDLINE\nAN  - 12345"])
def test_the_pubmed_identifier_is_found(tmp_path: Path, lines: str) -> None:
    (paper,) = records(tmp_path, f"TY  - JOUR\nTI  - A\n{lines}\nER  - \n")
    assert isinstance(paper, Paper)
    assert paper.extra["pmid"] == "12345"


def test_the_number_of_another_database_is_no_pubmed_identifier(tmp_path: Path) -> None:
    (paper,) = records(tmp_path, "TY  - JOUR\nTI  - A\nDB  - Embase\nAN  - 12345\nC3  - 24 pages\nER  - \n")
    assert isinstance(paper, Paper)
    assert "pmid" not in paper.extra


@pytest.mark.parametrize(
    ("type_", "kind"),
    [("JOUR", "article"), ("CONF", "inproceedings"), ("CHAP", "incollection"), ("THES", "phdthesis"), ("X", "article")],
)
def test_the_type_is_that_of_bibtex(tmp_path: Path, type_: str, kind: str) -> None:
    (paper,) = records(tmp_path, f"TY  - {type_}\nTI  - A\nER  - \n")
    assert isinstance(paper, Paper)
    assert paper.kind == kind


def test_a_reference_without_a_title_is_rejected_with_its_line(tmp_path: Path) -> None:
    first, bad, last = records(
        tmp_path, "TY  - JOUR\nTI  - A\nER  - \n\nTY  - JOUR\nAU  - B, C\nER  - \nTY  - JOUR\nTI  - D\nER  - \n"
    )
    assert isinstance(first, Paper)
    assert isinstance(last, Paper)
    assert bad == Rejected("refs.ris", "line 5", "the record has no title")
