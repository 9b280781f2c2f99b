"""What this processor can do, and what llama.cpp was built to use of it. Nothing but the standard library.

python -m assistant.models.processor      # prints CMake's options for llama.cpp on this machine
"""

import importlib.util
import os
import platform
import re
import subprocess
from collections.abc import Collection
from pathlib import Path

RECORD = "instructions.txt"
"""Lies beside libllama: the options that were on when it was built, one a line (written by setup/llama.cmake)."""

X86 = {
    "GGML_SSE42": {"sse4_2"},
    "GGML_AVX": {"avx"},
    "GGML_F16C": {"f16c"},
    "GGML_FMA": {"fma"},
    "GGML_BMI2": {"bmi2"},
    "GGML_AVX2": {"avx2"},
    "GGML_AVX_VNNI": {"avx_vnni"},
    "GGML_AVX512": {"avx512f", "avx512cd", "avx512vl", "avx512dq", "avx512bw"},
    "GGML_AVX512_VBMI": {"avx512vbmi"},
    "GGML_AVX512_VNNI": {"avx512_vnni"},
    "GGML_AVX512_BF16": {"avx512_bf16"},
    "GGML_AMX_TILE": {"amx_tile"},
    "GGML_AMX_INT8": {"amx_int8"},
    "GGML_AMX_BF16": {"amx_bf16"},
}
"""The flags of a processor, as Linux names them, that an option of llama.cpp needs."""

UNWANTED = {"GGML_AMX_TILE", "GGML_AMX_INT8", "GGML_AMX_BF16"}
"""Kernels that crash on some virtual machines whose processor says that it has these instructions."""

ARM = {"asimddp": "+dotprod", "asimdhp": "+fp16", "i8mm": "+i8mm"}
"""Extensions of ARMv8.2 that llama.cpp has kernels for."""

NATIVE = "GGML_NATIVE"


def flags() -> frozenset[str]:
    """The instruction sets that the system says the processor has, in lower case; empty where it does not tell."""
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="ignore")
    except OSError:
        text = _told_by_macos()
    found = re.search(r"^(?:flags|Features)\s*:(.*)$", text, re.MULTILINE)
    return frozenset(found[1].lower().split()) if found else frozenset()


def build_options(has: Collection[str], machine: str, system: str) -> tuple[str, ...]:
    """CMake's options for a build that uses what a processor has, by name, so that it can be told afterwards."""
    if machine in ("x86_64", "AMD64"):
        chosen = usable(has)
        return (f"-D{NATIVE}=OFF", *(f"-D{option}={'ON' if option in chosen else 'OFF'}" for option in X86))
    if system == "Darwin":
        return (f"-D{NATIVE}=ON",)  # every one of Apple's own has what llama.cpp asks for
    extensions = "".join(extension for flag, extension in ARM.items() if flag in has)
    architecture = (f"-DGGML_CPU_ARM_ARCH=armv8.2-a{extensions}",) if machine == "aarch64" and extensions else ()
    return (f"-D{NATIVE}=OFF", *architecture)


def usable(has: Collection[str]) -> frozenset[str]:
    """The options of llama.cpp that a processor with these flags can run, and should."""
    options = {option for option, needed in X86.items() if needed <= set(has) and option not in UNWANTED}
    if not {"GGML_AVX2", "GGML_FMA"} <= options:
        options -= {option for option in options if "AVX512" in option or "VNNI" in option}
    if "GGML_AVX512" not in options:
        options -= {option for option in options if "AVX512" in option}
    if "GGML_AVX512_VNNI" in options:
        options -= {"GGML_AVX_VNNI"}  # the same in shorter registers, which a newer processor may lack
    return frozenset(options)


def built_for() -> frozenset[str] | None:
    """The options that llama.cpp was built with; None where the build does not tell."""
    package = importlib.util.find_spec("llama_cpp")
    folders = package.submodule_search_locations if package else None
    for folder in folders or ():
        record = Path(folder) / "lib" / RECORD
        if record.is_file():
            return frozenset(record.read_text(encoding="ascii").split())
    return None


def lacking(built: Collection[str], has: Collection[str]) -> frozenset[str]:
    """The instruction sets that a build needs and a processor lacks; none where the processor's are not known."""
    needed = frozenset().union(*(X86.get(option, set()) for option in built))
    return needed - set(has) if has else frozenset()


def physical_cores() -> int:
    """The cores that this process may use: two threads of one core count once, and a container's share is kept."""
    try:
        mine = os.sched_getaffinity(0)
    except AttributeError:
        return os.cpu_count() or 1
    cores = {_siblings(number) for number in mine}
    return max(1, min(len(cores), _share() or len(cores)))


def _siblings(number: int) -> str:
    """The threads of the core that a thread belongs to; the thread alone where the system does not tell."""
    path = Path(f"/sys/devices/system/cpu/cpu{number}/topology/thread_siblings_list")
    try:
        return path.read_text(encoding="ascii").strip()
    except OSError:
        return str(number)


def _share(root: Path = Path("/sys/fs/cgroup")) -> int:
    """Whole processors that a container may use; 0 for no limit."""
    try:
        quota, period = (root / "cpu.max").read_text(encoding="ascii").split()
    except (OSError, ValueError):
        return 0
    return max(1, round(int(quota) / int(period))) if quota.isdigit() and int(period) else 0


def _told_by_macos() -> str:
    """What an Intel Mac says, in Linux's words."""
    asked = ["sysctl", "-n", "machdep.cpu.features", "machdep.cpu.leaf7_features"]
    try:
        told = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.lower()
    except OSError:
        return ""
    return "flags: " + " ".join(told.replace("sse4.2", "sse4_2").replace("avx1.0", "avx").split())


if __name__ == "__main__":
    print(" ".join(build_options(flags(), platform.machine(), platform.system())))
