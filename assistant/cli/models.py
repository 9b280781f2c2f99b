"""assistant models"""

import sys
from dataclasses import asdict
from pathlib import Path

import click

from assistant.assistant import Assistant
from assistant.cli.following import followed
from assistant.cli.options import current_settings, with_home, with_json
from assistant.cli.text import print_json, print_text
from assistant.errors import NoModel
from assistant.events import Tried
from assistant.models.address import leaves
from assistant.models.files import NONE, ModelFile, model_files, problem_of, resolved, suggestion
from assistant.models.gguf import missing_bytes
from assistant.models.trials import LEAST, Ability, Trial, fingerprint, known
from assistant.settings import Settings, save


@click.group(short_help="List, choose and try models.")
def models() -> None:
    """List, choose and try language models (GGUF files)."""


@models.command("list")
@with_json
@with_home
@click.pass_context
def list_(context: click.Context, as_json: bool) -> int:
    """List the starter, the GGUF files of the models folder, and the one in use."""
    settings = current_settings(context)
    found = model_files(settings)
    results = _trials(settings, found)
    if as_json:
        print_json([_as_json(file, trial) for file, trial in zip(found, results, strict=True)])
        return 0 if found else 3
    for file, trial in zip(found, results, strict=True):
        print_text(_line(file, trial))
    if settings.server:
        print_text(f"\nIn use instead: the server at {settings.server}. {leaves(settings)}".rstrip())
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
    """Use the model NAME (a file of the models folder, a path, "starter", or "none": quotes only) from now on."""
    settings = current_settings(context)
    path = Path(NONE) if name == NONE else resolved(settings, name)
    if name != NONE and (problem := problem_of(path) or cut_off(path)):
        raise NoModel(
            f"{path} cannot be used: {problem}.",
            hint=f"{suggestion(settings, name)} `assistant models list` shows what there is.".strip(),
        )
    written = save(settings, "model", "" if name == "starter" else str(path))
    if as_json:
        print_json({"model": str(path), "settings": str(written)})
    elif name == NONE:
        print_text(f"Answers are now made of quotes. (written to {written})")
    else:
        print_text(f"Now using {path.name}. (written to {written})")
    return 0


@models.command("trial")
@click.argument("file", required=False)
@with_json
@with_home
@click.pass_context
def trial(context: click.Context, file: str | None, as_json: bool) -> int:
    """Measure what a model can do: FILE (a path, or a name in the models folder), or the one in use.

    Questions on invented papers, ability by ability: what of it is right, what is false, how fast is it. It takes some
    minutes. The result is kept, `models list` shows it, and the model is asked only for what it can do.
    """
    settings = current_settings(context)
    path = resolved(settings, file) if file else None
    if path and (problem := problem_of(path)):
        raise NoModel(f"{path} cannot be used: {problem}.", hint=suggestion(settings, file or ""))
    with Assistant(settings) as assistant:
        ended = next((e for e in followed(assistant, assistant.try_model(path)) if isinstance(e, Tried)), None)
    if ended is None:
        print("stopped: nothing was kept", file=sys.stderr)
        return 1
    if as_json:
        print_json({**_trial_json(ended.trial), "kept_in": str(ended.kept_in)})
    else:
        print_text("\n".join(_report(ended.trial)))
    return 0


def _report(trial: Trial) -> list[str]:
    speed = f"{trial.prefill:,.0f} tokens/s reading, {trial.decode:,.0f} writing" if trial.decode else "not measured"
    return [
        f"{trial.model}: {trial.verdict}",
        *(f"  {ability:<15}  {_measured(trial, ability)}" for ability in LEAST),
        f"  false sentences  {trial.false:.0%}",
        f"  speed here       {speed}",
        f"  memory           {f'{trial.memory:,.0f} MB' if trial.memory else 'not measured'}",
    ]


def _measured(trial: Trial, ability: Ability) -> str:
    """ "13 of 20 (at least 65 %): yes" """
    if ability not in trial.right:
        return "not measured: no"
    right, of = trial.right[ability]
    return f"{right} of {of} (at least {LEAST[ability]:.0%}): {'yes' if trial.may(ability) else 'no'}"


def cut_off(path: Path) -> str:
    """Why a file with a sound header cannot be used; "" where it is as long as it says."""
    missing = missing_bytes(path)
    return f"it is cut off, {missing:,} bytes or more are missing; copy or download it again" if missing else ""


def _line(file: ModelFile, trial: Trial | None) -> str:
    mark = "*" if file.chosen else " "
    what = f"{file.size / 1e6:,.0f} MB" + (", starter" if file.starter else "")
    result = f"trial: {trial.verdict}" if trial else "not tried"
    return f"{mark} {file.path.name}  ({what})  " + (f"cannot be used: {file.problem}" if file.problem else result)


def _trials(settings: Settings, found: list[ModelFile]) -> list[Trial | None]:
    results = known(settings.home)
    return [None if file.problem else results.get(fingerprint(file.path)) for file in found]


def _as_json(file: ModelFile, trial: Trial | None) -> dict[str, object]:
    return {
        "name": file.path.name,
        "path": str(file.path),
        "size": file.size,
        "starter": file.starter,
        "used": file.chosen,
        "problem": file.problem,
        "trial": _trial_json(trial) if trial else None,
    }


def _trial_json(trial: Trial) -> dict[str, object]:
    """A result, and what follows from it."""
    return {**asdict(trial), "may": [ability for ability in LEAST if trial.may(ability)], "prose": trial.prose}
