"""Nothing leaves the machine: adding, searching and asking with every way out of the process barred."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, SAMPLE, able_starter

BARRED = r"""
#define _GNU_SOURCE
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

static int refuse(const char *call) {
    const char *path = getenv("SOCKET_LOG");
    FILE *log = path ? fopen(path, "a") : NULL;
    if (log) { fprintf(log, "%s\n", call); fclose(log); }
    errno = ENETUNREACH;
    return -1;
}
static int local(const struct sockaddr *address) { return address && address->sa_family == AF_UNIX; }

int connect(int descriptor, const struct sockaddr *address, socklen_t length) {
    extern int __connect(int, const struct sockaddr *, socklen_t);
    return local(address) ? __connect(descriptor, address, length) : refuse("connect");
}
ssize_t sendto(int d, const void *b, size_t n, int f, const struct sockaddr *a, socklen_t l) {
    return a ? refuse("sendto") : send(d, b, n, f);
}
int getaddrinfo(const char *node, const char *s, const struct addrinfo *h, struct addrinfo **r) {
    refuse(node ? node : "getaddrinfo");
    return EAI_FAIL;
}
"""
"""Takes the place of the system's calls in every process of the test, native libraries included."""


@pytest.fixture(scope="module")
def barrier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The compiled bar, to be preloaded."""
    compiler = shutil.which("cc")
    if compiler is None or sys.platform != "linux":
        pytest.skip("barring native calls needs Linux and a C compiler")
    source = tmp_path_factory.mktemp("bar") / "bar.c"
    source.write_text(BARRED)
    library = source.with_suffix(".so")
    subprocess.run([compiler, "-shared", "-fPIC", "-o", library, source], check=True)
    return library


def barred(barrier: Path, log: Path) -> dict[str, str]:
    return {**os.environ, "LD_PRELOAD": str(barrier), "SOCKET_LOG": str(log)}


def run(arguments: list[str], home: Path, barrier: list[str], environment: dict[str, str]) -> str:
    command = [*barrier, sys.executable, "-m", "assistant.cli.main", "--home", str(home), *arguments]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, env=environment)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def whole_way(home: Path, files: list[Path], barrier: list[str], environment: dict[str, str]) -> None:
    report = json.loads(run(["add", "--json", *map(str, files)], home, barrier, environment))
    assert report["added"] > 30
    able_starter(home)
    hits = json.loads(run(["search", "--json", "attention"], home, barrier, environment))
    assert hits
    answer = json.loads(run(["ask", "--json", "What is known about attention?"], home, barrier, environment))
    assert answer["answered"]
    assert answer["model"]


def test_add_search_and_ask_open_no_socket(home: Path, tmp_path: Path, barrier: Path) -> None:
    log = tmp_path / "sockets.txt"
    cache = tmp_path / "cache"
    whole_way(home, [SAMPLE], [], {**barred(barrier, log), "XDG_CACHE_HOME": str(cache)})
    assert not log.exists(), log.read_text()
    assert [path.name for path in cache.iterdir()] == ["literature-assistant"]


@pytest.mark.parametrize(
    "command",
    [
        ["models", "list"],
        ["models", "verify"],
        ["models", "get", "qwen2.5-coder-1.5b", "--dry-run"],
        ["papers", "list"],
    ],
)
def test_only_getting_a_model_opens_a_socket(
    command: list[str], sample_copy: Path, tmp_path: Path, barrier: Path
) -> None:
    log = tmp_path / "sockets.txt"
    run(command, sample_copy, [], barred(barrier, log))
    assert not log.exists(), log.read_text()


def test_getting_a_model_does_call_and_says_in_one_message_that_nobody_answers(
    home: Path, tmp_path: Path, barrier: Path
) -> None:
    log = tmp_path / "sockets.txt"
    command = [sys.executable, "-m", "assistant.cli.main", "--home", str(home), "models", "get"]
    environment = {**barred(barrier, log), "PIP_CONFIG_FILE": os.devnull, "PIP_INDEX_URL": "http://127.0.0.1:9/simple"}
    arguments = ["http://127.0.0.1:9/model.gguf", "--yes"]
    ran = subprocess.run([*command, *arguments], capture_output=True, text=True, check=False, env=environment, cwd=ROOT)
    assert ran.returncode == 1
    assert log.read_text()
    assert (ran.stderr.count("error: "), ran.stderr.count("hint: ")) == (1, 1), ran.stderr


def test_only_a_server_that_is_configured_is_called_and_without_it_there_are_quotes(
    sample_copy: Path, tmp_path: Path, barrier: Path
) -> None:
    log = tmp_path / "sockets.txt"
    question = ["ask", "--json", "What is known about attention?"]
    server = {"ASSISTANT_SERVER": "http://127.0.0.1:9/v1"}
    answer = json.loads(run(question, sample_copy, [], {**barred(barrier, log), **server}))
    assert answer["claims"]
    assert set(log.read_text().split()) <= {"connect", "127.0.0.1"}


def test_the_bar_of_this_test_does_bar(tmp_path: Path, barrier: Path) -> None:
    log = tmp_path / "sockets.txt"
    code = "import socket; socket.create_connection(('127.0.0.1', 9))"
    command = [sys.executable, "-c", code]
    ran = subprocess.run(command, capture_output=True, check=False, env=barred(barrier, log))
    assert ran.returncode != 0
    assert log.read_text()


def namespace() -> list[str]:
    """A command prefix that runs without any network interface, or skip where the system does not allow it."""
    prefix = ["unshare", "--net", "--map-root-user"]
    if (
        shutil.which("unshare") is None
        or subprocess.run([*prefix, "true"], check=False, capture_output=True).returncode
    ):
        pytest.skip("this system does not let us make a network namespace; the barred sockets above still count")
    return prefix


def test_add_search_and_ask_work_without_any_network_interface(seeds: tuple[Path, ...], home: Path) -> None:
    whole_way(home, list(seeds[:1]), namespace(), dict(os.environ))
