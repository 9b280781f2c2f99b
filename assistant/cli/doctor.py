"""assistant doctor"""

import platform
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import click

from assistant.assistant import Assistant
from assistant.cli.following import followed
from assistant.cli.options import current_settings, with_home, with_json
from assistant.cli.text import print_json, print_text
from assistant.models.address import leaves
from assistant.models.files import configured_path, problem_of
from assistant.settings import Settings
from store.catalogue import Catalogue
from store.errors import ExpectedError
from store.library import LibraryPaths

PACKAGES = ("llama-cpp-python", "chromadb", "sentence-transformers", "onnxruntime", "textual")


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the report; `hint` says what to do where it is not well."""

    name: str
    well: bool
    detail: str
    hint: str = ""


@click.command(short_help="Check everything.")
@with_json
@with_home
@click.pass_context
def doctor(context: click.Context, as_json: bool) -> int:
    """Check library, models and machine; exit code 1 where something is not well."""
    checks = list(_checks(current_settings(context)))
    well = all(check.well for check in checks)
    if as_json:
        rows = [{"name": c.name, "ok": c.well, "detail": c.detail, "hint": c.hint} for c in checks]
        print_json({"ok": well, "checks": rows})
        return 0 if well else 1
    for check in checks:
        print_text(f"{'ok ' if check.well else 'BAD'}  {check.name:16} {check.detail}")
        if check.hint and not check.well:
            print_text(f"     {'':16} -> {check.hint}")
    return 0 if well else 1


def _checks(settings: Settings) -> Iterator[Check]:
    yield Check("home", True, str(settings.home))
    yield Check("machine", True, f"Python {platform.python_version()}, {platform.machine()}, {_processor()}")
    yield Check("packages", True, ", ".join(f"{name} {_version(name)}" for name in PACKAGES))
    yield from _guarded("catalogue", lambda: _catalogue(settings))
    yield from _guarded("language model", lambda: _model(settings))
    yield from _guarded("engine", lambda: _engine(settings))


def _guarded(name: str, check: Callable[[], Check]) -> Iterator[Check]:
    try:
        yield check()
    except ExpectedError as error:
        yield Check(name, False, str(error), error.hint)


def _catalogue(settings: Settings) -> Check:
    path = LibraryPaths(settings.home).catalogue
    if not path.is_file():
        return Check("catalogue", True, "empty; add files with `assistant add FILE`")
    catalogue = Catalogue(path)
    try:
        problems = catalogue.check()
        detail = f"{catalogue.count():,} papers, {catalogue.passage_count():,} passages"
    finally:
        catalogue.close()
    hint = "Put a backup in its place, or move it away and add your files again."
    return Check("catalogue", not problems, "; ".join([detail, *problems]), hint)


def _model(settings: Settings) -> Check:
    if settings.server:
        return Check("language model", True, f"the server at {settings.server}. {leaves(settings)}".rstrip())
    path = configured_path(settings)
    if path is None:
        hint = "Answers are made of quotes only. `assistant models list` says where to put a GGUF file."
        return Check("language model", True, f"none. {hint}")
    problem = problem_of(path)
    return Check("language model", not problem, f"{path}{': ' + problem if problem else ''}", "assistant models list")


def _engine(settings: Settings) -> Check:
    """Start the engine for real: models load, the index opens and is brought in step."""
    with Assistant(settings) as assistant:
        for _ in followed(assistant, assistant.warm_up()):
            pass
    return Check("engine", True, "models load, the vector index is in step with the catalogue")


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "missing"


def _processor() -> str:
    """The instruction sets that decide how fast the models run, where the system tells."""
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="ignore")
    except OSError:
        return platform.processor() or "processor unknown"
    known = [name for name in ("avx2", "avx512f", "amx_bf16", "avx512_bf16", "neon") if f" {name} " in f" {flags} "]
    return " ".join(known) or "no AVX2"
