"""How long the command line takes to start, beside a bare interpreter timed in the same minute.

    python -m benchmarks.startup [--runs 15]

The runs alternate, and medians are compared, because the machine may be shared and noisy.
"""

import argparse
import json
import subprocess
import sys
import time
from statistics import median

COMMANDS = {
    "bare interpreter": [sys.executable, "-c", "pass"],
    "assistant --help": [sys.executable, "-m", "assistant.cli.main", "--help"],
    "import textual.app": [sys.executable, "-c", "import textual.app"],
    "import the screen": [sys.executable, "-c", "import assistant.tui.app"],
}


def seconds(command: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=15)
    runs = parser.parse_args().runs
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(runs):
        for name, command in COMMANDS.items():
            times[name].append(seconds(command))
    medians = {name: round(median(values), 3) for name, values in times.items()}
    over = medians["assistant --help"] - medians["bare interpreter"]
    print(
        json.dumps(
            {"median seconds": medians, "help over bare interpreter": round(over, 3), "wanted": "<= 0.2"}, indent=1
        )
    )


if __name__ == "__main__":
    main()
