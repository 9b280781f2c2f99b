"""Try the wheel as a user gets it: build it, install it into an empty environment, and have a first question answered.

    python .ci/wheel.py [--installer pip|uv|pipx] [--llama llama_cpp_python.whl] [--folder DIR]

Nothing of the checkout is on the path of what is tried. `--llama` is a ready-made wheel of llama-cpp-python: without it
that package is compiled, which takes minutes. uv and pipx must be installed already.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
QUESTION = "By what factor does LoRA cut the trainable parameters of GPT-3?"


def run(command: Sequence[str | Path], folder: Path, **environment: str) -> str:
    """Run a command to its end and print it; returns its standard output."""
    print("$", *command, flush=True)
    clean = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    ran = subprocess.run(command, cwd=folder, env=clean | environment, check=False, stdout=subprocess.PIPE, text=True)
    print(ran.stdout, end="")
    if ran.returncode:
        sys.exit(f"It ended with code {ran.returncode}.")
    return ran.stdout


def source(folder: Path) -> Path:
    """A copy of what the wheel is built of: what an earlier build left behind must not get into it."""
    copy = folder / "source"
    copy.mkdir()
    for name in ("assistant", "store", "prompts"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    return copy


def built(folder: Path) -> Path:
    """The wheel of the checkout."""
    run([sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", folder, source(folder)], folder)
    (wheel,) = folder.glob("literature_assistant-*.whl")
    return wheel


def installed(installer: str, wheel: Path, llama: Path | None, folder: Path) -> Path:
    """The program `assistant` of an environment that had nothing in it."""
    wanted = f"{wheel}[starter]"
    constraints = ROOT / "constraints.txt"
    if installer == "pipx":
        home = {"PIPX_HOME": str(folder / "pipx"), "PIPX_BIN_DIR": str(folder / "bin")}
        extra = [f"--preinstall={llama}"] if llama else []
        run(["pipx", "install", *extra, f"--pip-args=--constraint {constraints}", wanted], folder, **home)
        return folder / "bin" / "assistant"
    if installer == "uv":
        home = {"UV_TOOL_DIR": str(folder / "tools"), "UV_TOOL_BIN_DIR": str(folder / "bin")}
        extra = ["--with", str(llama)] if llama else []
        run(["uv", "tool", "install", "--constraints", constraints, *extra, wanted], folder, **home)
        return folder / "bin" / "assistant"
    run([sys.executable, "-m", "venv", folder / "venv"], folder)
    python = folder / "venv" / "bin" / "python"
    run([python, "-m", "pip", "install", "--quiet", "-c", constraints, *([llama] if llama else []), wanted], folder)
    return python.with_name("assistant")


def tried(program: Path, folder: Path) -> None:
    """The first steps of a user; what they print is looked at."""
    home = ["--home", str(folder / "home")]
    assert "library schema" in run([program, "--version"], folder)
    assert "40 added" in run([program, *home, "add", "--sample"], folder)
    assert "[1]" in run([program, *home, "ask", QUESTION], folder)
    assert "models get" in run([program, *home, "models", "list"], folder)
    run([program, *home, "models", "get", "qwen2.5-coder-1.5b", "--dry-run"], folder)
    run([program, *home, "prompts", "list"], folder)
    run([program, "skill", "-o", folder], folder)
    run([program, *home, "doctor"], folder)


def main() -> None:
    """Build, install, try."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--installer", choices=["pip", "uv", "pipx"], default="pip")
    parser.add_argument("--llama", type=Path, help="a ready-made wheel of llama-cpp-python")
    parser.add_argument("--folder", type=Path, help="where to do it, and to leave it; otherwise a temporary folder")
    given = parser.parse_args()
    llama = given.llama.resolve() if given.llama else None
    with tempfile.TemporaryDirectory(prefix="wheel-") as temporary:
        folder = (given.folder or Path(temporary)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        tried(installed(given.installer, built(folder), llama, folder), folder)
    print(f"The wheel works, installed by {given.installer}.")


if __name__ == "__main__":
    main()
