"""Fit the chance of support and of contradiction, and draw the lines: writes `assistant/verification/calibration.json`.

    python -m training.calibrate --shared ../shared [--model FILE.gguf] [--cache FILE.json]

Fitted are those claims of `training/claims.tsv` whose papers the scorer was not trained on. All printed figures are
cross-validated, no abstract being in two folds; intervals are Wilson's at 95 %.
"""

import argparse
import json
import random
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from assistant.settings import Settings, cache_folder
from assistant.verification.calibration import Calibration, from_table
from assistant.verification.figures import Figures
from assistant.verification.judge import LanguageJudge
from assistant.verification.verifier import VETOED, Verifier
from store.embedding import Embedder, find_starter, open_embedder
from store.records import Paper
from store.sentences import sentences
from training import careful
from training.careful import Claim

HERE = Path(__file__).parent
WRITTEN = HERE.parent / "assistant" / "verification" / "calibration.json"
FOLDS = 8
PENALTY = 0.1
"""Inverse strength of the L2 penalty."""
BESIDE = 0.3
"""What an example beside the claims weighs."""
MOST_FALSE_SUPPORT, MOST_FALSE_ALARM = 0.05, 0.03
LEAST_LINE = 0.5
SCORER = (
    "entail_sentence entail_window entail_nearest contradict_nearest contradict_telling contradict_sentence"
    " neutral_least cosine covered_by_two covered_by_all in_order length opposed negations hedge_lost".split()
)
MODEL = ["model_support", *SCORER]
GUARDS = ["denied", "unstated"]
"""Figures of contradiction alone: support is vetoed outright."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Example:
    """A claim with its label, its figures, and whether a guard vetoes it."""

    paper: str
    label: str
    kind: str
    text: str
    figures: Figures
    vetoed: bool


def main() -> None:
    """Fit, print, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--model", type=Path)
    parser.add_argument("--cache", type=Path, help="where the language model's answers are kept")
    parser.add_argument("--papers", type=int, default=40, help="on how many abstracts the language model is asked")
    given = parser.parse_args()
    verifier = Verifier(embedder())
    examples = read(verifier, given.shared)
    table = {"scorer": fitted(examples, SCORER, "scorer", beside(verifier, given.shared))}
    if given.model:
        read_before = kept_answers(given.cache)
        shuffled = random.Random(0).sample(every := sorted({e.paper for e in examples}), len(every))
        shuffled.sort(key=lambda paper: all(e.text not in read_before for e in examples if e.paper == paper))
        chosen = set(shuffled[: given.papers])
        asked = with_model([e for e in examples if e.paper in chosen], given.model, given.shared, given.cache)
        table["scorer+model"] = fitted(asked, MODEL, "scorer+model")
    else:
        table = json.loads(WRITTEN.read_text(encoding="utf-8")) | table
    WRITTEN.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")


def embedder() -> Embedder:
    """The starter embedder."""
    starter = find_starter()
    if starter is None:
        sys.exit("This needs the starter embedder.")
    return open_embedder(starter, cache=cache_folder())


def claims() -> list[Claim]:
    """The claims that the scorer was not trained on."""
    return [claim for claim in careful.claims() if not claim.is_for_training]


def papers(shared: Path) -> dict[str, Paper]:
    """The abstracts that the claims are about, by id."""
    return {key: Paper(title, abstract) for key, (title, abstract) in careful.papers(shared / "eval").items()}


def read(verifier: Verifier, shared: Path) -> list[Example]:
    """Every claim with its figures."""
    library, rows = papers(shared), claims()
    found = []
    for paper in dict.fromkeys(row.paper for row in rows):
        mine = [row for row in rows if row.paper == paper]
        told = verifier.figures([row.text for row in mine], library[paper])
        for row, (figures, vetoes) in zip(mine, told, strict=True):
            found.append(Example(paper, row.label, row.kind, row.text, figures, bool(vetoes)))
    return found


def beside(verifier: Verifier, shared: Path) -> list[Example]:
    """What keeps the fit sane beyond careful claims: claims on another paper, sentences in third person."""
    library, rows = papers(shared), claims()
    ids = list(dict.fromkeys(row.paper for row in rows))[:60]
    found = []
    for place, paper in enumerate(ids):
        other = ids[(place + 1) % len(ids)]
        strange = [row.text for row in rows if row.paper == other]
        told = [third_person(s.text) for s in sentences(library[paper].abstract)]
        labels = ["not_stated"] * len(strange) + ["supported"] * len(told)
        read_ = verifier.figures([*strange, *told], library[paper])
        for label, (figures, vetoes) in zip(labels, read_, strict=True):
            found.append(Example(paper, label, "beside", "", figures, bool(vetoes)))
    return found


def third_person(text: str) -> str:
    """The sentence with "the authors" for "we" and "their" for "our"."""
    text = re.sub(r"\b[Ww]e\b", "the authors", text)
    return re.sub(r"\b[Oo]ur\b", "their", text)


def kept_answers(cache: Path | None) -> dict[str, Figures]:
    """The language model's answers that are in the cache, by claim."""
    return json.loads(cache.read_text(encoding="utf-8")) if cache and cache.is_file() else {}


