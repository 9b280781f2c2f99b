"""The door to the readers: choosing one, encodings, and files that cannot be read at all."""

import json
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.errors import UnreadableFile
from store.readers import files, formats, read
from store.readers.fields import UNTITLED, untitled
from store.records import Paper, Rejected
from store.writers import bibtex, csl, jsonl, ris

REFERENCES = Path(__file__).parents[1].parent / "shared" / "eval" / "references"

ENTRY = "@article{{key, title = {{{title}}}, year = {{2020}}}}\n"
LINE = '{"id": "7", "title": "A paper"}\n'
PAGE = "A paper on pages\n" + "We study pages and what is in them. " * 12 + "\n"


def write(folder: Path, name: str, content: str | bytes, encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def titles(path: Path) -> list[str]:
    return [record.title for record in read(path) if isinstance(record, Paper)]


@pytest.mark.parametrize("content", [ENTRY.format(title="A paper"), LINE, PAGE], ids=["bib", "jsonl", "page"])
@pytest.mark.parametrize("name", ["x.bib", "x.jsonl", "x.txt", "x"])
def test_the_content_decides_and_not_the_name(tmp_path: Path, name: str, content: str) -> None:
    (title,) = titles(write(tmp_path, name, content))
    assert title.startswith("A paper")


def test_every_paper_knows_the_name_of_its_file(tmp_path: Path) -> None:
    (paper,) = read(write(tmp_path, "thesis.bib", ENTRY.format(title="A paper")))
    assert isinstance(paper, Paper)
    assert paper.source == "thesis.bib"


def test_a_file_name_that_is_not_utf8_becomes_a_source_that_can_be_stored(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.bib"))
    try:
        path.write_text(ENTRY.format(title="A paper"))
    except OSError:
        pytest.skip("this file system takes no such names")
    (paper,) = read(path)
    assert isinstance(paper, Paper)
    assert paper.source.encode("utf-8")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252", "latin-1"])
def test_western_text_reads_the_same_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    title = "Über die spezifische Wärme, señor"
    assert titles(write(tmp_path, "a.bib", ENTRY.format(title=title), encoding)) == [title]


@pytest.mark.parametrize(
    ("encoding", "title"),
    [
        ("cp1251", "Исследование свойств материалов при высокой температуре"),
        ("gb18030", "基于深度学习的图像识别方法研究及其在医学中的应用"),
        ("shift_jis", "深層学習による画像認識の研究について述べる"),
    ],
)
def test_other_scripts_are_recognised(tmp_path: Path, encoding: str, title: str) -> None:
    assert titles(write(tmp_path, "a.bib", ENTRY.format(title=title) * 3, encoding)) == [title] * 3


def test_a_stray_windows_byte_does_not_spoil_a_utf8_file(tmp_path: Path) -> None:
    good = ENTRY.format(title="Schrödinger Ångström").encode()
    stray = ENTRY.format(title="Müller").encode("cp1252")
    assert titles(write(tmp_path, "a.bib", good * 3 + stray)) == ["Schrödinger Ångström"] * 3 + ["Müller"]


def test_windows_line_ends_are_no_part_of_the_text(tmp_path: Path) -> None:
    content = (ENTRY.format(title="One\nPaper") + LINE).replace("\n", "\r\n")
    assert titles(write(tmp_path, "a.bib", content)) == ["One Paper"]
    assert titles(write(tmp_path, "a.jsonl", LINE.replace("\n", "\r\n") * 2)) == ["A paper"] * 2
    (page,) = read(write(tmp_path, "a.txt", PAGE.replace("\n", "\r\n")))
    assert isinstance(page, Paper)
    assert page.abstract == PAGE.split("\n")[1].strip()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty"),
        (b" \n\n\xef\xbb\xbf", "empty"),
        (b"\x7fELF\x02\x01\x00\x00\x00", "not a text file"),
        (b"Some text, then a hole: \0 and more", "not a text file"),
        (b"%PDF-1.7\n", "not a text file"),
        (b"\x1f\x8b\x08abc", "damaged"),
        (b"PK\x03\x04abc", "damaged"),
        (b"BZh9abc", "not a text file"),
        (bytes(range(1, 32)) * 4, "not a text file"),
        (b"Dear colleague,\nsee you on Monday.\n", "no known format"),
        (b"<html><body>" + b"long words " * 80, "no known format"),
        (b"Name,Street,Town\n" + b'"A","B","' + b"We study it. " * 40 + b'"\n', "no known format"),
        (b"Item:\n  title: A\n  text: " + b"We study it. " * 40 + b"\n", "no known format"),
    ],
)
def test_a_file_that_cannot_be_read_says_why_and_what_to_do(tmp_path: Path, content: bytes, message: str) -> None:
    with pytest.raises(UnreadableFile, match=message) as caught:
        list(read(write(tmp_path, "file.dat", content)))
    assert "file.dat" in str(caught.value)
    assert caught.value.hint


