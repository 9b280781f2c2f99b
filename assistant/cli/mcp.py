"""assistant mcp"""

import asyncio
import os
import sys

import click

from assistant.assistant import Assistant
from assistant.cli.options import current_settings, logged_to_file, missing, with_home


@click.command(short_help="Serve the library to agents.")
@with_home
@click.pass_context
def mcp(context: click.Context) -> int:
    """Serve the library as tools of the Model Context Protocol, on standard input and output.

    An agent starts it by itself: README.md shows what to write into its settings. Needs the extra `mcp`.
    """
    settings = current_settings(context)
    try:
        from assistant.agents.server import serve
    except ImportError as error:
        raise missing("mcp", "mcp>=2") from error
    logged_to_file(settings)
    if sys.stdin.isatty():
        print("Waiting for an agent on standard input; Ctrl-C ends it.", file=sys.stderr)
    with Assistant(settings) as assistant:
        try:
            asyncio.run(serve(assistant))
        except KeyboardInterrupt:
            assistant.close()
            os._exit(130)  # a thread still waits for standard input
    return 0
