"""A cross-encoder of the user's own as the judge: it reads claim and abstract together."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from assistant.answering.judging import NEAREST, Abstract, Judgement, Verdict
from store.embedding.base import Embedder, Vectors
from store.entailment import Entailment, open_entailment


class NliJudge:
    """Asks the model about the nearest sentences one by one, and about all of them together."""

    def __init__(self, model: Entailment, embedder: Embedder) -> None:
        self._model = model
        self._embedder = embedder

    def judge(self, claim: str, abstracts: Sequence[Abstract]) -> list[Judgement]:
        vector = self._embedder.question(claim)
        return [self._judged(claim, vector, abstract) for abstract in abstracts]

    def _judged(self, claim: str, vector: Vectors, abstract: Abstract) -> Judgement:
        if not abstract.sentences:
            return Judgement(Verdict.NOT_ENOUGH, 0.0, 0.5, ())
        order = np.argsort(-(abstract.vectors @ vector), kind="stable").tolist()[:NEAREST]
        texts = [abstract.sentences[i].text for i in order]
        chances = self._model.chances([*texts, " ".join(abstract.sentences[i].text for i in sorted(order))], claim)
        support, contradiction = float(chances[:, 0].max()), float(chances[:, 1].max())
        about = max(support, contradiction)
        best = sorted(range(len(order)), key=lambda i: -max(chances[i, 0], chances[i, 1]))
        return Judgement(
            _verdict(support, contradiction),
            about,
            support / max(1e-9, support + contradiction),
            tuple(abstract.sentences[order[i]] for i in best),
        )


def open_judge(folder: Path, embedder: Embedder) -> NliJudge:
    """Load the cross-encoder of a folder; raises `ModelUnreadable` where it is none for entailment."""
    return NliJudge(open_entailment(folder), embedder)


def _verdict(support: float, contradiction: float) -> Verdict:
    if max(support, contradiction) < 0.5:
        return Verdict.NOT_ENOUGH
    return Verdict.SUPPORT if support > contradiction else Verdict.CONTRADICT
