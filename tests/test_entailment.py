"""The user's own cross-encoder as the judge: its labels are read from its configuration."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from assistant.verification.cross_encoder import OwnScorer
from assistant.verification.records import Verdict
from assistant.verification.verifier import Verifier
from store.embedding import Embedder, Vectors, find_starter
from store.entailment import labels_of, open_entailment
from store.errors import ModelUnreadable
from store.records import Paper
from tests.conftest import ROOT


def test_a_real_cross_encoder_is_loaded_and_its_labels_are_put_in_order(tmp_path: Path) -> None:
    script = """
import sys
from pathlib import Path
import numpy as np
from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification
starter, folder = sys.argv[1:]
tokenizer = AutoTokenizer.from_pretrained(starter)
found = []
for labels in (["contradiction", "entailment", "neutral"], ["ENTAILMENT", "NEUTRAL", "CONTRADICTION"]):
    config = BertConfig(vocab_size=tokenizer.vocab_size, hidden_size=32, num_hidden_layers=1, num_attention_heads=2,
                        intermediate_size=64, id2label=dict(enumerate(labels)),
                        label2id={label: place for place, label in enumerate(labels)})
    import torch
    torch.manual_seed(1)
    BertForSequenceClassification(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    from store.entailment import open_entailment
    chances = open_entailment(Path(folder)).chances(["Owls see at night.", "Bats hear."], "Owls see.")
    assert chances.shape == (2, 2) and (chances > 0).all() and (chances.sum(axis=1) < 1).all(), chances
    found.append(chances)
first, second = found
assert np.allclose(first[:, 1], second[:, 0]), found  # output 0: against in the first folder, for in the second
"""
    starter = find_starter()
    assert starter is not None
    command = [sys.executable, "-W", "ignore", "-c", script, str(starter), str(tmp_path / "tiny")]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr[-2000:]


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["contradiction", "entailment", "neutral"], (1, 0)),
        (["Entailment", "Neutral", "Contradiction"], (0, 2)),
        (["SUPPORTS", "REFUTES", "NOT ENOUGH INFO"], None),
        (["LABEL_0", "LABEL_1", "LABEL_2"], None),
        (["entailment", "not_entailment"], None),
    ],
)
def test_labels_are_known_by_their_names(names: list[str], found: tuple[int, int] | None, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"id2label": dict(enumerate(names))}), encoding="utf-8")
    if names[0] == "SUPPORTS":
        assert labels_of(tmp_path) == (0, 1)
    elif found:
        assert labels_of(tmp_path) == found
    else:
        with pytest.raises(ModelUnreadable, match="does not tell support from contradiction") as refused:
            labels_of(tmp_path)
        assert "checker" in refused.value.hint


@pytest.mark.parametrize("content", [None, "", "{", "[]", '{"id2label": 3}', '{"id2label": {"x": "y"}}'])
def test_a_folder_that_is_no_cross_encoder_is_refused(content: str | None, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / "config.json").write_text(content, encoding="utf-8")
    with pytest.raises(ModelUnreadable) as refused:
        open_entailment(tmp_path)
    assert "checker" in refused.value.hint


class Scripted:
    """Gives the chances that it was made with, a row for each text."""

    def __init__(self, support: float, contradiction: float) -> None:
        self._row = (support, contradiction)
        self.texts: list[str] = []

    def chances(self, texts: Sequence[str], claim: str) -> Vectors:
        assert claim
        self.texts += texts
        return np.array([self._row] * len(texts), dtype=np.float32)


@pytest.mark.parametrize(
    ("chances", "verdict"),
    [
        ((0.98, 0.01), Verdict.SUPPORTED),
        ((0.01, 0.98), Verdict.CONTRADICTED),
        ((0.05, 0.05), Verdict.NOT_STATED),
    ],
)
def test_the_models_chances_become_a_verdict(
    chances: tuple[float, float], verdict: Verdict, embedder: Embedder
) -> None:
    paper = Paper("Animals", "Owls see at night. Bats hear. Cats sleep. Dogs bark.")
    model = Scripted(*chances)
    (judgement,) = Verifier(embedder, OwnScorer(model)).verify(["Owls see well at night."], paper)
    assert judgement.verdict is verdict
    assert model.texts[0] == "Owls see at night."
    assert "Owls see at night. Bats hear." in model.texts
