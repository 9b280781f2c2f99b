"""Tables: headers of many programs, separators, broken rows, and workbooks."""

import io
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from store.errors import UnreadableFile
from store.readers import read
from store.records import Paper, Rejected

HEADERS = {
    "zotero": ["Key", "Item Type", "Publication Year", "Author", "Title", "Publication Title", "DOI", "Abstract Note"],
    "scopus": ["Document Type", "Authors", "Title", "Year", "Source title", "DOI", "Abstract"],
    "web of science": ["Publication Type", "Author Full Names", "Article Title", "Source Title", "Publication Year",
                       "DOI", "Abstract"],
    "web of science, short": ["PT", "AF", "TI", "SO", "PY", "DI", "AB"],
    "ieee": ["Document Title", "Authors", "Publication Title", "Publication Year", "Abstract", "DOI"],
    "embase": ["Title", "Author Names", "Source title", "Publication Year", "Abstract", "DOI"],
    "lens": ["Lens ID", "Title", "Publication Year", "Source Title", "Author/s", "Abstract", "DOI"],
    "refworks": ["Reference Type", "Authors, Primary", "Title Primary", "Periodical Full", "Pub Year", "Abstract",
                 "DOI"],
    "general": ["title", "authors", "year", "journal", "doi", "abstract"],
}  # fmt: skip
PLACES = (("auth", "Post, Emil; Curie, Marie"), ("af", "Post, Emil; Curie, Marie"), ("year", "1999"), ("py", "1999"),
          ("pub year", "1999"),
          ("doi", "10.1234/Ab"), ("di", "10.1234/Ab"), ("abstract", "We look."), ("ab", "We look."),
          ("title primary", "A study"), ("article title", "A study"), ("document title", "A study"))  # fmt: skip
VENUES = ("publication title", "source title", "so", "periodical full", "journal")


def cell(header: str) -> str:
    plain = header.lower()
    if plain in VENUES:
        return "Things"
    if plain in {"title", "ti"}:
        return "A study"
    return next((text for start, text in PLACES if plain.startswith(start) or plain == f"publication {start}"), "x")


def row(*cells: str, mark: str = ",") -> str:
    return mark.join(f'"{each}"' if mark in each or '"' in each or "\n" in each else each for each in cells) + "\n"


