"""assistant doctor"""

import os
import platform
import shutil
from collections.abc import Collection, Iterator

import click

from assistant.assistant import Assistant
from assistant.cli.following import followed
from assistant.cli.options import current_settings, with_home, with_json
from assistant.cli.text import print_json, print_text
from assistant.cli.versions import PACKAGES, installed
from assistant.errors import EngineDied
from assistant.events import Event, Examined, Mended
from assistant.models.opening import BUILD_ANEW
from assistant.models.processor import NATIVE, built_for, flags, lacking, physical_cores, usable
from assistant.settings import Settings, cache_folder
from store.records import Check

INSTRUCTIONS = ("avx2", "avx512f", "amx_bf16", "avx512_bf16", "neon", "asimd")


@click.command(short_help="Check everything.")
@click.option("--fix", is_flag=True, help="Mend what can be mended, and say what was done.")
@with_json
@with_home
@click.pass_context
def doctor(context: click.Context, fix: bool, as_json: bool) -> int:
    """Check library, models and machine; exit code 1 where something is not well.

    Every paper is looked at: its passages, their vectors, those of its sentences, its place in the full text and in
    the vector index. With --fix what is missing or damaged is made again from what is there; no paper is deleted.
    """
    checks: dict[str, Check] = {}
    done: list[str] = []
    for told in _told(current_settings(context), fix):
        if isinstance(told, Check):
            known = checks.get(told.name)
            checks[told.name] = told
            if not as_json and (known is None or not known.well):
                _print(told)
        else:
            done.append(told)
            if not as_json:
                print_text(f"mended  {told}")
    well = all(check.well for check in checks.values())
    if as_json:
        rows = [
            {"name": c.name, "ok": c.well, "detail": c.detail, "hint": "" if c.well else c.hint}
            for c in checks.values()
        ]
        print_json({"ok": well, "checks": rows, "mended": done})
    return 0 if well else 1


def _told(settings: Settings, fix: bool) -> Iterator[Check | str]:
    """The checks, and a sentence for each thing mended."""
    yield Check("machine", True, f"Python {platform.python_version()}, {platform.machine()}, {_processor()}")
    yield _instructions(built_for(), flags())
    missing = [name for name in PACKAGES if not installed(name)]
    known = ", ".join(f"{name} {installed(name) or 'missing'}" for name in PACKAGES)
    yield Check("packages", not missing, known, "Install the program again: make setup.")
    yield _cache()
    with Assistant(settings) as assistant:
        try:
            yield from _results(followed(assistant, assistant.examine(mend=fix)))
            yield Check("engine", True, "runs")
        except EngineDied as error:
            yield Check("engine", False, str(error), "The next start makes the vector index anew.")
            if fix:
                yield "Started the engine again after it died."
                yield from _results(followed(assistant, assistant.examine(mend=True)))
                yield Check("engine", True, "runs")


def _results(events: Iterator[Event]) -> Iterator[Check | str]:
    for event in events:
        match event:
            case Examined():
                yield event.check
            case Mended():
                yield event.text


def _cache() -> Check:
    folder = cache_folder()
    there = next(path for path in (folder, *folder.parents) if path.exists())
    said = f"{folder}, {shutil.disk_usage(there).free / 1e9:,.1f} GB free"
    return Check("cache", os.access(there, os.W_OK), said, "Set ASSISTANT_CACHE to a folder that can be written.")


def _print(check: Check) -> None:
    print_text(f"{'ok ' if check.well else 'BAD'}  {check.name:16} {check.detail}")
    if check.hint and not check.well:
        print_text(f"     {'':16} -> {check.hint}")


def _processor() -> str:
    """The instruction sets that decide how fast the models run, where the system tells."""
    has = flags()
    if not has:
        return platform.processor() or "processor unknown"
    known = [name for name in INSTRUCTIONS if name in has]
    return f"{physical_cores()} cores, {' '.join(known) or 'no AVX2'}"


def _instructions(built: Collection[str] | None, has: Collection[str]) -> Check:
    """What llama.cpp was built to use, and what the processor has."""
    if built is None:
        return Check("instructions", True, "llama.cpp's build does not tell which it uses")
    used = " ".join(sorted(option.removeprefix("GGML_").lower() for option in built)) or "none by name"
    if missing := lacking(built, has):
        return Check("instructions", False, f"llama.cpp uses {used}; not here: {' '.join(sorted(missing))}", BUILD_ANEW)
    more = sorted(option.removeprefix("GGML_").lower() for option in usable(has) - set(built)) if has else []
    spare = (
        f"; the processor also has {' '.join(more)}: `make setup` anew uses them"
        if more and NATIVE not in built
        else ""
    )
    return Check("instructions", True, f"llama.cpp uses {used}{spare}")
