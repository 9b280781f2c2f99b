"""The door: claims and a paper in, a judgement for each claim out. Nothing else in the program judges claims."""

import re
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assistant.verification import figures, guards
from assistant.verification.calibration import Calibration, shipped
from assistant.verification.figures import Figures, Read, Scorer
from assistant.verification.judge import Judge
from assistant.verification.language import statement
from assistant.verification.records import Abstract, Judgement, Verdict, Veto
from assistant.verification.scorer import ShippedScorer
from store.embedding.base import Embedder, Vectors
from store.sentences import Sentence, sentences

SHOWN = 3
"""Sentences of evidence in a judgement, at most."""

KEPT = 2000
"""Abstracts whose sentences and vectors are kept for the next claims."""

REMEMBERED = 10_000
"""Judgements that are kept: a draft is checked again after every change, and most of it is as before."""

LONGEST = 2000
"""Characters of a claim that are read."""

VETOED = 0.1
"""What a veto leaves of the chance of support: the order of vetoed claims stays."""

SURE = 0.01, 0.97
"""The chances of support between which a language model is asked as well."""

_CITATION = re.compile(
    r"\s*(?:\[[@\d][^\]]*\]|\\cite\w*\{[^}]*\}|\([A-Z][^()]*\b(?:19|20)\d\d[a-z]?\))\s*(?=[.!?]?\s*$)"
)
_OPENING = re.compile(
    r"^(?:(?:here|in this (?:paper|work|study|article)),? )?(?:we|our (?:results|experiments|findings|analysis)|"
    r"results|experiments|it is|the authors)?(?:[\w ,]{0,60}?)"
    r"\b(?:show|find|found|observe|demonstrate|report|conclude|reveal)\w* that$"
    r"|^[\w\s'\"“”()/-]{1,120}[,:]$",
    re.IGNORECASE,
)
_REPORTED = re.compile(
    r"^(?:they|the authors|the paper|this paper|the study)"
    r" (?:show|find|observe|demonstrate|report|conclude|reveal)s? that$"
)
_JOINED = re.compile(r"^(?:,? and (?!not\b|\d)|, which |, while |; )")
_BOUND = re.compile(
    r"\b(?:if|unless|whether|either|neither|nor|not|no|only|both|between|among|from|hypothes\w*|consist\w*|compris\w*"
    r"|combin\w*|integrat\w*|respectively|two|three|four|five|six|seven|eight|nine|ten)\b"
)
_RESTRICTING = re.compile(
    r"^(?:if|unless|except|assuming|only)\b|\b(?:hypothes\w*|whether|suspect\w*)\b", re.IGNORECASE
)


@dataclass(slots=True)
class _Case:
    """A claim on its way: figures as they come in, and what the guards say."""

    claim: str
    order: list[int]
    figures: Figures
    vetoes: list[Veto]
    chances: npt.NDArray[np.float32] | None = None