def with_model(examples: Sequence[Example], model: Path, shared: Path, cache: Path | None) -> list[Example]:
    """The examples with the language model's log-odds, read from the cache where they are there."""
    kept = kept_answers(cache)
    library, judge = papers(shared), None
    found = []
    for example in examples:
        if example.text not in kept:
            if judge is None:
                from assistant.models.llama import LlamaModel

                judge = LanguageJudge(LlamaModel(model, Settings(Path("/nowhere"))), lambda: False)
            kept[example.text] = judge.figures(example.text, library[example.paper])
            if cache:
                cache.write_text(json.dumps(kept), encoding="utf-8")
        found.append(replace(example, figures=example.figures | kept[example.text]))
    return found


def fitted(
    examples: Sequence[Example], names: Sequence[str], kind: str, more: Sequence[Example] = ()
) -> dict[str, object]:
    """The regressions on all examples, with lines that are drawn on cross-validated chances."""
    fold = folds(examples)
    support, against = np.zeros(len(examples)), np.zeros(len(examples))
    for number in range(FOLDS):
        training = [e for e, f in zip(examples, fold, strict=True) if f != number]
        known = {e.paper for e in training}
        training += [e for e in more if e.paper in known]
        calibration = from_table(regressions(training, names) | {"support_from": 1.0, "contradicted_from": 1.0})
        for place in np.flatnonzero(fold == number).tolist():
            support[place], against[place] = chances(calibration, examples[place])
    lines = {
        "support_from": line(examples, support, "supported", MOST_FALSE_SUPPORT),
        "contradicted_from": line(examples, against, "contradicted", MOST_FALSE_ALARM),
    }
    report(kind, examples, support, against, lines)
    return regressions([*examples, *more], names) | lines


def chances(calibration: Calibration, example: Example) -> tuple[float, float]:
    """The chances of support and of contradiction, vetoes applied."""
    support = calibration.support.chance(example.figures) * (VETOED if example.vetoed else 1.0)
    return support, calibration.contradiction.chance(example.figures)


def folds(examples: Sequence[Example]) -> npt.NDArray[np.int64]:
    """A fold for each example; all claims on a paper are in one."""
    number = {paper: place % FOLDS for place, paper in enumerate(dict.fromkeys(e.paper for e in examples))}
    return np.array([number[example.paper] for example in examples])


def regressions(examples: Sequence[Example], names: Sequence[str]) -> dict[str, object]:
    """Both regressions."""
    return {
        "support": regression(examples, names, "supported"),
        "contradiction": regression(examples, [*names, *GUARDS], "contradicted"),
    }


def regression(examples: Sequence[Example], names: Sequence[str], label: str) -> dict[str, object]:
    """A logistic regression of one label, in the form of the file."""
    from sklearn.linear_model import LogisticRegression

    rows = np.array([[e.figures.get(name, 0.0) for name in names] for e in examples])
    truth = np.array([e.label == label for e in examples])
    mean, spread = rows.mean(axis=0), rows.std(axis=0)
    spread[spread == 0] = 1.0
    weights = [BESIDE if e.kind == "beside" else 1.0 for e in examples]
    model = LogisticRegression(C=PENALTY, max_iter=5000).fit((rows - mean) / spread, truth, sample_weight=weights)
    columns = zip(names, mean.tolist(), spread.tolist(), model.coef_[0].tolist(), strict=True)
    terms = {name: [round(value, 4) for value in values] for name, *values in columns}
    return {"bias": round(float(model.intercept_[0]), 4), "terms": terms}


def line(examples: Sequence[Example], found: Floats, label: str, most: float) -> float:
    """The lowest chance from which at most this share is called falsely, and never below `LEAST_LINE`.

    False is for support every claim that is not supported; for contradiction every claim that is supported.
    """
    wrong = [e.label != "supported" if label == "supported" else e.label == "supported" for e in examples]
    ranked = sorted((chance for chance, w in zip(found, wrong, strict=True) if w), reverse=True)
    allowed = int(most * len(ranked))
    return round(max(LEAST_LINE, float(ranked[allowed]) + 1e-4), 4)


def report(kind: str, examples: Sequence[Example], support: Floats, against: Floats, lines: dict[str, float]) -> None:
    """Print what the lines give."""
    good = np.array([e.label == "supported" for e in examples])
    contradicted = np.array([e.label == "contradicted" for e in examples])
    called, denied = support >= lines["support_from"], against >= lines["contradicted_from"]
    print(f"{kind}: {len(examples)} claims, cross-validated; lines {lines}")
    for name, mask, among in (
        ("supported called supported", called, good),
        ("others called supported", called, ~good),
        ("contradicted called contradicted", denied & ~called, contradicted),
        ("supported called contradicted", denied & ~called, good),
    ):
        hits, of = int((mask & among).sum()), int(among.sum())
        low, high = wilson(hits, of)
        print(f"  {name:34} {hits / of:.3f}  [{low:.3f}, {high:.3f}]  {hits} of {of}")
    print(f"  area under the curve               {auc(support[good], support[~good]):.3f}")


def auc(positive: Floats, negative: Floats) -> float:
    """The area under the curve: how often a positive has the higher chance."""
    return float(((positive[:, None] > negative) + 0.5 * (positive[:, None] == negative)).mean())


def wilson(hits: int, of: int, z: float = 1.96) -> tuple[float, float]:
    """Wilson's interval of a share."""
    share = hits / of
    centre, half = share + z * z / (2 * of), z * np.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return float((centre - half) / (1 + z * z / of)), float((centre + half) / (1 + z * z / of))


if __name__ == "__main__":
    main()
