"""The server for agents, with the client of the official SDK over a real process."""

import json
import os
import random
import subprocess
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from mcp import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp_types import CallToolResult, TextContent

from assistant.agents.tools import PORTION, Tools
from assistant.answering.templates import NOT_IN_LIBRARY
from store.catalogue import Catalogue
from store.library import LibraryPaths
from tests.conftest import ROOT
from tests.test_offline import barred, barrier

__all__ = ["barrier"]

QUESTION = "By what factor does LoRA cut the trainable parameters of GPT-3?"
BREAD = "Best recipe for banana bread"


@asynccontextmanager
async def agent(home: Path, **environment: str) -> AsyncGenerator[Client, None]:
    """A client of a server that has just been started."""
    server = StdioServerParameters(
        command=sys.executable,
        args=["-m", "assistant.cli.main", "--home", str(home), "--set", "model=none", "mcp"],
        env={**os.environ, **environment},
        cwd=ROOT,
    )
    async with Client(stdio_client(server)) as client:
        yield client


def said(result: CallToolResult) -> str:
    (content,) = result.content
    assert isinstance(content, TextContent)
    return content.text


async def called(client: Client, tool: str, **arguments: Any) -> dict[str, Any]:
    """The result of a call that must not fail."""
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, said(result)
    found: dict[str, Any] = json.loads(said(result))
    assert result.structured_content == found
    return found


async def test_an_agent_lists_the_tools_asks_reads_checks_and_exports(sample_copy: Path) -> None:
    async with agent(sample_copy) as client:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert list(tools) == ["search", "ask", "paper", "check_claim", "related_work", "export", "more"]
        assert all(tool.description and tool.input_schema["type"] == "object" for tool in tools.values())

        answer = await called(client, "ask", question=QUESTION)
        assert answer["answered"]
        assert "[1]" in answer["text"]
        key = answer["sources"][0]["key"]
        paper = await called(client, "paper", key=key)
        assert all(quote["text"] in paper["abstract"] for claim in answer["claims"] for quote in claim["quotes"])

        follow_up = await called(
            client, "ask", question="Which data sets did they use?", conversation=answer["conversation"]
        )
        assert follow_up["understood_as"]
        assert follow_up["sources"][0]["key"] == key

        refusal = await called(client, "ask", question=BREAD)
        assert (refusal["answered"], refusal["text"]) == (False, NOT_IN_LIBRARY)
        assert refusal["closest"]
        assert "claims" not in refusal

        hits = (await called(client, "search", query="attention", limit=3, year_from=2017, year_to=2017))["hits"]
        assert {hit["year"] for hit in hits} == {2017}

        quote = answer["claims"][0]["quotes"][0]["text"]
        (sentence,) = (await called(client, "check_claim", claim=quote, keys=[key]))["sentences"]
        assert [(each["key"], each["says"], each["quote"]) for each in sentence["papers"]] == [
            (key, "supported", quote)
        ]
        (owls,) = (await called(client, "check_claim", claim="Owls hunt at night."))["sentences"]
        assert {each["says"] for each in owls["papers"]} == {"not_stated"}

        exported = await called(client, "export", keys=[key], form="bibtex")
        assert f"{{{key}," in exported["text"]


async def test_a_long_text_comes_in_portions_that_give_the_whole(sample_copy: Path) -> None:
    async with agent(sample_copy) as client:
        portion = await called(client, "export", form="ris")
        whole = portion["text"]
        while "more" in portion:
            assert len(portion["text"]) <= PORTION
            portion = await called(client, "more", more=portion["more"])
            whole += portion["text"]
    assert whole.count("TY  - ") == 40
    assert whole.rstrip().endswith("ER  -")


async def test_a_section_on_related_work_cites_keys_and_an_unknown_topic_is_refused(sample_copy: Path) -> None:
    async with agent(sample_copy) as client:
        section = await called(client, "related_work", topic="parameter-efficient fine-tuning", form="latex", limit=4)
        assert section["answered"]
        assert all(source["key"] for source in section["sources"])
        assert "\\cite" in section["text"]
        refused = await called(client, "related_work", topic="banana bread recipes")
        assert not refused["answered"]


