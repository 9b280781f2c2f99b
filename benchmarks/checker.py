"""Hold the claims of SciFact against the abstracts they cite: the confusion matrix of the product's judge.

    python -m benchmarks.checker [--claims FILE --corpus FILE] [--fit] [--nli FOLDER]

Without `--fit` the weights of `assistant/answering/judge.toml` are used as they are; on the claims they were fitted
on, the figures to believe are therefore those of the cross-validation, which is printed beside them: ten folds, no
claim and no abstract in two of them, and the lines drawn within each fold's training part. With `--fit` the file is
written anew. `--nli` measures a cross-encoder in the judge's place.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from assistant.answering.judging import (
    RELEVANCE,
    STANCE,
    Abstract,
    FittedJudge,
    Judge,
    Verdict,
    Weights,
    fitted,
    weights_from,
)
from assistant.answering.regression import log_odds
from assistant.answering.weighing import rarity
from assistant.settings import cache_folder
from store.embedding import Embedder, find_starter, open_embedder
from store.sentences import sentences
from store.terms import terms

FOLDS = 10
PENALTY = {"relevance": 0.3, "stance": 0.05}
"""Inverse strength of the L2 penalty."""
MOST_CONTRADICTIONS = 0.18
"""Share of contradictions called support in the training part under which the lines are drawn."""
WEIGHTS = Path(__file__).parents[1] / "assistant" / "answering" / "judge.toml"
NAMES = {"SUPPORT": Verdict.SUPPORT, "CONTRADICT": Verdict.CONTRADICT, "NOT_ENOUGH_INFO": Verdict.NOT_ENOUGH}

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Pair:
    """A claim and one abstract that it cites; `told` is what the abstract says of it."""

    claim: str
    text: str
    label: Verdict
    paper: str
    told: Verdict


@dataclass(frozen=True)
class Table:
    """The figures of all pairs, a row each."""

    relevance: Floats
    stance: Floats
    about: npt.NDArray[np.bool_]
    speaks_for: npt.NDArray[np.bool_]
    parts: npt.NDArray[np.int64]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    beside = Path("../shared/eval/retrieval/scifact_train")
    parser.add_argument("--claims", type=Path, default=beside / "claims.jsonl")
    parser.add_argument("--corpus", type=Path, default=beside / "corpus.jsonl")
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--nli", type=Path)
    given = parser.parse_args()
    starter = find_starter()
    if starter is None or not given.claims.is_file():
        sys.exit("This benchmark needs the starter embedder and the claims.")
    embedder = open_embedder(starter, cache=cache_folder())
    corpus = {record["id"]: record for record in lines(given.corpus)}
    pairs = list(pairs_of(lines(given.claims)))
    papers = abstracts(sorted({pair.paper for pair in pairs}), corpus, embedder)
    if given.nli:
        from assistant.answering.cross_encoder import open_judge

        print(matrix(f"{given.nli.name}", pairs, judged(open_judge(given.nli, embedder), pairs, papers)))
        return
    judge = FittedJudge(embedder, rarity(len(corpus), frequencies(corpus)))
    table = figures(judge, pairs, papers)
    crossed = cross_validated(pairs, table)
    if given.fit:
        WEIGHTS.write_text(written(fit(pairs, table, np.arange(len(pairs)))), encoding="utf-8")
        fitted.cache_clear()
    print(matrix("cross-validated, each fold with weights of the others", pairs, crossed))
    print(matrix("with the weights in judge.toml", pairs, with_weights(fitted(), table)))


def lines(path: Path) -> Iterator[dict[str, object]]:
    with path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)


def pairs_of(claims: Iterator[dict]) -> Iterator[Pair]:
    for claim in claims:
        for paper in claim["cited"]:
            evidence = claim["evidence"].get(paper)
            told = NAMES[evidence[0]["label"]] if evidence else Verdict.NOT_ENOUGH
            yield Pair(claim["id"], claim["text"], NAMES[claim["label"]], paper, told)


def abstracts(ids: Sequence[str], corpus: dict[str, dict], embedder: Embedder) -> dict[str, Abstract]:
    """The cited papers, embedded as the program does."""
    split = [sentences(corpus[i]["abstract"]) for i in ids]
    vectors = embedder.passages([s.text for each in split for s in each])
    ends = np.cumsum([len(each) for each in split])[:-1]
    titles = embedder.passages([corpus[i]["title"] for i in ids])
    rows = zip(ids, split, np.split(vectors, ends), titles, strict=True)
    return {i: Abstract(corpus[i]["title"], each, alone, title) for i, each, alone, title in rows}


def frequencies(corpus: dict[str, dict]) -> Callable[[str], int]:
    counts = Counter(
        term for record in corpus.values() for term in set(terms(f"{record['title']} {record['abstract']}"))
    )
    return counts.__getitem__


def figures(judge: FittedJudge, pairs: Sequence[Pair], papers: dict[str, Abstract]) -> Table:
    rows = []
    for done, pair in enumerate(pairs, start=1):
        rows.append(judge.figures(pair.text, [papers[pair.paper]])[0])
        if done % 50 == 0 or done == len(pairs):
            print(f"\r{done} of {len(pairs)} pairs", end="" if done < len(pairs) else "\n", file=sys.stderr, flush=True)
    told = [pair.told for pair in pairs]
    return Table(
        np.array([relevance for relevance, _, _ in rows]),
        np.array([stance for _, stance, _ in rows]),
        np.array([each is not Verdict.NOT_ENOUGH for each in told]),
        np.array([each is Verdict.SUPPORT for each in told]),
        parts(pairs),
    )


def parts(pairs: Sequence[Pair]) -> npt.NDArray[np.int64]:
    """A number for each set of pairs that share claims or abstracts, directly or through others."""
    leader: dict[str, str] = {}

    def found(name: str) -> str:
        while leader.setdefault(name, name) != name:
            name = leader[name]
        return name

    for pair in pairs:
        leader[found(f"claim {pair.claim}")] = found(f"paper {pair.paper}")
    of = [found(f"paper {pair.paper}") for pair in pairs]
    number = {name: place for place, name in enumerate(dict.fromkeys(of))}
    return np.array([number[name] for name in of])


def regression(rows: Floats, truth: npt.NDArray[np.bool_], penalty: float) -> tuple[float, list[list[float]]]:
    """The bias, and (mean, spread, weight) of each column, both classes weighing the same."""
    from sklearn.linear_model import LogisticRegression

    mean, spread = rows.mean(axis=0), rows.std(axis=0)
    spread[spread == 0] = 1.0
    model = LogisticRegression(C=penalty, max_iter=5000, class_weight="balanced").fit((rows - mean) / spread, truth)
    columns = zip(mean.tolist(), spread.tolist(), model.coef_[0].tolist(), strict=True)
    return float(model.intercept_[0]), [[round(value, 5) for value in column] for column in columns]


def fit(pairs: Sequence[Pair], table: Table, rows: npt.NDArray[np.int64]) -> Weights:
    """Weights from some of the pairs; the lines are drawn on chances that are cross-validated among these."""
    lines_ = drawn(pairs, table, rows)
    return weights_from({**regressions(table, rows), "lines": lines_})


def regressions(table: Table, rows: npt.NDArray[np.int64]) -> dict[str, dict]:
    told = rows[table.about[rows]]
    about = regression(table.relevance[rows], table.about[rows], PENALTY["relevance"])
    stance = regression(table.stance[told], table.speaks_for[told], PENALTY["stance"])
    return {
        "relevance": {"bias": round(about[0], 5), **dict(zip(RELEVANCE, about[1], strict=True))},
        "stance": {"bias": round(stance[0], 5), **dict(zip(STANCE, stance[1], strict=True))},
    }


NO_LINES = {"about_from": 0.0, "about_share": 0.0, "support_from": 0.0, "contradict_below": 0.0}


def folds(table: Table, rows: npt.NDArray[np.int64]) -> Iterator[tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]]:
    """(training rows, test rows); no claim and no abstract is in both."""
    fold = table.parts[rows] * 7919 % 104729 % FOLDS
    for number in range(FOLDS):
        if (fold == number).any():
            yield rows[fold != number], rows[fold == number]


def drawn(pairs: Sequence[Pair], table: Table, rows: npt.NDArray[np.int64]) -> dict[str, float]:
    """The lines of highest balanced accuracy that call few enough contradictions support."""
    about, speaks = np.zeros(len(pairs)), np.zeros(len(pairs))
    for training, test in folds(table, rows):
        weights = weights_from({**regressions(table, training), "lines": NO_LINES})
        about[test] = [weights.relevance.chance(row) for row in table.relevance[test]]
        speaks[test] = [weights.stance.chance(row) for row in table.stance[test]]
    best: tuple[float, dict[str, float]] = (-1.0, NO_LINES)
    for share in (0.0, 0.15, 0.25, 0.35, 0.5):
        sure = np.array([share * log_odds(a) + log_odds(s) for a, s in zip(about, speaks, strict=True)])
        for about_from in (0.3, 0.4, 0.45, 0.5, 0.6):
            for support_from in np.quantile(sure[rows], np.linspace(0.3, 0.9, 61)).tolist():
                called = claim_verdicts(pairs, rows, (about >= about_from) & (sure >= support_from))
                score, contradictions = balanced(called), share_called(called, Verdict.CONTRADICT)
                if contradictions <= MOST_CONTRADICTIONS and score > best[0]:
                    best = (score, {"about_from": about_from, "about_share": share, "support_from": support_from})
    return {name: round(value, 4) for name, value in best[1].items()} | {"contradict_below": 0.35}


def claim_verdicts(
    pairs: Sequence[Pair], rows: npt.NDArray[np.int64], support: npt.NDArray[np.bool_]
) -> list[tuple[Verdict, Verdict]]:
    """(label, verdict) of each claim: supported where one of its abstracts is held to support it."""
    verdicts: dict[str, tuple[Verdict, Verdict]] = {}
    for row in rows.tolist():
        pair = pairs[row]
        before = verdicts.get(pair.claim, (pair.label, Verdict.NOT_ENOUGH))[1]
        verdicts[pair.claim] = (pair.label, Verdict.SUPPORT if support[row] else before)
    return list(verdicts.values())


def cross_validated(pairs: Sequence[Pair], table: Table) -> list[Verdict]:
    verdicts = [Verdict.NOT_ENOUGH] * len(pairs)
    for training, test in folds(table, np.arange(len(pairs))):
        weights = fit(pairs, table, training)
        for row in test.tolist():
            verdicts[row] = verdict(weights, table, row)
    return verdicts


def verdict(weights: Weights, table: Table, row: int) -> Verdict:
    about = weights.relevance.chance(table.relevance[row].tolist())
    return weights.verdict(about, weights.stance.chance(table.stance[row].tolist()))


def with_weights(weights: Weights, table: Table) -> list[Verdict]:
    return [verdict(weights, table, row) for row in range(len(table.parts))]


def judged(judge: Judge, pairs: Sequence[Pair], papers: dict[str, Abstract]) -> list[Verdict]:
    return [judge.judge(pair.text, [papers[pair.paper]])[0].verdict for pair in pairs]


def by_claim(pairs: Sequence[Pair], verdicts: Sequence[Verdict]) -> list[tuple[Verdict, Verdict]]:
    """(label, verdict) of each claim: support from any of its abstracts, else contradiction from any."""
    order = [Verdict.NOT_ENOUGH, Verdict.CONTRADICT, Verdict.SUPPORT]
    found: dict[str, tuple[Verdict, Verdict]] = {}
    for pair, told in zip(pairs, verdicts, strict=True):
        before = found.get(pair.claim, (pair.label, Verdict.NOT_ENOUGH))[1]
        found[pair.claim] = (pair.label, max(before, told, key=order.index))
    return list(found.values())


def share_called(called: Sequence[tuple[Verdict, Verdict]], label: Verdict) -> float:
    """The share of claims of a label that are called supported."""
    of = [verdict is Verdict.SUPPORT for truth, verdict in called if truth is label]
    return sum(of) / max(1, len(of))


def balanced(called: Sequence[tuple[Verdict, Verdict]]) -> float:
    """Balanced accuracy of support against the rest."""
    rest = [verdict is not Verdict.SUPPORT for truth, verdict in called if truth is not Verdict.SUPPORT]
    return (share_called(called, Verdict.SUPPORT) + sum(rest) / max(1, len(rest))) / 2


def matrix(title: str, pairs: Sequence[Pair], verdicts: Sequence[Verdict]) -> str:
    called = by_claim(pairs, verdicts)
    counts = Counter(called)
    rows = [f"{title} ({len(called)} claims)", f"{'':18}" + "".join(f"{v.value:>14}" for v in Verdict)]
    rows += [f"{name:18}" + "".join(f"{counts[truth, v]:14}" for v in Verdict) for name, truth in NAMES.items()]
    rows.append(
        f"balanced accuracy {balanced(called):.3f} (wanted >= 0.75)   called supported: "
        + "  ".join(f"{name} {share_called(called, truth):.3f}" for name, truth in NAMES.items())
        + "   (CONTRADICT wanted <= 0.2)\n"
    )
    return "\n".join(rows)


def written(weights: Weights) -> str:
    """The weights as TOML."""
    out = [
        "# Weights of the judge (assistant/answering/judging.py), written by `python -m benchmarks.checker --fit`.",
        "# A figure's row: its mean and spread over the claims it was fitted on, and its weight.",
        "",
        "[lines]",
        *(f"{name} = {getattr(weights, name)}" for name in NO_LINES),
    ]
    for name, part in (("relevance", weights.relevance), ("stance", weights.stance)):
        out += ["", f"[{name}]", f"bias = {part.bias}"]
        out += [f"{figure} = {list(row)}" for figure, row in part.terms.items()]
    return "\n".join(out) + "\n"


if __name__ == "__main__":
    main()
