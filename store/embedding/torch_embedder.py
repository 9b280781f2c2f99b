"""The original embedder. The only module that imports sentence-transformers and torch."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import store.offline  # noqa: F401 - before the libraries below

import numpy as np
import torch
from sentence_transformers import SentenceTransformer

from store.embedding.base import Vectors, unit
from store.embedding.folder import EmbedderFolder
from store.records import EmbedderId


class TorchEmbedder:
    """Serves models that cannot be exported, and writes the export of those that can."""

    def __init__(self, model: EmbedderFolder) -> None:
        self._model = SentenceTransformer(str(model.path), local_files_only=True)
        self._model.max_seq_length = model.max_tokens
        self._prompts = model.prompts
        self._id = EmbedderId(
            name=model.name,
            revision=model.revision,
            dimension=int(self._model.get_embedding_dimension() or 0),
            prefix=model.passage_prompt,
        )

    @property
    def id(self) -> EmbedderId:
        return self._id

    def passages(self, texts: Sequence[str]) -> Vectors:
        return self._encode(list(texts), self._id.prefix)

    def question(self, text: str) -> Vectors:
        row: Vectors = self._encode([text], self._prompts.get("query", ""))[0]
        return row

    def write_onnx(self, target: Path) -> None:
        """Export tokens-to-vector as one graph with free batch size and length (opset 17)."""
        tokens = self._model.tokenizer(["a", "two words"], padding=True, return_tensors="pt")
        names = [name for name in ("input_ids", "attention_mask", "token_type_ids") if name in tokens]
        free = {0: "texts", 1: "tokens"}
        torch.onnx.export(
            _Graph(self._model.to("cpu"), names).eval(),
            tuple(tokens[name] for name in names),
            str(target),
            input_names=names,
            output_names=["embedding"],
            dynamic_axes={**dict.fromkeys(names, free), "embedding": {0: "texts"}},
            opset_version=17,
            dynamo=False,
        )

    def _encode(self, texts: list[str], prefix: str) -> Vectors:
        vectors = self._model.encode(texts, prompt=prefix or None, show_progress_bar=False)
        return unit(np.asarray(vectors, dtype=np.float32))


class _Graph(torch.nn.Module):
    def __init__(self, model: SentenceTransformer, names: list[str]) -> None:
        super().__init__()
        self._model = model
        self._names = names

    def forward(self, *tensors: torch.Tensor) -> Any:
        features = dict(zip(self._names, tensors, strict=True))
        return self._model(features)["sentence_embedding"]
