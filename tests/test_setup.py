"""The set-up: what is said to CMake, which build is taken from the cache, and how a failure ends."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.conftest import ROOT


@pytest.fixture
def setup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """.ci/environment.py, with its logs and its cache in a temporary folder."""
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setenv("ASSISTANT_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("CMAKE_ARGS", raising=False)
    spec = importlib.util.spec_from_file_location("environment", ROOT / ".ci" / "environment.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "ENVIRONMENT", tmp_path)
    return module


def test_the_readers_own_options_come_last(setup: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CMAKE_ARGS", "-DGGML_CUDA=ON")
    options = setup.cmake_options(Path("/x/llama.cmake")).split(" ")
    assert options[-1] == "-DGGML_CUDA=ON"
    assert "-DCMAKE_PROJECT_llama.cpp_INCLUDE=/x/llama.cmake" in options


def test_a_build_of_other_options_is_never_taken_from_the_cache(
    setup: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = setup.cached()
    usual.mkdir(parents=True)
    (usual / "llama_cpp_python-1-py3-none-any.whl").touch()
    assert setup.built(setup.cached()) is not None
    monkeypatch.setattr(setup, "flags", lambda: frozenset({"avx"}))
    assert setup.built(setup.cached()) is None
    monkeypatch.setenv("CMAKE_ARGS", "-DGGML_CUDA=ON")
    assert setup.built(setup.cached()) is None


def test_the_others_are_all_but_the_one_that_is_compiled(setup: ModuleType) -> None:
    others = setup.others()
    assert not [name for name in others if name.startswith("llama-cpp-python")]
    assert any(name.startswith("chromadb") for name in others)
    assert any(name.startswith("pytest") for name in others)
    assert setup.pinned("llama-cpp-python").partition("==")[2]


def test_a_failure_shows_the_end_of_its_log_and_what_is_needed(setup: ModuleType) -> None:
    commands = iter([[sys.executable, "-c", "print('no compiler'); raise SystemExit(3)"], ["never"]])
    job = setup.Job("build", commands, hint=setup.NEEDED)
    job.start()
    job.join()
    with pytest.raises(setup.Failed, match=r"(?s)build failed.*no compiler.*status 3.*build-essential"):
        setup.waited_for([job])


def test_a_wheel_that_is_not_there_is_named(setup: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(setup.Failed, match=r"There is no wheel .*none\.whl"):
        setup.fill(tmp_path / "none.whl")


def test_what_the_build_uses_is_recorded_under_the_names_that_the_program_knows() -> None:
    from assistant.models.processor import NATIVE, RECORD, X86

    text = (ROOT / ".ci" / "llama.cmake").read_text(encoding="utf-8")
    named = text.partition("foreach (option ")[2].partition(")")[0].split()
    assert {f"GGML_{name}" for name in named} == {*X86, NATIVE}
    assert f"/{RECORD}" in text
