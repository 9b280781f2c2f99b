"""The page on models, made from the catalogue of the program and from measured trials.

    python -m benchmarks.models                          print the page
    python -m benchmarks.models --write                  write models.md
    python -m benchmarks.models --trial FILE --write     put a GGUF file on trial first and keep the result

Speeds go into the page as ratios only; what was not measured says so.
"""

import argparse
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from assistant.models.catalogue import Entry, entries
from assistant.models.trials import Trial, fingerprint, known, written

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "models.md"
MEASURED = ROOT / "assistant" / "models" / "measured.json"
TEMPLATE = ROOT / "benchmarks" / "models.template.md"
UNKNOWN = "not measured here"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--trial", type=Path, metavar="FILE")
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    if arguments.trial:
        keep(arguments.trial)
    if arguments.write:
        PAGE.write_text(page(), encoding="utf-8")
        print(f"written: {PAGE}", file=sys.stderr)
    else:
        print(page())


def keep(path: Path) -> None:
    """Try a model with the program's own command, and keep the result for everybody: without this machine's speeds."""
    with TemporaryDirectory() as home:
        command = [sys.executable, "-m", "assistant.cli.main", "--home", home, "models", "trial", str(path)]
        subprocess.run(command, check=True)
        trial = known(Path(home))[fingerprint(path)]
    with TemporaryDirectory() as nowhere:
        shipped = known(Path(nowhere))
    shipped[fingerprint(path)] = replace(trial, prefill=0.0, decode=0.0)
    MEASURED.write_text(written(shipped), encoding="utf-8")


def page() -> str:
    """The text of models.md."""
    with TemporaryDirectory() as nowhere:
        trials = {trial.model: trial for trial in known(Path(nowhere)).values()}
    writers = [entry for entry in entries() if entry.role == "writer"]
    rows: dict[str, Trial | None] = {entry.file: trials.get(entry.file) for entry in writers}
    text = TEMPLATE.read_text(encoding="utf-8")
    return (
        text.replace("{writers}", recommended(writers))
        .replace("{others}", others([entry for entry in entries() if entry.role != "writer"]))
        .replace("{measured}", measured(rows | trials))
    )


def recommended(writers: list[Entry]) -> str:
    head = "| name | model | publisher | size | memory | licence | context | for |\n|---|---|---|---|---|---|---|---|\n"
    return head + "\n".join(
        f"| `{each.name}` | {each.title} | {each.publisher} | {each.size} | {memory(each.memory)} | {each.licence} |"
        f" {each.context:,} | {each.purpose} |"
        for each in writers
    )


def others(models: list[Entry]) -> str:
    head = "| name | model | setting | size | licence | for |\n|---|---|---|---|---|---|\n"
    return head + "\n".join(
        f"| `{each.name}` | {each.address or each.title} | `{each.role}` | {each.size} | {each.licence} |"
        f" {each.purpose} ({UNKNOWN}) |"
        for each in models
    )


def memory(count: float) -> str:
    return f"{count:,.0f} MB" if count else UNKNOWN


def measured(trials: dict[str, Trial | None]) -> str:
    head = (
        "| file | writes | cites | backed | answered | refused | stops | memory | reads |\n"
        "|---|---|---|---|---|---|---|---|---|\n"
    )
    return head + "\n".join(row(name, trial) for name, trial in trials.items())


def row(name: str, trial: Trial | None) -> str:
    if trial is None:
        return f"| `{name}` | {UNKNOWN} |" + " – |" * 7
    shares = (trial.cited, trial.supported, trial.answered, trial.refused, trial.stopped)
    reads = f"{trial.reads:.1f} times as fast as it writes" if trial.reads else UNKNOWN
    return (
        f"| `{name}` | {trial.verdict} | {' | '.join(f'{s:.0%}' for s in shares)} | {memory(trial.memory)} | {reads} |"
    )


if __name__ == "__main__":
    main()
