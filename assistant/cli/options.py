"""Options that several commands share."""

import logging
import re
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from assistant.errors import MissingPackage
from assistant.settings import Settings, load
from store.records import Filters

Command = TypeVar("Command", bound=Callable[..., Any])


def settings_from(home: Path | None, flags: tuple[str, ...]) -> Settings:
    """The settings under the global options."""
    pairs = {}
    for flag in flags:
        name, equals, value = flag.partition("=")
        if not equals:
            raise click.UsageError(f"--set {flag}: write it as NAME=VALUE.")
        pairs[name.strip()] = value.strip()
    return load(home, flags=pairs)


def current_settings(context: click.Context) -> Settings:
    """The settings of this run; `--home` may stand before or after the command."""
    top: dict[str, Any] = context.find_root().obj
    return settings_from(top["home"], top["flags"])


def with_home(command: Command) -> Command:
    """`--home DIR` after the command too."""
    folder = click.Path(path_type=Path, file_okay=False)
    return click.option("--home", type=folder, expose_value=False, callback=_set_home, help="Folder of the library.")(
        command
    )


def _set_home(context: click.Context, _: click.Parameter, value: Path | None) -> None:
    if value is not None:
        context.find_root().obj["home"] = value


def with_json(command: Command) -> Command:
    """`--json`: machine-readable output, and nothing else, on standard output."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON only.")(command)


def missing(extra: str, package: str) -> MissingPackage:
    """What is said where an optional extra is not installed."""
    return MissingPackage(
        f"This needs the package {package}, which is not installed.",
        hint=f"It comes with the extra '{extra}'. Into this environment: pip install '{package}'"
        f" (pipx: pipx inject literature-assistant '{package}';"
        f" uv: uv pip install --python {sys.executable} '{package}').",
    )


def logged_to_file(settings: Settings) -> None:
    """Send the log of this process to the log file, or nowhere where that cannot be written."""
    try:
        settings.log_file.parent.mkdir(parents=True, exist_ok=True)
        logging.basicConfig(filename=settings.log_file, level=logging.WARNING, force=True)
    except OSError:
        logging.basicConfig(handlers=[logging.NullHandler()], force=True)


def asking() -> bool:
    """Whether there is somebody to ask."""
    return sys.stdin.isatty()


def agreed(question: str, *, yes: bool, ask: bool = True) -> None:
    """Go on only where the user agrees: asked on a terminal, by `--yes` elsewhere."""
    if yes:
        return
    if not (ask and asking()):
        raise click.UsageError(f"{question} Add --yes to do so without being asked.")
    click.confirm(question, abort=True, err=True)


def with_filters(command: Callable[..., int]) -> Callable[..., int]:
    """The filters of search, ask and list; the command gets them as `filters`."""

    @wraps(command)
    def filtered(
        *args: Any, year: str, author: str, venue: str, tag: str, source: str, retracted: bool | None, **rest: Any
    ) -> int:
        filters = Filters(_years(year), author.strip(), venue.strip(), tag.strip(), source.strip(), retracted)
        return command(*args, filters=filters, **rest)

    for option in (
        click.option(
            "--retracted/--no-retracted", default=None, help="Only papers that were retracted or withdrawn, or no such."
        ),
        click.option("--source", default="", metavar="FILE", help="Only papers from files whose name contains this."),
        click.option("--tag", default="", help="Only papers with this tag."),
        click.option("--venue", default="", help="Only papers whose venue contains this."),
        click.option("--author", default="", help="Only papers with an author whose name contains this."),
        click.option("--year", default="", metavar="YEARS", help="Only these years: 2020, 2020-2024, 2020-, -2019."),
    ):
        filtered = option(filtered)
    return filtered


def _years(text: str) -> tuple[int | None, int | None]:
    text = text.strip()
    if not text:
        return None, None
    match = re.fullmatch(r"(\d{4})?\s*([-–:]?)\s*(\d{4})?", text)
    if not match or not (match[1] or match[3]):
        raise click.UsageError(f"--year {text}: write 2020, 2020-2024, 2020- or -2019.")
    first = int(match[1]) if match[1] else None
    last = int(match[3]) if match[3] else None
    if not match[2]:
        return first, first
    if first and last and first > last:
        raise click.UsageError(f"--year {text}: the range ends before it begins.")
    return first, last
