"""Prompts of the user's own: listed, changed, taken back, and never a reason to stop."""

import json
from pathlib import Path

import pytest

from assistant.answering import templates
from assistant.cli.main import main
from assistant.engine.messages import Search
from assistant.engine.tasks import Tasks
from assistant.errors import BadTemplate
from assistant.events import Found, Note
from assistant.settings import Settings
from store.records import Filters

Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def as_shipped() -> None:
    templates.override(Path("/nowhere"))


def own(home: Path, name: str, text: str) -> Path:
    file = home / "prompts" / f"{name}.txt"
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def test_a_prompt_is_changed_used_and_taken_back(home: Path, capsys: Capture) -> None:
    assert main(["--home", str(home), "prompts", "edit", "answer.user"]) == 0
    file = Path(capsys.readouterr().out.strip())
    assert file.read_text(encoding="utf-8").strip() == templates.shipped("answer.user")
    file.write_text("My own: {title} {abstract} {question}", encoding="utf-8")
    assert templates.override(home / "prompts") == []
    assert templates.filled("answer.user", title="A", abstract="B", question="{C}") == "My own: A B {C}"
    assert main(["--home", str(home), "prompts", "reset", "answer.user", "--yes"]) == 0
    assert not file.exists()
    templates.override(home / "prompts")
    assert not templates.filled("answer.user", title="", abstract="", question="").startswith("My own")


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("answer.user", "{title} {question}", "{abstract}, {question}, {title}"),
        ("answer.user", "{title} {abstract} {question", "brace"),
        ("answer.user", "{title!r} {abstract} {question}", "{title!r}"),
        ("answer.user", "{title:>99999999} {abstract} {question}", "{title:>99999999}"),
        ("answer.user", "{title.__class__} {abstract} {question}", "{title.__class__}"),
        ("answer.system", "  \n", "is empty"),
        ("answer.system", "x" * 30_000, "30,000 characters"),
        ("anser.system", "Answer.", "there is no prompt 'anser.system'"),
    ],
)
def test_a_faulty_prompt_is_named_with_what_is_wrong_and_the_one_that_ships_is_used(
    name: str, text: str, words: str, home: Path, capsys: Capture
) -> None:
    file = own(home, name, text)
    (problem,) = templates.override(home / "prompts")
    assert str(file) in problem
    assert words in problem
    assert templates.filled("answer.system") == templates.shipped("answer.system")
    assert main(["--home", str(home), "prompts", "list", "--json"]) == 1
    faulty = {row["name"]: row["problem"] for row in json.loads(capsys.readouterr().out) if row["problem"]}
    assert list(faulty) == [name]
    assert words in faulty[name]


def test_a_prompt_that_is_no_text_is_named(home: Path) -> None:
    own(home, "name.system", "").write_bytes(b"\xff\xfe\x00x\x80")
    (problem,) = templates.override(home / "prompts")
    assert "UTF-8" in problem


def test_an_editor_is_opened_and_a_fault_is_said_afterwards(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setattr("assistant.cli.prompts.asking", lambda: True)
    monkeypatch.setenv("VISUAL", "sh -c 'echo broken {x > \"$0\"'")
    assert main(["--home", str(home), "prompts", "edit", "name.system"]) == 1
    assert "brace without a partner" in capsys.readouterr().err
    monkeypatch.setenv("VISUAL", "no-such-editor")
    assert main(["--home", str(home), "prompts", "edit", "answer.system"]) == 1
    assert "no-such-editor" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["edit", "reset"])
def test_an_unknown_prompt_is_refused_with_the_nearest_name(command: str, home: Path, capsys: Capture) -> None:
    assert main(["--home", str(home), "prompts", command, "answr.user"]) == 2
    assert "Did you mean 'answer.user'" in capsys.readouterr().err
    assert not (home / "prompts").exists()


def test_the_engine_says_once_what_is_wrong_and_goes_on(sample_copy: Path) -> None:
    own(sample_copy, "answer.user", "{title}")
    tasks = Tasks(Settings(sample_copy))
    search = Search("attention", 3, Filters())
    first = list(tasks.events(search, lambda: False))
    again = list(tasks.events(search, lambda: False))
    tasks.close()
    assert next(event.text for event in first if isinstance(event, Note)).count("answer.user.txt") == 1
    assert not [event for event in again if isinstance(event, Note)]
    assert all(any(isinstance(event, Found) and event.hits for event in events) for events in (first, again))


def test_own_prompts_are_in_a_backup(sample_copy: Path, tmp_path: Path) -> None:
    file = own(sample_copy, "answer.system", "Answer briefly.")
    assert main(["--home", str(sample_copy), "backup", str(tmp_path / "a.backup")]) == 0
    other = tmp_path / "other"
    assert main(["--home", str(other), "restore", str(tmp_path / "a.backup")]) == 0
    assert (other / "prompts" / file.name).read_text() == "Answer briefly."


def test_a_shipped_prompt_may_not_be_overridden_by_a_folder(home: Path) -> None:
    (home / "prompts" / "answer.system.txt").mkdir(parents=True)
    with pytest.raises(BadTemplate):
        templates.read(home / "prompts" / "answer.system.txt")
