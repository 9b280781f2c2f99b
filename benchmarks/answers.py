"""Ask files of questions of fresh libraries and print the scorer's table, beside two baselines of the same run.

    python -m benchmarks.answers [--writer MODEL] [--shared ../shared] [--sets seeds,acl,bio] [--limit N] [--out FOLDER]

`MODEL` is a GGUF file, its name in the models folder, or short: 1.5b, 0.5b, starter (default: what `assistant ask`
would use). Each set is a library and its questions: the saved pages of `seeds/`, and `acl1500` and `bio1200` of
`eval/libraries`. Every question is answered in four ways:

    as shown     what a reader of `assistant ask` gets
    as drafted   the same answers before the check, which the program never shows: the model's sentences, and the one
                 quote that follows them where they do not rest on the sentence that answers best
    quotes only  the same without a language model
    plain RAG    five whole abstracts in one prompt of the same model, its text as it comes (`benchmarks.plain_rag`)

`eval/score_answers.py` scores each; then come the medians of the seconds, and their ratios to plain RAG over the turns
that it was asked. It is slow: `--limit N` asks it N questions of each set, spread over the file, and the table says so.
`--alone` leaves the baselines out.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import mean, median
from typing import Any

from assistant.assistant import Assistant
from assistant.conversation import Turn
from assistant.events import Answer, Checked, Finished, Imported
from assistant.models.files import model_files
from assistant.settings import Settings

SHORT = {"1.5b": "qwen2.5-coder-1.5b", "0.5b": "qwen2.5-coder-0.5b", "starter": "smollm2-135m"}
SETS = {
    "seeds": ("dev_questions.jsonl", ("../seeds/*.txt",)),
    "acl": ("acl_dev_questions.jsonl", ("libraries/acl1500.jsonl",)),
    "bio": ("bio_dev_questions.jsonl", ("libraries/bio1200.jsonl",)),
}
WAYS = ("as drafted", "as shown", "quotes only", "plain RAG")
MEASURES = ("answered", "refused", "cited", "precision", "recall", "first", "facts", "prose", "evidence", "words")
TURNS = "turns that plain RAG was asked"

Rows = list[dict[str, Any]]


def main() -> None:
    arguments = parsed()
    model = found(arguments.writer)
    reports: dict[str, dict[str, dict[str, Any]]] = {}
    answers: dict[str, dict[str, Rows]] = {}
    with tempfile.TemporaryDirectory() as folder:
        out = arguments.out or Path(folder)
        out.mkdir(parents=True, exist_ok=True)
        for name in arguments.sets.split(","):
            questions, library = data(arguments.shared, name)
            home = Path(folder) / name
            answers[name] = {way: [] for way in WAYS}
            with Assistant(Settings(home, model=model)) as assistant:
                added(assistant, library)
                for way, row in asked(assistant, questions, name, alone=arguments.alone):
                    answers[name][way].append(row)
            if not arguments.alone:
                answers[name]["plain RAG"] = plain_rag(home, questions, model, arguments.limit)
            reports[name] = scored(arguments.shared, name, questions, library, answers[name], out)
            print("\n".join(table(name, reports[name])), flush=True)
    print("\n".join([*means(reports), "", *speeds(answers)]))


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--writer", default="")
    parser.add_argument("--sets", default=",".join(SETS))
    parser.add_argument("--alone", action="store_true")
    parser.add_argument("--limit", type=int, default=0, help="questions of each set for plain RAG (default: all)")
    parser.add_argument("--out", type=Path, help="folder to keep the answers in (default: a temporary one)")
    return parser.parse_args()


def found(writer: str) -> str:
    """The model's path, or its name as the settings take it."""
    if writer not in SHORT:
        return writer
    known = [file.path for file in model_files(Settings(Path("nowhere")))]
    path = next((str(path) for path in known if path.name.casefold().startswith(SHORT[writer])), "")
    return path or sys.exit(f"The writer {writer} is not on this machine: get it with `assistant models get`.")


def data(shared: Path, name: str) -> tuple[Path, list[Path]]:
    questions, patterns = SETS[name]
    library = sorted(path for pattern in patterns for path in (shared / "eval").glob(pattern))
    if not library:
        sys.exit(f"{shared} is not there: this benchmark needs the evaluation data.")
    return shared / "eval" / questions, library


def added(assistant: Assistant, files: list[Path]) -> None:
    for event in assistant.add(files):
        if isinstance(event, Imported):
            print(f"{event.report.added} papers added", file=sys.stderr, flush=True)


def asked(assistant: Assistant, questions: Path, name: str, *, alone: bool) -> Iterator[tuple[str, dict[str, Any]]]:
    """(way, row of the answer) of every turn, as shown and as drafted, and by quotes only."""
    lines = [json.loads(line) for line in questions.read_text(encoding="utf-8").splitlines() if line.strip()]
    for quotes_only in (False,) if alone else (True, False):
        for place, line in enumerate(lines, start=1):
            print(f"{name}: question {place} of {len(lines)}", end="\r", file=sys.stderr, flush=True)
            history: list[Turn] = []
            for turn, each in enumerate(line.get("turns") or [line], start=1):
                answer, drafts = answered(assistant, each["question"], history, quotes_only=quotes_only)
                history.append(Turn(each["question"], answer))
                row = {"qid": line["qid"], "turn": turn, **answer.as_json()}
                yield "quotes only" if quotes_only else "as shown", row
                if not quotes_only:
                    yield "as drafted", drafted(row, answer, drafts)


