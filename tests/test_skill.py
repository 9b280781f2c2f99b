"""The skill file teaches what there is: its commands and flags are checked against the program."""

import re
import shlex
from importlib.resources import files
from pathlib import Path

import click
import pytest

from assistant.cli.main import cli, main

SKILL = files("assistant.agents").joinpath("skill.md").read_text(encoding="utf-8")
LINES = [
    line.partition("| ")[2] or line
    for block in re.findall(r"```sh\n(.*?)```", SKILL, re.DOTALL)
    for line in block.splitlines()
]


def resolved(words: list[str]) -> tuple[click.Command, list[str]]:
    """The command that a line calls, and what is left for it."""
    context = click.Context(cli)
    command: click.Command = cli
    while isinstance(command, click.Group):
        found = command.get_command(context, words[0])
        assert found is not None, words
        command, words = found, words[1:]
    return command, words


@pytest.mark.parametrize("line", LINES)
def test_every_command_and_flag_of_the_skill_exists(line: str) -> None:
    program, *words = shlex.split(line)
    assert program == "assistant"
    command, rest = resolved(words)
    command.make_context("assistant", rest, parent=click.Context(cli, obj={"home": None, "flags": ()}))


def test_every_flag_in_its_prose_is_one_of_the_program() -> None:
    commands = [resolved(shlex.split(line)[1:])[0] for line in LINES]
    known = {option for command in commands for parameter in command.params for option in parameter.opts}
    assert set(re.findall(r"`(--[a-z-]+)", SKILL)) <= known


def test_it_has_the_head_that_agents_look_for() -> None:
    head = re.match(r"---\nname: ([a-z-]+)\ndescription: (.+)\n---\n", SKILL)
    assert head is not None
    assert len(head[2]) <= 1024


def test_it_is_printed_or_written_into_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["skill"]) == 0
    assert capsys.readouterr().out.strip() == SKILL.strip()
    assert main(["skill", "-o", str(tmp_path)]) == 0
    written = Path(capsys.readouterr().out.strip())
    assert written.read_text(encoding="utf-8") == SKILL
    written.write_text("mine")
    assert main(["skill", "-o", str(tmp_path)]) == 2
    assert written.read_text() == "mine"
    assert main(["skill", "-o", str(tmp_path), "--yes"]) == 0
    assert written.read_text(encoding="utf-8") == SKILL
