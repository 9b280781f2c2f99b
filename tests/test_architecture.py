"""The seams: what may import what, checked in fresh interpreters and by the import contracts."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

HEAVY = ("torch", "chromadb", "llama_cpp", "sentence_transformers", "onnxruntime", "transformers", "httpx")


def imported_by(module: str) -> set[str]:
    code = f"import sys, {module}; print(*(name for name in sys.modules if '.' not in name))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    return set(ran.stdout.split())


@pytest.mark.parametrize(
    ("module", "forbidden"),
    [
        ("assistant.cli.main", (*HEAVY, "textual", "numpy", "multiprocessing", "sqlite3")),
        ("assistant.assistant", (*HEAVY, "textual")),
        ("assistant.tui.app", (*HEAVY, "numpy")),
        ("assistant.engine.process", (*HEAVY, "textual")),
        ("store.library", (*HEAVY, "textual", "assistant")),
        ("assistant.cli.doctor", (*HEAVY, "textual")),
        ("assistant.cli.models", (*HEAVY, "textual")),
        ("assistant.tui.screens.models_screen", HEAVY),
    ],
)
def test_a_light_module_drags_nothing_heavy_along(module: str, forbidden: tuple[str, ...]) -> None:
    assert imported_by(module).isdisjoint(forbidden)


def test_the_import_contracts_are_kept() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    ran = subprocess.run([linter, "--no-cache"], capture_output=True, text=True, check=False, cwd=ROOT)
    assert "0 broken" in ran.stdout, ran.stdout + ran.stderr
