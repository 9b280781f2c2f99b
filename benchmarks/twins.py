"""Whether two libraries of the same files are the same: every row, every vector, and the results of searches."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from assistant.settings import cache_folder
from store.catalogue import Catalogue
from store.embedding import Embedder, open_embedder
from store.library import Library
from store.records import Filters

QUESTIONS = 50

CLOSE = 0.999
"""Cosine of two vectors that are the same but for the arithmetic: a long import goes over to a faster one midway."""

SCORE = 0.002
"""Difference of two scores that are the same but for that arithmetic."""

ROWS = {
    "papers": "SELECT key, id, title, abstract, authors, year, venue, doi, arxiv, url, kind, note, extra FROM papers",
    "passages": 'SELECT key, start, "end" FROM passages JOIN papers ON papers.number = paper',
    "sentences": "SELECT key, spans FROM sentences JOIN papers ON papers.number = paper",
    "sources": "SELECT key, record, fingerprint, sources.place FROM sources JOIN papers ON papers.number = paper",
    "tags": "SELECT key, tag FROM tags JOIN papers ON papers.number = paper",
    "full text": "SELECT key, terms FROM words JOIN papers ON papers.number = words.rowid",
    "embedder": "SELECT value FROM meta WHERE name = 'embedder'",
}
VECTORS = (
    "SELECT vector FROM passages JOIN papers ON papers.number = paper ORDER BY key, start",
    "SELECT vectors FROM sentences JOIN papers ON papers.number = paper ORDER BY key",
)

Ranking = list[tuple[str, float]]


def compared(reference: Path, home: Path, model: Path) -> str:
    """Begins with "equal" or with what differs; says how close the closest calls were."""
    embedder = open_embedder(model, cache=cache_folder())
    one, other = (Library(each, embedder) for each in (reference, home))
    for library in (one, other):
        list(library.in_step())
    different = [name for name, query in ROWS.items() if rows(one.catalogue, query) != rows(other.catalogue, query)]
    cosine = min(closeness(one.catalogue, other.catalogue, query) for query in VECTORS)
    different += ["vectors"] if cosine < CLOSE else []
    asked = questions(one)
    said = [f"{one.catalogue.count():,} papers", f"lowest cosine of two vectors {cosine:.5f}"]
    for library in (one, other):
        library.close()
    for way, attached in (("with Chroma", True), ("with exact search", False)):
        same, alike = searched(reference, home, embedder, asked, attached=attached)
        different += [f"search results {way}"] if alike < len(asked) else []
        said.append(f"{way} {same} of {len(asked)} searches the same, {alike} but for scores nearer than {SCORE}")
    return (f"different ({', '.join(different)}): " if different else "equal: ") + "; ".join(said)


def searched(
    reference: Path, home: Path, embedder: Embedder, asked: Sequence[str], *, attached: bool
) -> tuple[int, int]:
    """How many searches give the same papers in the same order, and how many do so but for all but equal scores."""
    one, other = (Library(each, embedder, attached=attached) for each in (reference, home))
    pairs = [(ranked(one, question), ranked(other, question)) for question in asked]
    for library in (one, other):
        library.close()
    same = sum([key for key, _ in first] == [key for key, _ in second] for first, second in pairs)
    return same, sum(are_alike(first, second) for first, second in pairs)


def rows(catalogue: Catalogue, query: str) -> list[tuple[object, ...]]:
    return sorted(catalogue._db.execute(query).fetchall(), key=repr)


def closeness(one: Catalogue, other: Catalogue, query: str) -> float:
    """The lowest cosine between the vectors of two libraries; -1 where there are not equally many."""
    dimension = one.embedder.dimension if one.embedder else 1
    blobs = [b"".join(blob for (blob,) in each._db.execute(query)) for each in (one, other)]
    if len(blobs[0]) != len(blobs[1]):
        return -1.0
    first, second = (np.frombuffer(blob, dtype="<f2").astype(np.float32).reshape(-1, dimension) for blob in blobs)
    lengths = np.linalg.norm(first, axis=1) * np.linalg.norm(second, axis=1)
    return float(np.min(np.sum(first * second, axis=1) / lengths, initial=1.0))


def questions(library: Library) -> Sequence[str]:
    """Titles, and beginnings of abstracts, evenly spread over the library."""
    papers = list(library.catalogue.listed(Filters()))
    some = papers[:: max(1, len(papers) // QUESTIONS)][:QUESTIONS]
    return [paper.title if at % 2 else " ".join(paper.abstract.split()[:12]) for at, paper in enumerate(some)]


def ranked(library: Library, question: str) -> Ranking:
    return [(hit.paper.key, hit.score) for hit in library.search(question)]


def are_alike(first: Ranking, second: Ranking) -> bool:
    """Whether two rankings differ only in the order of papers whose scores are the same but for the arithmetic."""
    there = dict(second)
    return (
        len(first) == len(second)
        and all(abs(a - b) < SCORE for (_, a), (_, b) in zip(first, second, strict=True))
        and all(abs(score - there[key]) < SCORE for key, score in first if key in there)
    )
