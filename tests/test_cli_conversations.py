"""`assistant conversations`, and `assistant ask` that goes on with one."""

import json
from pathlib import Path

import pytest

from assistant.cli.main import main
from assistant.conversation import Turn
from assistant.events import Answer
from assistant.stored import stored
from store.conversations import Conversations, conversations_file

Capture = pytest.CaptureFixture[str]

QUESTION = "How does LoRA make fine-tuning cheaper?"


@pytest.fixture
def spoken(home: Path) -> Path:
    """A home with two conversations: 1 about tea, 2 about coffee."""
    kept = Conversations(conversations_file(home))
    for drink in ("tea", "coffee"):
        kept.keep(None, [stored(Turn(f"Why {drink}?", Answer(f"Why {drink}?", False, f"Nothing on {drink}.")))])
    kept.close()
    return home


def run(home: Path, *arguments: str) -> int:
    return main(["--home", str(home), "conversations", *arguments])


def said(capsys: Capture) -> object:
    return json.loads(capsys.readouterr().out)


def test_without_any_nothing_is_made(home: Path, capsys: Capture) -> None:
    assert run(home, "list") == 3
    assert run(home, "list", "--json") == 3
    assert capsys.readouterr().out.splitlines() == ["There is no conversation yet.", "[]"]
    assert run(home, "show") == 3
    assert run(home, "export") == 3
    assert "hint:" in capsys.readouterr().err
    assert list(home.iterdir()) == []


def test_list_shows_the_latest_first(spoken: Path, capsys: Capture) -> None:
    assert run(spoken, "list", "--json") == 0
    rows = said(capsys)
    assert isinstance(rows, list)
    assert [row["title"] for row in rows] == ["Why coffee?", "Why tea?"]
    assert run(spoken, "list", "--limit", "1") == 0
    shown = capsys.readouterr().out
    assert "Why coffee?  (1 turn)" in shown
    assert "tea" not in shown


def test_show_means_the_last_one_without_a_number(spoken: Path, capsys: Capture) -> None:
    assert run(spoken, "show") == 0
    assert "> Why coffee?" in capsys.readouterr().out
    assert run(spoken, "show", "1", "--json") == 0
    turns = said(capsys)
    assert isinstance(turns, dict)
    assert turns["turns"][0]["answer"]["text"] == "Nothing on tea."


def test_search_finds_and_exits_3_where_it_does_not(spoken: Path, capsys: Capture) -> None:
    assert run(spoken, "search", "nothing tea") == 0
    assert "turn 1: " in capsys.readouterr().out
    assert run(spoken, "search", '"', "--json") == 3
    assert said(capsys) == []


def test_remove_says_how_to_undo_it_and_restore_does(spoken: Path, capsys: Capture) -> None:
    assert run(spoken, "remove", "1", "2") == 0
    assert "assistant conversations restore 1 2" in capsys.readouterr().out
    assert run(spoken, "list") == 3
    assert run(spoken, "list", "--removed") == 0
    assert run(spoken, "restore", "2") == 0
    assert run(spoken, "rename", "2", "Beans") == 0
    capsys.readouterr()
    assert run(spoken, "list", "--json") == 0
    rows = said(capsys)
    assert isinstance(rows, list)
    assert [row["title"] for row in rows] == ["Beans"]


def test_removed_for_good_is_gone(spoken: Path, capsys: Capture) -> None:
    assert run(spoken, "remove", "1", "--for-good") == 0
    assert run(spoken, "restore", "1") == 3
    assert "no conversation 1" in capsys.readouterr().err
    assert b"tea" not in conversations_file(spoken).read_bytes()


@pytest.mark.parametrize("name", ["markdown", "latex", "json"])
def test_export_writes_a_file_or_standard_output(spoken: Path, tmp_path: Path, name: str, capsys: Capture) -> None:
    out = tmp_path / "out"
    assert run(spoken, "export", "1", "--format", name, "--out", str(out)) == 0
    assert capsys.readouterr().out == ""
    assert run(spoken, "export", "1", "--format", name) == 0
    assert capsys.readouterr().out == out.read_text(encoding="utf-8")
    assert "Why tea?" in out.read_text(encoding="utf-8")


def test_an_export_that_cannot_be_written_is_one_message(spoken: Path, capsys: Capture) -> None:
    assert run(spoken, "export", "1", "--out", str(spoken / "missing" / "x.md")) == 1
    assert capsys.readouterr().err.startswith("error: ")


@pytest.mark.parametrize(
    "arguments",
    [
        ["--continue", "--conversation", "1", "x"],
        ["--continue", "--batch", "f"],
        ["--conversation", "1", "--batch", "f"],
    ],
)
def test_only_one_conversation_can_be_gone_on_with(home: Path, arguments: list[str], capsys: Capture) -> None:
    assert main(["--home", str(home), "ask", *arguments]) == 2
    assert "--continue, --conversation ID and --batch" in capsys.readouterr().err


def test_going_on_with_nothing_is_said(home: Path, capsys: Capture) -> None:
    assert main(["--home", str(home), "ask", "--continue", "x"]) == 3
    assert main(["--home", str(home), "ask", "--conversation", "5", "x"]) == 3
    shown = capsys.readouterr()
    assert "no conversation to go on with" in shown.err
    assert "no conversation 5" in shown.err
    assert shown.out == ""


def test_ask_keeps_its_turn_and_goes_on_with_it(sample_copy: Path, capsys: Capture) -> None:
    ask = ["--home", str(sample_copy), "--set", "answer_tokens=16", "--set", "threads=1", "ask", "--json"]
    assert main([*ask, QUESTION, "--no-store"]) == 0
    assert run(sample_copy, "list") == 3
    assert main([*ask, QUESTION]) == 0
    capsys.readouterr()
    assert main([*ask, "--continue", "Which data sets did they use?"]) == 0
    answer = said(capsys)
    assert isinstance(answer, dict)
    assert {source["key"] for source in answer["sources"]} == {"hu2022lora"}
    assert run(sample_copy, "list", "--json") == 0
    rows = said(capsys)
    assert isinstance(rows, list)
    assert [(row["title"], row["turns"]) for row in rows] == [(QUESTION, 2)]
