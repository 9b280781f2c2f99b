"""What is known of models from trials: the results, by what tells a model from all others."""

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import Literal

from assistant.errors import TrialsLost

FILE = "trials.json"
"""Where results lie in the home folder."""

Ability = Literal["answering", "each", "synthesis", "rewriting", "naming", "judging"]
"""What a model may be asked to do: answer from one abstract; say in a sentence what one of several papers answers; set
papers side by side; make a follow-up stand alone; name a theme; tell whether an abstract states an answer."""

LEAST: dict[Ability, float] = {
    "answering": 0.65,
    "each": 0.65,
    "synthesis": 0.8,
    "rewriting": 0.8,
    "naming": 0.8,
    "judging": 0.75,
}
"""Least share of the trial's items that a model must get right to be asked to do such a thing.

Set by what a mistake costs, before any model was measured. A false sentence of an answer is caught by the check in
most cases, and then costs the reader a quote in its place: two right in three are enough. A false judgement refuses a
question or asks a paper in vain, at odds that are set for few wrong refusals: three in four. What leads a whole answer
astray or is checked less (a sentence over two papers, a question that stands for another, the name of a theme): four
in five.
"""

_ENDS, _SAMPLES, _SAMPLE = 1 << 20, 64, 1 << 16


@dataclass(frozen=True, slots=True)
class Trial:
    """What a model did in the built-in trial.

    `right` holds by ability how many items were right, of how many; an item is wrong where a sentence is false by the
    item's own gold. `false` is the share of the answers' sentences that are. For judging, `area` is the area under the
    curve, and `stated_from` the log-odds of "Yes" from which an abstract is taken to state the answer. Speeds in tokens
    a second, `reads` how many times faster than it writes it reads, memory in megabytes; 0 where not known.
    """

    model: str
    right: dict[str, tuple[int, int]]
    false: float = 0.0
    area: float = 0.0
    stated_from: float = 0.0
    prefill: float = 0.0
    decode: float = 0.0
    memory: float = 0.0
    reads: float = 0.0

    def share(self, ability: Ability) -> float:
        """The share of right items, in [0, 1]; 0 where it was not tried."""
        right, of = self.right.get(ability, (0, 0))
        return right / of if of else 0.0

    def may(self, ability: Ability) -> bool:
        """Whether the model is asked to do this."""
        return self.share(ability) >= LEAST[ability]

    @property
    def prose(self) -> bool:
        """Whether the model writes answers in its own words."""
        return self.may("answering")

    @property
    def verdict(self) -> str:
        """What follows from it, in words."""
        able = [ability for ability in LEAST if self.may(ability)]
        return f"able at {', '.join(able)}" if able else "not able to write: answers are made of quotes"


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
        except (TypeError, ValueError, AttributeError):
            continue
    return trials


def _checked(trial: Trial) -> Trial:
    right = {ability: (int(right), int(of)) for ability, (right, of) in trial.right.items()}
    if not all(0 <= right <= of for right, of in right.values()) or not isinstance(trial.model, str):
        raise ValueError("no more can be right than was asked")
    return replace(trial, right=right)
