"""The original embedder. The only module that imports sentence-transformers and torch."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import store.offline  # noqa: F401 - before the libraries below

import numpy as np
import torch
from sentence_transformers import CrossEncoder, SentenceTransformer

from store.embedding.base import BATCH, Span, Vectors, averaged, batches, read_one_by_one, readable, unit, unread
from store.embedding.folder import EmbedderFolder
from store.records import EmbedderId


AGREES = 0.999
"""The least cosine between a vector and that of full precision for a way to be used."""


class TorchEmbedder:
    """Serves models that cannot be exported, and writes the export of those that can."""

    def __init__(self, model: EmbedderFolder) -> None:
        self._averages_tokens = model.averages_tokens
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

    def passages_and_parts(
        self, texts: Sequence[str], parts: Sequence[Sequence[Span]]
    ) -> tuple[Vectors, list[Vectors]]:
        return read_one_by_one(self, texts, parts)

    def question(self, text: str) -> Vectors:
        row: Vectors = self._encode([text], self._prompts.get("query", ""))[0]
        return row

    def write_onnx(self, target: Path) -> None:
        """Export tokens-to-vector as one graph with free batch size and length (opset 17)."""
        for module in self._model.modules():
            if hasattr(module, "set_attn_implementation"):
                module.set_attn_implementation("eager")  # the others become many more, slower nodes
        tokens = self._model.tokenizer(["a", "two words"], padding=True, return_tensors="pt")
        names = [name for name in ("input_ids", "attention_mask", "token_type_ids") if name in tokens]
        free = {0: "texts", 1: "tokens"}
        outputs = ["embedding", "tokens"] if self._averages_tokens else ["embedding"]
        torch.onnx.export(
            _Graph(self._model.to("cpu"), names, outputs).eval(),
            tuple(tokens[name] for name in names),
            str(target),
            input_names=names,
            output_names=outputs,
            dynamic_axes={**dict.fromkeys([*names, "tokens"], free), "embedding": {0: "texts"}},
            opset_version=17,
            dynamo=False,
        )

    def _encode(self, texts: list[str], prefix: str) -> Vectors:
        vectors = self._model.encode([readable(text) for text in texts], prompt=prefix or None, show_progress_bar=False)
        return unit(np.asarray(vectors, dtype=np.float32))


class TorchReader:
    """Reads many texts by one of the ways that torch has on this machine: a device and a number format."""

    def __init__(self, model: EmbedderFolder, way: str = "") -> None:
        self._folder = model
        self._averages_tokens = model.averages_tokens
        self._prefix = model.passage_prompt
        self.choose(way or "cpu float32")

    def choose(self, way: str) -> None:
        """Load the model for a device and number format, named as `rates` names them.

        It is read anew each time: what one format has rounded off, the next would lack.
        """
        device, number_format = way.split()
        model = SentenceTransformer(str(self._folder.path), local_files_only=True)
        model.max_seq_length = self._folder.max_tokens
        self._model = model.to(device=device, dtype=getattr(torch, number_format))

    def rates(self, texts: Sequence[str]) -> dict[str, float]:
        """Texts a second by each way whose vectors agree with those of full precision."""
        none: list[list[Span]] = [[] for _ in texts]
        exact, _ = self.read(texts, none)
        rates = {}
        for way in _ways():
            self.choose(way)
            self.read(texts[:BATCH], none[:BATCH])
            began = time.perf_counter()
            vectors, _ = self.read(texts, none)
            took = time.perf_counter() - began
            if float((vectors * exact).sum(axis=1).min()) >= AGREES:
                rates[way] = len(texts) / took
        return rates

    def read(self, texts: Sequence[str], parts: Sequence[Sequence[Span]]) -> tuple[Vectors, list[Vectors]]:
        """As `Embedder.passages_and_parts`."""
        vectors = np.zeros((len(texts), int(self._model.get_embedding_dimension() or 0)), dtype=np.float32)
        of_parts: list[Vectors] = [vectors[:0]] * len(texts)
        shift = len(self._prefix)
        for rows in batches(texts):
            read = self._tokens([self._prefix + readable(texts[i]) for i in rows])
            offsets = read.pop("offset_mapping")
            with torch.inference_mode():
                made = self._model({name: value.to(self._model.device) for name, value in read.items()})
            vectors[rows] = unit(made["sentence_embedding"].float().cpu().numpy())
            if not self._averages_tokens:
                continue
            tokens = made["token_embeddings"].float().cpu().numpy()
            for i, row, places in zip(rows, tokens, offsets.tolist(), strict=True):
                spans = [(first + shift, last + shift) for first, last in parts[i]]
                of_parts[i] = unread(vectors[i], averaged(row, places, spans))
        if not self._averages_tokens:
            cut = [text[first:last] for text, each in zip(texts, parts, strict=True) for first, last in each]
            ends = np.cumsum([len(each) for each in parts])[:-1]
            of_parts = list(np.split(self.read(cut, [[] for _ in cut])[0], ends)) if cut else of_parts
        return vectors, of_parts

    def _tokens(self, texts: list[str]) -> Any:
        return self._model.tokenizer(
            texts,
            padding=True,
            truncation=True,
            max_length=self._model.max_seq_length,
            return_offsets_mapping=True,
            return_tensors="pt",
        )


def _ways() -> list[str]:
    ways = ["cpu float32", "cpu bfloat16"]
    if torch.cuda.is_available():
        ways += ["cuda float32", "cuda bfloat16"]
    if torch.backends.mps.is_available():
        ways += ["mps float32"]
    return ways


class TorchReranker:
    """A cross-encoder folder; see `store.reranking`."""

    def __init__(self, folder: Path) -> None:
        self._model = CrossEncoder(str(folder), local_files_only=True)

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        made = np.asarray(self._model.predict([(question, text) for text in texts], show_progress_bar=False))
        return [float(row) for row in made.reshape(len(texts), -1)[:, -1]]


class TorchEntailment:
    """A cross-encoder folder whose outputs `labels` speak for and against a claim; see `store.entailment`."""

    def __init__(self, folder: Path, labels: tuple[int, int]) -> None:
        self._model = CrossEncoder(str(folder), local_files_only=True)
        self._labels = list(labels)

    def chances(self, texts: Sequence[str], claim: str) -> Vectors:
        pairs = [(text, claim) for text in texts]
        made = self._model.predict(pairs, activation_fn=torch.nn.Softmax(dim=-1), show_progress_bar=False)
        return np.asarray(made, dtype=np.float32).reshape(len(texts), -1)[:, self._labels]


class _Graph(torch.nn.Module):
    def __init__(self, model: SentenceTransformer, names: list[str], outputs: list[str]) -> None:
        super().__init__()
        self._model = model
        self._names = names
        self._outputs = outputs

    def forward(self, *tensors: torch.Tensor) -> Any:
        features = dict(zip(self._names, tensors, strict=True))
        made = self._model(features)
        return tuple(
            made["sentence_embedding" if name == "embedding" else "token_embeddings"] for name in self._outputs
        )
