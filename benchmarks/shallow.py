"""An embedder that costs next to nothing and still tells papers apart: MiniLM's word vectors, averaged.

For benchmarks of what surrounds the embedding. It is a model folder like any other, so that everything else - the
export, the second process for many texts, the catalogue, Chroma - is as always.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from store.embedding import find_starter

SCRIPT = """
import sys
from transformers import AutoModel
AutoModel.from_pretrained(sys.argv[1], num_hidden_layers=0).save_pretrained(sys.argv[2])
"""


def shallow_model(folder: Path) -> Path:
    """Write MiniLM without its layers into a folder; its exported copy is kept beside it."""
    starter = find_starter()
    if starter is None:
        sys.exit("This benchmark needs the starter models.")
    os.environ["ASSISTANT_CACHE"] = str(folder.with_name(folder.name + "-cache"))
    shutil.copytree(starter, folder)
    inner = next(folder.rglob("tokenizer.json")).parent
    for weights in (*inner.glob("*.safetensors"), *inner.glob("pytorch_model.bin")):
        weights.unlink()
    whole = next(starter.rglob("tokenizer.json")).parent
    command = [sys.executable, "-W", "ignore", "-c", SCRIPT, str(whole), str(inner)]
    subprocess.run(command, check=True, capture_output=True)
    return folder
