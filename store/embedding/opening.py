"""Which implementation serves a model folder: ONNX where the export is exact, sentence-transformers otherwise."""

import logging
from pathlib import Path

from store.embedding.base import Embedder
from store.embedding.export import ExportFailed, export
from store.embedding.folder import EmbedderFolder
from store.errors import ModelUnreadable

log = logging.getLogger(__name__)


def is_prepared(folder: Path, *, cache: Path) -> bool:
    """Whether the model's exported copy exists; making it takes about half a minute, once."""
    return exported_file(EmbedderFolder(folder), cache).is_file()


def exported_file(model: EmbedderFolder, cache: Path) -> Path:
    """Where the exported copy of a model is kept; the number is that of the export's form."""
    return cache / f"{model.name}-{model.revision}-3.onnx"


def open_embedder(folder: Path, *, cache: Path, threads: int = 0) -> Embedder:
    """Load the model of a sentence-transformers folder.

    `cache` is where the exported copy is kept (made once for each model), `threads` 0 lets the
    runtime choose.
    """
    model = EmbedderFolder(folder)
    try:
        return _exported(model, exported_file(model, cache), threads)
    except ExportFailed as error:
        log.warning("%s cannot be exported, sentence-transformers serves it: %s", folder, error)
    from store.embedding.torch_embedder import TorchEmbedder

    try:
        return TorchEmbedder(model)
    except Exception as error:
        raise ModelUnreadable(
            f"{folder} cannot be loaded: {error}.", hint="Copy the complete model folder again."
        ) from error


def _exported(model: EmbedderFolder, exported: Path, threads: int) -> Embedder:
    """The exported copy, made where it is missing and made anew where it is damaged."""
    from store.embedding.onnx_embedder import OnnxEmbedder

    if exported.is_file():
        try:
            return OnnxEmbedder(model, exported, threads=threads)
        except ModelUnreadable:
            raise
        except Exception as error:  # noqa: BLE001 - onnxruntime and tokenizers have no common exception
            log.warning("%s is damaged and made anew: %s", exported, error)
    export(model, exported)
    return OnnxEmbedder(model, exported, threads=threads)
