"""assistant models"""

from pathlib import Path

import click

from assistant.cli.options import current_settings, with_home, with_json
from assistant.cli.text import print_json, print_text
from assistant.errors import NoModel
from assistant.models.files import ModelFile, model_files, problem_of, resolved, suggestion
from assistant.models.gguf import missing_bytes
from assistant.settings import save


@click.group(short_help="List and choose models.")
def models() -> None:
    """List and choose language models (GGUF files)."""


@models.command("list")
@with_json
@with_home
@click.pass_context
def list_(context: click.Context, as_json: bool) -> int:
    """List the starter, the GGUF files of the models folder, and the one in use."""
    settings = current_settings(context)
    found = model_files(settings)
    if as_json:
        print_json([_as_json(file) for file in found])
        return 0 if found else 3
    for file in found:
        print_text(_line(file))
    if not found:
        print_text("There is no language model; answers are made of quotes.")
    print_text(f"\nPut GGUF files into {settings.models_folder}, then: assistant models use NAME")
    return 0 if found else 3


@models.command("use")
@click.argument("name")
@with_json
@with_home
@click.pass_context
def use(context: click.Context, name: str, as_json: bool) -> int:
    """Use the model NAME (a file of the models folder, a path, or "starter") from now on."""
    settings = current_settings(context)
    path = resolved(settings, name)
    if problem := problem_of(path) or cut_off(path):
        raise NoModel(
            f"{path} cannot be used: {problem}.",
            hint=f"{suggestion(settings, name)} `assistant models list` shows what there is.".strip(),
        )
    written = save(settings, "model", "" if name == "starter" else str(path))
    if as_json:
        print_json({"model": str(path), "settings": str(written)})
    else:
        print_text(f"Now using {path.name}. (written to {written})")
    return 0


def cut_off(path: Path) -> str:
    """Why a file with a sound header cannot be used; "" where it is as long as it says."""
    missing = missing_bytes(path)
    return f"it is cut off, {missing:,} bytes or more are missing; copy or download it again" if missing else ""


def _line(file: ModelFile) -> str:
    mark = "*" if file.chosen else " "
    what = f"{file.size / 1e6:,.0f} MB" + (", starter" if file.starter else "")
    return f"{mark} {file.path.name}  ({what})" + (f"  cannot be used: {file.problem}" if file.problem else "")


def _as_json(file: ModelFile) -> dict[str, object]:
    return {
        "name": file.path.name,
        "path": str(file.path),
        "size": file.size,
        "starter": file.starter,
        "used": file.chosen,
        "problem": file.problem,
    }
