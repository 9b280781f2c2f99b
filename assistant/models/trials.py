"""What is known of models from trials: the results, by what tells a model from all others."""

import hashlib
import json
from dataclasses import asdict, dataclass
from importlib.resources import files
from pathlib import Path

from assistant.errors import TrialsLost

FILE = "trials.json"
"""Where results lie in the home folder."""

PROSE_SUPPORTED, PROSE_STOPPED = 0.7, 0.75
"""Least shares of sentences that their sources back, and of answers that end by themselves, for a model to write
prose; below, it writes at most one sentence and quotes follow."""

_ENDS, _SAMPLES, _SAMPLE = 1 << 20, 64, 1 << 16


@dataclass(frozen=True, slots=True)
class Trial:
    """What a model did in the built-in trial.

    Shares in [0, 1]: `cited` of its sentences name a source, `supported` are backed by the sources they name,
    `answered` of the answerable questions got the fact asked for, `refused` of the others were refused, `stopped`
    of the answers ended by themselves. Speeds in tokens a second, `reads` how many times faster than it writes it
    reads, memory in megabytes; 0 where not known.
    """

    model: str
    cited: float
    supported: float
    answered: float
    refused: float
    stopped: float
    sentences: int
    prefill: float = 0.0
    decode: float = 0.0
    memory: float = 0.0
    reads: float = 0.0

    @property
    def prose(self) -> bool:
        """Whether the model earned to write answers in its own words."""
        return self.sentences > 0 and self.supported >= PROSE_SUPPORTED and self.stopped >= PROSE_STOPPED

    @property
    def verdict(self) -> str:
        """What follows from it, in words."""
        return "writes prose" if self.prose else "quotes with a lead-in"


def fingerprint(path: Path) -> str:
    """A hash that tells model files apart: size, both ends, and 64 samples between; a fraction of a second."""
    size = path.stat().st_size
    digest = hashlib.sha256(str(size).encode())
    with path.open("rb") as file:
        digest.update(file.read(_ENDS))
        for number in range(_SAMPLES):
            file.seek(size * number // _SAMPLES)
            digest.update(file.read(_SAMPLE))
        file.seek(max(0, size - _ENDS))
        digest.update(file.read(_ENDS))
    return digest.hexdigest()


def known(home: Path) -> dict[str, Trial]:
    """Every result by fingerprint: those that come with the program, and above them those of this home."""
    shipped = files("assistant.models").joinpath("measured.json").read_text(encoding="utf-8")
    try:
        own = (home / FILE).read_text(encoding="utf-8")
    except OSError:
        own = "{}"
    return _read(shipped) | _read(own)


def keep(home: Path, identity: str, trial: Trial) -> Path:
    """Write a result down; raises `TrialsLost` where that cannot be done."""
    path = home / FILE
    try:
        before = _read(path.read_text(encoding="utf-8")) if path.is_file() else {}
        home.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".partial")
        partial.write_text(written(before | {identity: trial}), encoding="utf-8")
        partial.replace(path)
    except (OSError, UnicodeDecodeError) as error:
        raise TrialsLost(f"{path} cannot be written: {error}.", hint="Check the folder's permissions.") from error
    return path


def written(trials: dict[str, Trial]) -> str:
    """Results as JSON, by fingerprint."""
    return json.dumps({identity: asdict(trial) for identity, trial in trials.items()}, indent=1) + "\n"


def _read(text: str) -> dict[str, Trial]:
    """The results that can be read; what is damaged counts as not measured."""
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    trials = {}
    for identity, values in found.items() if isinstance(found, dict) else ():
        try:
            trials[identity] = _checked(Trial(**values))
        except (TypeError, ValueError):
            continue
    return trials


def _checked(trial: Trial) -> Trial:
    shares = (trial.cited, trial.supported, trial.answered, trial.refused, trial.stopped)
    if not all(0 <= share <= 1 for share in shares) or not isinstance(trial.model, str):
        raise ValueError("a share is between 0 and 1")
    return trial
