"""Passages of an abstract: runs of whole sentences, small enough for the embedder to read to the end."""

import math
from collections.abc import Iterator, Sequence
from itertools import groupby

from store.embedding.base import Span
from store.records import Paper, Passage
from store.sentences import Sentence, sentences

WORDS = 120
"""Aimed length of a passage; MiniLM reads 256 word pieces, which is about 170 English words."""


TITLE: Span = (-1, -1)
"""Stands among the sentences of an abstract for the paper's title."""


def passages(paper: Paper) -> tuple[Passage, ...]:
    """Cut the abstract into passages of about `WORDS` words, of even length, never inside a sentence.

    A sentence longer than two passages is cut between words. A paper without an abstract has one
    empty passage, so that its title can still be found.
    """
    pieces = [piece for sentence in sentences(paper.abstract) for piece in _bearable(sentence)]
    if not pieces:
        return (Passage(0, 0, ""),)
    runs = list(_runs(pieces))
    return tuple(_passage(paper.abstract, run) for run in runs)


def embedded_text(paper: Paper, passage: Passage) -> str:
    """What the embedder reads for a passage: the title stands in front of every one."""
    return f"{paper.title.rstrip('.')}. {passage.text}".strip()


def sentence_spans(paper: Paper, passage: Passage) -> tuple[Span, ...]:
    """The sentences that lie within the passage, as (start, end) in the abstract; before the first, `TITLE`."""
    spans = ((s.start, s.end) for s in sentences(paper.abstract))
    within = tuple((start, end) for start, end in spans if passage.start <= start and end <= passage.end)
    return within if passage.start else (TITLE, *within)


def embedded_spans(paper: Paper, passage: Passage, spans: Sequence[Span]) -> tuple[Span, ...]:
    """Where stretches of a passage, given as places in the abstract, stand in its `embedded_text`."""
    shift = len(embedded_text(paper, passage)) - passage.end
    title = (0, max(1, len(paper.title.rstrip("."))))
    return tuple(title if (start, end) == TITLE else (start + shift, end + shift) for start, end in spans)


def _runs(pieces: list[Sentence]) -> Iterator[list[Sentence]]:
    """Each piece goes to the passage in whose share of the words its middle falls."""
    total = sum(_length(piece) for piece in pieces)
    count = math.ceil(total / WORDS)
    before = 0

    def place(piece: Sentence) -> int:
        nonlocal before
        middle = before + _length(piece) / 2
        before += _length(piece)
        return int(middle * count / total)

    for _, run in groupby(pieces, key=place):
        yield list(run)


def _bearable(sentence: Sentence) -> Iterator[Sentence]:
    start = sentence.start
    words = sentence.text.split(" ")
    for first in range(0, len(words), 2 * WORDS):
        text = " ".join(words[first : first + 2 * WORDS])
        yield Sentence(start, start + len(text), text)
        start += len(text) + 1


def _passage(abstract: str, run: list[Sentence]) -> Passage:
    start, end = run[0].start, run[-1].end
    return Passage(start, end, abstract[start:end])


def _length(sentence: Sentence) -> int:
    return max(1, len(sentence.text.split()))
