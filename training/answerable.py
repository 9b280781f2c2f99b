"""Fit the chance that a paper answers a question, and draw the line: writes `assistant/answering/answerable.json`.

    python -m training.answerable --shared ../shared

The questions are those of `training/questions.tsv` that the scorer was not trained on, asked of a library of all the
papers that questions were written on. A candidate counts as answering where the question was written on its abstract
and is answered there. Printed figures are cross-validated, no paper being in two folds.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from assistant.answering.answerable import FIGURES, READ, figures, read
from assistant.answering.candidates import CandidateFinder
from assistant.verification.calibration import Regression
from assistant.verification.scorer import ShippedScorer
from store.library import Library
from store.records import Filters, Paper
from store.writers import jsonl
from training import asked, careful
from training.calibrate import FOLDS, PENALTY, auc, embedder, wilson

WRITTEN = Path(__file__).parent.parent / "assistant" / "answering" / "answerable.json"

MOST_REFUSED = 0.03
"""The share of the answered questions that the line may refuse."""


@dataclass(frozen=True, slots=True)
class Row:
    """A candidate for a question: its figures in the order of `FIGURES`, and whether its abstract answers."""

    question: int
    paper: str
    is_answered: bool
    values: list[float]
    answers: bool


def main() -> None:
    """Fit, print, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    given = parser.parse_args()
    rows = collected(given.shared / "eval")
    found = np.zeros(len(rows))
    papers = {paper: place % FOLDS for place, paper in enumerate(dict.fromkeys(row.paper for row in rows))}
    fold = np.array([papers[row.paper] for row in rows])
    for number in range(FOLDS):
        fitted = regression([row for row, f in zip(rows, fold, strict=True) if f != number])
        for place in np.flatnonzero(fold == number).tolist():
            found[place] = chance(fitted, rows[place])
    best: dict[int, float] = {}
    for row, each in zip(rows, found, strict=True):
        best[row.question] = max(best.get(row.question, 0.0), float(each))
    answered = {row.question: row.is_answered for row in rows}
    good = np.array(sorted(best[q] for q in best if answered[q]))
    near = np.array([best[q] for q in best if not answered[q]])
    line = float(good[int(MOST_REFUSED * len(good))])
    low, high = wilson(int((near < line).sum()), len(near))
    truth = np.array([row.answers for row in rows])
    print(f"{len(good)} answered and {len(near)} near questions, {len(rows)} candidates; line {line:.4f}")
    print(f"  a candidate answers, area under the curve  {auc(found[truth], found[~truth]):.3f}")
    print(f"  the library answers, area under the curve  {auc(good, near):.3f}")
    print(f"  near questions refused                     {(near < line).mean():.3f}  [{low:.3f}, {high:.3f}]")
    whole = regression(rows)
    terms = {name: [round(value, 4) for value in row] for name, row in whole.terms.items()}
    table = {"bias": round(whole.bias, 4), "terms": terms, "answered_from": round(line, 4)}
    WRITTEN.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")


def collected(folder: Path) -> list[Row]:
    """The first candidates of every question that is held out."""
    questions = asked.questions()
    papers = careful.papers(folder, {question.paper for question in questions})
    scorer, rows = ShippedScorer(), []
    with TemporaryDirectory() as home:
        file = Path(home) / "papers.jsonl"
        file.write_text("".join(jsonl.write([Paper(title, text, id=key) for key, (title, text) in papers.items()])), encoding="utf-8")
        library = Library(Path(home) / "library", embedder())
        list(library.add([file]))
        finder = CandidateFinder(library)
        for number, question in enumerate(questions):
            if question.is_for_training:
                continue
            for candidate in read(question.text, finder.near(question.text, Filters()), scorer)[:READ]:
                told = figures(candidate)
                answers = question.is_answered and candidate.paper.id == question.paper
                values = [told[name] for name in FIGURES]
                rows.append(Row(number, question.paper, question.is_answered, values, answers))
        library.close()
    return rows


def regression(rows: Sequence[Row]) -> Regression:
    """A logistic regression of "this paper answers"."""
    from sklearn.linear_model import LogisticRegression

    values, truth = np.array([row.values for row in rows]), np.array([row.answers for row in rows])
    mean, spread = values.mean(axis=0), values.std(axis=0) + 1e-9
    model = LogisticRegression(C=PENALTY, max_iter=5000).fit((values - mean) / spread, truth)
    columns = zip(FIGURES, mean.tolist(), spread.tolist(), model.coef_[0].tolist(), strict=True)
    return Regression(float(model.intercept_[0]), {name: (m, s, w) for name, m, s, w in columns})


def chance(fitted: Regression, row: Row) -> float:
    """The chance of a candidate."""
    return fitted.chance(dict(zip(FIGURES, row.values, strict=True)))


if __name__ == "__main__":
    main()
