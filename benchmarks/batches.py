"""How many texts the exported embedder should read at once: the time of each size, as a ratio to 32.

    python -m benchmarks.batches [--texts N] [--rounds N]

Reads sentences of the sample library, by the sizes in an order that changes, and prints the median over the rounds of
each size's time by that of 32 in the same round.
"""

import argparse
import random
import sys
import time
from statistics import median

from assistant.cli.add import sample_file
from assistant.settings import cache_folder
from store import readers
from store.embedding import find_starter, onnx_embedder, open_embedder
from store.records import Paper
from store.sentences import sentences

SIZES = (1, 2, 4, 8, 16, 32)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--texts", type=int, default=96)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    starter = find_starter()
    if starter is None:
        sys.exit("This benchmark needs the starter embedder.")
    embedder = open_embedder(starter, cache=cache_folder())
    texts, chosen = of_the_sample()[: given.texts], random.Random(1)
    embedder.passages(texts[:8])
    ratios: dict[int, list[float]] = {size: [] for size in SIZES}
    for done in range(given.rounds):
        took = {size: seconds(embedder, texts, size) for size in chosen.sample(SIZES, len(SIZES))}
        for size in SIZES:
            ratios[size].append(took[size] / took[SIZES[-1]])
        print(f"round {done + 1} of {given.rounds}", file=sys.stderr, flush=True)
    for size in SIZES:
        print(f"{size:3} at once: {median(ratios[size]):.2f} of the time of {SIZES[-1]}")
    print(f"in use: {onnx_embedder.AT_ONCE}")


def of_the_sample() -> list[str]:
    """The sentences of all abstracts of the sample library."""
    papers = [record for record in readers.read(sample_file()) if isinstance(record, Paper)]
    return [sentence.text for paper in papers for sentence in sentences(paper.abstract)]


def seconds(embedder: onnx_embedder.OnnxEmbedder, texts: list[str], size: int) -> float:
    """What it takes to read the texts, so many at once."""
    used, onnx_embedder.AT_ONCE = onnx_embedder.AT_ONCE, size
    try:
        began = time.perf_counter()
        embedder.passages(texts)
        return time.perf_counter() - began
    finally:
        onnx_embedder.AT_ONCE = used


if __name__ == "__main__":
    main()
