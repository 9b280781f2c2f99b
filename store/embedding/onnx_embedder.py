"""The exported embedder: onnxruntime and tokenizers, no torch. The only module that imports either."""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import store.offline  # noqa: F401 - before the libraries below

import numpy as np
import numpy.typing as npt
import onnxruntime
from tokenizers import Encoding, Tokenizer

from store.embedding.base import Span, Vectors, averaged, batches, read_one_by_one, readable, unit, unread
from store.embedding.folder import EmbedderFolder
from store.errors import ModelUnreadable
from store.records import EmbedderId

Numbers = npt.NDArray[np.int64]

AT_ONCE = 8
"""Texts to a run: what it works on stays in the caches of a processor, and little is padding (`benchmarks.batches`)."""


class OnnxEmbedder:
    """Runs the file written by `store.embedding.export` on the CPU."""

    def __init__(self, model: EmbedderFolder, exported: Path, *, threads: int = 0) -> None:
        self.model = model
        self.file = exported
        self._threads = threads
        self._of_questions = _session(exported, threads=1)  # a question is too short for two to be faster
        self._inputs = {node.name for node in self._of_questions.get_inputs()}
        self._gives_tokens = "tokens" in {node.name for node in self._of_questions.get_outputs()}
        self._tokenizer = _tokenizer(model.transformer / "tokenizer.json")
        self._tokenizer.enable_truncation(model.max_tokens)
        self._tokenizer.enable_padding()
        self._prompts = model.prompts
        self._id = EmbedderId(
            name=model.name,
            revision=model.revision,
            dimension=self._dimension(),
            prefix=model.passage_prompt,
        )

    @property
    def id(self) -> EmbedderId:
        return self._id

    def passages(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), self._id.dimension), dtype=np.float32)
        for rows in batches(texts, AT_ONCE):
            encoded = self._encoded([self._id.prefix + texts[i] for i in rows])
            vectors[rows] = unit(self._run(encoded, ["embedding"])[0])
        return vectors

    def passages_and_parts(
        self, texts: Sequence[str], parts: Sequence[Sequence[Span]]
    ) -> tuple[Vectors, list[Vectors]]:
        if not self._gives_tokens:
            return read_one_by_one(self, texts, parts)
        vectors = np.zeros((len(texts), self._id.dimension), dtype=np.float32)
        of_parts: list[Vectors] = [vectors] * len(texts)
        shift = len(self._id.prefix)
        for rows in batches(texts, AT_ONCE):
            encoded = self._encoded([self._id.prefix + texts[i] for i in rows])
            whole, tokens = self._run(encoded, ["embedding", "tokens"])
            vectors[rows] = unit(whole)
            for i, read, row in zip(rows, encoded, tokens, strict=True):
                spans = [(first + shift, last + shift) for first, last in parts[i]]
                of_parts[i] = unread(vectors[i], averaged(row, read.offsets, spans))
        return vectors, of_parts

    def question(self, text: str) -> Vectors:
        encoded = self._encoded([self._prompts.get("query", "") + text])
        row: Vectors = unit(self._of_questions.run(["embedding"], self._fed(encoded))[0])[0]
        return row

    def knows(self, word: str) -> bool:
        """Whether a word, lower case, is one of the model's vocabulary, and so no slip."""
        return self._tokenizer.token_to_id(word) is not None

    @cached_property
    def _of_passages(self) -> onnxruntime.InferenceSession:
        return _session(self.file, threads=self._threads)

    def _dimension(self) -> int:
        said = self._of_questions.get_outputs()[0].shape[1]  # a name, where the exporter could not tell the number
        return said if isinstance(said, int) else len(self.question("a"))

    def _encoded(self, texts: list[str]) -> list[Encoding]:
        return list(self._tokenizer.encode_batch([readable(text) for text in texts]))

    def _run(self, encoded: list[Encoding], outputs: list[str]) -> list[Vectors]:
        return list(self._of_passages.run(outputs, self._fed(encoded)))

    def _fed(self, encoded: list[Encoding]) -> dict[str, Numbers]:
        inputs = {
            "input_ids": np.array([e.ids for e in encoded], dtype=np.int64),
            "attention_mask": np.array([e.attention_mask for e in encoded], dtype=np.int64),
            "token_type_ids": np.array([e.type_ids for e in encoded], dtype=np.int64),
        }
        return {name: numbers for name, numbers in inputs.items() if name in self._inputs}


def _session(exported: Path, *, threads: int) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # others want the cores
    return onnxruntime.InferenceSession(str(exported), options, providers=["CPUExecutionProvider"])


def _tokenizer(path: Path) -> Tokenizer:
    try:
        return Tokenizer.from_file(str(path))
    except Exception as error:
        raise ModelUnreadable(f"{path} is damaged: {error}.", hint="Copy the model folder again.") from error
