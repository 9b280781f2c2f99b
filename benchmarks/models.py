"""The page on models, made from the catalogue of the program and from measured trials.

    python -m benchmarks.models                          print the page
    python -m benchmarks.models --write                  write models.md
    python -m benchmarks.models --trial FILE --write     put a GGUF file on trial first and keep the result

Each ability stands by itself. Speeds go into the page as ratios only; what was not measured says so.
"""

import argparse
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from assistant.answering.trial_items import items
from assistant.models.catalogue import Entry, entries
from assistant.models.trials import LEAST, Ability, Trial, fingerprint, known, written

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
    least = ", ".join(f"{ability} from {share:.0%}" for ability, share in LEAST.items())
    text = TEMPLATE.read_text(encoding="utf-8").replace("{items}", str(len(items()))).replace("{least}", least)
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
    head = f"| file | {' | '.join(LEAST)} | false | area | memory | reads |\n|{'---|' * (len(LEAST) + 5)}\n"
    return head + "\n".join(row(name, trial) for name, trial in trials.items())


def row(name: str, trial: Trial | None) -> str:
    if trial is None:
        return f"| `{name}` | {UNKNOWN} |" + " – |" * (len(LEAST) + 3)
    reads = f"{trial.reads:.1f} times as fast as it writes" if trial.reads else UNKNOWN
    area = f"{trial.area:.2f}" if trial.area else UNKNOWN
    abilities = " | ".join(_ability(trial, ability) for ability in LEAST)
    return f"| `{name}` | {abilities} | {trial.false:.0%} | {area} | {memory(trial.memory)} | {reads} |"


def _ability(trial: Trial, ability: Ability) -> str:
    """ "**13 of 20**": in bold where the model is asked to do it."""
    if ability not in trial.right:
        return "–"
    right, of = trial.right[ability]
    return f"**{right} of {of}**" if trial.may(ability) else f"{right} of {of}"


if __name__ == "__main__":
    main()
