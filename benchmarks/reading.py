"""How fast a build of llama-cpp-python reads a prompt, by the size of the batches. Imports nothing of the program.

    python -m benchmarks.reading FILE.gguf THREADS BATCH...

Prints a JSON object: tokens a second for each size, the best of three. The build is the one that Python finds first.
"""

import json
import sys
import time

from llama_cpp import Llama

TEXT = "Retrieval finds the sentences that answer a question, and a graph of knowledge holds facts. "
TOKENS, ROUNDS = 256, 3


def reading_speed(llama: Llama, tokens: list[int], batch: int) -> float:
    """Tokens a second, the best of some rounds: others may use the machine in between."""
    best = 0.0
    for _ in range(ROUNDS):
        llama.reset()
        began = time.perf_counter()
        for first in range(0, len(tokens), batch):
            llama.eval(tokens[first : first + batch])
        best = max(best, len(tokens) / (time.perf_counter() - began))
    return best


def main() -> None:
    path, threads, *batches = sys.argv[1:]
    llama = Llama(path, n_ctx=1024, n_batch=512, n_threads=int(threads), n_threads_batch=int(threads),
                  flash_attn=True, verbose=False)  # fmt: skip
    tokens = llama.tokenize((TEXT * 40).encode())[:TOKENS]
    llama.eval(tokens[:8])
    print(json.dumps({batch: round(reading_speed(llama, tokens, int(batch)), 1) for batch in batches}))


if __name__ == "__main__":
    main()
