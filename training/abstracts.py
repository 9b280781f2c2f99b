"""Pairs made from the sentences of abstracts: true rewritings, corruptions, and sentences that say something else."""

import gzip
import json
import random
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from training.corruptions import CONTRADICTS, NAME, NOT_STATED, corrupted
from training.rewritings import rewritten, shortened, uncapital
from training.sets import Pair
from training.text import sentences

PER_ABSTRACT = 2
TRUE, OTHER, DETAIL = 0.42, 0.12, 0.05
"""Shares of the pairs that hold, of another sentence, and of a premise that lacks a part; the rest is corrupted."""


def read(folder: Path) -> list[str]:
    """Abstracts of the evaluation folder, without those of the claims and the question libraries."""
    left_out = set()
    for file in (folder / "claims_dev.jsonl", *sorted((folder / "libraries").glob("*.jsonl"))):
        left_out |= {
            _key(row.get("paper", row)["title"]) for row in _rows(file.read_text(encoding="utf-8").splitlines())
        }
    with gzip.open(folder / "scale" / "acl_anthology.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = list(_rows(lines))
    with (folder / "retrieval" / "scifact_train" / "corpus.jsonl").open(encoding="utf-8") as lines:
        rows += list(_rows(lines))
    texts = [row["abstract"] for row in rows if row.get("abstract") and _key(row["title"]) not in left_out]
    return [text for text in texts if len(re.findall(r"\b(?:the|of|and|is|we)\b", text)) > 5]


def pairs(abstracts: Sequence[str], *, seed: int = 3) -> Iterator[Pair]:
    """Pairs of up to `PER_ABSTRACT` sentences of each abstract."""
    chance = random.Random(seed)
    names = _names(abstracts[:3000])
    told = [[s for s in sentences(a) if 7 <= len(s.split()) <= 48] for a in abstracts]
    for number, parts in enumerate(told):
        if len(parts) < 2:
            continue
        own = sorted({n for part in parts for n in NAME.findall(part)})
        places = sorted(
            range(len(parts)), key=lambda at: chance.random() + 0.35 * bool(re.search(r"\d", parts[at])), reverse=True
        )
        for place in places[:PER_ABSTRACT]:
            near = told[chance.randrange(max(0, number - 40), min(len(told), number + 40))]
            others = own if len(own) > 2 and chance.random() < 0.5 else chance.sample(names, min(60, len(names)))
            made = _pair(parts, place, near, others, chance)
            if made:
                yield made


def _pair(parts: list[str], place: int, near: list[str], others: Sequence[str], chance: random.Random) -> Pair | None:
    sentence = parts[place]
    premise = _window(parts, place, chance)
    kind, roll = "true", chance.random()
    steps = chance.choice((0, 1, 1, 2, 2, 3))
    if roll < OTHER:
        pool = [p for at, p in enumerate(parts) if at != place and p not in premise] if chance.random() < 0.7 else near
        if not pool:
            return None
        return Pair(premise, rewritten(chance.choice(pool), chance, steps=steps), NOT_STATED, "made:other")
    if place + 1 < len(parts) and len(sentence.split()) + len(parts[place + 1].split()) < 36 and chance.random() < 0.25:
        sentence = f"{sentence.rstrip('.')}, and {uncapital(parts[place + 1])}"
        premise = f"{parts[place]} {parts[place + 1]}"
    if roll > 1 - DETAIL and (shorter := shortened(sentence, chance)):
        return Pair(
            premise.replace(parts[place], shorter),
            rewritten(sentence, chance, steps=steps),
            NOT_STATED,
            "made:added_detail",
        )
    label, text = 0, sentence
    if roll > OTHER + TRUE:
        wrong = corrupted(sentence, others, chance)
        if wrong is None:
            return None
        label, text, kind = wrong.label, wrong.text, wrong.kind
    if label == CONTRADICTS and chance.random() < 0.2:
        premise, sentence, text = premise.replace(sentence, text), text, sentence
    seed = chance.random()
    steps = max(steps, label == 0 and chance.random() < 0.8)
    made = rewritten(text, random.Random(seed), steps=steps)
    if label and made == rewritten(sentence, random.Random(seed), steps=steps):
        return None  # what was wrong has been cut away again
    return Pair(premise, made, label, f"made:{kind}")


def _window(parts: list[str], place: int, chance: random.Random) -> str:
    roll = chance.random()
    first = place - 1 if roll < 0.2 and place else place
    last = place + 1 if 0.2 <= roll < 0.4 and place + 1 < len(parts) else place
    return " ".join(parts[first : last + 1])


def _names(abstracts: Iterable[str]) -> list[str]:
    return sorted({name for text in abstracts for name in re.findall(r"(?<=[a-z,] )" + NAME.pattern, text)})


def _rows(lines: Iterable[str]) -> Iterator[dict]:  # type: ignore[type-arg]
    return map(json.loads, lines)


def _key(title: str) -> str:
    return re.sub(r"\W+", "", title).lower()
