"""assistant serve"""

import os
from dataclasses import fields

import click

from assistant.cli.options import current_settings, with_home
from assistant.settings import PREFIX, Settings


@click.command(short_help="Show the screen in a browser.")
@click.option("--port", default=8642, show_default=True, type=click.IntRange(1024, 65535), help="Port on this machine.")
@with_home
@click.pass_context
def serve(context: click.Context, port: int) -> int:
    """Show the screen in a browser of this machine; nothing is opened to the network."""
    settings = current_settings(context)
    os.environ["ASSISTANT_HOME"] = str(settings.home)
    os.environ.update(_given(context, settings))
    from assistant.web.server import serve as serve_screen

    serve_screen(port)
    return 0


def _given(context: click.Context, settings: Settings) -> dict[str, str]:
    """The settings of `--set`, for the process that draws the screen."""
    named = {flag.partition("=")[0].strip() for flag in context.find_root().obj["flags"]}
    return {
        PREFIX + field.name.upper(): str(getattr(settings, field.name))
        for field in fields(Settings)
        if field.name in named
    }