def answered(
    assistant: Assistant, question: str, history: list[Turn], *, quotes_only: bool
) -> tuple[Answer, list[Checked]]:
    drafts: list[Checked] = []
    for event in assistant.ask(question, history=history, quotes_only=quotes_only):
        if isinstance(event, Checked):
            drafts.append(event)
        elif isinstance(event, Finished):
            return event.answer, drafts
    raise AssertionError("an answer ends with Finished")


def drafted(row: dict[str, Any], answer: Answer, drafts: list[Checked]) -> dict[str, Any]:
    """The same answer with the sentences as the model wrote them, each with the quotes that stand behind it."""
    written = [each for each in drafts if each.draft and each.claim]
    added = [each for each in drafts if not each.draft][:1] if written else []
    claims = [
        {
            "text": each.draft or each.claim.text,
            "sources": list(each.claim.sources),
            "support": "supported" if each.draft else "quoted",
            "quotes": [{"source": quote.source, "text": quote.text} for quote in each.claim.quotes],
        }
        for each in [*written, *added]
        if each.claim
    ]
    if not claims or not answer.answered:
        return row
    text = " ".join(f"{claim['text']} {''.join(f'[{n}]' for n in claim['sources'])}" for claim in claims)
    return row | {"claims": claims, "text": text}


def plain_rag(home: Path, questions: Path, model: str, limit: int) -> Rows:
    command = [sys.executable, "-m", "benchmarks.plain_rag", str(home), str(questions), "--limit", str(limit)]
    return read(run([*command, "--model", model]))


def run(command: list[str]) -> str:
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def read(text: str) -> Rows:
    return [json.loads(line) for line in text.splitlines()]


def scored(
    shared: Path, name: str, questions: Path, library: list[Path], answers: dict[str, Rows], out: Path
) -> dict[str, dict[str, Any]]:
    reports = {}
    for way, rows in answers.items():
        if rows:
            path = out / f"{name}_{way.replace(' ', '_')}.jsonl"
            path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
            scorer = [sys.executable, str(shared / "eval" / "score_answers.py")]
            reports[way] = json.loads(run([*scorer, str(questions), str(path), *map(str, library)]))
    return reports


def table(name: str, reports: dict[str, dict[str, Any]]) -> list[str]:
    """The scorer's figures of one set, a line for each kind of question and way of answering."""
    lines = [f"\n{name:24} {'way':12} {'n':>3} " + " ".join(f"{measure:>9}" for measure in MEASURES)]
    for kind in reports["as shown"]["kinds"]:
        for way, report in reports.items():
            if row := report["kinds"].get(kind):
                figures = " ".join(f"{row.get(measure, '-'):>9}" for measure in MEASURES)
                lines.append(f"{kind:24} {way:12} {row['n']:>3} {figures}")
    for way, report in reports.items():
        lines.append(f"{way:12} violations {report['violations']}  false refusals {report['false_refusals']}")
    return lines


def means(reports: dict[str, dict[str, dict[str, Any]]]) -> list[str]:
    """Each figure's mean over the sets that have the kind."""
    ways = next(iter(reports.values()))
    lines = [f"\n{'mean of the sets':24} {'way':12}     " + " ".join(f"{measure:>9}" for measure in MEASURES)]
    for kind in dict.fromkeys(kind for each in reports.values() for kind in each["as shown"]["kinds"]):
        for way in ways:
            rows = [row for each in reports.values() if (row := each[way]["kinds"].get(kind))]
            values = [[row[measure] for row in rows if measure in row] for measure in MEASURES]
            figures = " ".join(f"{mean(value):>9.3f}" if value else f"{'-':>9}" for value in values)
            lines.append(f"{kind:24} {way:12}     {figures}")
    return lines


def speeds(answers: dict[str, dict[str, Rows]]) -> list[str]:
    """Medians of seconds over the turns that plain RAG was asked, and their ratio to its own."""
    turns = {(name, row["qid"], row["turn"]) for name, ways in answers.items() for row in ways["plain RAG"]}
    lines = [f"medians over {len(turns) or 'all'} {TURNS if turns else 'turns'}"]
    for second in ("evidence", "first_token", "total"):
        middle = {way: middle_of(answers, way, turns, second) for way in WAYS if way != "as drafted"}
        base = middle["plain RAG"]
        for way, seconds in middle.items():
            if seconds is not None:
                ratio = f"   ratio {seconds / base:.2f}" if base else ""
                lines.append(f"{second:12} {way:12} {seconds:8.3f} s{ratio}")
    return lines


def middle_of(
    answers: dict[str, dict[str, Rows]], way: str, turns: set[tuple[str, str, int]], second: str
) -> float | None:
    values = [
        row["seconds"][second]
        for name, ways in answers.items()
        for row in ways[way]
        if second in row["seconds"] and (not turns or (name, row["qid"], row["turn"]) in turns)
    ]
    return median(values) if values else None


if __name__ == "__main__":
    main()
