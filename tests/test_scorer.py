"""The scorer that ships does what its card says."""

import hashlib
import re

import numpy as np
import pytest

from assistant.verification.records import Verdict
from assistant.verification.scorer import FOLDER, ShippedScorer
from assistant.verification.verifier import Verifier
from store import readers
from store.embedding import Embedder
from tests.conftest import ROOT, SAMPLE
from training.calibrate import auc

CARD = (FOLDER / "card.md").read_text(encoding="utf-8")


def test_the_weights_are_those_of_the_card() -> None:
    assert hashlib.sha256((FOLDER / "model.onnx").read_bytes()).hexdigest() in CARD


def test_a_small_sample_scores_as_the_card_says(embedder: Embedder) -> None:
    said = re.search(r"area (\.\d+); (\d+) of (\d+) supported, none of the (\d+) others; (\d+) of\s(\d+)\s+contr", CARD)
    assert said
    papers = list(readers.read(SAMPLE))
    verifier, chances, found = Verifier(embedder), [], []
    for line in (ROOT / "training" / "sample.tsv").read_text(encoding="utf-8").splitlines():
        title, label, claim = line.split("\t")
        (paper,) = [paper for paper in papers if paper.title.startswith(title)]
        (judgement,) = verifier.verify([claim], paper)
        chances.append(judgement.support)
        found.append((label, judgement.verdict))
    true = np.array([label == "supported" for label, _ in found])
    area = auc(np.array(chances)[true], np.array(chances)[~true])
    assert area == pytest.approx(float(said[1]), abs=0.03)  # processors round differently
    assert abs(found.count(("supported", Verdict.SUPPORTED)) - int(said[2])) <= 1
    assert (int(true.sum()), int((~true).sum())) == (int(said[3]), int(said[4]))
    assert not [label for label, verdict in found if verdict is Verdict.SUPPORTED and label != "supported"]
    assert abs(found.count(("contradicted", Verdict.CONTRADICTED)) - int(said[5])) <= 1


def test_what_stands_beside_a_pair_does_not_change_its_chances() -> None:
    pair = ("Sparse attention halves the memory of a transformer.", "Half the memory is enough with sparse attention.")
    others = [("It rains.", "The sun shines all day long in the north of the country."), ("A b c.", "D e f.")]
    scorer = ShippedScorer()
    assert scorer.entailment([pair]).tolist() == scorer.entailment([*others, pair])[-1:].tolist()
