"""Changing the embedder: the old vectors serve until the new ones are complete; what is interrupted goes on."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from store.catalogue import Catalogue
from store.embedded import embedded
from store.embedding.base import Embedder
from store.embedding.bulk import many
from store.locking import writer_lock
from store.records import Paper, Passage, Progress

BATCH = 32
"""Papers to a transaction."""

Stop = Callable[[], bool]


def reembed(catalogue: Catalogue, home: Path, embedder: Embedder, stop: Stop) -> Iterator[Progress]:
    """Give every passage and sentence a vector of `embedder`, then let them take the place of the others.

    Stopped or killed, it keeps what it has; called again with the same embedder, it goes on from there.
    """
    with writer_lock(home, "embedding the library anew"), many(embedder) as reader:
        with catalogue.writing(counted=False):
            catalogue.start_next(embedder.id)
        total = catalogue.passage_count()
        yield Progress("Embedding the library anew", catalogue.next_count(), total)
        while numbers := catalogue.without_next(BATCH):
            if stop():
                return
            papers = _with_passages(catalogue, numbers)
            read = embedded([(paper, passages) for paper, _, passages in papers.values()], reader)
            with catalogue.writing(counted=False):
                for (number, (_, names, _)), one in zip(papers.items(), read, strict=True):
                    catalogue.set_next(number, dict(zip(names, one.passages, strict=True)), one.spans, one.sentences)
            yield Progress("Embedding the library anew", catalogue.next_count(), total)
        with catalogue.writing():
            catalogue.adopt_next(embedder.id)


def complete_sentences(catalogue: Catalogue, home: Path, embedder: Embedder, stop: Stop) -> Iterator[Progress]:
    """Make the vectors of sentences where an older version of the program left none."""
    done = 0
    with writer_lock(home, "reading sentences"), many(embedder) as reader:
        while (numbers := catalogue.without_sentences(BATCH)) and not stop():
            papers = _with_passages(catalogue, numbers)
            read = embedded([(paper, passages) for paper, _, passages in papers.values()], reader)
            with catalogue.writing(counted=False):
                for number, one in zip(papers, read, strict=True):
                    catalogue.set_sentences(number, one.spans, one.sentences)
            done += len(numbers)
            yield Progress("Reading sentences", done)


def _with_passages(catalogue: Catalogue, numbers: Sequence[int]) -> dict[int, tuple[Paper, list[int], list[Passage]]]:
    """Each paper with its passages' numbers and the passages."""
    found = {}
    for number, paper in catalogue.papers(numbers).items():
        rows = catalogue.passages_of(number)
        cut = [Passage(start, end, paper.abstract[start:end]) for _, (start, end) in rows]
        found[number] = (paper, [name for name, _ in rows], cut)
    return found
