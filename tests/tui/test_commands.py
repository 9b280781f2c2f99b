from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.tui.commands import Command, parsed, paths


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("/add thesis.bib", Command("add", "thesis.bib")),
        ("/ADD  a b ", Command("add", "a b")),
        ("/help", Command("help")),
        ("what is /help?", "what is /help?"),
        ("x" * 5000, "x" * 5000),
        ("~nobody-of-this-name", "~nobody-of-this-name"),
        ("a\x00b", "a\x00b"),
        ("it's fine?", "it's fine?"),
    ],
)
def test_a_line_is_a_command_or_a_question(line: str, command: Command | str) -> None:
    assert parsed(line) == command


def test_dropped_files_ask_to_be_added(tmp_path: Path) -> None:
    one, two = tmp_path / "a b.bib", tmp_path / "c.bib"
    one.touch()
    two.touch()
    for line in (str(two), f"'{one}' {two}", str(one).replace(" ", "\\ "), f"file://{str(one).replace(' ', '%20')}"):
        assert isinstance(parsed(line), Command), line
    assert paths(f"'{one}' {two}") == [one, two]
    assert parsed(str(tmp_path / "missing.bib")) != Command("add", str(tmp_path / "missing.bib"))


@given(st.text())
def test_no_line_breaks_the_parsing(line: str) -> None:
    assert isinstance(parsed(line), str | Command)
