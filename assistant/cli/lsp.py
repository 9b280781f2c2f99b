"""assistant lsp"""

import sys

import click

from assistant.assistant import Assistant
from assistant.cli.options import current_settings, logged_to_file, missing, with_home


@click.command(short_help="Check drafts in an editor.")
@with_home
@click.pass_context
def lsp(context: click.Context) -> int:
    """Check LaTeX and Markdown drafts while they are written, as a language server on standard input and output.

    An editor starts it by itself: README.md shows what to write into its settings. Needs the extra `lsp`.
    """
    settings = current_settings(context)
    try:
        from assistant.editor.server import serve
    except ImportError as error:
        raise missing("lsp", "pygls>=2") from error
    logged_to_file(settings)
    if sys.stdin.isatty():
        print("Waiting for an editor on standard input; Ctrl-C ends it.", file=sys.stderr)
    with Assistant(settings) as assistant:
        serve(assistant)
    return 0
