"""What a language model costs on this machine: memory, reading and writing speed.

    python -m benchmarks.model [FILE.gguf]

Speeds depend on the machine and on what else it does; the ratio of reading to writing carries over.
"""

import argparse
import json
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from assistant.models import Message
from assistant.models.files import find_starter
from assistant.models.llama import LlamaModel
from assistant.settings import Settings

PROMPT = [Message("user", "Summarise: " + "Retrieval finds the sentences that answer a question. " * 40)]


def resident_megabytes() -> float:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("model", nargs="?", type=Path, default=find_starter())
    path = parser.parse_args().model
    with TemporaryDirectory() as home:
        before = resident_megabytes()
        model = LlamaModel(path, Settings(Path(home)))
        began = time.perf_counter()
        pieces = model.write(PROMPT, limit=64, stop=lambda: False)
        next(pieces)
        read = time.perf_counter()
        written = sum(1 for _ in pieces)
        ended = time.perf_counter()
    report = {
        "model": path.name,
        "context": model.context_size,
        "memory MB": round(resident_megabytes() - before),
        "prompt tokens/s": round(model.tokens(PROMPT) / (read - began)),
        "written tokens/s": round(written / (ended - read)),
    }
    print(json.dumps(report))


if __name__ == "__main__":
    main()
