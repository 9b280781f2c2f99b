"""The other end of `store.embedding.bulk`: a process that reads many texts with whatever is fastest here.

Run as `python -m store.embedding.worker FOLDER [WAY]`; it speaks pickles, each after its length, on its standard
streams. Only the process that started it is at the other end of them.
"""

import os
import sys
from pathlib import Path
from typing import IO

from store.embedding.bulk import receive, send
from store.embedding.folder import EmbedderFolder


def main(folder: str, way: str = "") -> None:
    """Say that the model is loaded, then answer until the other side closes."""
    requests, answers = sys.stdin.buffer, _kept_clean()
    from store.embedding.torch_embedder import TorchReader

    reader = TorchReader(EmbedderFolder(Path(folder)), way)
    send(answers, "ready")
    while (request := receive(requests)) is not None:
        match request:
            case ("rates", texts):
                send(answers, reader.rates(texts))
            case ("way", name):
                reader.choose(name)
            case ("read", texts, parts):
                send(answers, reader.read(texts, parts))


def _kept_clean() -> IO[bytes]:
    """Standard output for answers alone: what libraries print goes to standard error."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answers


if __name__ == "__main__":
    main(*sys.argv[1:])
