"""Ranking quality of the real store on retrieval collections, beside its parts alone.

    python -m benchmarks.retrieval COLLECTION... [--keep DIR] [--ablation] [--questions FILE --papers FILE...]

A collection is a folder with corpus.jsonl, queries.jsonl and qrels.tsv. Its papers are added to a
library of their own (kept in `--keep DIR`, so that the next run need not embed again), every judged
query is searched for, and a table is printed: BM25 alone (SQLite FTS5 with its Porter stemmer over title
and abstract), the best passage by cosine alone, and the search as it is, with nDCG@10, recall@10,
recall@100 and the time of a search. `--ablation` also switches off one idea after the other. `--questions` are
questions with gold titles over the papers of `--papers`: how often is a gold paper first where one paper answers,
and what share of the gold papers is among the first ten where several do.
"""

import argparse
import json
import math
import sqlite3
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import store.question
import store.search
from assistant.settings import cache_folder
from store.embedding import find_starter, open_embedder
from store.library import Library
from store.records import Filters, Paper, Progress
from store.terms import STOPWORDS, asked_terms, plain_words

Rank = Callable[[str], list[str]]
Qrels = dict[str, dict[str, int]]

ABLATION: dict[str, dict[str, object]] = {
    "without sentences": {"SENTENCE_SHARE": 0.0},
    "without neighbours": {"NEIGHBOUR_SHARE": 0.0},
    "without coverage": {"COVERAGE": 0.0},
    "title-only papers in full": {"TITLE_ONLY": 1.0},
    "always scaled to the best": {"SURE": 0.0},
    "meaning 0.5": {"DENSE_SHARE": 0.5},
    "meaning 0.7": {"DENSE_SHARE": 0.7},
    "200 papers by words": {"DEPTH_BY_WORDS": 200},
    "240 passages by meaning": {"DEPTH": 240},
    "60 papers looked at closely": {"CLOSE": 60},
    "200 papers looked at closely": {"CLOSE": 200},
}
"""Constants of `store.search` with one idea switched off or one weight moved."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("collections", nargs="*", type=Path)
    parser.add_argument("--questions", type=Path)
    parser.add_argument("--papers", nargs="+", type=Path, default=[])
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--ablation", action="store_true")
    arguments = parser.parse_args()
    starter = find_starter()
    if starter is None:
        sys.exit("This benchmark needs the starter models.")
    embedder = open_embedder(starter, cache=cache_folder())
    with tempfile.TemporaryDirectory() as made:
        keep = (arguments.keep or Path(made)).resolve()
        for collection in arguments.collections:
            library = Library(keep / collection.resolve().name, embedder, attached=False)
            add(library, collection / "corpus.jsonl")
            report(collection, library, arguments.ablation)
            library.close()
        if arguments.questions:
            library = Library(keep / "questions", embedder, attached=False)
            add(library, *arguments.papers)
            gold_first(library, arguments.questions, "")
            for name, constants in ABLATION.items() if arguments.ablation else ():
                with changed(constants):
                    gold_first(library, arguments.questions, name)
            library.close()


def gold_first(library: Library, file: Path, name: str) -> None:
    """Questions with gold titles; of a conversation the first turn."""
    shares: dict[str, list[float]] = defaultdict(list)
    for row in map(json.loads, file.read_text(encoding="utf-8").splitlines()):
        asked = (row.get("turns") or [row])[0]
        if gold := set(asked.get("gold_titles") or ()):
            found = [hit.paper.title for hit in library.search(asked["question"])]
            one = row["kind"] in ("single", "named", "followup")
            shares[row["kind"]].append(float(found[0] in gold) if one else len(gold & set(found)) / len(gold))
    first = [share for kind in ("single", "named") for share in shares[kind]]
    cells = [f"{kind} {sum(each) / len(each):.3f} of {len(each)}" for kind, each in shares.items()]
    print(f"  {name or 'questions':30} first for {sum(first):.0f} of {len(first)};  {';  '.join(cells)}", flush=True)


def add(library: Library, *files: Path) -> None:
    for step in library.add(files):
        if isinstance(step, Progress) and step.done % 320 == 0:
            print(f"\r{step.step} {step.done}", end="", file=sys.stderr, flush=True)
    print("\r", end="", file=sys.stderr)


def report(collection: Path, library: Library, ablation: bool) -> None:
    qrels = judged(collection / "qrels.tsv")
    queries = {q: text for q, text in texts(collection / "queries.jsonl") if q in qrels}
    ids = {number: paper.id for number, paper in numbered(library)}
    print(f"\n{collection.name}: {len(ids):,} papers, {len(queries)} judged queries")
    print(f"  {'':30} {'nDCG@10':>8} {'rec@10':>8} {'rec@100':>8} {'p50 ms':>8} {'p95 ms':>8}")
    line("BM25 alone", queries, qrels, plain_bm25(library))
    line("best passage alone", queries, qrels, passages_alone(library, ids))
    line("words of the search alone", queries, qrels, words_alone(library, ids))
    line("search", queries, qrels, ours(library, ids))
    for name, constants in ABLATION.items() if ablation else ():
        with changed(constants):
            line(name, queries, qrels, ours(library, ids))
    if ablation:
        repaired = store.question._repaired
        store.question._repaired = lambda _question, _catalogue: iter(())
        line("without spelling repair", queries, qrels, ours(library, ids))
        store.question._repaired = repaired


def line(name: str, queries: dict[str, str], qrels: Qrels, rank: Rank) -> None:
    rank(next(iter(queries.values())))  # the first search reads what later ones have in memory
    runs, took = {}, []
    for query, text in queries.items():
        began = time.perf_counter()
        runs[query] = rank(text)
        took.append(1000 * (time.perf_counter() - began))
    figures = [mean(ndcg, runs, qrels, 10), mean(recall, runs, qrels, 10), mean(recall, runs, qrels, 100)]
    took.sort()
    cells = [*(f"{figure:8.4f}" for figure in figures), f"{median(took):8.1f}", f"{took[int(0.95 * len(took))]:8.1f}"]
    print(f"  {name:30} {' '.join(cells)}", flush=True)


def ours(library: Library, ids: dict[int, str]) -> Rank:
    return lambda text: [ids[found.number] for found in library.ranking(text, limit=100, filters=Filters())]


def words_alone(library: Library, ids: dict[int, str]) -> Rank:
    catalogue = library.catalogue
    return lambda text: [ids[n] for n in catalogue.lexical(asked_terms(text), limit=100, allowed=None)]


def passages_alone(library: Library, ids: dict[int, str]) -> Rank:
    numbers, passages = library.catalogue.all_passages()
    assert len(numbers)

    def rank(text: str) -> list[str]:
        scores = passages.vectors @ library.embedder.question(text)
        order = dict.fromkeys(passages.papers[(-scores).argsort(kind="stable")].tolist())
        return [ids[number] for number in list(order)[:100]]

    return rank


def plain_bm25(library: Library) -> Rank:
    """SQLite's full text with what it brings, stop words left out: the lexical part that needs no thought."""
    db = sqlite3.connect(":memory:")
    db.execute("CREATE VIRTUAL TABLE words USING fts5 (id UNINDEXED, body, tokenize = 'porter unicode61')")
    rows = [(paper.id, f"{paper.title} {paper.abstract}") for _, paper in numbered(library)]
    db.executemany("INSERT INTO words VALUES (?, ?)", rows)
    select = "SELECT id FROM words WHERE words MATCH ? ORDER BY bm25(words) LIMIT 100"

    def rank(text: str) -> list[str]:
        words = [word for word in dict.fromkeys(plain_words(text)) if word not in STOPWORDS]
        return [row[0] for row in db.execute(select, (" OR ".join(f'"{word}"' for word in words),))]

    return rank


