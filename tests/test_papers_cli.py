"""The papers commands as a user gives them: files in, files out, and nothing removed without a word."""

import json
from pathlib import Path

import pytest

from assistant.cli.main import main
from store import readers
from store.records import Paper
from tests.conftest import SAMPLE

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def papers(sample_copy: Path) -> list[str]:
    return ["--home", str(sample_copy), "papers"]


def printed(capsys: Capture) -> object:
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("suffix", [".bib", ".ris", ".json", ".jsonl"])
def test_the_library_is_written_to_a_file_and_read_back(papers: list[str], tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"all{suffix}"
    assert main([*papers, "export", "-o", str(file)]) == 0
    found = [each for each in readers.read(file) if isinstance(each, Paper)]
    own = [each for each in readers.read(SAMPLE) if isinstance(each, Paper)]
    assert {each.key: (each.title, each.abstract, each.authors, each.extra) for each in found} == {
        each.key: (each.title, each.abstract, each.authors, each.extra) for each in own
    }
    assert [each.name for each in tmp_path.iterdir() if each.is_file()] == [file.name]


def test_papers_that_pass_the_filters_are_written_to_standard_output(papers: list[str], capsys: Capture) -> None:
    assert main([*papers, "export", "--year", "2022", "--author", "Hu", "--format", "bibtex"]) == 0
    written = capsys.readouterr().out
    assert written.startswith("@")
    assert written.count("\n@") + 1 == written.count("year = {2022}") > 0


def test_a_file_that_is_there_is_replaced_only_when_told_to(papers: list[str], tmp_path: Path, capsys: Capture) -> None:
    file = tmp_path / "mine.bib"
    file.write_text("precious")
    assert main([*papers, "export", "-o", str(file)]) == 2
    assert "--yes" in capsys.readouterr().err
    assert file.read_text() == "precious"
    assert main([*papers, "export", "-o", str(file), "--year", "1066", "--yes"]) == 3
    assert file.read_text() == "precious"
    assert main([*papers, "export", "-o", str(file), "--yes", "--json"]) == 0
    assert printed(capsys) == {"file": str(file), "format": "bibtex", "papers": 40}


def test_a_folder_that_is_not_there_is_named(papers: list[str], tmp_path: Path, capsys: Capture) -> None:
    assert main([*papers, "export", "-o", str(tmp_path / "no" / "a.bib")]) == 1
    assert "a.bib cannot be written" in capsys.readouterr().err


def test_tags_are_given_filtered_by_listed_and_taken(papers: list[str], capsys: Capture) -> None:
    assert main([*papers, "tag", "--year", "-2000", "--add", "old, to read", "--json"]) == 0
    changed = printed(capsys)
    assert main([*papers, "list", "--tag", "to read", "--json"]) == 0
    rows = printed(capsys)
    assert isinstance(rows, list)
    assert changed == {"papers": len(rows), "changed": len(rows)}
    assert all(row["year"] <= 2000 for row in rows)
    assert main([*papers, "tag", rows[0]["key"], "--remove", "old"]) == 0
    capsys.readouterr()
    assert main([*papers, "tags", "--json"]) == 0
    assert printed(capsys) == [{"tag": "to read", "papers": len(rows)}, {"tag": "old", "papers": len(rows) - 1}]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["tag", "--add", "x"], "KEY, or a filter"),
        (["tag", "hu2022lora"], "--add TAG"),
        (["remove"], "KEY, or else a filter"),
        (["remove", "hu2022lora", "--year", "2022"], "KEY, or else a filter"),
        (["duplicates", "--merge", "a"], "--merge KEY"),
        (["duplicates", "--record", "2"], "--undo KEY"),
    ],
)
def test_wrong_use_says_what_is_missing(papers: list[str], arguments: list[str], words: str, capsys: Capture) -> None:
    assert main([*papers, *arguments]) == 2
    assert words in capsys.readouterr().err


def test_papers_are_counted(papers: list[str], capsys: Capture) -> None:
    assert main([*papers, "stats", "--json"]) == 0
    found = printed(capsys)
    assert isinstance(found, dict)
    assert (found["papers"], found["without_abstract"], found["merged"]) == (40, 0, 0)
    assert sum(each["papers"] for each in found["years"]) == 40 - found["undated"]
    assert [each["name"] for each in found["sources"]] == [SAMPLE.name]
    assert main([*papers, "stats", "--year", "1066"]) == 3


@pytest.mark.parametrize("command", ["list", "tags", "stats", "duplicates", "export"])
def test_a_library_that_is_not_there_is_not_made(home: Path, command: str, capsys: Capture) -> None:
    assert main(["--home", str(home), "papers", command, "--json"]) == 3
    assert list(home.iterdir()) == []


def test_sync_says_what_left_the_file_and_removes_it_only_when_told_to(
    home: Path, tmp_path: Path, capsys: Capture
) -> None:
    file = tmp_path / "refs.bib"
    stays = "@article{stays, title = {A paper that stays}, abstract = {It is here.}}\n"
    file.write_text(stays + "@article{goes, title = {A paper that goes}, abstract = {It was here.}}\n")
    add = ["--home", str(home), "add", str(file)]
    assert main(add) == 0
    file.write_text(stays)
    assert main([*add, "--sync"]) == 1
    assert "A paper that goes  (goes)" in (said := capsys.readouterr().err)
    assert "--yes" in said
    assert main([*add, "--sync", "--yes", "--json"]) == 0
    said = printed(capsys)
    assert isinstance(said, dict)
    assert ([each["key"] for each in said["left"]], said["removed"], said["unchanged"]) == (["goes"], 1, 1)
    assert main(["--home", str(home), "papers", "show", "goes"]) == 3


def test_a_merge_is_listed_undone_and_made_again(home: Path, tmp_path: Path, capsys: Capture) -> None:
    for name in ("a", "b"):
        entry = f"@article{{{name}, title = {{A study of bees}}, doi = {{10.1000/x}}, abstract = {{Says {name}.}}}}"
        (tmp_path / f"{name}.bib").write_text(entry)
    duplicates = ["--home", str(home), "papers", "duplicates"]
    assert main(["--home", str(home), "add", str(tmp_path)]) == 0
    capsys.readouterr()
    assert main(duplicates) == 0
    assert "b.bib, b: A study of bees  (same DOI 10.1000/x)" in capsys.readouterr().out
    assert main([*duplicates, "--undo", "a", "--json"]) == 0
    undone = printed(capsys)
    assert isinstance(undone, dict)
    assert [(each["key"], each["abstract"]) for each in undone["papers"]] == [("a", "Says a."), ("b", "Says b.")]
    assert main([*duplicates, "--merge", "b", "--merge", "a", "--json"]) == 0
    assert [each["key"] for each in printed(capsys)["papers"]] == ["b"]  # type: ignore[index]
