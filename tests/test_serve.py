"""The screen in a browser: only with the key, only on this machine."""

from collections.abc import AsyncIterator

import pytest
from aiohttp.test_utils import TestClient, TestServer
from aiohttp.web import Application, Request

from assistant.web.server import HOST, CannotServe, LocalServer, serve

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
    import socket

    assert LocalServer(8642).address.startswith("http://127.0.0.1:8642/?key=")
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        taken.listen()
        with pytest.raises(CannotServe, match="cannot be used"):
            serve(taken.getsockname()[1])
