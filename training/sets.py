"""The public sets of pairs, capped so that no one-sided set teaches a shortcut."""

import gzip
import json
import random
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

LABELS = ("entailment", "contradiction", "neutral")
CAPS = {  # pairs of one label at most
    "evidence_inference_v2": 2500,
    "check_covid": 430,
    "citation_integrity": 600,
    "fm2_devtest": 1500,
    "fm2_silver_neutral": 1000,
    "factcheck_gpt": 800,
    "conjnli": 600,
    "negation_nli": 700,
    "ambient": 300,
    "hans_generated": 800,
    "entailment_bank_devtest": 600,
    "mnli_dev": 7000,
    "equate": 1000,
    "fever_devtest": 6000,
    "snli_devtest": 5000,
    "fever_symmetric": 700,
    "cannot": 1500,
    "breaking_nli": 500,
    "help_conj": 300,
    "med": 700,
    "wice_devtest": 800,
}
CAP_OF_SYNTHETIC = 120


class Pair(NamedTuple):
    """A premise, a hypothesis, which of `LABELS` holds (its place), and where the pair is from."""

    premise: str
    hypothesis: str
    label: int
    source: str


def of_nli(folder: Path, *, seed: int = 1) -> list[Pair]:
    """The sets of `folder`, each capped by `CAPS`; a third of check_covid is left out (`held_covid`)."""
    chosen: list[Pair] = []
    for file in sorted(folder.glob("*.jsonl.gz")):
        name = file.name.split(".")[0].partition("-")[2]
        cap = CAP_OF_SYNTHETIC if name.startswith("curr_") else CAPS.get(name, 0)
        pairs = list(_pairs(file, name))
        if name == "check_covid":
            pairs = [pair for pair in pairs if not _held(pair.hypothesis)]
        chosen += _capped(pairs, cap, seed)
    return chosen


def held_covid(folder: Path) -> list[Pair]:
    """The third of check_covid, by claim, that is never trained on."""
    file = folder / "permissive-check_covid.jsonl.gz"
    return [pair for pair in _pairs(file, "check_covid") if _held(pair.hypothesis)]


def scifact(folder: Path, *, held: bool) -> list[Pair]:
    """SciFact's claims against their rationales and against two-sentence windows; every fifth claim is held out."""
    papers = {row["id"]: row for row in _rows(folder / "corpus.jsonl")}
    pairs: list[Pair] = []
    for row in _rows(folder / "claims.jsonl"):
        if is_held_out(row["id"]) == held:
            pairs += _of_claim(row, papers)
    return pairs


def is_held_out(claim: str | int) -> bool:
    """Whether a claim of SciFact, given by its id, is left out of the training: every fifth is."""
    return int(claim) % 5 == 0


def _of_claim(row: dict, papers: dict[str, dict]) -> Iterator[Pair]:  # type: ignore[type-arg]
    from training.text import sentences

    for cited in row["cited"]:
        if cited not in papers:
            continue
        parts = sentences(papers[cited]["abstract"])
        said = row["evidence"].get(cited, [])
        used: set[int] = set()
        for rationale in said:
            label = 0 if rationale["label"].startswith("SUPPORT") else 1
            places = [place for place in rationale["sentences"] if place < len(parts)]
            used.update(places)
            for first in {max(places, default=0) - 1, *places[:1]}:
                if first >= 0 and places:
                    yield Pair(" ".join(parts[min(first, places[0]) : places[-1] + 1]), row["text"], label, "scifact")
        others = [part for place, part in enumerate(parts) if place not in used]
        for part in random.Random(row["id"]).sample(others, min(len(others), 1 if said else 2)):
            yield Pair(part, row["text"], 2, "scifact")


def _pairs(file: Path, name: str) -> Iterator[Pair]:
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            yield Pair(row["premise"], row["hypothesis"], LABELS.index(row["label"]), name)


def _rows(file: Path) -> Iterator[dict]:  # type: ignore[type-arg]
    with file.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _held(claim: str) -> bool:
    return sum(map(ord, claim)) % 3 == 0


def _capped(pairs: list[Pair], cap: int, seed: int) -> list[Pair]:
    by_label: dict[int, list[Pair]] = defaultdict(list)
    for pair in pairs:
        by_label[pair.label].append(pair)
    chance = random.Random(seed)
    return [pair for group in by_label.values() for pair in chance.sample(group, min(cap, len(group)))]
