"""The door: claims and a paper in, a judgement for each claim out. Nothing else in the program judges claims."""

import re
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from assistant.verification import guards
from assistant.verification.calibration import Calibration, shipped
from assistant.verification.records import Abstract, Judgement, Verdict
from store.embedding.base import Embedder, Vectors
from store.sentences import Sentence, sentences
from store.terms import terms

SHOWN = 3
"""Sentences of evidence in a judgement, at most."""

KEPT = 2000
"""Abstracts whose sentences and vectors are kept for the next claims."""

_CITATION = re.compile(
    r"\s*(?:\[[@\d][^\]]*\]|\\cite\w*\{[^}]*\}|\([A-Z][^()]*\b(?:19|20)\d\d[a-z]?\))\s*(?=[.!?]?\s*$)"
)


class Scorer(Protocol):
    """A cross-encoder for entailment."""

    def entailment(self, pairs: Sequence[tuple[str, str]]) -> npt.NDArray[np.float32]:
        """Chances of (premise, hypothesis) pairs, shape (pairs, 3): entail, contradict, neutral."""
        ...


@dataclass(frozen=True, slots=True)
class _Read:
    """An abstract, parted and embedded."""

    title: str
    sentences: tuple[Sentence, ...]
    vectors: Vectors


class Verifier:
    """Checks claims against abstracts. Without a scorer, words and vectors decide."""

    def __init__(
        self, embedder: Embedder, scorer: Scorer | None = None, calibration: Calibration | None = None
    ) -> None:
        self._embedder = embedder
        self._scorer = scorer
        self._calibration = calibration or shipped("words")
        self._kept: OrderedDict[tuple[str, str], _Read] = OrderedDict()

    def verify(self, claims: Sequence[str], paper: Abstract) -> list[Judgement]:
        """A judgement for each claim; the abstract is read once for all of them."""
        read = self._read(paper)
        if not read.sentences:
            return [Judgement(Verdict.CANNOT_TELL, 0.0, 0.0, (), ("the paper has no abstract",)) for _ in claims]
        vectors = self._embedder.passages([without_citation(claim) for claim in claims]) if claims else ()
        return [self._judged(without_citation(c), v, read) for c, v in zip(claims, vectors, strict=True)]

    def verify_each(self, claims: Sequence[str], papers: Sequence[Abstract]) -> list[list[Judgement]]:
        """For each claim a judgement for each paper."""
        return [list(row) for row in zip(*(self.verify(claims, paper) for paper in papers), strict=True)]

    def _judged(self, claim: str, vector: Vectors, read: _Read) -> Judgement:
        same = verbatim(claim, read.sentences)
        if same is not None:
            return Judgement(Verdict.SUPPORTED, 1.0, 0.0, (same,), ("the abstract says so in these words",))
        cosines = read.vectors @ vector
        said = set(terms(claim))
        held = [len(said & set(terms(s.text))) / max(1, len(said)) for s in read.sentences]
        order = np.argsort(-(cosines + np.array(held)), kind="stable").tolist()
        near = [read.sentences[i] for i in order[:SHOWN]]
        figures = {"coverage": max(held), "cosine": float(cosines.max())}
        support = self._calibration.support.chance(figures)
        contradiction = self._calibration.contradiction.chance(figures)
        against = guards.vetoes(claim, [s.text for s in read.sentences], read.title)
        verdict = Verdict.SUPPORTED if support >= self._calibration.support_from else Verdict.NOT_STATED
        if against:
            verdict = next((v.verdict for v in against if v.verdict is Verdict.CONTRADICTED), Verdict.NOT_STATED)
            support = min(support, 0.05)
        return Judgement(verdict, support, contradiction, tuple(near), tuple(veto.reason for veto in against))

    def _read(self, paper: Abstract) -> _Read:
        key = (paper.title, paper.abstract)
        if key not in self._kept:
            parted = sentences(paper.abstract)
            self._kept[key] = _Read(paper.title, parted, self._embedder.passages([s.text for s in parted]))
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return self._kept[key]


def without_citation(claim: str) -> str:
    """The claim without a citation at its end."""
    return " ".join(_CITATION.sub("", claim).split())


def verbatim(claim: str, evidence: Sequence[Sentence]) -> Sentence | None:
    """The sentence that the claim copies, an opening clause and white space apart."""
    said = _squashed(claim)
    for sentence in evidence:
        held = _squashed(sentence.text)
        if said == held or (len(said) > 30 and held.endswith(f" {said}") and _opening(held[: -len(said)])):
            return sentence
    return None


def _squashed(text: str) -> str:
    return " ".join(text.split()).rstrip(" .!?").casefold()


def _opening(dropped: str) -> bool:
    """Whether what was dropped is an opening clause that ends in a comma or a colon."""
    return dropped.rstrip().endswith((",", ":")) or dropped.strip() in {"we show that", "we find that"}
