"""The wheel has everything that the program reads, and runs without the checkout."""

import importlib.util
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from types import ModuleType

import pytest

from tests.conftest import ROOT


def trial() -> ModuleType:
    """The script that tries the wheel."""
    spec = importlib.util.spec_from_file_location("wheel", ROOT / ".ci" / "wheel.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel's content in a folder of its own."""
    script = trial()
    folder = tmp_path_factory.mktemp("wheel")
    source = script.source(folder)
    backend = "import sys; from setuptools import build_meta; build_meta.build_wheel(sys.argv[1])"
    command = [sys.executable, "-c", backend, str(folder)]
    ran = subprocess.run(command, cwd=source, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    shutil.rmtree(source)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "unpacked")
    return folder / "unpacked"


def test_every_file_that_is_no_code_is_in_the_wheel(unpacked: Path) -> None:
    listed = subprocess.run(
        ["git", "ls-files", "assistant", "store", "prompts"], cwd=ROOT, capture_output=True, text=True
    )
    if listed.returncode:
        pytest.skip("this is no checkout")
    tracked = {name for name in listed.stdout.splitlines() if (ROOT / name).is_file()}
    packed = {path.relative_to(unpacked).as_posix() for path in unpacked.rglob("*") if path.is_file()}
    assert sorted(name for name in tracked - packed if not name.endswith("card.md")) == []


def test_the_wheel_answers_without_the_checkout(unpacked: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(unpacked)}
    begin = "import sys, assistant, prompts, store; print(assistant.__file__, prompts.__file__, store.__file__);"
    code = f"{begin} from assistant.cli.main import main; sys.exit(main(sys.argv[1:]))"

    def said(*arguments: str) -> str:
        command = [sys.executable, "-P", "-c", code, "--home", str(tmp_path / "home"), *arguments]
        ran = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stderr
        where, _, rest = ran.stdout.partition("\n")
        assert all(Path(path).is_relative_to(unpacked) for path in where.split())
        return rest

    assert "40 added" in said("add", "--sample")
    assert "[1]" in said("ask", "By what factor does LoRA cut the trainable parameters of GPT-3?", "--quotes")
    assert "answer.user" in said("prompts", "list")
    assert "assistant search" in said("skill")
    assert "models get" in said("models", "list")