@contextmanager
def changed(constants: dict[str, object]) -> Iterator[None]:
    """Set constants of the search for a while."""
    before = {name: getattr(store.search, name) for name in constants}
    for name, value in constants.items():
        setattr(store.search, name, value)
    yield
    for name, value in before.items():
        setattr(store.search, name, value)


def numbered(library: Library) -> Iterator[tuple[int, Paper]]:
    return iter(library.catalogue.papers(sorted(set(library.catalogue.passage_papers()[1].tolist()))).items())


def texts(path: Path) -> Iterator[tuple[str, str]]:
    for row in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
        yield str(row["id"]), row["text"]


def judged(path: Path) -> Qrels:
    qrels: Qrels = defaultdict(dict)
    for row in path.read_text(encoding="utf-8").splitlines()[1:]:
        query, doc, grade = row.split("\t")[:3]
        if int(grade) > 0:
            qrels[query][doc] = int(grade)
    return qrels


def mean(metric: Callable[..., float], runs: dict[str, list[str]], qrels: Qrels, depth: int) -> float:
    return sum(metric(runs.get(query, []), grades, depth) for query, grades in qrels.items()) / len(qrels)


def ndcg(ranking: list[str], grades: dict[str, int], depth: int) -> float:
    """Linear gains, as in trec_eval."""
    gain = sum(grades.get(doc, 0) / math.log2(rank + 2) for rank, doc in enumerate(ranking[:depth]))
    ideal = sorted(grades.values(), reverse=True)[:depth]
    return gain / sum(grade / math.log2(rank + 2) for rank, grade in enumerate(ideal))


def recall(ranking: list[str], grades: dict[str, int], depth: int) -> float:
    return len(set(ranking[:depth]) & set(grades)) / len(grades)


if __name__ == "__main__":
    main()
