"""Papers read by an embedder: what it makes of their passages and sentences."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from store.chunking import embedded_spans, embedded_text, sentence_spans
from store.embedding.base import Embedder, Span, Vectors
from store.records import Paper, Passage


@dataclass(frozen=True, slots=True, eq=False)
class Embedded:
    """One paper: `passages` has shape (passages, dimension), `sentences` (len(spans), dimension)."""

    passages: Vectors
    spans: list[Span]
    sentences: Vectors


def embedded(papers: Sequence[tuple[Paper, Sequence[Passage]]], embedder: Embedder) -> list[Embedded]:
    """Read papers with their passages, all in one go."""
    pieces = [(paper, passage) for paper, passages in papers for passage in passages]
    spans = [sentence_spans(paper, passage) for paper, passage in pieces]
    places = [embedded_spans(paper, passage, own) for (paper, passage), own in zip(pieces, spans, strict=True)]
    vectors, of_sentences = embedder.passages_and_parts([embedded_text(*piece) for piece in pieces], places)
    read = []
    first = 0
    for _, passages in papers:
        own = slice(first, first + len(passages))
        read.append(Embedded(vectors[own], [s for each in spans[own] for s in each], np.concatenate(of_sentences[own])))
        first += len(passages)
    return read
