"""Topics that a library has and topics that it does not have: how many are accepted, how many refused.

`topics.jsonl` names, for five libraries, topics with a paper in them (`present`) and topics without: of other fields,
and of the same field but in no paper. They were told apart by their words in titles and abstracts, and by reading the
nearest titles; topics of which that left a doubt are not in the file.
"""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from assistant.related.gather import gathered
from assistant.related.topic import topic_of
from assistant.section import Request
from assistant.settings import cache_folder
from store.embedding import find_starter, open_embedder
from store.library import Library

TOPICS = Path(__file__).with_name("topics.jsonl")
FILES = {
    "seeds": "seeds/*.txt",
    "cranfield": "eval/retrieval/cranfield/corpus.jsonl",
    "cacm": "eval/retrieval/cacm/corpus.jsonl",
    "scifact": "eval/retrieval/scifact_train/corpus.jsonl",
    "acl": "eval/scale/acl_anthology.jsonl.gz",
}


def measured(shared: Path, homes: Mapping[str, Path]) -> Iterator[str]:
    """Rows of a table. `homes` are libraries that are there; the others are made, but for the ACL's, the largest."""
    topics = [json.loads(line) for line in TOPICS.read_text(encoding="utf-8").splitlines()]
    counts = {True: [0, 0], False: [0, 0]}
    yield f"{'library':12}{'papers':>8}{'accepted of present':>22}{'refused of absent':>20}"
    for name, pattern in FILES.items():
        if name == "acl" and name not in homes:
            continue
        with opened(sorted(shared.glob(pattern)), homes.get(name)) as library:
            wrong = {is_there: [] for is_there in counts}
            for topic in (each for each in topics if each["library"] == name):
                accepted = bool(gathered(library, topic_of(topic["topic"]), Request(topic["topic"])).papers)
                counts[topic["present"]][1] += 1
                if accepted != topic["present"]:
                    wrong[topic["present"]].append(topic["topic"])
                    counts[topic["present"]][0] += 1
            said = [share(wrong[is_there], topics, name, is_there) for is_there in counts]
            yield f"{name:12}{library.catalogue.count():8}{said[0]:>22}{said[1]:>20}"
            yield from (f"    refused, though present: {topic}" for topic in wrong[True])
            yield from (f"    accepted, though absent: {topic}" for topic in wrong[False])
    rates = {is_there: 1 - failed / max(1, of) for is_there, (failed, of) in counts.items()}
    yield f"accepted of present {rates[True]:.3f}, refused of absent {rates[False]:.3f}"


def share(wrong: Sequence[str], topics: Sequence[Mapping[str, object]], name: str, is_there: bool) -> str:
    of = sum(topic["library"] == name and topic["present"] is is_there for topic in topics)
    return f"{of - len(wrong)} of {of}"


@contextmanager
def opened(files: Sequence[Path], home: Path | None) -> Iterator[Library]:
    starter = find_starter()
    if starter is None or not (files or home):
        sys.exit("This benchmark needs the starter models and the evaluation data.")
    with TemporaryDirectory() as folder:
        library = Library(home or Path(folder), open_embedder(starter, cache=cache_folder()), attached=home is None)
        if home is None:
            print(f"adding {files[0].name} ...", file=sys.stderr, flush=True)
            for _ in library.add(files):
                pass
        try:
            yield library
        finally:
            library.close()
