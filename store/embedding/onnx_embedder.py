"""The exported embedder: onnxruntime and tokenizers, no torch. The only module that imports either."""

from collections.abc import Sequence
from pathlib import Path

import store.offline  # noqa: F401 - before the libraries below

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from store.embedding.base import Vectors, unit
from store.embedding.folder import EmbedderFolder
from store.errors import ModelUnreadable
from store.records import EmbedderId

BATCH = 32


class OnnxEmbedder:
    """Runs the file written by `store.embedding.export` on the CPU."""

    def __init__(self, model: EmbedderFolder, exported: Path, *, threads: int = 0) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(str(exported), options, providers=["CPUExecutionProvider"])
        self._inputs = {node.name for node in self._session.get_inputs()}
        self._tokenizer = _tokenizer(model.transformer / "tokenizer.json")
        self._tokenizer.enable_truncation(model.max_tokens)
        self._tokenizer.enable_padding()
        self._prompts = model.prompts
        self._id = EmbedderId(
            name=model.name,
            revision=model.revision,
            dimension=int(self._session.get_outputs()[0].shape[1]),
            prefix=model.passage_prompt,
        )

    @property
    def id(self) -> EmbedderId:
        return self._id

    def passages(self, texts: Sequence[str]) -> Vectors:
        prefix = self._id.prefix
        vectors = np.zeros((len(texts), self._id.dimension), dtype=np.float32)
        by_length = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        for first in range(0, len(by_length), BATCH):
            rows = by_length[first : first + BATCH]
            vectors[rows] = self._run([prefix + texts[i] for i in rows])
        return vectors

    def question(self, text: str) -> Vectors:
        row: Vectors = self._run([self._prompts.get("query", "") + text])[0]
        return row

    def _run(self, texts: list[str]) -> Vectors:
        encoded = self._tokenizer.encode_batch([text.encode("utf-8", "replace").decode() for text in texts])
        inputs = {
            "input_ids": np.array([e.ids for e in encoded], dtype=np.int64),
            "attention_mask": np.array([e.attention_mask for e in encoded], dtype=np.int64),
            "token_type_ids": np.array([e.type_ids for e in encoded], dtype=np.int64),
        }
        (vectors,) = self._session.run(None, {k: v for k, v in inputs.items() if k in self._inputs})
        return unit(vectors)


def _tokenizer(path: Path) -> Tokenizer:
    try:
        return Tokenizer.from_file(str(path))
    except Exception as error:
        raise ModelUnreadable(f"{path} is damaged: {error}.", hint="Copy the model folder again.") from error
