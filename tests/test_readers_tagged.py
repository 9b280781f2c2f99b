"""MEDLINE, Web of Science and refer text."""

from pathlib import Path

import pytest

from store.readers import read
from store.records import Paper, Rejected

MEDLINE = """
PMID- 123456
OWN - NLM
STAT- MEDLINE
IS  - 1234-5678 (Print)
VI  - 7
IP  - 2
DP  - 1999 Mar-Apr
TI  - A study of things in two
      lines.
PG  - 12-19
LID - S0-1 [pii]
LID - 10.1234/things.7 [doi]
AB  - BACKGROUND: We look at things. RESULTS: There
      are many.
FAU - Post, Emil L
AU  - Post EL
FAU - Curie, Marie
AU  - Curie M
JT  - Journal of things
TA  - J Things
OT  - thing
MH  - Objects/*analysis
PMC - PMC99

PMID- 123457
TI  - A book chapter et al.
AU  - Post EL

OWN - ERIC
TI  - From another house
AU  - Smith, Tom
AID - http://dx.doi.org/10.1000/12345
DP  - 2000
"""

WEB_OF_SCIENCE = """FN Clarivate Analytics Web of Science
VR 1.0
PT J
AU Post, EL
   Curie, M
AF Post, Emil Leon
   Curie, Marie
TI A study of things
   in two lines
SO JOURNAL OF THINGS
DE thing; object
AB We look at things
   and count them.
PY 1999
VL 7
IS 2
BP 12
EP 19
DI 10.1234/things.7
PM 123456
UT WOS:0001
ER

PT C
AU Solo, A
TI Alone
SO PROCEEDINGS
PY 2001
ER

EF
"""

REFER = """%0 Journal Article
%A Post, Emil L.
%A Curie, Marie
%T A study of things
%J Journal of Things
%D 1999
%X We look at things.

They are many.
%R 10.1234/things.7
%P 12-19
%K thing
object
%F post99

%T A title before its type
%0 Conference Paper
%A Solo, A.
%B Proceedings of Things
%D 2001
"""


def write(folder: Path, text: str, name: str = "refs.txt") -> Path:
    path = folder / name
    path.write_text(text)
    return path


def papers(folder: Path, text: str, name: str = "refs.txt") -> list[Paper]:
    records = list(read(write(folder, text, name)))
    assert all(isinstance(record, Paper) for record in records)
    return [record for record in records if isinstance(record, Paper)]


@pytest.mark.parametrize("name", ["a.nbib", "a.ris", "a.txt"])
def test_medline_text_is_read_under_any_name(tmp_path: Path, name: str) -> None:
    first, second, third = papers(tmp_path, MEDLINE, name)
    assert first == Paper(
        title="A study of things in two lines",
        abstract="BACKGROUND: We look at things. RESULTS: There are many.",
        authors=("Post, Emil L", "Curie, Marie"),
        year=1999,
        venue="Journal of things",
        doi="10.1234/things.7",
        source=name,
        extra=first.extra,
    )
    wanted = {"pmid": "123456", "pages": "12-19", "volume": "7", "number": "2", "keywords": "thing", "pmcid": "PMC99"}
    assert wanted.items() <= first.extra.items()
    assert first.extra["date"] == "1999 Mar-Apr"
    assert (second.title, second.authors) == ("A book chapter et al.", ("Post, EL",))
    assert (third.title, third.doi, third.year) == ("From another house", "10.1000/12345", 2000)


def test_web_of_science_text_is_read(tmp_path: Path) -> None:
    first, second = papers(tmp_path, WEB_OF_SCIENCE)
    assert (first.title, first.abstract) == ("A study of things in two lines", "We look at things and count them.")
    assert (first.authors, first.year) == (("Post, Emil Leon", "Curie, Marie"), 1999)
    assert (first.venue, first.doi, first.kind) == ("JOURNAL OF THINGS", "10.1234/things.7", "article")
    wanted = {"pmid": "123456", "pages": "12-19", "keywords": "thing; object", "ut": "WOS:0001"}
    assert wanted.items() <= first.extra.items()
    assert (second.title, second.kind, second.year) == ("Alone", "inproceedings", 2001)


def test_refer_text_is_read_with_the_title_before_or_after_the_type(tmp_path: Path) -> None:
    first, second = papers(tmp_path, REFER)
    assert first == Paper(
        title="A study of things",
        abstract="We look at things. They are many.",
        authors=("Post, Emil L.", "Curie, Marie"),
        year=1999,
        venue="Journal of Things",
        doi="10.1234/things.7",
        key="post99",
        source="refs.txt",
        extra={"pages": "12-19", "keywords": "thing, object"},
    )
    assert (second.title, second.kind, second.venue) == (
        "A title before its type",
        "inproceedings",
        "Proceedings of Things",
    )


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("PMID- 1\nTI  - A\n\nPMID- 2\nAU  - B C\n\nPMID- 3\nTI  - D\n", "line 4"),
        ("FN X\nPT J\nTI A\nER\n\nPT J\nAU B, C\nER\n\nPT J\nTI D\nER\n", "line 6"),
        ("%0 Book\n%A X, Y\n%T A\n\n%0 Book\n%A B, C\n\n%0 Book\n%T D\n", "line 5"),
    ],
    ids=["medline", "web of science", "refer"],
)
def test_a_record_without_a_title_is_rejected_and_the_others_go_on(tmp_path: Path, text: str, line: str) -> None:
    first, bad, last = read(write(tmp_path, text))
    assert [first.title, last.title] == ["A", "D"]  # type: ignore[union-attr]
    assert bad == Rejected("refs.txt", line, "the record has no title")


def test_a_title_is_taken_from_the_book_where_there_is_no_other(tmp_path: Path) -> None:
    (paper,) = papers(tmp_path, "PMID- 1\nBTI - A whole book.\nAB  - About it.\n")
    assert (paper.title, paper.kind) == ("A whole book", "book")
