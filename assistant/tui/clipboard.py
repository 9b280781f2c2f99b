"""What is copied of an answer, as plain text."""

from assistant.events import Answer
from assistant.tui.papers import cited, reference
from assistant.tui.text import folded


def text_of(answer: Answer) -> str:
    """The sentences with their marks."""
    return "\n".join(folded(line) for line in answer.text.split("\n"))


def with_references(answer: Answer) -> str:
    """The sentences with their marks, and below them what the marks stand for."""
    papers = [source.hit.paper for source in answer.sources]
    numbers = [source.number for source in answer.sources]
    lines = [f"[{n}] {reference(paper)}" for n, paper in zip(numbers, papers, strict=True)]
    return "\n".join([text_of(answer), *([""] if lines else []), *lines])


def bibtex_of(answer: Answer) -> str:
    """An entry for each cited paper."""
    from store.writers import bibtex

    return "".join(bibtex.write(source.hit.paper for source in cited(answer)))
