"""`assistant --version`: what matters, and nothing heavy is loaded to say it."""

import re
import subprocess
import sys
from importlib.metadata import version

from store.catalogue.connection import VERSION
from tests.conftest import ROOT
from tests.test_architecture import HEAVY


def test_the_versions_are_said_without_loading_what_they_are_of() -> None:
    code = (
        "import sys; from assistant.cli.main import main; main(['--version']);"
        "print(*(name for name in sys.modules if '.' not in name), file=sys.stderr)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    said = dict(re.findall(r"^  ([\w -]+?) (\d\S*)(?: \(.*)?$", ran.stdout, re.MULTILINE))
    for package in ("llama-cpp-python", "chromadb", "sentence-transformers", "onnxruntime", "textual"):
        assert said[package] == version(package)
    assert said["library schema"] == str(VERSION)
    assert said["Python"] == sys.version.split()[0]
    assert ran.stdout.startswith("assistant ")
    assert set(ran.stderr.split()).isdisjoint({*HEAVY, "textual", "mcp", "pygls"})
