"""Serves the screen on loopback, to one who knows the key in the address."""

import secrets
import shlex
import socket
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

from aiohttp import web
from textual_serve.server import Server

from assistant.errors import ExpectedError

HOST = "127.0.0.1"
COOKIE = "assistant_key"

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class CannotServe(ExpectedError):
    """The port is taken."""


class LocalServer(Server):
    """Other users of the machine, and other pages in the browser, are turned away."""

    def __init__(self, port: int) -> None:
        super().__init__(
            f"{shlex.quote(sys.executable)} -m assistant.tui",
            host=HOST,
            port=port,
            title="Literature assistant",
            templates_path=Path(__file__).parent,
        )
        self.key = secrets.token_urlsafe(24)

    @property
    def address(self) -> str:
        """What to open in the browser."""
        return f"{self.public_url}/?key={self.key}"

    def initialize_logging(self) -> None:
        """Requests are nobody's business, and their addresses hold the key."""

    async def on_startup(self, app: web.Application) -> None:
        """Say where the screen is."""
        del app
        print(f"Open {self.address}\nOnly this machine can reach it. Ctrl+C ends it.", file=sys.stderr, flush=True)

    async def _make_app(self) -> web.Application:
        app = await super()._make_app()
        app.middlewares.append(self._guarded)
        return app

    @web.middleware
    async def _guarded(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        given = request.query.get("key") or request.cookies.get(COOKIE, "")
        if request.host != f"{HOST}:{self.port}" or not secrets.compare_digest(given.encode(), self.key.encode()):
            raise web.HTTPForbidden(text="Open the address that `assistant serve` printed, with its key.\n")
        if request.headers.get("Origin", self.public_url) != self.public_url:
            raise web.HTTPForbidden(text="Another page may not use this one.\n")
        response = await handler(request)
        if request.path == "/":
            response.set_cookie(COOKIE, self.key, httponly=True, samesite="Strict")
        return response


def serve(port: int) -> None:
    """Serve until Ctrl+C; raises `CannotServe` where the port is taken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise CannotServe(
                f"Port {port} of this machine cannot be used: {error.strerror}.",
                hint="Choose another: assistant serve --port 8765.",
            ) from error
    LocalServer(port).serve()
