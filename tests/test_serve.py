"""The screen in a browser: only with the key, only on this machine."""

import asyncio
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, ClientWebSocketResponse
from aiohttp.test_utils import TestClient, TestServer
from aiohttp.web import Application, Request

from assistant.web.server import HOST, CannotServe, LocalServer, serve

BROWSER = shutil.which("chromium") or shutil.which("google-chrome")
CTRL_Q = {"type": "rawKeyDown", "key": "q", "code": "KeyQ", "windowsVirtualKeyCode": 81, "modifiers": 2}
Client = TestClient[Request, Application]


@pytest.fixture
async def server() -> LocalServer:
    return LocalServer(8642)


@pytest.fixture
async def client(server: LocalServer) -> AsyncIterator[Client]:
    async with TestClient(TestServer(await server._make_app(), host=HOST)) as client:
        server.port = client.port or 0
        server.public_url = f"http://{HOST}:{client.port}"
        yield client


async def test_the_page_needs_the_key_and_loads_nothing_from_elsewhere(client: Client, server: LocalServer) -> None:
    assert (await client.get("/")).status == 403
    assert (await client.get("/?key=wrong")).status == 403
    assert (await client.get("/ws")).status == 403
    page = await client.get(f"/?key={server.key}")
    text = await page.text()
    assert page.status == 200
    assert "data-session-websocket-url" in text
    assert text.count("http") == text.count(f"http://{HOST}")
    assert (await client.get("/static/css/xterm.css")).status == 200  # the cookie of the page lets it in


async def test_other_pages_and_other_names_of_this_machine_are_turned_away(client: Client, server: LocalServer) -> None:
    address = f"/?key={server.key}"
    assert (await client.get(address, headers={"Origin": "http://evil.example"})).status == 403
    assert (await client.get(address, headers={"Host": "evil.example"})).status == 403
    assert (await client.get(address, headers={"Origin": server.public_url})).status == 200


def test_it_listens_on_loopback_and_says_when_the_port_is_taken() -> None:
    assert LocalServer(8642).address.startswith("http://127.0.0.1:8642/?key=")
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        taken.listen()
        with pytest.raises(CannotServe, match="cannot be used"):
            serve(taken.getsockname()[1])


@contextmanager
def running(command: list[str], home: Path, **options: Any) -> Iterator[subprocess.Popen[str]]:
    environment = {**os.environ, "ASSISTANT_HOME": str(home)}
    process = subprocess.Popen(command, env=environment, text=True, **options)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(60)


class Page:
    """A page of a browser that is driven from outside."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self._socket = socket
        self._number = 0

    async def do(self, method: str, **parameters: object) -> dict[str, Any]:
        self._number += 1
        await self._socket.send_json({"id": self._number, "method": method, "params": parameters})
        while (reply := await self._socket.receive_json()).get("id") != self._number:
            pass
        return dict(reply["result"])

    async def quit(self) -> None:
        """Press Ctrl+Q until the program has ended: the first presses may come before it listens."""
        for _ in range(40):
            await self.do("Runtime.evaluate", expression="document.querySelector('textarea').focus()")
            await self.do("Input.dispatchKeyEvent", **CTRL_Q)
            await asyncio.sleep(0.5)
            found = await self.do("Runtime.evaluate", expression="document.body.className")
            if "-closed" in str(found["result"].get("value")):
                return
        raise AssertionError("Ctrl+Q did not end the program")

    async def until_class(self, name: str) -> None:
        for _ in range(600):
            found = await self.do("Runtime.evaluate", expression="document.body.className")
            if name in str(found["result"].get("value")):
                return
            await asyncio.sleep(0.1)
        raise AssertionError(f"the page never became {name}")


async def read(path: Path, ready: Callable[[str], bool]) -> str:
    for _ in range(600):
        if path.is_file() and ready(text := path.read_text()):
            return text
        await asyncio.sleep(0.1)
    raise AssertionError(f"{path} never came")


@pytest.mark.skipif(BROWSER is None, reason="there is no Chromium on this machine")
async def test_the_screen_is_drawn_in_a_browser_and_takes_its_keys(home: Path, tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind((HOST, 0))
        port = str(free.getsockname()[1])
    serve_ = [sys.executable, "-m", "assistant.cli.main", "serve", "--port", port]
    said = tmp_path / "said"
    with said.open("w") as errors, running(serve_, home, stderr=errors):
        found = re.search(r"http://\S+", await read(said, lambda text: "Ctrl+C" in text))
        assert found
        browse = [
            str(BROWSER),
            "--headless",
            "--no-sandbox",
            "--remote-debugging-port=0",
            "--enable-unsafe-swiftshader",
        ]
        profile = tmp_path / "profile"
        with running([*browse, f"--user-data-dir={profile}", found[0]], home, stderr=subprocess.DEVNULL):
            debug = (await read(profile / "DevToolsActivePort", lambda text: "/" in text)).split()[0]
            async with ClientSession() as session:
                targets = await (await session.get(f"http://{HOST}:{debug}/json")).json()
                address = next(target["webSocketDebuggerUrl"] for target in targets if target["type"] == "page")
                async with session.ws_connect(address, max_msg_size=0) as socket_:
                    page = Page(socket_)
                    await page.until_class("-first-byte")
                    await page.quit()
