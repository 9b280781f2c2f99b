"""The command line as other tools use it: standard output is the answer, exit codes mean something."""

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.cli.main import COMMANDS, main
from store.catalogue import Catalogue
from store.library import LibraryPaths
from tests.conftest import ROOT, SAMPLE

Capture = pytest.CaptureFixture[str]

HIT = {"id", "key", "title", "authors", "year", "venue", "doi", "url", "score", "passage", "why"}


def test_help_lists_every_command(capsys: Capture) -> None:
    assert main(["--help"]) == 0
    shown = capsys.readouterr().out
    assert all(f"\n  {name} " in shown for name in COMMANDS)


@pytest.mark.parametrize("command", list(COMMANDS))
def test_every_command_has_a_help_of_its_own(command: str, capsys: Capture) -> None:
    assert main([command, "--help"]) == 0
    assert "Usage: assistant" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["serch", "x"], "Did you mean 'search'"),
        (["search"], "QUERY or --batch"),
        (["search", "x", "--batch", "y"], "QUERY or --batch"),
        (["ask"], "QUESTION or --batch"),
        (["add"], "at least one FILE"),
        (["search", "x", "--year", "20"], "--year 20"),
        (["search", "x", "--year", "2024-2020"], "ends before"),
        (["--set", "modle=x", "papers", "list"], "Did you mean 'model'"),
        (["--set", "model", "papers", "list"], "NAME=VALUE"),
        (["ask", "  "], "empty"),
        (["ask", "x" * 100_000], "100,000 characters"),
    ],
)
def test_wrong_use_says_what_is_wrong_and_exits_2(
    arguments: list[str], words: str, home: Path, capsys: Capture
) -> None:
    assert main(["--home", str(home), *arguments]) == 2
    shown = capsys.readouterr()
    assert words in shown.err
    assert shown.out == ""


def test_looking_at_an_empty_library_makes_none(home: Path, capsys: Capture) -> None:
    assert main(["--home", str(home), "papers", "list"]) == 3
    assert "empty" in capsys.readouterr().out
    assert list(home.iterdir()) == []