def test_an_unknown_format_names_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile) as caught:
        read(write(tmp_path, "a.txt", "hello"))
    assert all(known in caught.value.hint for known in formats())


def test_a_file_can_be_shown_under_another_name(tmp_path: Path) -> None:
    path = write(tmp_path, "tmp8x3k", ENTRY.format(title="A paper"))
    (paper,) = read(path, name="standard input")
    assert isinstance(paper, Paper)
    assert paper.source == "standard input"
    with pytest.raises(UnreadableFile, match=r"^standard input is empty"):
        read(write(tmp_path, "tmp8x3k", ""), name="standard input")


def test_of_a_folder_all_files_that_may_hold_references_are_named(tmp_path: Path) -> None:
    wanted = ["a.bib", "b/c.ris", "b/d/README", "z.txt"]
    for name in [*wanted, ".hidden.bib", ".git/x.bib", "b/paper.pdf", "b/page.html", "~$open.xlsx"]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        write(tmp_path, name, "text")
    os.mkfifo(tmp_path / "pipe")
    found = [str(path.relative_to(tmp_path)) for path in files(tmp_path)]
    assert sorted(found) == wanted
    assert list(files(tmp_path / "b/paper.pdf")) == [tmp_path / "b/paper.pdf"]
    assert list(files(tmp_path / "none")) == [tmp_path / "none"]


def test_a_missing_file_a_folder_and_a_pipe_are_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name, message in [
        ("none.bib", "does not exist"),
        ("", "is a folder"),
        ("pipe", "not a regular file"),
    ]:
        with pytest.raises(UnreadableFile, match=message):
            read(tmp_path / name)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, "a.bib", ENTRY)
    path.chmod(0)
    with pytest.raises(UnreadableFile, match="may not be read"):
        read(path)


def test_a_file_that_vanishes_while_it_is_read_is_an_expected_failure(tmp_path: Path) -> None:
    path = write(tmp_path, "a.jsonl", LINE)
    records = read(path)
    path.unlink()
    with pytest.raises(UnreadableFile, match="does not exist"):
        list(records)


