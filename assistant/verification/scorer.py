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


class ShippedScorer:
    """Entail, contradict or neither, in eight bits through ONNX Runtime; loaded when first asked.

    Each pair is read by itself: eight bits are shared out over all that is read at once, so that in a batch a pair's
    chances would depend on the others. It is also quicker, as nothing is padded.
    """

    def __init__(self, threads: int = 0) -> None:
        self._threads = threads

    def entailment(self, pairs: Sequence[tuple[str, str]]) -> npt.NDArray[np.float32]:
        """Chances of (premise, hypothesis) pairs, shape (pairs, 3): entail, contradict, neutral."""
        found = np.zeros((len(pairs), 3), dtype=np.float32)
        read = [self._tokenizer.encode(premise, " ".join(claim.split()[:LONGEST_CLAIM])) for premise, claim in pairs]
        for place, each in enumerate(read):
            found[place] = self._chances(each)
        return found

    def _chances(self, read: "Encoding") -> npt.NDArray[np.float32]:
        given = {"ids": read.ids, "types": read.type_ids, "mask": read.attention_mask}
        (logits,) = self._session.run(None, {name: np.array([row], dtype=np.int64) for name, row in given.items()})
        shifted = np.exp(logits[0] - logits[0].max())
        chances: npt.NDArray[np.float32] = shifted / shifted.sum()
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