def write(folder: Path, text: str, name: str = "refs.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("headers", HEADERS.values(), ids=HEADERS.keys())
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_the_columns_of_many_programs_are_known(tmp_path: Path, headers: list[str], mark: str) -> None:
    cells = [cell(header) for header in headers]
    (paper,) = read(write(tmp_path, row(*headers, mark=mark) + row(*cells, mark=mark), "refs.txt"))
    assert isinstance(paper, Paper)
    assert (paper.title, paper.abstract, paper.year) == ("A study", "We look.", 1999)
    assert (paper.authors, paper.venue, paper.doi) == (("Post, Emil", "Curie, Marie"), "Things", "10.1234/ab")


@pytest.mark.parametrize(
    ("authors", "read_as"),
    [
        ("Yang Z., Jiang B., McNamara M.E.", ("Yang, Z.", "Jiang, B.", "McNamara, M.E.")),
        ("Post, E., Curie, M.-S., Gödel, K.", ("Post, E.", "Curie, M.-S.", "Gödel, K.")),
        ("Griffin DK, O'Connor RE.", ("Griffin, DK", "O'Connor, RE")),
        ("Post, E. and Curie, M.", ("Post, E.", "Curie, M.")),
        ("Emil Post|Marie Curie", ("Emil Post", "Marie Curie")),
        (
            "Wilson, Lauren N. (58975547800); Gardner, Jacob D. (57190394669)",
            ("Wilson, Lauren N.", "Gardner, Jacob D."),
        ),
        ("Joseph Rottman, Erran Carmel, Mary Lacity", ("Joseph Rottman", "Erran Carmel", "Mary Lacity")),
        ("Post,null;Curie, Marie; ", ("Post", "Curie, Marie")),
    ],
)
def test_authors_are_told_apart(tmp_path: Path, authors: str, read_as: tuple[str, ...]) -> None:
    (paper,) = read(write(tmp_path, row("Title", "Authors", "Year") + row("A", authors, "1999")))
    assert isinstance(paper, Paper)
    assert paper.authors == read_as


def test_full_names_go_before_initials(tmp_path: Path) -> None:
    header = row("Authors", "Author full names", "Title")
    (paper,) = read(write(tmp_path, header + row("Post E.", "Post, Emil (570001)", "A")))
    assert isinstance(paper, Paper)
    assert paper.authors == ("Post, Emil",)


def test_lines_before_the_header_and_rulers_and_blank_rows_are_passed_over(tmp_path: Path) -> None:
    text = '"SEARCH QUERY","title: things"\n-----\n\n"Title","Author Names","Year"\n,,\n"A","Post E.","1999"\n\n'
    (paper,) = read(write(tmp_path, text))
    assert isinstance(paper, Paper)
    assert (paper.title, paper.authors) == ("A", ("Post, E.",))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings_and_line_ends_make_no_difference(tmp_path: Path, encoding: str) -> None:
    text = "Title;Autor;Author;Year\r\nWärme;x;Müller, J.;1999\r\n"
    (paper,) = read(write(tmp_path, text, encoding=encoding))
    assert isinstance(paper, Paper)
    assert (paper.title, paper.authors) == ("Wärme", ("Müller, J.",))


def test_a_cell_may_hold_lines_quotes_and_formulas(tmp_path: Path) -> None:
    text = 'Title,Abstract,ISSN,Pages\n"A ""good"" one","Two\nlines, here",="12345678",=""\n'
    (paper,) = read(write(tmp_path, text))
    assert isinstance(paper, Paper)
    assert (paper.title, paper.abstract) == ('A "good" one', "Two lines, here")
    assert paper.extra == {"issn": "12345678"}


def test_an_arxiv_identifier_may_stand_among_zotero_s_extras(tmp_path: Path) -> None:
    (paper,) = read(write(tmp_path, row("Title", "Author", "Extra") + row("A", "Post, E.", "arXiv:2301.12345 [cs]")))
    assert isinstance(paper, Paper)
    assert (paper.arxiv, paper.extra["extra"]) == ("2301.12345", "arXiv:2301.12345 [cs]")


def test_what_has_no_column_of_its_own_is_kept(tmp_path: Path) -> None:
    header = row("Title", "PMID", "Start Page", "End Page", "Manual Tags", "My Column")
    (paper,) = read(write(tmp_path, header + row("A", "123", "5", "9", "mine", "yes")))
    assert isinstance(paper, Paper)
    assert paper.extra == {"pmid": "123", "pages": "5-9", "keywords": "mine", "mycolumn": "yes"}


@pytest.mark.parametrize(
    ("type_", "kind"),
    [("journalArticle", "article"), ("Conference Paper", "inproceedings"), ("bookSection", "incollection"),
     ("Thesis", "phdthesis"), ("book", "book"), ("", "article")],
)  # fmt: skip
def test_the_type_is_that_of_bibtex(tmp_path: Path, type_: str, kind: str) -> None:
    (paper,) = read(write(tmp_path, row("Item Type", "Title", "Year") + row(type_, "A", "1999")))
    assert isinstance(paper, Paper)
    assert paper.kind == kind


@pytest.mark.parametrize(("bad", "reason"), [(",,1999", "no title"), ("A,B,1999,2000,more", "more columns")])
def test_a_bad_row_is_rejected_and_the_others_go_on(tmp_path: Path, bad: str, reason: str) -> None:
    first, rejected, last = read(write(tmp_path, f"Title,Authors,Year\nA,B,1\n{bad}\nC,D,2\n"))
    assert [first.title, last.title] == ["A", "C"]  # type: ignore[union-attr]
    assert isinstance(rejected, Rejected)
    assert rejected.where == "line 3"
    assert reason in rejected.reason


def test_a_cell_without_end_is_rejected(tmp_path: Path) -> None:
    text = "Title,Authors,Year\nA,B,1\n" + 'C,"' + "x" * 1_200_000 + "\nD,E,2\n"
    first, rejected, last = read(write(tmp_path, text))
    assert [first.title, last.title] == ["A", "D"]  # type: ignore[union-attr]
    assert isinstance(rejected, Rejected)
    assert rejected.where == "line 3"


def test_a_long_table_is_read_in_bounded_memory(tmp_path: Path) -> None:
    path = write(tmp_path, "Title,Abstract\n" + ("T," + "word" * 1250 + "\n") * 1500)
    tracemalloc.start()
    assert sum(1 for _ in read(path)) == 1500
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < path.stat().st_size / 3


# -- workbooks -------------------------------------------------------------------------------

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def workbook(folder: Path, rows: str, strings: str = "", name: str = "refs.xlsx") -> Path:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/workbook.xml", f"<workbook {MAIN}/>")
        book.writestr("xl/worksheets/sheet1.xml", f"<worksheet {MAIN}><sheetData>{rows}</sheetData></worksheet>")
        book.writestr("xl/sharedStrings.xml", f"<sst {MAIN}>{strings}</sst>")
    path = folder / name
    path.write_bytes(packed.getvalue())
    return path


STRINGS = "<si><t>Title</t></si><si><r><t>Ye</t></r><r><t>ar</t></r></si><si><t>A &amp; B_x000D_</t></si>"
HEADER = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" t="s"><v>1</v></c></row>'


@pytest.mark.parametrize("year", ["<v>1999</v>", "<v>1999.0</v>", "<v>36161</v>"])
def test_a_workbook_is_read_with_its_numbers_and_dates(tmp_path: Path, year: str) -> None:
    rows = f'<row r="4"><c r="A4" t="s"><v>2</v></c><c r="C4">{year}</c></row>'
    (paper,) = read(workbook(tmp_path, HEADER + rows, STRINGS))
    assert isinstance(paper, Paper)
    assert (paper.title, paper.year, paper.source) == ("A & B", 1999, "refs.xlsx")


def test_text_may_stand_in_the_cell_itself(tmp_path: Path) -> None:
    rows = '<row><c t="inlineStr"><is><t>A</t></is></c><c/><c t="str"><v>2001</v></c></row><row><c/></row>'
    (paper,) = read(workbook(tmp_path, HEADER + rows, STRINGS, name="refs.bib"))
    assert isinstance(paper, Paper)
    assert (paper.title, paper.year) == ("A", 2001)


def test_a_row_without_a_title_is_rejected_with_its_number(tmp_path: Path) -> None:
    rows = '<row r="7"><c r="C7"><v>1999</v></c></row>'
    assert list(read(workbook(tmp_path, HEADER + rows, STRINGS))) == [
        Rejected("refs.xlsx", "row 7", "the record has no title")
    ]


@pytest.mark.parametrize("value", ["99", "-1", "x", ""])
def test_a_string_that_is_not_there_is_empty(tmp_path: Path, value: str) -> None:
    (record,) = read(
        workbook(tmp_path, HEADER + f'<row><c r="A2" t="s"><v>{value}</v></c><c r="C2"><v>1</v></c></row>', STRINGS)
    )
    assert isinstance(record, Rejected)


def test_a_workbook_without_a_table_of_papers_says_so(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="no sheet"):
        list(read(workbook(tmp_path, '<row><c t="inlineStr"><is><t>Hello</t></is></c></row>')))
