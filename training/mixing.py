"""Tokenises pairs into the one file that `training.fit` reads."""

import random
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from training import abstracts, asked, careful, sets
from training.sets import Pair

LONGEST = 112
"""Tokens of a pair; longer ones are left out."""


def write(pairs: Sequence[Pair], tokenizer: Path, out: Path) -> int:
    """Write `pairs` to `out`; how many were short enough."""
    reader = Tokenizer.from_file(str(tokenizer))
    reader.no_truncation()
    reader.no_padding()
    ids: list[int] = []
    starts, seconds, labels = [0], [], []
    for at in range(0, len(pairs), 5000):
        some = pairs[at : at + 5000]
        for pair, read in zip(some, reader.encode_batch([(p.premise, p.hypothesis) for p in some]), strict=True):
            if len(read.ids) <= LONGEST:
                ids += read.ids
                starts.append(len(ids))
                seconds.append(read.type_ids.index(1))
                labels.append(pair.label)
    part = out.with_suffix(".part.npz")
    np.savez(
        part,
        ids=np.array(ids, np.uint16),
        starts=np.array(starts),
        seconds=np.array(seconds),
        labels=np.array(labels, np.int8),
    )
    part.replace(out)
    return len(labels)


def main() -> None:
    """Mix public sets, our claims and questions, and made pairs: python -m training.mixing EVAL TOKENIZER OUT."""
    told, tokenizer, out = map(Path, sys.argv[1:])
    pairs = sets.of_nli(told / "nli") + 3 * sets.scifact(told / "retrieval" / "scifact_train", held=False)
    pairs += 8 * list(careful.pairs(told)) + 8 * list(asked.pairs(told))
    texts = abstracts.read(told)
    random.Random(1).shuffle(texts)
    pairs += abstracts.pairs(texts)
    random.Random(0).shuffle(pairs)
    print(f"{write(pairs, tokenizer, out)} of {len(pairs)} pairs")


if __name__ == "__main__":
    main()
