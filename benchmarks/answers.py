"""Ask a file of questions of a fresh library and print the scorer's table, beside two baselines of the same run.

    python -m benchmarks.answers [--shared ../shared] [--questions FILE] [--rows] [--alone] [--limit N]

Adds the two saved pages of `seeds/` to a new library and answers the questions in three ways:

    assistant    `assistant ask --json --batch`, as a user has it
    quotes only  the same without a language model
    plain RAG    five whole abstracts into the prompt, the model's text as it comes (`benchmarks.plain_rag`)

`eval/score_answers.py` scores each; then come the medians of the seconds, and their ratios to plain RAG over the
turns that all were asked. Plain RAG is slow: `--limit N` asks it N questions, spread over the file, and the table says
so. `--alone` leaves the baselines out.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from typing import Any

ASSISTANT = [sys.executable, "-m", "assistant.cli.main"]
WAYS = ("assistant", "quotes only", "plain RAG")
MEASURES = ("answered", "refused", "cited", "precision", "recall", "facts", "evidence", "words")
WANTED = {"evidence": "median <= 0.3 s", "total": "<= 0.5 of plain RAG"}

Answers = dict[tuple[str, int], dict[str, Any]]


def main() -> None:
    arguments = parsed()
    seeds = sorted((arguments.shared / "seeds").glob("*.txt"))
    if not seeds:
        sys.exit(f"{arguments.shared}/seeds is not there: this benchmark needs the evaluation data.")
    questions = arguments.questions or arguments.shared / "eval" / "dev_questions.jsonl"
    with tempfile.TemporaryDirectory() as folder:
        home, out = Path(folder) / "home", arguments.out or Path(folder)
        out.mkdir(parents=True, exist_ok=True)
        added = json.loads(run([*ASSISTANT, "--home", str(home), "add", "--json", *map(str, seeds)]))
        print(json.dumps({"add": added | {"rejected": len(added["rejected"])}}), flush=True)
        reports, answers = {}, {}
        for way in WAYS[:1] if arguments.alone else WAYS:
            print(f"asking: {way} ...", file=sys.stderr, flush=True)
            path = out / f"{way.replace(' ', '_')}.jsonl"
            path.write_text(asked(way, home, questions, arguments.limit), encoding="utf-8")
            answers[way] = read(path)
            reports[way] = scored(arguments, questions, path, seeds)
    if arguments.alone:
        print(json.dumps(reports["assistant"], indent=1))
        return
    print("\n".join([*table(reports, answers), "", *speeds(answers)]))


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--questions", type=Path)
    parser.add_argument("--rows", action="store_true")
    parser.add_argument("--alone", action="store_true")
    parser.add_argument("--limit", type=int, default=0, help="questions for plain RAG (default: all)")
    parser.add_argument("--out", type=Path, help="folder to keep the answers in (default: a temporary one)")
    return parser.parse_args()


def asked(way: str, home: Path, questions: Path, limit: int) -> str:
    if way == "plain RAG":
        return run([sys.executable, "-m", "benchmarks.plain_rag", str(home), str(questions), "--limit", str(limit)])
    command = [*ASSISTANT, "--home", str(home), "ask", "--json", "--batch", str(questions)]
    return run(command, {"ASSISTANT_MODEL": "none"} if way == "quotes only" else {})


def run(command: list[str], environment: Mapping[str, str] = {}) -> str:
    ran = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env={**os.environ, **environment})
    return ran.stdout


def read(path: Path) -> Answers:
    rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return {(row["qid"], row.get("turn", 1)): row for row in rows}


def scored(arguments: argparse.Namespace, questions: Path, answers: Path, seeds: list[Path]) -> dict[str, Any]:
    scorer = arguments.shared / "eval" / "score_answers.py"
    command = [sys.executable, str(scorer), str(questions), str(answers), *map(str, seeds)]
    if arguments.rows:
        subprocess.run([*command, "--rows"], check=True)
    report: dict[str, Any] = json.loads(run(command))
    return report


def table(reports: dict[str, dict[str, Any]], answers: dict[str, Answers]) -> list[str]:
    """The scorer's figures, a line for each kind of question and way of answering."""
    lines = [f"{'kind':24} {'way':12} {'n':>3} " + " ".join(f"{name:>9}" for name in MEASURES)]
    for kind in reports["assistant"]["kinds"]:
        for way, report in reports.items():
            if row := report["kinds"].get(kind):
                figures = " ".join(f"{row.get(name, '-'):>9}" for name in MEASURES)
                lines.append(f"{kind:24} {way:12} {row['n']:>3} {figures}")
    for way, report in reports.items():
        lines.append(f"{way:12} violations {report['violations']}  false refusals {report['false_refusals']}")
    asked_rag, whole = len(answers["plain RAG"]), len(answers["assistant"])
    if asked_rag < whole:
        lines.append(f"plain RAG was asked {asked_rag} of {whole} turns, spread over the file")
    return lines


def speeds(answers: dict[str, Answers]) -> list[str]:
    """Medians of seconds, over the turns that every way answered or refused."""
    shared = set.intersection(*(set(each) for each in answers.values()))
    lines = [f"medians over the {len(shared)} turns that all three were asked, and their ratio to plain RAG"]
    for name in ("evidence", "first_token", "total"):
        middle = {way: middle_of(each, shared, name) for way, each in answers.items()}
        base = middle["plain RAG"]
        for way, seconds in middle.items():
            if seconds is not None:
                ratio = f"{seconds / base:.2f}" if base else "-"
                wanted = f"   wanted: {WANTED[name]}" if way == "assistant" and name in WANTED else ""
                lines.append(f"{name:12} {way:12} {seconds:8.3f} s   ratio {ratio}{wanted}")
    return lines


def middle_of(answers: Answers, turns: set[tuple[str, int]], name: str) -> float | None:
    values = [answers[turn]["seconds"][name] for turn in turns if name in answers[turn]["seconds"]]
    return median(values) if values else None


if __name__ == "__main__":
    main()
