"""The `assistant` command: commands are loaded when they are called, failures end in one message."""

import errno
import importlib
import io
import os
import sys
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import click

from store.errors import ExpectedError

COMMANDS = {
    "add": ("add", "Add files (or the sample library) to the library."),
    "ask": ("ask", "Answer a question from the library, with exact quotes."),
    "search": ("search", "Find the papers that fit a question best."),
    "similar": ("similar", "Find the papers most like one."),
    "gaps": ("gaps", "Show papers of a topic that a draft does not cite."),
    "table": ("table", "Compare papers by problem, method, data and result."),
    "related": ("related", "Write a section on related work, with your own cite keys."),
    "papers": ("papers", "List, show, organise and export the papers of the library."),
    "conversations": ("conversations", "List, search and export what was asked and answered."),
    "check": ("check", "Hold each sentence of your draft against the library."),
    "models": ("models", "List and choose language models."),
    "doctor": ("doctor", "Check library, models and machine."),
    "backup": ("backup", "Write library and settings into one file."),
    "restore": ("restore", "Put the library of a backup in place."),
    "rebuild": ("rebuild", "Make the vectors and their index anew."),
    "mcp": ("mcp", "Serve the library to agents (Model Context Protocol)."),
    "skill": ("skill", "Print a file that teaches agents this command line."),
    "lsp": ("lsp", "Check drafts in an editor (language server)."),
    "prompts": ("prompts", "List, change and reset the prompts."),
    "serve": ("serve", "Show the screen in a browser of this machine."),
    "completion": ("completion", "Print the shell completion for bash, zsh or fish."),
}
"""Each command, the module of `assistant.cli` that holds it, and its line in the help."""


_UNWRITABLE = {errno.EPIPE, errno.EBADF, errno.EINVAL, errno.EIO, errno.ENOSPC, errno.EFBIG}
"""What the system says where a pipe is closed, a disk full or a terminal gone."""


class Commands(click.Group):
    """Imports a command's module only when that command is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"assistant.cli.{COMMANDS[cmd_name][0]}")
        command: click.Command = getattr(module, cmd_name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from difflib import get_close_matches

            near = get_close_matches(args[0], COMMANDS, n=1)
            if near:
                raise click.UsageError(f"No such command '{args[0]}'. Did you mean '{near[0]}'?", ctx) from error
            raise

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


def _version(context: click.Context, _: click.Parameter, asked: bool) -> None:
    if asked and not context.resilient_parsing:
        from assistant.cli.versions import versions

        click.echo("\n".join(versions()))
        context.exit(0)


@click.group(cls=Commands, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--home", type=click.Path(path_type=Path, file_okay=False), help="Folder of library, models and settings."
)
@click.option("--set", "flags", metavar="NAME=VALUE", multiple=True, help="Set a setting for this run (repeatable).")
@click.option("--plain", is_flag=True, help="Chat line by line on standard output, as screen readers like it.")
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Say the versions.")
@click.pass_context
def cli(context: click.Context, home: Path | None, flags: tuple[str, ...], plain: bool) -> None:
    """Chat with the paper abstracts of your bibliography, offline.

    Without a command the screen opens.
    """
    context.obj = {"home": home, "flags": flags}
    if context.invoked_subcommand is None:
        context.exit(_plain(home, flags) if plain else _screen(home, flags))


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; returns the exit code (0 done, 1 failed, 2 wrong use, 3 nothing found)."""
    if arguments is None:
        _know_all_names()
    _prepare_streams()
    try:
        result = cli.main(args=arguments, prog_name="assistant", standalone_mode=False)
        return result if isinstance(result, int) else 0
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return 2
    except click.ClickException as error:
        error.show()
        return 2
    except (KeyboardInterrupt, click.Abort):
        print("stopped", file=sys.stderr)
        return 130
    except ExpectedError as error:
        print(f"error: {error}", file=sys.stderr)
        if error.hint:
            print(f"hint: {error.hint}", file=sys.stderr)
        return error.exit_code
    except OSError as error:
        return _unwritable(error) if _output_is_gone(error) else _unusable(error)
    except Exception as error:  # noqa: BLE001 - a bug: one line here, the traceback in the log
        return _bug(error)


def _know_all_names() -> None:
    """Start over in UTF-8 mode where the locale knows only ASCII: native code must read the same file names."""
    if sys.getfilesystemencoding().lower() in ("utf-8", "mbcs") or sys.flags.utf8_mode:
        return
    said = getattr(sys.stdout, "encoding", None) or "ascii"
    environment = {"PYTHONIOENCODING": said, **os.environ, "PYTHONUTF8": "1"}
    os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], environment)


def _prepare_streams() -> None:
    """Closed streams swallow what is written; characters that the encoding lacks become question marks."""
    sys.stdout = sys.stdout or open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - for good
    sys.stderr = sys.stderr or open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _output_is_gone(error: OSError) -> bool:
    """Whether it is standard output that cannot be written: a file that the program opens itself has a name."""
    return error.filename is None and error.errno in _UNWRITABLE


def _unusable(error: OSError) -> int:
    """A file or folder that cannot be used is named; anything else that the system refuses is a bug."""
    if error.filename is None:
        return _bug(error)
    log_file = _logged(error)
    print(f"error: {os.fsdecode(error.filename)}: {error.strerror}.", file=sys.stderr)
    print(f"hint: Check that it is there, its permissions and the free space. {log_file}".rstrip(), file=sys.stderr)
    return 1


def _unwritable(error: OSError) -> int:
    """Standard output went away (a pipe that was closed, a full disk): nothing more can be said there."""
    with open(os.devnull, "w", encoding="utf-8") as nowhere:  # noqa: PTH123
        if sys.stdout:
            with suppress(OSError, ValueError):
                os.dup2(nowhere.fileno(), sys.stdout.fileno())
    if not isinstance(error, BrokenPipeError):
        print(f"error: {error.strerror or error}.", file=sys.stderr)
    return 1


def _screen(home: Path | None, flags: tuple[str, ...]) -> int:
    from assistant.cli.options import settings_from

    settings = settings_from(home, flags)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise click.UsageError(
            "The screen needs a terminal. `assistant --plain` chats line by line, `assistant ask QUESTION` answers."
        )
    from assistant.tui.app import run

    return run(settings)


def _plain(home: Path | None, flags: tuple[str, ...]) -> int:
    from assistant.cli.options import settings_from
    from assistant.cli.plain import chat

    return chat(settings_from(home, flags))


def _bug(error: Exception) -> int:
    where = f"{_logged(error)} Please report it.".lstrip()
    said = str(error).strip().splitlines() or [""]
    print(f"error: a bug in the program: {type(error).__name__}: {said[-1][:300]}\nhint: {where}", file=sys.stderr)
    return 1


def _logged(error: Exception) -> str:
    """Write the traceback into the log; a sentence that says where, "" where it cannot be written."""
    from assistant.logfile import record
    from assistant.settings import default_home

    path = (_chosen_home() or default_home()) / "log" / "assistant.log"
    return f"The traceback is in {path}." if record(error, path, "assistant.cli") else ""


def _chosen_home() -> Path | None:
    """The folder given as `--home DIR`, wherever it stands on the command line."""
    given = sys.argv[1:]
    return next((Path(b) for a, b in pairwise(given) if a == "--home"), None)


if __name__ == "__main__":
    sys.exit(main())
