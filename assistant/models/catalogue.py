"""The models that can be got by a short name: what they are, and where from."""

import tomllib
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Literal

Role = Literal["writer", "embedder", "checker", "reranker"]

FILE = "catalogue.toml"


@dataclass(frozen=True, slots=True)
class Part:
    """A package of a package index, and the file in it that is part of a model."""

    package: str
    version: str
    file: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A model of the catalogue.

    `file` is what it is called in the models folder: a GGUF file, or a folder. `bytes` (0) and `sha256` ("") are those
    of the file, or of the archive that the folder comes in, where they are known. `memory` in megabytes, 0 where not
    known. `parts`, joined in their order, are the file, or the archive where `unpack` is set; `address` is
    the publisher's: OWNER/REPO:FILE, or OWNER/REPO for a folder.
    """

    name: str
    title: str
    publisher: str
    role: Role
    file: str
    licence: str
    purpose: str
    bytes: int = 0
    sha256: str = ""
    memory: int = 0
    context: int = 0
    architecture: str = ""
    parts: tuple[Part, ...] = ()
    address: str = ""
    unpack: bool = False
    recommended: bool = False

    @property
    def size(self) -> str:
        """How large it is, in words."""
        return megabytes(self.bytes) if self.bytes else "size not known"


@cache
def entries() -> tuple[Entry, ...]:
    """Every model of the catalogue, in its order."""
    text = files("assistant.models").joinpath(FILE).read_text(encoding="utf-8")
    return tuple(_entry(values) for values in tomllib.loads(text)["model"])


def find(name: str) -> Entry | None:
    """The model of this short name or file name; None where there is none."""
    wanted = name.lower()
    return next((each for each in entries() if wanted in (each.name, each.file.lower())), None)


def default_writer() -> Entry:
    """The model that writes where none is chosen and it is there."""
    return next(each for each in entries() if each.role == "writer" and each.recommended)


def nearest(name: str) -> str:
    """The short name closest to a mistyped one; "" where none is close."""
    return next(iter(get_close_matches(name.lower(), [each.name for each in entries()], n=1, cutoff=0.5)), "")


def megabytes(count: float) -> str:
    """A size for people: "99 MB", "1.1 GB"."""
    return f"{count / 1e9:,.1f} GB" if count >= 1e9 else f"{count / 1e6:,.0f} MB"


def _entry(values: dict[str, object]) -> Entry:
    packages = values.pop("packages", None)
    parts = _parts(packages) if isinstance(packages, dict) else ()
    return Entry(**values, parts=parts)  # type: ignore[arg-type]


def _parts(packages: dict[str, object]) -> tuple[Part, ...]:
    """The packages that a pattern stands for: `{n}` in name and file is the number of the part, from 1."""
    count = packages.get("count", 1)
    assert isinstance(count, int)
    return tuple(
        Part(str(packages["name"]).format(n=n), str(packages["version"]), str(packages["file"]).format(n=n))
        for n in range(1, count + 1)
    )
