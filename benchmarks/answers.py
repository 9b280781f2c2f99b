"""Ask a file of questions of a fresh library and print the scorer's table.

    python -m benchmarks.answers [--shared ../shared] [--questions FILE] [--rows]

Adds the two saved pages of `seeds/` to a new library, runs `assistant ask --json --batch`, and hands
the answers to `eval/score_answers.py`. The answers are kept beside the table.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

ASSISTANT = [sys.executable, "-m", "assistant.cli.main"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--questions", type=Path)
    parser.add_argument("--rows", action="store_true")
    parser.add_argument("--out", type=Path, help="where to keep the answers (default: a temporary folder)")
    arguments = parser.parse_args()
    seeds = sorted((arguments.shared / "seeds").glob("*.txt"))
    if not seeds:
        sys.exit(f"{arguments.shared}/seeds is not there: this benchmark needs the evaluation data.")
    questions = arguments.questions or arguments.shared / "eval" / "dev_questions.jsonl"
    with tempfile.TemporaryDirectory() as home:
        answers = arguments.out or Path(home) / "answers.jsonl"
        added = run(["--home", home, "add", "--json", *map(str, seeds)])
        print(json.dumps({"add": json.loads(added) | {"rejected": len(json.loads(added)["rejected"])}}))
        answers.write_text(run(["--home", home, "ask", "--json", "--batch", str(questions)]), encoding="utf-8")
        scorer = arguments.shared / "eval" / "score_answers.py"
        rows = ["--rows"] if arguments.rows else []
        command = [sys.executable, str(scorer), str(questions), str(answers), *map(str, seeds), *rows]
        subprocess.run(command, check=True)


def run(arguments: list[str]) -> str:
    return subprocess.run([*ASSISTANT, *arguments], check=True, stdout=subprocess.PIPE, text=True).stdout


if __name__ == "__main__":
    main()
