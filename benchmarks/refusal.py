"""Where the line between "in the library" and "not" lies: the relevance of the best paper, by kind of question.

    python -m benchmarks.refusal [--shared ../shared]

Questions that the library answers come from the evaluation data, everyday ones are written below.
"""

import argparse
import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from assistant.answering.candidates import CandidateFinder
from assistant.answering.choosing import RELEVANT
from assistant.settings import cache_folder
from store.embedding import find_starter, open_embedder
from store.library import Library
from store.records import Filters

EVERYDAY = """How do I change a flat tyre on a bicycle?
Best recipe for banana bread
What is the capital of Australia?
symptoms of vitamin D deficiency in adults
Who wrote Pride and Prejudice?
How long should I boil an egg?
Which mortgage rate is typical for first-time buyers?
How does photosynthesis work in C4 plants?
dosage of ibuprofen for children
history of the Roman aqueducts
What were the causes of the First World War?
cheap flights from Berlin to Rome in May
Can dogs eat grapes?
Explain the rules of cricket to a beginner.
football world cup winners list
What is the boiling point of ethanol?
How do I apply for a Schengen visa?
when was the treaty of Westphalia signed
monetary policy of the European Central Bank in 2022
perovskite solar cell stability
Which wine goes with salmon?
How many moons does Jupiter have?
migration routes of arctic terns
effect of minimum wage on employment
treatment of type 2 diabetes with metformin
the plot of Hamlet in three sentences
how to train for a marathon
tax deductions for home office
What time does the pharmacy on Main Street close?
guitar chords for a love song
Is it going to rain tomorrow in Oslo?
Who is the president of France?
how to remove red wine stains from a carpet
best hiking boots under 150 euros
What does a notary cost when buying a flat?
my cat does not eat, what can I do""".splitlines()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    shared = parser.parse_args().shared
    starter = find_starter()
    if starter is None or not (shared / "seeds").is_dir():
        sys.exit("This benchmark needs the starter models and the evaluation data.")
    with TemporaryDirectory() as home:
        library = Library(Path(home), open_embedder(starter, cache=cache_folder()))
        for _ in library.add(sorted((shared / "seeds").glob("*.txt"))):
            pass
        finder = CandidateFinder(library)
        kinds: dict[str, list[tuple[float, str]]] = {}
        for kind, question in questions(shared / "eval" / "dev_questions.jsonl"):
            candidates = finder.near(question, Filters())
            kinds.setdefault(kind, []).append((max(c.relevance for c in candidates), question))
        library.close()
    for kind, rows in kinds.items():
        rows.sort()
        refused = sum(relevance < RELEVANT for relevance, _ in rows)
        print(f"{kind:24} n {len(rows):3}  refused {refused:3}  lowest {rows[0][0]:.3f}  highest {rows[-1][0]:.3f}")
        nearest = rows[-2:] if "off_topic" in kind or kind == "everyday" else rows[:2]
        for relevance, question in nearest:
            print(f"    {relevance:.3f}  {question[:90]}")


def questions(path: Path) -> list[tuple[str, str]]:
    found = [("everyday", question) for question in EVERYDAY]
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        kind = row["kind"] + (f"/{row['subkind']}" if row.get("subkind") else "")
        found.append((kind, (row.get("turns") or [row])[0]["question"]))
    return found


if __name__ == "__main__":
    main()