def test_papers_are_listed_filtered_and_shown(sample_copy: Path, capsys: Capture) -> None:
    assert main(["papers", "list", "--home", str(sample_copy), "--year", "-2000", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert rows
    assert all(row["year"] <= 2000 for row in rows)
    assert main(["papers", "show", rows[0]["key"], "--home", str(sample_copy)]) == 0
    assert rows[0]["title"] in capsys.readouterr().out


def test_an_unknown_key_exits_3_with_a_hint(sample_copy: Path, capsys: Capture) -> None:
    assert main(["papers", "show", "nobody1999", "--home", str(sample_copy)]) == 3
    assert "hint:" in capsys.readouterr().err


def test_search_prints_json_with_the_agreed_names(sample_copy: Path, capsys: Capture) -> None:
    assert main(["search", "attention", "--json", "--limit", "2", "--home", str(sample_copy)]) == 0
    shown = capsys.readouterr()
    hits = json.loads(shown.out)
    assert len(hits) == 2
    assert all(set(hit) == HIT for hit in hits)


def test_a_batch_of_queries_answers_in_order_and_names_a_bad_line(
    sample_copy: Path, tmp_path: Path, capsys: Capture
) -> None:
    lines = [
        '{"id": "a", "text": "attention"}',
        "{broken",
        '{"id": "b"}',
        '{"id": "e", "text": ""}',
        '{"id": "c", "text": "word vectors"}',
    ]
    batch = tmp_path / "queries.jsonl"
    batch.write_text("\n".join(lines))
    assert main(["search", "--json", "--batch", str(batch), "--home", str(sample_copy)]) == 1
    shown = capsys.readouterr()
    assert [json.loads(line)["id"] for line in shown.out.splitlines()] == ["a", "e", "c"]
    assert all(f"line {number}" in shown.err for number in (2, 3, 4))


def test_batch_and_single_give_the_same_list(sample_copy: Path, tmp_path: Path, capsys: Capture) -> None:
    batch = tmp_path / "queries.jsonl"
    batch.write_text('{"id": 1, "text": "learning to rank"}\n')
    main(["search", "--json", "--batch", str(batch), "--home", str(sample_copy)])
    together = json.loads(capsys.readouterr().out)["hits"]
    main(["search", "--json", "learning to rank", "--home", str(sample_copy)])
    assert json.loads(capsys.readouterr().out) == together


def test_a_batch_of_questions_keeps_the_turns_of_a_conversation(
    sample_copy: Path, tmp_path: Path, capsys: Capture
) -> None:
    questions = tmp_path / "questions.jsonl"
    turns = [{"question": "How does LoRA make fine-tuning cheaper?"}, {"question": "Which data sets did they use?"}]
    questions.write_text(
        json.dumps({"qid": "f", "turns": turns}) + "\n" + json.dumps({"qid": "u", "question": "banana bread recipe"})
    )
    assert main(["ask", "--json", "--batch", str(questions), "--home", str(sample_copy)]) == 0
    first, second, refused = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(a["qid"], a["turn"]) for a in (first, second, refused)] == [("f", 1), ("f", 2), ("u", 1)]
    assert second["sources"][0]["key"] == first["sources"][0]["key"]
    assert (refused["answered"], refused["claims"]) == (False, [])
    assert refused["closest"]


def test_an_answer_on_the_terminal_shows_text_and_sources(sample_copy: Path, capsys: Capture) -> None:
    assert main(["ask", "How does LoRA make fine-tuning cheaper?", "--home", str(sample_copy)]) == 0
    shown = capsys.readouterr().out
    assert "[1]" in shown
    assert "Sources" in shown
    assert "hu2022lora" in shown


def test_what_is_not_in_the_library_exits_3(sample_copy: Path, capsys: Capture) -> None:
    assert main(["ask", "Best recipe for banana bread", "--home", str(sample_copy)]) == 3
    assert "do not answer" in capsys.readouterr().out


def test_adding_reports_files_that_cannot_be_read_and_goes_on(home: Path, tmp_path: Path, capsys: Capture) -> None:
    good, broken, binary, empty, half = (
        tmp_path / name for name in ("good.bib", "broken.bib", "binary.bib", "empty.bib", "half.jsonl")
    )
    good.write_text("@article{a, title={A fine title}, abstract={It is here.}}")
    broken.write_text("@article{b, title={Broken,\n\n@article{c, title={Whole one}, abstract={Text.}}\n")
    binary.write_bytes(bytes(range(256)) * 20)
    empty.write_text("")
    half.write_text('{"id": "1", "title": "First", "abstract": "Text."}\n{"id": "2", "title": "Sec')
    files = [good, broken, binary, empty, half, tmp_path / "missing.bib"]
    assert main(["add", "--json", *map(str, files), "--home", str(home)]) == 1
    report = json.loads(capsys.readouterr().out)
    assert report["added"] == 3
    assert {Path(row["file"]).name for row in report["rejected"]} == {
        "broken.bib", "binary.bib", "empty.bib", "half.jsonl", "missing.bib"
    }  # fmt: skip
    assert all(row["where"] and row["reason"] for row in report["rejected"])
    catalogue = Catalogue(LibraryPaths(home).catalogue)
    assert (catalogue.count(), catalogue.check()) == (3, [])
    catalogue.close()


def test_a_second_add_while_one_runs_exits_1_and_both_are_whole(home: Path, seeds: tuple[Path, ...]) -> None:
    command = [sys.executable, "-m", "assistant.cli.main", "--home", str(home), "add", "--json"]
    first = subprocess.Popen(
        [*command, *map(str, seeds)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT
    )
    lock = home / "writer.json"
    while not lock.exists():
        assert first.poll() is None
    second = subprocess.run([*command, str(SAMPLE)], capture_output=True, text=True, check=False, cwd=ROOT)
    assert second.returncode == 1
    assert "being written by another process" in second.stderr
    assert "Traceback" not in second.stderr
    out, _ = first.communicate()
    assert json.loads(out)["added"] == 212
    catalogue = Catalogue(LibraryPaths(home).catalogue)
    assert (catalogue.count(), catalogue.check()) == (212, [])
    catalogue.close()


def test_models_are_listed_and_chosen(home: Path, capsys: Capture) -> None:
    assert main(["models", "list", "--json", "--home", str(home)]) == 0
    starter, *others = json.loads(capsys.readouterr().out)
    assert starter["starter"]
    assert [other["here"] for other in others] == [False] * len(others)
    assert "qwen2.5-coder-1.5b" in {other["get"] for other in others}
    assert main(["models", "use", "no-such-model", "--home", str(home)]) == 1
    assert "no such file" in capsys.readouterr().err
    assert main(["models", "use", starter["path"], "--home", str(home)]) == 0
    assert starter["path"] in (home / "settings.toml").read_text()


def test_doctor_is_well_on_a_sound_library_and_not_on_a_broken_one(sample_copy: Path, capsys: Capture) -> None:
    assert main(["doctor", "--json", "--home", str(sample_copy)]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["ok"]
    assert {check["name"] for check in report["checks"]} >= {"catalogue", "language model", "engine", "packages"}
    LibraryPaths(sample_copy).catalogue.write_bytes(b"this is no database at all" * 1000)
    assert main(["doctor", "--json", "--home", str(sample_copy)]) == 1
    rows = {check["name"]: check for check in json.loads(capsys.readouterr().out)["checks"]}
    assert not rows["catalogue"]["ok"]
    assert rows["catalogue"]["hint"]


def test_rebuild_makes_the_index_anew(sample_copy: Path, capsys: Capture) -> None:
    assert main(["rebuild", "--json", "--home", str(sample_copy)]) == 0
    assert json.loads(capsys.readouterr().out) == {"rebuilt": True}


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_printed(shell: str, capsys: Capture) -> None:
    assert main(["completion", shell]) == 0
    assert "_ASSISTANT_COMPLETE" in capsys.readouterr().out


def test_the_screen_needs_a_terminal(home: Path, capsys: Capture) -> None:
    assert main(["--home", str(home)]) == 2
    assert "terminal" in capsys.readouterr().err


@pytest.mark.parametrize("encoding", ["latin-1", "ascii"])
def test_another_encoding_of_the_output_loses_no_answer(sample_copy: Path, encoding: str) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    command = [sys.executable, "-m", "assistant.cli.main", "--home", str(sample_copy), "papers", "list"]
    plain = subprocess.run(command, capture_output=True, check=True, cwd=ROOT, env=environment)
    assert len(plain.stdout.splitlines()) == 40
    ran = subprocess.run([*command, "--json"], capture_output=True, check=True, cwd=ROOT, env=environment)
    assert "Küttler" in json.dumps(json.loads(ran.stdout), ensure_ascii=False)


def test_closed_streams_are_no_bug(sample_copy: Path) -> None:
    command = f"'{sys.executable}' -m assistant.cli.main --home '{sample_copy}' papers list"
    closed = subprocess.run(f"{command} >&-; {command} 2>&-", shell=True, capture_output=True, check=True, cwd=ROOT)
    assert len(closed.stdout.splitlines()) == 40
    assert closed.stderr == b""
    full = subprocess.run(f"{command} >/dev/full", shell=True, capture_output=True, check=False, cwd=ROOT)
    assert full.returncode == 1
    assert b"No space left" in full.stderr
    assert b"bug" not in full.stderr


def test_a_file_that_cannot_be_used_is_named_and_not_taken_for_the_output(
    home: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(home / "some file"))

    monkeypatch.setattr("assistant.cli.main.cli.main", refused)
    monkeypatch.setattr(sys, "argv", ["assistant", "--home", str(home), "papers", "list"])
    assert main([]) == 1
    said = capfd.readouterr()
    assert f"error: {home / 'some file'}: Permission denied." in said.err
    assert "PermissionError" in (home / "log" / "assistant.log").read_text()
    print("standard output is still there")
    assert "still there" in capfd.readouterr().out


def test_what_the_system_refuses_without_a_name_is_a_bug_with_its_traceback_in_the_log(
    home: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr("assistant.cli.main.cli.main", refused)
    monkeypatch.setattr(sys, "argv", ["assistant", "--home", str(home), "papers", "list"])
    assert main([]) == 1
    assert "a bug in the program: OSError" in capfd.readouterr().err
    assert "Too many open files" in (home / "log" / "assistant.log").read_text()


def test_a_home_that_is_a_file_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("ASSISTANT_HOME", str(tmp_path / "file"))
    assert main(["papers", "list"]) == 2
    assert "is not a folder" in capsys.readouterr().err


def test_filters_that_nothing_passes_are_named(sample_copy: Path, capsys: Capture) -> None:
    assert main(["ask", "What is LoRA?", "--year", "1900", "--home", str(sample_copy)]) == 3
    assert "passes the filters" in capsys.readouterr().err


def test_papers_are_removed_by_key_after_a_question(sample_copy: Path, capsys: Capture) -> None:
    arguments = ["papers", "remove", "vaswani2017attention", "--home", str(sample_copy)]
    assert main([*arguments[:2], "nobody2020", "--yes", *arguments[3:]]) == 3
    assert "No paper has the key" in capsys.readouterr().err
    assert main([*arguments, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"removed": 1}
    assert main(["papers", "show", "vaswani2017attention", "--home", str(sample_copy)]) == 3
    assert main(["search", "attention is all you need", "--json", "--home", str(sample_copy)]) == 0
    assert "vaswani2017attention" not in {hit["key"] for hit in json.loads(capsys.readouterr().out.splitlines()[-1])}


def test_standard_input_and_a_folder_are_added_and_known_again(home: Path, tmp_path: Path) -> None:
    record = "TY  - JOUR\nTI  - Owls at night\nAB  - Owls see at night.\nER  - \n"
    (tmp_path / "refs" / "deep").mkdir(parents=True)
    (tmp_path / "refs" / "deep" / "bats.ris").write_text(record.replace("Owls", "Bats"))
    (tmp_path / "refs" / "picture.png").write_bytes(b"\x89PNG")
    command = [sys.executable, "-m", "assistant.cli.main", "--home", str(home), "add", "--json"]
    reports = [
        json.loads(subprocess.run([*command, *what], input=record, text=True, cwd=ROOT, capture_output=True).stdout)
        for what in (["-", str(tmp_path / "refs")], ["-", str(tmp_path / "refs")])
    ]
    assert [(report["added"], report["unchanged"]) for report in reports] == [(2, 0), (0, 2)]
    assert [report["rejected"] for report in reports] == [[], []]
