"""Questions written by hand for this project: a passage that answers one entails it, in the scorer's terms."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from training import careful
from training.sets import LABELS, Pair
from training.text import sentences

FILE = Path(__file__).parent / "questions.tsv"


class Asked(NamedTuple):
    """A line of `questions.tsv`: the paper's id, whether its abstract answers, the sentences that do (or are near)."""

    paper: str
    is_answered: bool
    deciding: tuple[int, ...]
    text: str

    @property
    def is_for_training(self) -> bool:
        """Whether the scorer is trained on it; the others are left to the calibration, with the claims on the paper."""
        return careful.is_for_training(self.paper)


def questions() -> list[Asked]:
    """Every line of `questions.tsv`."""
    rows = (line.split("\t") for line in FILE.read_text(encoding="utf-8").splitlines())
    return [Asked(p, label == "answered", tuple(map(int, told.split(","))), text) for p, label, told, text in rows]


def pairs(folder: Path, *, seed: int = 7) -> Iterator[Pair]:
    """Each question for training with its deciding sentences, alone and with a neighbour, and with another sentence."""
    chance, asked = random.Random(seed), [each for each in questions() if each.is_for_training]
    texts = careful.papers(folder, {each.paper for each in asked})
    for each in asked:
        parts = sentences(texts[each.paper][1])
        told = sorted({n for n in each.deciding if n < len(parts)})
        if not told:
            continue
        label = LABELS.index("entailment" if each.is_answered else "neutral")
        windows = {tuple(told)} | {
            tuple(sorted({*told, at})) for at in (told[0] - 1, told[-1] + 1) if 0 <= at < len(parts) and len(told) < 3
        }
        for window in sorted(windows):
            yield Pair(" ".join(parts[n] for n in window), each.text, label, "asked")
        if others := [n for n in range(len(parts)) if n not in told]:
            yield Pair(parts[chance.choice(others)], each.text, LABELS.index("neutral"), "asked:other")
