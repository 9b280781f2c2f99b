"""The scorer that ships: a small cross-encoder for entailment, trained as `training/` says; its card lies beside it."""

from collections.abc import Sequence
from functools import cached_property
from importlib.resources import as_file, files
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Encoding, Tokenizer

FOLDER = files("assistant.verification") / "scorer"

LONGEST = 256
"""Tokens of a premise and a hypothesis together; what is longer loses the end of the premise."""

LONGEST_CLAIM = 100
"""Words of a hypothesis that are read, so that the premise keeps room."""

TOGETHER = 16
"""Pairs to a batch; those of like length go together."""


class ShippedScorer:
    """Entail, contradict or neither, in eight bits through ONNX Runtime; loaded when first asked."""

    def __init__(self, threads: int = 0) -> None:
        self._threads = threads

    def entailment(self, pairs: Sequence[tuple[str, str]]) -> npt.NDArray[np.float32]:
        """Chances of (premise, hypothesis) pairs, shape (pairs, 3): entail, contradict, neutral."""
        found = np.zeros((len(pairs), 3), dtype=np.float32)
        read = [self._tokenizer.encode(premise, " ".join(claim.split()[:LONGEST_CLAIM])) for premise, claim in pairs]
        order = sorted(range(len(read)), key=lambda n: len(read[n].ids))
        for first in range(0, len(order), TOGETHER):
            rows = order[first : first + TOGETHER]
            found[rows] = self._chances([read[n] for n in rows])
        return found

    def _chances(self, read: "Sequence[Encoding]") -> npt.NDArray[np.float32]:
        ids, types, mask = (np.zeros((len(read), max(len(e.ids) for e in read)), dtype=np.int64) for _ in range(3))
        for row, each in enumerate(read):
            length = len(each.ids)
            ids[row, :length], types[row, :length], mask[row, :length] = each.ids, each.type_ids, 1
        (logits,) = self._session.run(None, {"ids": ids, "types": types, "mask": mask})
        shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
        chances: npt.NDArray[np.float32] = shifted / shifted.sum(axis=1, keepdims=True)
        return chances

    @cached_property
    def _session(self) -> "InferenceSession":
        from onnxruntime import InferenceSession, SessionOptions

        options = SessionOptions()
        options.intra_op_num_threads = self._threads
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        with as_file(FOLDER / "model.onnx") as model:
            return InferenceSession(str(model), options, providers=["CPUExecutionProvider"])

    @cached_property
    def _tokenizer(self) -> "Tokenizer":
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_str((FOLDER / "tokenizer.json").read_text(encoding="utf-8"))
        tokenizer.enable_truncation(LONGEST, strategy="only_first")
        tokenizer.no_padding()
        return tokenizer
