"""The check of claims, measured: does a ✓ mean something?

    python -m benchmarks.claims [--shared ../shared] [--scorer FOLDER] [--model FILE.gguf [--cache FILE.json]]
                                [--own] [--only claims,guards,scifact,seeds,corrupted]

Printed are, by the definitions of `eval/score_claims.py`,

    claims_dev   supported called supported, the others called supported (by kind), contradictions, area under the curve
    SciFact      the claims that the scorer was not trained on, against the abstracts that they cite
    seeds        every sentence with two numbers exchanged or one digit changed, as it stands, and without its opening
    corrupted    seed sentences spoilt in each of the ways that the scorer was trained to see

and for each guard how many true and how many wrong claims it vetoes. Intervals are Wilson's, or of 1,000 bootstrap
samples, at 95 %. `--own` takes, in the place of claims_dev, those of `training/claims.tsv` that nothing but the
calibration was fitted on. With `--model` the language model is asked where the verifier is unsure; its answers are kept
in the cache.
"""

import argparse
import json
import random
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from assistant.models.llama import LlamaModel
from assistant.settings import Settings
from assistant.verification import guards
from assistant.verification.cross_encoder import open_scorer
from assistant.verification.judge import Judge, LanguageJudge
from assistant.verification.records import Abstract, Judgement, Verdict
from assistant.verification.verifier import Verifier
from store import readers
from store.records import Paper
from store.sentences import sentences
from training import calibrate, corruptions
from training.calibrate import auc, wilson
from training.sets import is_held_out

SAMPLES = 1000
OF_EACH_KIND = 60
NUMBER = re.compile(r"(?<![\w.])\d+(?:[.,]\d+)*(?![\w])")
OPENING = re.compile(r"^[^,]{3,60}, (?=\w)")


@dataclass(frozen=True)
class Claim:
    """A claim on a paper; `label` is the value of a verdict."""

    text: str
    label: str
    kind: str
    paper: Paper


class CachedJudge:
    """The language model as judge, with its answers kept in a file; without a model only what is kept is known."""

    def __init__(self, model: Path, cache: Path | None) -> None:
        self._cache = cache
        self._kept = json.loads(cache.read_text(encoding="utf-8")) if cache and cache.is_file() else {}
        self._model = model
        self.asked = 0

    def figures(self, claim: str, paper: Abstract) -> dict[str, float] | None:
        self.asked += 1
        if claim not in self._kept:
            self._kept[claim] = self._judge.figures(claim, paper)
            if self._cache:
                self._cache.write_text(json.dumps(self._kept), encoding="utf-8")
        return self._kept[claim]

    @property
    def _judge(self) -> LanguageJudge:
        return opened_judge(self._model)


@cache
def opened_judge(model: Path) -> LanguageJudge:
    return LanguageJudge(LlamaModel(model, Settings(Path("/nowhere"))), lambda: False)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--scorer", type=Path)
    parser.add_argument("--model", type=Path)
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--own", action="store_true")
    parser.add_argument("--only", default="claims,guards,scifact,seeds,corrupted")
    given = parser.parse_args()
    verifier = Verifier(calibrate.embedder(), open_scorer(given.scorer) if given.scorer else None)
    wanted = given.only.split(",")
    claims = list(own(given.shared) if given.own else dev(given.shared))
    if "guards" in wanted:
        print(table_of_guards(claims))
    if "claims" in wanted:
        print(table_of_claims("without a language model", claims, judged(verifier, claims)))
    if "scifact" in wanted:
        print(scifact(verifier, given.shared))
    if "seeds" in wanted:
        print(seeds(verifier, given.shared))
    if "corrupted" in wanted:
        print(corrupted(verifier, given.shared))
    if given.model:
        judge = CachedJudge(given.model, given.cache)
        print(table_of_claims(f"with {given.model.name}", claims, judged(verifier, claims, judge)))
        print(f"asked of {judge.asked} of {len(claims)} claims\n")


def dev(shared: Path) -> Iterator[Claim]:
    """`claims_dev.jsonl`; a paper without a title gets one as `score_claims.py` makes it."""
    for row in rows(shared / "eval" / "claims_dev.jsonl"):
        title = row["paper"]["title"] or row["paper"]["abstract"].split(". ")[0][:90]
        yield Claim(row["claim"], row["label"], row["kind"], Paper(title, row["paper"]["abstract"]))


def own(shared: Path) -> Iterator[Claim]:
    """Those of the claims that are written for this project on whose papers nothing was trained."""
    library = calibrate.papers(shared)
    for claim in calibrate.claims():
        yield Claim(claim.text, claim.label, claim.kind, library[claim.paper])


def rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)


def judged(verifier: Verifier, claims: Sequence[Claim], judge: Judge | None = None) -> list[Judgement]:
    """A judgement for each claim; those on one paper together."""
    by_paper: dict[str, list[int]] = defaultdict(list)
    for place, claim in enumerate(claims):
        by_paper[claim.paper.abstract].append(place)
    found: dict[int, Judgement] = {}
    for number, places in enumerate(by_paper.values(), start=1):
        said = verifier.verify([claims[n].text for n in places], claims[places[0]].paper, judge)
        found |= zip(places, said, strict=True)
        print(f"\r{number} of {len(by_paper)} papers", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return [found[place] for place in range(len(claims))]


def table_of_claims(title: str, claims: Sequence[Claim], said: Sequence[Judgement]) -> str:
    good = [j for c, j in zip(claims, said, strict=True) if c.label == "supported"]
    bad = [j for c, j in zip(claims, said, strict=True) if c.label != "supported"]
    against = [j for c, j in zip(claims, said, strict=True) if c.label == "contradicted"]
    lines = [
        f"{len(claims)} claims, {title}",
        share("supported called supported", good, Verdict.SUPPORTED),
        share("others called supported", bad, Verdict.SUPPORTED),
        share("contradicted called contradicted", against, Verdict.CONTRADICTED),
        share("supported called contradicted", good, Verdict.CONTRADICTED),
        area([j.support for j in good], [j.support for j in bad]),
        at_most_false([j.support for j in good], [j.support for j in bad]),
    ]
    kinds: dict[str, list[Judgement]] = defaultdict(list)
    for claim, judgement in zip(claims, said, strict=True):
        kinds[("right: " if claim.label == "supported" else "wrong: ") + claim.kind].append(judgement)
    lines.append("called supported, by kind:")
    lines += [share(kind, each, Verdict.SUPPORTED) for kind, each in sorted(kinds.items())]
    return "\n".join(lines) + "\n"


def share(name: str, of: Sequence[Judgement], verdict: Verdict) -> str:
    return counted(name, sum(judgement.verdict is verdict for judgement in of), len(of))


def counted(name: str, hits: int, of: int) -> str:
    low, high = wilson(hits, of) if of else (0.0, 1.0)
    return f"  {name:40} {hits / max(1, of):.3f}  [{low:.3f}, {high:.3f}]  {hits} of {of}"


def area(good: Sequence[float], bad: Sequence[float]) -> str:
    positive, negative = np.array(good), np.array(bad)
    generator = np.random.default_rng(0)
    found = [
        auc(generator.choice(positive, len(positive)), generator.choice(negative, len(negative)))
        for _ in range(SAMPLES)
    ]
    low, high = np.quantile(found, [0.025, 0.975])
    return f"  {'area under the curve':40} {auc(positive, negative):.3f}  [{low:.3f}, {high:.3f}]"


def at_most_false(good: Sequence[float], bad: Sequence[float], most: float = 0.05) -> str:
    """What the best line on these very claims would give: how far the shipped line is from it."""
    line = sorted(bad, reverse=True)[int(most * len(bad))]
    return counted(f"supported above the line of {most:.0%} others", sum(value > line for value in good), len(good))


def table_of_guards(claims: Sequence[Claim]) -> str:
    """For each guard the true claims that it vetoes and the wrong ones."""
    vetoed: dict[str, Counter[str]] = defaultdict(Counter)
    kinds: dict[str, Counter[str]] = defaultdict(Counter)
    totals: Counter[str] = Counter()
    for claim in claims:
        side = "true" if claim.label == "supported" else "wrong"
        totals[side] += 1
        found = guards.vetoes(claim.text, [s.text for s in sentences(claim.paper.abstract)], claim.paper.title)
        for kind in {veto.kind for veto in found} | ({"any"} if found else set()):
            vetoed[kind][side] += 1
            kinds[kind][claim.kind] += side == "wrong"
    lines = [
        f"guards on {totals['true']} true and {totals['wrong']} wrong claims: vetoes (true / wrong; wrong by kind)"
    ]
    for guard in (*guards.GUARDS, "any"):
        most = ", ".join(f"{kind} {count}" for kind, count in kinds[guard].most_common(4) if count)
        lines.append(f"  {guard:12} {vetoed[guard]['true']:4} / {vetoed[guard]['wrong']:4}   {most}")
    return "\n".join(lines) + "\n"


def scifact(verifier: Verifier, shared: Path) -> str:
    """Support from any of the cited abstracts, against the rest; the claims that the scorer was not trained on."""
    folder = shared / "eval" / "retrieval" / "scifact_train"
    corpus = {row["id"]: Paper(row["title"], row["abstract"]) for row in rows(folder / "corpus.jsonl")}
    claims = [row for row in rows(folder / "claims.jsonl") if is_held_out(row["id"])]
    pairs = [Claim(row["text"], row["id"], "", corpus[paper]) for row in claims for paper in row["cited"]]
    said = {c.label: False for c in pairs}
    for claim, judgement in zip(pairs, judged(verifier, pairs), strict=True):
        said[claim.label] |= judgement.verdict is Verdict.SUPPORTED
    called = {
        label: [said[row["id"]] for row in claims if row["label"] == label and row["cited"]]
        for label in ("SUPPORT", "CONTRADICT", "NOT_ENOUGH_INFO")
    }
    rest = called["CONTRADICT"] + called["NOT_ENOUGH_INFO"]
    balanced = (sum(called["SUPPORT"]) / len(called["SUPPORT"]) + 1 - sum(rest) / len(rest)) / 2
    lines = [f"SciFact, {len(claims)} claims: balanced accuracy of support against the rest {balanced:.3f}"]
    return "\n".join(lines + [counted(f"{k} called supported", sum(v), len(v)) for k, v in called.items()]) + "\n"


def seeds(verifier: Verifier, shared: Path) -> str:
    """The sentences of the saved pages, spoilt and as they stand."""
    papers = saved_pages(shared)
    chooser = random.Random(0)
    lines = [f"sentences of {len(papers)} seed abstracts, called supported"]
    for name, made in (
        ("two numbers exchanged", exchanged),
        ("one digit changed", changed),
        ("as they stand", lambda text, _: text),
        ("without the opening clause", without_opening),
    ):
        claims = [
            Claim(spoilt, "", "", paper)
            for paper in papers
            for sentence in sentences(paper.abstract)
            if (spoilt := made(sentence.text, chooser)) is not None
        ]
        lines.append(share(name, judged(verifier, claims), Verdict.SUPPORTED))
    return "\n".join(lines) + "\n"


def corrupted(verifier: Verifier, shared: Path) -> str:
    """Sentences of the saved pages, corrupted in each way that the scorer's training knows, called supported."""
    lines = [f"up to {OF_EACH_KIND} seed sentences corrupted in each way, called supported"]
    papers = saved_pages(shared)
    for way, _ in corruptions.WAYS:
        chooser = random.Random(0)
        sentences_ = [(p, s.text) for p in papers for s in sentences(p.abstract)]
        chooser.shuffle(sentences_)
        made = ((paper, way(text, chooser)) for paper, text in sentences_)
        claims = [Claim(wrong.text, "", "", paper) for paper, wrong in made if wrong][:OF_EACH_KIND]
        lines.append(share(way.__name__, judged(verifier, claims), Verdict.SUPPORTED))
    return "\n".join(lines) + "\n"


def saved_pages(shared: Path) -> list[Paper]:
    """The papers of the saved pages, each once."""
    files = sorted((shared / "seeds").glob("*.txt"))
    papers = [paper for path in files for paper in readers.read(path) if isinstance(paper, Paper)]
    return list({paper.title: paper for paper in papers}.values())


Spoiler = Callable[[str, random.Random], str | None]


def exchanged(text: str, chooser: random.Random) -> str | None:
    """The sentence with two different numbers exchanged."""
    found = list(NUMBER.finditer(text))
    pairs = [(a, b) for n, a in enumerate(found) for b in found[n + 1 :] if a[0] != b[0]]
    if not pairs:
        return None
    one, other = chooser.choice(pairs)
    return text[: one.start()] + other[0] + text[one.end() : other.start()] + one[0] + text[other.end() :]


def changed(text: str, chooser: random.Random) -> str | None:
    """The sentence with one digit of a number changed."""
    found = list(NUMBER.finditer(text))
    if not found:
        return None
    number = chooser.choice(found)
    place = chooser.choice([n for n in range(number.start(), number.end()) if text[n].isdecimal()])
    digit = str((int(text[place]) + chooser.randint(1, 9)) % 10)
    return text[:place] + digit + text[place + 1 :]


def without_opening(text: str, _chooser: random.Random) -> str | None:
    """The sentence without an opening clause that ends in a comma, where it has one."""
    found = OPENING.match(text)
    return text[found.end() :][:1].upper() + text[found.end() + 1 :] if found else None


if __name__ == "__main__":
    main()
