"""What a language model costs on this machine: memory, reading and writing speed, constraints on what it writes.

    python -m benchmarks.model [FILE.gguf] [--portable FOLDER]

FOLDER: a portable build to compare with, made by
    CMAKE_ARGS="-DGGML_NATIVE=OFF -DLLAVA_BUILD=OFF" \\
        pip install --no-cache-dir --no-deps --target FOLDER llama-cpp-python
Speeds depend on the machine and on what else it does; the ratio of reading to writing carries over.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from itertools import islice
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from llama_cpp import Llama, LlamaGrammar, LogitsProcessorList

from assistant.models import Message
from assistant.models.citing import CitationMask
from assistant.models.files import find_starter
from assistant.models.llama import PROMPT_BATCH, REPEAT_PENALTY, LlamaModel
from assistant.models.processor import physical_cores
from assistant.models.recall import Recall
from assistant.settings import Settings

PROMPT = [Message("user", "Summarise: " + "Retrieval finds the sentences that answer a question. " * 40)]


def resident_megabytes() -> float:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:"))


CITE = [Message("user", "Write ten sentences about search engines and end each with its source, like [1] or [2].")]
GRAMMAR = 'root ::= ([^[] | "[" [1-6] ("," " "? [1-6])* "]")*'
ROUNDS, TOKENS = 3, 48
BATCHES = ("32", "64", "128", "256", "512")
ROOT = Path(__file__).resolve().parent.parent


def constrained(model: LlamaModel) -> dict[str, float]:
    """Processor time for a token with the citation mask, and with a grammar of llama.cpp, against neither."""
    llama, prompt = model._llama, model._tokens(CITE)
    grammar = LlamaGrammar.from_string(GRAMMAR, verbose=False)
    spent: dict[str, list[float]] = {"none": [], "mask": [], "grammar": []}
    for _ in range(ROUNDS):
        for kind, seconds in spent.items():
            mask = LogitsProcessorList([CitationMask(model._texts, range(1, 7), read=len(prompt))])
            limits = {"mask": {"logits_processor": mask}, "grammar": {"grammar": grammar}}.get(kind, {})
            tokens = llama.generate(prompt, temp=0.0, repeat_penalty=REPEAT_PENALTY, **limits)
            next(tokens)
            began = time.process_time()
            count = sum(1 for _ in islice(tokens, TOKENS))
            seconds.append((time.process_time() - began) / count)
    usual = median(spent["none"])
    return {f"a token with {kind}, times": round(median(spent[kind]) / usual, 3) for kind in ("mask", "grammar")}


def first_token(model: LlamaModel, path: Path) -> dict[str, float]:
    """Time to the first token of an answer against llama-cpp-python alone on the same prompt, in turn."""
    threads = physical_cores()
    bare = Llama(str(path), n_ctx=model.context_size, n_threads=threads, n_threads_batch=threads,
                 flash_attn=True, verbose=False)  # fmt: skip
    prompt = model._tokens(PROMPT)
    ours: list[float] = []
    theirs: list[float] = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        bare.reset()
        bare.eval(prompt)
        bare.sample(temp=0.0)
        theirs.append(time.perf_counter() - began)
        model._last_prompt, model._recall = [], Recall(0)
        began = time.perf_counter()
        next(iter(model.write(PROMPT, limit=1, stop=lambda: False)))
        ours.append(time.perf_counter() - began)
    return {"first token s": round(min(ours), 2), "of bare, times": round(min(ours) / min(theirs), 3)}


def reading(path: Path, portable: Path | None) -> dict[str, object]:
    """Tokens read a second by this build and by a portable one, run in turn; each the best of its rounds."""
    speeds = [_read_by(path, folder) for _ in range(2) for folder in ([None, portable] if portable else [None])]
    ours = _best(speeds[:: 2 if portable else 1])
    report: dict[str, object] = {"read/s by batch": ours}
    if portable:
        theirs = _best(speeds[1::2])
        used = str(PROMPT_BATCH)
        report |= {"portable": theirs, f"build, times at {used}": round(ours[used] / theirs[used], 2)}
    return report


def _read_by(path: Path, folder: Path | None) -> dict[str, float]:
    search = os.pathsep.join([*([str(folder)] if folder else []), str(ROOT), os.environ.get("PYTHONPATH", "")])
    asked = [sys.executable, "-m", "benchmarks.reading", str(path), str(physical_cores()), *BATCHES]
    told = subprocess.run(asked, env={**os.environ, "PYTHONPATH": search}, capture_output=True, text=True, check=True)
    speeds: dict[str, float] = json.loads(told.stdout)
    return speeds


def _best(rounds: list[dict[str, float]]) -> dict[str, float]:
    return {batch: max(speeds[batch] for speeds in rounds) for batch in rounds[0]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("model", nargs="?", type=Path, default=find_starter())
    parser.add_argument("--portable", type=Path, help="a folder with a portable build of llama-cpp-python")
    given = parser.parse_args()
    path: Path = given.model
    with TemporaryDirectory() as home:
        before = resident_megabytes()
        model = LlamaModel(path, Settings(Path(home)))
        began = time.perf_counter()
        pieces = model.write(PROMPT, limit=64, stop=lambda: False)
        next(pieces)
        read = time.perf_counter()
        written = sum(1 for _ in pieces)
        ended = time.perf_counter()
        costs = constrained(model) | first_token(model, path)
    report = {
        "model": path.name,
        "context": model.context_size,
        "memory MB": round(resident_megabytes() - before),
        "prompt tokens/s": round(model.tokens(PROMPT) / (read - began)),
        "written tokens/s": round(written / (ended - read)),
        **costs,
        **reading(path, given.portable),
    }
    print(json.dumps(report))


if __name__ == "__main__":
    main()
