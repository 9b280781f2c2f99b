"""Which implementation serves a model folder: ONNX where the export is exact, sentence-transformers otherwise."""

import logging
from pathlib import Path

from store.embedding.base import Embedder
from store.embedding.export import ExportFailed, export
from store.embedding.folder import EmbedderFolder

log = logging.getLogger(__name__)


def is_prepared(folder: Path, *, cache: Path) -> bool:
    """Whether the model's exported copy exists; making it takes about half a minute, once."""
    return exported_file(EmbedderFolder(folder), cache).is_file()


def exported_file(model: EmbedderFolder, cache: Path) -> Path:
    """Where the exported copy of a model is kept."""
    return cache / f"{model.name}-{model.revision}.onnx"


def open_embedder(folder: Path, *, cache: Path, threads: int = 0) -> Embedder:
    """Load the model of a sentence-transformers folder.

    `cache` is where the exported copy is kept (made once for each model), `threads` 0 lets the
    runtime choose.
    """
    model = EmbedderFolder(folder)
    exported = exported_file(model, cache)
    try:
        if not exported.is_file():
            export(model, exported)
        from store.embedding.onnx_embedder import OnnxEmbedder

        return OnnxEmbedder(model, exported, threads=threads)
    except ExportFailed as error:
        log.warning("%s cannot be exported, sentence-transformers serves it: %s", folder, error)
        from store.embedding.torch_embedder import TorchEmbedder

        return TorchEmbedder(model)
