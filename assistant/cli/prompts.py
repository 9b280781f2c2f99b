"""assistant prompts"""

import os
import shlex
import subprocess
import sys
from difflib import get_close_matches
from pathlib import Path

import click

from assistant.answering.templates import FIELDS, read, shipped
from assistant.cli.options import agreed, asking, current_settings, with_home, with_json
from assistant.cli.text import print_json, print_text
from assistant.errors import BadTemplate, Unwritable
from assistant.settings import Settings


@click.group(short_help="List, change and reset the prompts.")
def prompts() -> None:
    """List the prompts that a language model is given, change them, and take changes back."""


@prompts.command("list")
@with_json
@with_home
@click.pass_context
def list_(context: click.Context, as_json: bool) -> int:
    """List the prompts, their fields, and those of your own; exit code 1 where one of these is faulty."""
    settings = current_settings(context)
    names = list(FIELDS) + [name for name in _own(settings) if name not in FIELDS]
    rows = [_row(settings, name) for name in names]
    if as_json:
        print_json(rows)
    else:
        width = max(len(name) for name in names)
        for row in rows:
            fields = " ".join(f"{{{field}}}" for field in sorted(FIELDS.get(str(row["name"]), ())))
            print_text(f"{row['name']:<{width}}  {'yours' if row['own'] else 'ships'}  {fields}".rstrip())
            if row["problem"]:
                print_text(f"  {row['problem']}")
        print_text(f"\nYours lie in {settings.prompts_folder}; `assistant prompts edit NAME` makes one.")
    return 1 if any(row["problem"] for row in rows) else 0


@prompts.command("edit")
@click.argument("name")
@with_home
@click.pass_context
def edit(context: click.Context, name: str) -> int:
    """Change a prompt: opens a copy of your own in $VISUAL or $EDITOR, or prints where it lies.

    What is wrong with it is said afterwards; until it is mended the prompt that ships is used.
    """
    settings = current_settings(context)
    file = _file(settings, _known(name))
    if not file.exists():
        _write(file, shipped(name) + "\n")
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    if editor and asking():
        _open(editor, file)
    else:
        print_text(str(file))
    read(file)
    return 0


@prompts.command("reset")
@click.argument("names", metavar="NAME...", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="All prompts of your own.")
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@with_home
@click.pass_context
def reset(context: click.Context, names: tuple[str, ...], everything: bool, yes: bool) -> int:
    """Go back to the prompts that ship. Your own are deleted."""
    settings = current_settings(context)
    if bool(names) == everything:
        raise click.UsageError("Give at least one NAME, or --all.", context)
    own = _own(settings)
    for name in names:
        if name not in own:
            _known(name)
    going = [name for name in own if everything or name in names]
    if not going:
        print_text("No prompt of yours takes the place of these." if names else "You have no prompts of your own.")
        return 3
    agreed(f"Delete {', '.join(going)} of {settings.prompts_folder}?", yes=yes)
    for name in going:
        try:
            _file(settings, name).unlink(missing_ok=True)
        except OSError as error:
            raise Unwritable(f"{_file(settings, name)} cannot be deleted: {error.strerror}.") from error
    print_text(f"{', '.join(going)}: the prompt that ships is used again.")
    return 0


def _row(settings: Settings, name: str) -> dict[str, str | bool | list[str]]:
    file = _file(settings, name)
    problem = ""
    if file.exists():
        try:
            read(file)
        except BadTemplate as error:
            problem = f"{error} {error.hint}"
    fields = sorted(FIELDS.get(name, ()))
    return {"name": name, "fields": fields, "own": file.exists(), "file": str(file), "problem": problem}


def _own(settings: Settings) -> list[str]:
    """The names of the files in the folder of the user's own prompts."""
    return sorted(file.stem for file in settings.prompts_folder.glob("*.txt"))


def _file(settings: Settings, name: str) -> Path:
    return settings.prompts_folder / f"{name}.txt"


def _known(name: str) -> str:
    if name in FIELDS:
        return name
    near = get_close_matches(name, FIELDS, n=1)
    meant = f"Did you mean '{near[0]}'? " if near else ""
    raise click.UsageError(f"There is no prompt '{name}'. {meant}Known: {', '.join(FIELDS)}.")


def _write(file: Path, text: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Unwritable(
            f"{file} cannot be written: {error.strerror}.", hint="Check the folder's permissions."
        ) from error


def _open(editor: str, file: Path) -> None:
    """Run the user's editor to its end."""
    try:
        code = subprocess.run([*shlex.split(editor), str(file)], check=False).returncode
    except (OSError, ValueError) as error:
        raise Unwritable(f"The editor '{editor}' cannot be started: {error}.", hint=f"The prompt is {file}.") from error
    if code:
        print(f"note: {editor} ended with code {code}.", file=sys.stderr)
