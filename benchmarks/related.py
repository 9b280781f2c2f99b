"""Write a section for each related-work question over a fresh library and print the scorer's table.

    python -m benchmarks.related [--shared ../shared] [--questions FILE] [--rows] [--out FILE]
    python -m benchmarks.related --topics [--library NAME=HOME ...]

Adds the two saved pages of `seeds/` to a new library, runs `assistant related TOPIC --format json` for every question
of kind `related`, and hands the sections to `eval/score_answers.py`. Beside its table stands what that scorer
does not look at: words of the first person outside of quotation marks, and themes of one paper without a reason.

With `--topics`: how many topics that a library has are accepted, and how many that it does not have are refused, over
the libraries of `benchmarks.topics`; `--library acl=HOME` takes one that is there already instead of making it.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from assistant.related.writing import first_person
from benchmarks.answers import ASSISTANT, run
from benchmarks.topics import measured


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--questions", type=Path)
    parser.add_argument("--rows", action="store_true")
    parser.add_argument("--out", type=Path, help="where to keep the sections (default: a temporary folder)")
    parser.add_argument("--topics", action="store_true")
    parser.add_argument("--library", action="append", default=[], metavar="NAME=HOME")
    arguments = parser.parse_args()
    if arguments.topics:
        homes = {name: Path(home) for name, _, home in (each.partition("=") for each in arguments.library)}
        for row in measured(arguments.shared, homes):
            print(row, flush=True)
        return
    seeds = sorted((arguments.shared / "seeds").glob("*.txt"))
    if not seeds:
        sys.exit(f"{arguments.shared}/seeds is not there: this benchmark needs the evaluation data.")
    asked = arguments.questions or arguments.shared / "eval" / "dev_questions.jsonl"
    questions = [json.loads(line) for line in asked.read_text(encoding="utf-8").splitlines() if line.strip()]
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        run([*ASSISTANT, "--home", str(home), "add", "--json", *map(str, seeds)])
        only = Path(folder) / "questions.jsonl"
        related = [question for question in questions if question["kind"] == "related"]
        only.write_text("".join(json.dumps(question) + "\n" for question in related), encoding="utf-8")
        sections = [section(home, question) for question in related]
        answers = arguments.out or Path(folder) / "sections.jsonl"
        answers.write_text("".join(json.dumps(each) + "\n" for each in sections), encoding="utf-8")
        scorer = arguments.shared / "eval" / "score_answers.py"
        rows = ["--rows"] if arguments.rows else []
        subprocess.run([sys.executable, str(scorer), str(only), str(answers), *map(str, seeds), *rows], check=True)
    print(json.dumps({"first_person": list(left_over(sections)), "themes_without_reason": sum(map(alone, sections))}))


def section(home: Path, question: dict[str, Any]) -> dict[str, Any]:
    written = run([*ASSISTANT, "--home", str(home), "related", question["question"], "--format", "json"])
    return {"qid": question["qid"], "turn": 1, **json.loads(written)}


def left_over(sections: list[dict[str, Any]]) -> Iterator[str]:
    """Sentences with a word of the first person that the section itself says."""
    for each in sections:
        for claim in each["claims"]:
            if first_person(re.sub("“[^”]*”|[Tt]he authors", "", claim["text"])):
                yield claim["text"]


def alone(written: dict[str, Any]) -> int:
    """Themes with fewer than two papers and no reason for it."""
    return sum(len(theme["sources"]) < 2 and not theme["reason"] for theme in written["themes"])


if __name__ == "__main__":
    main()
