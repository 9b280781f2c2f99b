"""One-time export of a sentence-transformers model to ONNX, in a process of its own.

The export needs torch, which is slow to import and large in memory; a child process gives both
back, and survives us if it dies. Run as `python -m store.embedding.export FOLDER FILE`.
"""

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from store.embedding.folder import EmbedderFolder

EXACT = 0.9999
"""The least cosine between an exported vector and the original's for the export to be used."""

SAMPLES = (
    "dark matter",
    "We propose a contrastive objective, and show gains of 3.2 points on 5 of 7 benchmarks.",
    "What is known about the grain-boundary diffusion of lithium in solid electrolytes? " * 3,
    "Überraschend naïve Bayes, n = 1,024 (p < 0.05).",
)


class ExportFailed(Exception):
    """The model cannot be exported exactly; sentence-transformers itself must serve it."""


def export(model: EmbedderFolder, target: Path) -> None:
    """Write the model as ONNX, pooling and normalising inside; `target` appears complete or not at all."""
    if not (model.transformer / "tokenizer.json").is_file():
        raise ExportFailed("it has no tokenizer.json")
    partial = target.with_suffix(f".{os.getpid()}.partial")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        child = subprocess.run(
            [sys.executable, "-W", "ignore", "-m", __name__, str(model.path), str(partial)],
            capture_output=True,
            text=True,
            check=False,
        )
        if child.returncode != 0:
            raise ExportFailed(child.stderr.strip()[-2000:] or f"exit code {child.returncode}")
        partial.replace(target)
    except OSError as error:
        raise ExportFailed(str(error)) from error
    finally:
        with suppress(OSError):
            partial.unlink()


def _main(folder: str, target: str) -> None:
    from store.embedding.onnx_embedder import OnnxEmbedder
    from store.embedding.torch_embedder import TorchEmbedder

    model = EmbedderFolder(Path(folder))
    original = TorchEmbedder(model)
    original.write_onnx(Path(target))
    copy = OnnxEmbedder(model, Path(target))
    worst = float((original.passages(SAMPLES) * copy.passages(SAMPLES)).sum(axis=1).min())
    if worst < EXACT:
        sys.exit(f"the exported vectors differ: cosine {worst:.6f}")


if __name__ == "__main__":
    _main(*sys.argv[1:])
