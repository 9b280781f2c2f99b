"""Files within gzip files and zip archives."""

import gzip
import io
import zipfile
from pathlib import Path

import pytest

from store.errors import UnreadableFile
from store.readers import read
from store.records import Paper, Rejected

BIB = b"@article{key, title = {A paper}}\n"
RIS = b"TY  - JOUR\nTI  - Another\nER  - \n"


def archive(folder: Path, **files: bytes) -> Path:
    path = folder / "refs.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name.replace("__", "/").replace("_", "."), content)
    return path


def packed(folder: Path, content: bytes, name: str = "refs.bib.gz") -> Path:
    path = folder / name
    path.write_bytes(gzip.compress(content))
    return path


@pytest.mark.parametrize("name", ["refs.bib.gz", "refs.gz", "refs"])
def test_a_gzip_file_is_read_as_what_it_holds(tmp_path: Path, name: str) -> None:
    (paper,) = read(packed(tmp_path, BIB, name))
    assert isinstance(paper, Paper)
    assert (paper.title, paper.source) == ("A paper", name)


def test_all_files_of_a_zip_archive_are_read(tmp_path: Path) -> None:
    path = archive(tmp_path, a_bib=BIB, b__c_ris=RIS, d_bib_gz=gzip.compress(BIB), paper_pdf=b"%PDF", _hidden=BIB)
    papers = [record for record in read(path) if isinstance(record, Paper)]
    assert [(paper.title, paper.source) for paper in papers] == [
        ("A paper", "refs.zip/a.bib"),
        ("Another", "refs.zip/b/c.ris"),
        ("A paper", "refs.zip/d.bib.gz"),
    ]


def test_a_file_of_an_archive_that_cannot_be_read_leaves_the_others(tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as other:
        other.writestr("x.bib", BIB)
    path = archive(tmp_path, a_txt=b"Dear colleague", b_zip=inner.getvalue(), c_bib=BIB)
    unknown, nested, paper = read(path)
    assert isinstance(unknown, Rejected)
    assert isinstance(nested, Rejected)
    assert isinstance(paper, Paper)
    assert (unknown.file, unknown.where) == ("refs.zip/a.txt", "the whole file")
    assert "no known format" in unknown.reason
    assert "within an archive" in nested.reason


def test_an_archive_without_references_says_so(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="no file of references"):
        list(read(archive(tmp_path, paper_pdf=b"%PDF")))


@pytest.mark.parametrize("cut", [3, 12, 30])
def test_a_damaged_file_is_an_expected_failure(tmp_path: Path, cut: int) -> None:
    path = packed(tmp_path, BIB)
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(UnreadableFile, match="damaged"):
        list(read(path))
    path = archive(tmp_path, a_bib=BIB)
    path.write_bytes(path.read_bytes()[:-cut])
    with pytest.raises(UnreadableFile, match="damaged"):
        list(read(path))


def test_a_member_with_wrong_bytes_is_rejected(tmp_path: Path) -> None:
    path = archive(tmp_path, a_bib=BIB * 99, b_ris=RIS)
    content = bytearray(path.read_bytes())
    content[45] ^= 0xFF
    path.write_bytes(content)
    bad, good = read(path)
    assert isinstance(bad, Rejected)
    assert isinstance(good, Paper)
    assert "damaged" in bad.reason


def test_a_file_that_unpacks_without_end_is_refused(tmp_path: Path) -> None:
    bomb = BIB + b" " * (1 << 27)
    with pytest.raises(UnreadableFile, match="times its size"):
        list(read(packed(tmp_path, bomb)))
    (rejected,) = read(archive(tmp_path, a_bib=bomb))
    assert isinstance(rejected, Rejected)
    assert "times its size" in rejected.reason
    (rejected,) = read(archive(tmp_path, a_bib_gz=gzip.compress(b" " * (1 << 24)) * 64))
    assert isinstance(rejected, Rejected)
    assert "times its size" in rejected.reason


def test_text_that_packs_well_is_no_bomb(tmp_path: Path) -> None:
    assert sum(1 for _ in read(packed(tmp_path, BIB * 20_000))) == 20_000
