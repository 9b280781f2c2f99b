"""Claims written by hand for this project, against the sentences that decide them."""

import gzip
import json
import random
from collections.abc import Iterator, Set
from pathlib import Path
from typing import NamedTuple

from training.sets import Pair
from training.text import sentences

HERE = Path(__file__).parent
LABELS = {"supported": 0, "contradicted": 1, "not_stated": 2}


class Claim(NamedTuple):
    """A line of `claims.tsv`: the paper's id, what holds, in what way, the deciding sentences' numbers, the claim."""

    paper: str
    label: str
    kind: str
    deciding: tuple[int, ...]
    text: str

    @property
    def is_for_training(self) -> bool:
        """Whether the scorer is trained on it: three papers of four; the fourth is left to the calibration."""
        return is_for_training(self.paper)


def is_for_training(paper: str) -> bool:
    """Three papers of four; what is written on the fourth is left to the calibration."""
    return sum(map(ord, paper)) % 4 != 0


def claims() -> list[Claim]:
    """Every line of `claims.tsv`."""
    rows = (line.split("\t") for line in (HERE / "claims.tsv").read_text(encoding="utf-8").splitlines())
    return [
        Claim(p, label, kind, tuple(int(n) for n in told.split(",") if n), text) for p, label, kind, told, text in rows
    ]


def papers(folder: Path, wanted: Set[str] | None = None) -> dict[str, tuple[str, str]]:
    """Title and abstract, by id, of these papers, of those that the claims are about where none are given.

    They lie in the evaluation folder.
    """
    wanted = {claim.paper for claim in claims()} if wanted is None else wanted
    with gzip.open(folder / "scale" / "acl_anthology.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [("acl:" + str(row["id"]).removeprefix("acl:"), row) for row in map(json.loads, lines)]
    for file, prefix in (
        (folder / "retrieval/scifact_train/corpus.jsonl", "scifact:"),
        *((folder / f"libraries/{n}.jsonl", "") for n in ("acl1500", "bio1200")),
    ):
        with file.open(encoding="utf-8") as lines:
            rows += [(prefix + str(row["id"]), row) for row in map(json.loads, lines)]
    return {key: (row["title"], row["abstract"]) for key, row in rows if key in wanted}


def pairs(folder: Path, *, seed: int = 5) -> Iterator[Pair]:
    """Each claim for training with its deciding sentences, alone and with neighbours, and with another sentence."""
    chance, texts = random.Random(seed), papers(folder)
    for claim in claims():
        if not claim.is_for_training or claim.paper not in texts:
            continue
        parts = sentences(texts[claim.paper][1])
        told = sorted({n for n in claim.deciding if n < len(parts)})
        if not told:
            continue
        label = LABELS[claim.label]
        windows = {tuple(told)} if len(told) < 4 else set()
        windows |= {
            tuple(sorted({*told, at})) for at in (told[0] - 1, told[-1] + 1) if 0 <= at < len(parts) and len(told) < 3
        }
        for window in sorted(windows):
            yield Pair(" ".join(parts[n] for n in window), claim.text, label, "careful")
        others = [n for n in range(len(parts)) if n not in told]
        if others and len(told) == 1:
            yield Pair(parts[chance.choice(others)], claim.text, 2, "careful:other")