def faulty_calls() -> list[tuple[str, Any]]:
    """200 calls that no well-behaved agent makes."""
    chance = random.Random(7)
    values = [
        None, True, -1, 2**70, 1.5, float(10**300), "", " ", "\x00\x1b[2J\x07\u202e", "x" * 200_000, "{title}",
        [], ["x"], [None] * 10, {}, {"a": {"b": []}}, "../../etc/passwd", "'; DROP TABLE papers; --", "c999", "t1:-1",
        "t1:99999999999999999999", "\U0001f989" * 3000,
    ]  # fmt: skip
    names = sorted({name for kind in Tools.arguments.values() for name in kind.model_fields})
    fixed: list[tuple[str, Any]] = [
        ("nothing", {}),
        ("", {}),
        ("search\n", {"query": "x"}),
        ("paper", {"key": "nobody1999"}),
        ("paper", {"key": "\x00"}),
        ("more", {"more": "t7:0"}),
        ("ask", {"question": "And then?", "conversation": "c42"}),
        ("ask", {"question": " \n\t "}),
        ("search", {"query": "attention", "year_from": 2024, "year_to": 2020}),
        ("export", {"tag": "no such tag"}),
        ("export", {"keys": ["nobody1999"]}),
        ("check_claim", {"claim": "", "keys": []}),
        ("check_claim", {"claim": "Owls hunt.", "keys": ["nobody1999"]}),
        ("search", {"query": "attention", "limit": 3, "color": "blue"}),
    ]
    while len(fixed) < 200:
        tool = chance.choice([*Tools.arguments])
        given = {name: chance.choice(values) for name in chance.sample(names, chance.randint(0, 3))}
        for name, field in Tools.arguments[tool].model_fields.items():
            if field.is_required() and chance.random() < 0.8:
                given[name] = chance.choice(values)
        fixed.append((tool, given))
    return fixed


async def test_no_malformed_call_ends_the_server(sample_copy: Path) -> None:
    calls = faulty_calls()
    assert len(calls) == 200
    async with agent(sample_copy) as client:
        for tool, arguments in calls:
            result = await client.call_tool(tool, arguments)
            assert len(said(result)) < 30_000
            assert "Traceback" not in said(result)
            assert "bug" not in said(result), (tool, arguments)
        hits = await called(client, "search", query="attention")
        assert hits["hits"]
    catalogue = Catalogue(LibraryPaths(sample_copy).catalogue)
    assert (catalogue.count(), catalogue.check()) == (40, [])
    catalogue.close()


async def test_wrong_arguments_are_named_and_not_repeated(sample_copy: Path) -> None:
    async with agent(sample_copy) as client:
        result = await client.call_tool("search", {"query": "x" * 100_000, "limit": "many", "years": 2020})
        assert result.is_error
        assert all(name in said(result) for name in ("query:", "limit:", "years:"))
        assert len(said(result)) < 1000
        unknown = await client.call_tool("paper", {"key": "nobody1999"})
        assert unknown.is_error
        assert "nobody1999" in said(unknown)


def test_lines_that_are_no_messages_do_not_end_the_server(sample_copy: Path) -> None:
    hello = {
        "jsonrpc": "2.0", "id": 1, "method": "initialize",
        "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}},
    }  # fmt: skip
    junk = [b"", b"{", b"\xff\xfe\x00", b"[]", b'"\\ud800"', b"[" * 5000, b"null", b'{"jsonrpc": "2.0", "id": {}}']
    last = {"jsonrpc": "2.0", "id": 2, "method": "tools/list"}
    begun = {"jsonrpc": "2.0", "method": "notifications/initialized"}
    lines = [json.dumps(hello).encode(), json.dumps(begun).encode(), *junk, json.dumps(last).encode()]
    command = [sys.executable, "-m", "assistant.cli.main", "--home", str(sample_copy), "mcp"]
    server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT)
    assert server.stdin is not None
    assert server.stdout is not None
    server.stdin.write(b"\n".join(lines) + b"\n")
    server.stdin.flush()
    replies = (json.loads(line) for line in server.stdout)
    answer = next(reply for reply in replies if reply.get("id") == 2)
    assert len(answer["result"]["tools"]) == len(Tools.arguments)
    server.stdin.close()
    assert server.wait() == 0
    server.stdout.close()


async def test_the_server_opens_no_socket(sample_copy: Path, tmp_path: Path, barrier: Path) -> None:
    log = tmp_path / "sockets.txt"
    async with agent(sample_copy, **barred(barrier, log)) as client:
        assert (await called(client, "ask", question=QUESTION))["answered"]
        assert (await called(client, "export"))["papers"] == 40
    assert not log.exists(), log.read_text()


@pytest.mark.parametrize(("command", "package"), [("mcp", "mcp"), ("lsp", "pygls")])
def test_without_the_extra_there_is_one_clear_message(command: str, package: str, home: Path) -> None:
    code = (
        f"import sys; sys.modules['{package}'] = None; from assistant.cli.main import main;"
        f"sys.exit(main(['--home', sys.argv[1], '{command}']))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, str(home)], capture_output=True, text=True, check=False, cwd=ROOT, input=""
    )
    assert ran.returncode == 1
    assert ran.stdout == ""
    assert ran.stderr.count("error: ") == ran.stderr.count("hint: ") == 1
    assert f"pip install '{package}>=2'" in ran.stderr
    assert list(home.iterdir()) == []
