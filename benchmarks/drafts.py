"""Check the claims of SciFact as a draft over their corpus, with the command that a user runs.

    python -m benchmarks.drafts [--claims FILE --corpus FILE] [--home LIBRARY] [--every N] [--cited]

The library is made of the corpus where `--home` gives none (minutes). `--every 4` takes every fourth claim.
With `--cited` each claim cites the abstracts that it was written about: how many of the citations that back their
claim are found to, and how many of those that do not.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

ASSISTANT = [sys.executable, "-m", "assistant.cli.main"]
WANTED = {"SUPPORT": "", "CONTRADICT": "(wanted <= 0.20)", "NOT_ENOUGH_INFO": "(wanted <= 0.15)"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    beside = Path("../shared/eval/retrieval/scifact_train")
    parser.add_argument("--claims", type=Path, default=beside / "claims.jsonl")
    parser.add_argument("--corpus", type=Path, default=beside / "corpus.jsonl")
    parser.add_argument("--home", type=Path)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--cited", action="store_true")
    parser.add_argument("--out", type=Path, help="where to keep the report as JSON")
    given = parser.parse_args()
    if not given.claims.is_file():
        sys.exit(f"{given.claims} is not there: this benchmark needs the evaluation data.")
    claims = [json.loads(line) for line in given.claims.read_text(encoding="utf-8").splitlines()][:: given.every]
    texts = [claim["text"] for claim in claims]
    if given.cited:
        pairs = [(claim, paper) for claim in claims for paper in claim["cited"]]
        texts = [f"{claim['text'].rstrip('.')} [@{paper}]." for claim, paper in pairs]
    with tempfile.TemporaryDirectory() as folder:
        home = given.home or Path(folder) / "home"
        if given.home is None:
            subprocess.run([*ASSISTANT, "--home", str(home), "add", str(given.corpus)], check=True)
        draft = Path(folder) / "draft.txt"
        draft.write_text("\n\n".join(texts), encoding="utf-8")
        command = [*ASSISTANT, "--home", str(home), "check", "--json", str(draft)]
        ran = subprocess.run(command, check=False, stdout=subprocess.PIPE, text=True)
        if ran.returncode not in {0, 3}:
            sys.exit(f"`assistant check` ended with {ran.returncode}.")
        report = json.loads(ran.stdout)
    if given.out:
        given.out.write_text(json.dumps(report), encoding="utf-8")
    checked = {sentence["line"]: sentence for sentence in report["sentences"]}
    print(table_of_citations(pairs, checked) if given.cited else table(claims, checked))


def table(claims: list[dict], checked: dict[int, dict]) -> str:
    """What was said of the claims by label, and whether the right abstract was among the first three."""
    said: Counter[tuple[str, str]] = Counter()
    found = [0, 0]
    for place, claim in enumerate(claims):
        sentence = checked.get(2 * place + 1, {"status": "left out", "papers": []})
        said[claim["label"], sentence["status"]] += 1
        if claim["label"] == "SUPPORT":
            right = {paper for paper, told in claim["evidence"].items() if told[0]["label"] == "SUPPORT"}
            found[0] += not right.isdisjoint(paper["id"] for paper in sentence["papers"][:3])
            found[1] += 1
    statuses = sorted({status for _, status in said})
    rows = [f"{len(claims)} claims", f"{'':17}" + "".join(f"{status:>14}" for status in statuses)]
    for label, wanted in WANTED.items():
        total = sum(said[label, status] for status in statuses)
        share = said[label, "supported"] / max(1, total)
        counts = "".join(f"{said[label, status]:14}" for status in statuses)
        rows.append(f"{label:17}{counts}   called supported {share:.3f} {wanted}")
    rows.append(
        f"right abstract among the first three: {found[0] / max(1, found[1]):.3f} of supported (wanted >= 0.85)"
    )
    return "\n".join(rows)


def table_of_citations(pairs: list[tuple[dict, str]], checked: dict[int, dict]) -> str:
    """How many citations are called right, by what the cited abstract says of the claim."""
    said: dict[str, list[bool]] = {label: [] for label in WANTED}
    for place, (claim, paper) in enumerate(pairs):
        label = claim["evidence"][paper][0]["label"] if paper in claim["evidence"] else "NOT_ENOUGH_INFO"
        said[label].append(checked.get(2 * place + 1, {}).get("status") == "cited")
    return "\n".join(
        f"{label:17}{len(called):5} citations   called right {sum(called) / max(1, len(called)):.3f}"
        for label, called in said.items()
    )


if __name__ == "__main__":
    main()
