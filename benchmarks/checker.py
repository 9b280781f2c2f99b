"""Check the claims of SciFact against the abstracts that they cite.

    python -m benchmarks.checker [--shared ../shared] [--nli FOLDER]

Each claim counts once: as supported where one of its abstracts is said to support it. `--nli` puts a cross-encoder of
your own in the scorer's place; only the claims that the scorer was not trained on are taken.
"""

import argparse
from pathlib import Path

from assistant.verification.cross_encoder import open_scorer
from assistant.verification.verifier import Verifier
from benchmarks.claims import scifact
from training import calibrate


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--nli", type=Path)
    given = parser.parse_args()
    verifier = Verifier(calibrate.embedder(), open_scorer(given.nli) if given.nli else None)
    print(scifact(verifier, given.shared))


if __name__ == "__main__":
    main()
