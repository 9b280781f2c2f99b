"""assistant completion"""

import click
from click.shell_completion import get_completion_class

from assistant.cli.main import cli

SHELLS = ("bash", "zsh", "fish")


@click.command(short_help="Print shell completion.")
@click.argument("shell", type=click.Choice(SHELLS))
def completion(shell: str) -> int:
    """Print the completion script for SHELL.

    bash: assistant completion bash > ~/.local/share/bash-completion/completions/assistant
    """
    script = get_completion_class(shell)
    assert script is not None
    click.echo(script(cli, {}, "assistant", "_ASSISTANT_COMPLETE").source())
    return 0
