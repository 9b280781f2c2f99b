"""Nothing leaves the machine: adding, searching and asking with every way out of the process barred."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, SAMPLE

BARRED = """
import os, socket, sys
def refuse(self, address, *rest):
    with open(os.environ["SOCKET_LOG"], "a") as log:
        log.write(f"{address!r}\\n")
    raise OSError("the network is barred in this test")
_connect = socket.socket.connect
socket.socket.connect = lambda self, a, *r: _connect(self, a) if self.family == socket.AF_UNIX else refuse(self, a)
socket.socket.connect_ex = refuse
socket.socket.sendto = refuse
socket.getaddrinfo = lambda *a, **k: refuse(None, a)
"""


def run(arguments: list[str], home: Path, barrier: list[str], environment: dict[str, str]) -> str:
    command = [*barrier, sys.executable, "-m", "assistant.cli.main", "--home", str(home), *arguments]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, env=environment)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def whole_way(home: Path, files: list[Path], barrier: list[str], environment: dict[str, str]) -> None:
    report = json.loads(run(["add", "--json", *map(str, files)], home, barrier, environment))
    assert report["added"] > 30
    hits = json.loads(run(["search", "--json", "attention"], home, barrier, environment))
    assert hits
    answer = json.loads(run(["ask", "--json", "What is known about attention?"], home, barrier, environment))
    assert answer["answered"]
    assert answer["model"]


def test_add_search_and_ask_open_no_socket(home: Path, tmp_path: Path) -> None:
    import os

    (tmp_path / "bar").mkdir()
    (tmp_path / "bar" / "sitecustomize.py").write_text(BARRED)
    log = tmp_path / "sockets.txt"
    path = f"{tmp_path / 'bar'}{os.pathsep}{ROOT}"
    whole_way(home, [SAMPLE], [], {**os.environ, "PYTHONPATH": path, "SOCKET_LOG": str(log)})
    assert not log.exists(), log.read_text()


def test_the_bar_of_this_test_does_bar(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(BARRED)
    log = tmp_path / "sockets.txt"
    code = "import socket; socket.create_connection(('127.0.0.1', 9))"
    environment = {"PYTHONPATH": str(tmp_path), "SOCKET_LOG": str(log)}
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, env=environment)
    assert ran.returncode != 0
    assert "127.0.0.1" in log.read_text()


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
    import os

    whole_way(home, list(seeds), namespace(), dict(os.environ))