@settings(deadline=None, max_examples=150)
@given(content=st.binary(max_size=400))
def test_no_bytes_whatever_cause_a_traceback(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "bytes.dat"
    path.write_bytes(content)
    with suppress(UnreadableFile):
        assert all(isinstance(record, Paper | Rejected) for record in read(path))


@pytest.mark.skipif(not REFERENCES.is_dir(), reason="the reference files lie outside the repository")
def test_the_files_of_bug_reports_are_read_without_a_traceback() -> None:
    papers, rejected = 0, []
    for path in sorted(REFERENCES.rglob("*.bib")):
        for record in read(path):
            if isinstance(record, Paper):
                papers += 1
                assert record.title
            else:
                rejected.append(record)
    assert papers > 11_500
    assert len(rejected) < 100


def test_the_same_ten_papers_from_many_programs_are_ten_papers(shared: Path) -> None:
    folder = shared / "eval" / "references" / "citation-file-formatting" / "Datasets"
    names = "RIS/_baseline_{}.ris zotero mendeley endnote refworks rayyan eppireviewer embase"
    pattern, *programs = names.split()
    tables = [
        "CSV/_baseline_zotero.csv",
        "CSV/_baseline_embase.csv",
        "CSV/_baseline_excel.csv",
        "XLSX/_baseline_embase.xlsx",
    ]
    said = set()
    for name in [*(pattern.format(program) for program in programs), *tables]:
        papers = [record for record in read(folder / name) if isinstance(record, Paper)]
        assert len(papers) == 10
        said |= {(p.title, p.year, p.authors[0].partition(",")[0], p.doi, p.abstract[:200]) for p in papers}
    assert len(said) == 10


@pytest.mark.parametrize(
    "content", ["@comment{nothing but a comment, here}\n@string{a = {b}}\n", "Title,Authors,Year\n", '{"items": []}']
)
def test_a_file_without_a_record_says_so(tmp_path: Path, content: str) -> None:
    with pytest.raises(UnreadableFile, match="holds no record") as caught:
        list(read(write(tmp_path, "a.txt", content)))
    assert caught.value.hint.startswith("It was read as")


# -- records with an abstract and no title ---------------------------------------------------------

ABSTRACT = "Moths came to lamps in all of the nine villages that we visited, and stayed there until dawn."
OPENING = "Moths came to lamps in all of the nine villages that we …"
WITHOUT_A_TITLE = {
    "a.bib": f"@article{{k, year = 1999, abstract = {{{ABSTRACT}}}}}",
    "a.ris": f"TY  - JOUR\nPY  - 1999\nAB  - {ABSTRACT}\nER  - \n",
    "a.nbib": f"PMID- 1\nDP  - 1999\nAB  - {ABSTRACT}\n",
    "a.ciw": f"FN x\nPT J\nPY 1999\nAB {ABSTRACT}\nER\n\nEF\n",
    "a.csv": f'Title,Abstract,Year\n,"{ABSTRACT}",1999\n',
    "b.csv": f'Year,Abstract\n1999,"{ABSTRACT}"\n',
    "c.csv": f'Title,Abstract,Year\n[No title available],"{ABSTRACT}",1999\n',
    "a.jsonl": json.dumps({"abstract": ABSTRACT, "year": 1999}),
    "b.jsonl": json.dumps(Paper("", abstract=ABSTRACT, year=1999).as_json()),
    "csl.json": json.dumps([{"type": "book", "issued": {"date-parts": [[1999]]}, "abstract": ABSTRACT}]),
    "zotero.json": json.dumps({"items": [{"itemType": "book", "date": "1999", "abstractNote": ABSTRACT}]}),
    "works.json": json.dumps({"results": [{"authorships": [], "publication_year": 1999, "title": None,
                              "abstract_inverted_index": {word: [at] for at, word in enumerate(ABSTRACT.split())}}]}),
    "pubmed.xml": "<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>1</PMID><Article><Journal><JournalIssue>"
    f"<PubDate><Year>1999</Year></PubDate></JournalIssue></Journal><Abstract><AbstractText>{ABSTRACT}</AbstractText>"
    "</Abstract></Article></MedlineCitation></PubmedArticle></PubmedArticleSet>",
    "endnote.xml": "<xml><records><record><dates><year>1999</year></dates>"
    f"<abstract>{ABSTRACT}</abstract></record></records></xml>",
    "atom.xml": "<feed><entry><published>1999-01-02</published>"
    f"<summary>{ABSTRACT}</summary></entry></feed>",
}  # fmt: skip


@pytest.mark.parametrize("name", WITHOUT_A_TITLE)
def test_a_record_without_a_title_is_called_by_its_abstract_and_marked(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text(WITHOUT_A_TITLE[name])
    (paper,) = read(path)
    assert isinstance(paper, Paper)
    assert (paper.title, paper.abstract, paper.year) == (OPENING, ABSTRACT, 1999)
    assert paper.note == UNTITLED


@pytest.mark.parametrize("exported", [bibtex.write, ris.write, csl.write, jsonl.write])
def test_a_paper_called_by_its_abstract_comes_back_from_every_export(
    tmp_path: Path, exported: Callable[[Iterable[Paper]], Iterator[str]]
) -> None:
    paper = untitled(Paper("", abstract=ABSTRACT, key="k", year=1999))
    path = tmp_path / "export.txt"
    path.write_text("".join(exported([paper])))
    (back,) = read(path)
    assert isinstance(back, Paper)
    assert (back.title, back.abstract, back.note) == (paper.title, paper.abstract, paper.note)
