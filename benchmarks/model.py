"""What a language model costs on this machine: memory, reading and writing speed, constraints on what it writes.

    python -m benchmarks.model [FILE.gguf]

Speeds depend on the machine and on what else it does; the ratio of reading to writing carries over.
"""

import argparse
import json
import time
from itertools import islice
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from llama_cpp import LlamaGrammar, LogitsProcessorList

from assistant.models import Message
from assistant.models.citing import CitationMask
from assistant.models.files import find_starter
from assistant.models.llama import REPEAT_PENALTY, LlamaModel
from assistant.settings import Settings

PROMPT = [Message("user", "Summarise: " + "Retrieval finds the sentences that answer a question. " * 40)]


def resident_megabytes() -> float:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:"))


CITE = [Message("user", "Write ten sentences about search engines and end each with its source, like [1] or [2].")]
GRAMMAR = 'root ::= ([^[] | "[" [1-6] ("," " "? [1-6])* "]")*'
ROUNDS, TOKENS = 3, 48


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
        costs = constrained(model)
    report = {
        "model": path.name,
        "context": model.context_size,
        "memory MB": round(resident_megabytes() - before),
        "prompt tokens/s": round(model.tokens(PROMPT) / (read - began)),
        "written tokens/s": round(written / (ended - read)),
        **costs,
    }
    print(json.dumps(report))


if __name__ == "__main__":
    main()
