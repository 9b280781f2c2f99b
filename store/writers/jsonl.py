"""JSON Lines: an object a paper, with every field that the library keeps."""

import json
from collections.abc import Iterable, Iterator

from store.records import Paper

suffix = ".jsonl"


def write(papers: Iterable[Paper]) -> Iterator[str]:
    """A line for each paper."""
    for paper in papers:
        yield json.dumps(paper.as_json(), ensure_ascii=False) + "\n"
