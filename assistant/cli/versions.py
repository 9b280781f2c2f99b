"""The versions that matter when something is reported; no heavy library is loaded to tell them."""

import platform
from importlib.metadata import PackageNotFoundError, version

PROGRAM = "literature-assistant"
PACKAGES = ("llama-cpp-python", "chromadb", "sentence-transformers", "onnxruntime", "textual")
"""The packages that matter, without the optional ones."""

OPTIONAL = ("mcp", "pygls")


def installed(package: str) -> str:
    """The version of a package; "" where it is not installed."""
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def versions() -> list[str]:
    """A line for each."""
    from store.catalogue.connection import VERSION

    said = {
        "Python": f"{platform.python_version()} ({platform.system()} {platform.machine()})",
        **{name: installed(name) or "not installed" for name in PACKAGES},
        **{name: known for name in OPTIONAL if (known := installed(name))},
        "library schema": str(VERSION),
    }
    return [f"assistant {installed(PROGRAM) or '(not installed)'}", *(f"  {name} {said[name]}" for name in said)]
