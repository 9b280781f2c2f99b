"""assistant skill"""

from importlib.resources import files
from pathlib import Path

import click

from assistant.cli.options import agreed
from assistant.cli.text import print_text
from assistant.errors import Unwritable

FOLDER = "literature-assistant"
FILE = "SKILL.md"


@click.command(short_help="Print a file that teaches agents this command line.")
@click.option(
    "--output",
    "-o",
    "folder",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write it into this folder of skills instead, as literature-assistant/SKILL.md.",
)
@click.option("--yes", "-y", is_flag=True, help="Replace one that is there without asking.")
def skill(folder: Path | None, yes: bool) -> int:
    """Print a short file that teaches an agent to use this command line with --json."""
    text = files("assistant.agents").joinpath("skill.md").read_text(encoding="utf-8")
    if folder is None:
        print_text(text.rstrip())
        return 0
    file = folder / FOLDER / FILE
    try:
        if file.exists() and file.read_text(encoding="utf-8", errors="replace") != text:
            agreed(f"{file} is there already. Replace it?", yes=yes)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Unwritable(f"{file} cannot be written: {error.strerror}.", hint="Choose another folder.") from error
    print_text(str(file))
    return 0