class Verifier:
    """Checks claims against abstracts.

    The scorer that ships reads each claim with the nearest sentences; another may take its place. A `judge` is asked
    as well where the scorer is unsure; which calibration holds ("scorer", "scorer+model") follows from that.
    """

    def __init__(
        self,
        embedder: Embedder,
        scorer: Scorer | None = None,
        calibration: Calibration | None = None,
    ) -> None:
        self._embedder = embedder
        self.scorer = scorer or ShippedScorer()
        self._calibration = calibration
        self._kept: OrderedDict[tuple[str, str], Read] = OrderedDict()
        self._judgements: OrderedDict[tuple[str, str, str], Judgement] = OrderedDict()

    def verify(self, claims: Sequence[str], paper: Abstract, judge: Judge | None = None) -> list[Judgement]:
        """A judgement for each claim; the abstract is read once for all of them."""
        if judge is not None:
            return self._verified(claims, paper, judge)
        keys = [(claim, paper.title, paper.abstract) for claim in claims]
        known = {key: self._judgements[key] for key in keys if key in self._judgements}
        new = [key for key in dict.fromkeys(keys) if key not in known]
        known |= zip(new, self._verified([key[0] for key in new], paper, None), strict=True)
        for key in keys:
            self._judgements[key] = known[key]
            self._judgements.move_to_end(key)
        while len(self._judgements) > REMEMBERED:
            self._judgements.popitem(last=False)
        return [known[key] for key in keys]

    def _verified(self, claims: Sequence[str], paper: Abstract, judge: Judge | None) -> list[Judgement]:
        read = self._read(paper)
        if not read.sentences:
            return [Judgement(Verdict.CANNOT_TELL, 0.0, 0.0, (), ("the paper has no abstract",)) for _ in claims]
        plain = [without_citation(claim)[:LONGEST] for claim in claims]
        same = [verbatim(claim, read.sentences) for claim in plain]
        cases = iter(self._cases([c for c, s in zip(plain, same, strict=True) if s is None], read))
        return [_copied(sentence) if sentence else self._judged(next(cases), read, paper, judge) for sentence in same]

    def verify_each(self, claims: Sequence[str], papers: Sequence[Abstract]) -> list[list[Judgement]]:
        """For each claim a judgement for each paper."""
        columns = [self.verify(claims, paper) for paper in papers]
        return [[column[row] for column in columns] for row in range(len(claims))]

    def figures(self, claims: Sequence[str], paper: Abstract) -> list[tuple[Figures, list[Veto]]]:
        """What the chance is made of, for each claim: `training/calibrate.py` fits on it."""
        read = self._read(paper)
        cases = self._cases([without_citation(claim)[:LONGEST] for claim in claims], read)
        return [(case.figures, case.vetoes) for case in cases]

    def _cases(self, claims: Sequence[str], read: Read) -> list[_Case]:
        """Each claim with its figures."""
        if not claims:
            return []
        vectors = self._embedder.passages(claims)
        cases = [_case(claim, vector, read) for claim, vector in zip(claims, vectors, strict=True)]
        self._score(cases, read, self.scorer)
        return cases

    def _score(self, cases: Sequence[_Case], read: Read, scorer: Scorer) -> None:
        pairs = [figures.pairs_of(case.claim, read, case.order) for case in cases]
        chances = scorer.entailment([pair for each in pairs for pair in each])
        first = 0
        for case, each in zip(cases, pairs, strict=True):
            case.chances = chances[first : first + len(each)]
            case.figures |= figures.scored(case.chances, min(figures.NEAREST, len(read.sentences)))
            first += len(each)

    def _judged(self, case: _Case, read: Read, paper: Abstract, judge: Judge | None) -> Judgement:
        """The judgement; a language model is asked of a claim that has no veto and is unsure without it."""
        calibration = self._calibration or shipped("scorer")
        support = calibration.support.chance(case.figures)
        if judge and not case.vetoes and SURE[0] < support < SURE[1] and (said := judge.figures(case.claim, paper)):
            case.figures |= said
            calibration = self._calibration or shipped("scorer+model")
            support = calibration.support.chance(case.figures)
        support *= VETOED if case.vetoes else 1.0
        contradiction = calibration.contradiction.chance(case.figures)
        verdict = Verdict.NOT_STATED
        if not case.vetoes and support >= calibration.support_from:
            verdict = Verdict.SUPPORTED
        elif contradiction >= calibration.contradicted_from:
            verdict = Verdict.CONTRADICTED
        reasons = tuple(veto.reason for veto in case.vetoes) or _reasons(verdict, case)
        return Judgement(verdict, support, contradiction, _evidence(case, read, verdict), reasons)

    def _read(self, paper: Abstract) -> Read:
        key = (paper.title, paper.abstract)
        if key not in self._kept:
            parted = sentences(paper.abstract)
            texts = [sentence.text for sentence in parted]
            read = tuple(map(statement, texts))
            vectors = self._embedder.passages(texts)
            self._kept[key] = Read(paper.title, parted, read, vectors, statement(paper.title))
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return self._kept[key]


def _case(claim: str, vector: Vectors, read: Read) -> _Case:
    said = statement(claim)
    against = guards.read_vetoes(said, read.statements, read.titled)
    found, order = figures.plain(said, vector, read, against)
    return _Case(claim, order, found, against)


def _copied(sentence: Sentence) -> Judgement:
    return Judgement(Verdict.SUPPORTED, 1.0, 0.0, (sentence,), ("the abstract says so in these words",))


def _evidence(case: _Case, read: Read, verdict: Verdict) -> tuple[Sentence, ...]:
    """The sentences that decide: the nearest, or where the abstract contradicts those that speak most against it."""
    order = case.order
    if case.chances is not None and verdict is Verdict.CONTRADICTED:
        order = [order[n] for n in figures.against(case.chances, min(figures.NEAREST, len(order)))]
    return tuple(read.sentences[n] for n in order[:SHOWN])


def _reasons(verdict: Verdict, case: _Case) -> tuple[str, ...]:
    if verdict is Verdict.SUPPORTED:
        return ()
    if verdict is Verdict.CONTRADICTED:
        return ("a sentence of the abstract speaks against it",)
    return ("the abstract does not say all of it",) if case.figures["covered"] > 0 else ("the abstract is about else",)


def without_citation(claim: str) -> str:
    """The claim without a citation at its end."""
    return " ".join(_CITATION.sub("", claim).split())


def verbatim(claim: str, evidence: Sequence[Sentence]) -> Sentence | None:
    """The sentence that the claim copies, white space, an opening clause and what is joined on apart."""
    said = _squashed(claim)
    for sentence in evidence:
        held = _squashed(sentence.text)
        if said == held or (len(said) > 30 and held.endswith(f" {said}") and _opening(held[: -len(said)].strip())):
            return sentence
        if len(said) > 30 and held.startswith(said) and _joined(said, held[len(said) :]):
            return sentence
        if said.endswith(f" {held}") and _REPORTED.match(said[: -len(held)].strip()):
            return sentence
    return None


def _joined(kept: str, dropped: str) -> bool:
    """Whether what was dropped is joined on by "and" or says more in a clause of its own, and restricts nothing."""
    return bool(_JOINED.match(dropped)) and not _RESTRICTING.search(dropped) and not _BOUND.search(kept)


def _squashed(text: str) -> str:
    return " ".join(text.split()).rstrip(" .!?").casefold()


def _opening(dropped: str) -> bool:
    """Whether what was dropped is an opening that may go: no condition and no doubt."""
    return bool(_OPENING.match(dropped)) and not _RESTRICTING.search(dropped)
