"""A conversation as Markdown: each answer with its marks, and below it the sources with the backing sentences."""

import re
from collections.abc import Iterator, Sequence

from assistant.conversation import Turn
from assistant.events import Answer, Claim
from assistant.exporting.document import backing, paragraphs, plain
from store.conversations import Conversation
from store.records import Paper
from store.retractions import titled


def markdown(conversation: Conversation, turns: Sequence[Turn]) -> str:
    """The conversation as a Markdown document; marks count anew in each answer, as they did on the screen."""
    blocks = [f"# {_escaped(conversation.title)}"]
    for turn in turns:
        blocks += _turn(turn)
    return "\n\n".join(blocks) + "\n"


def _turn(turn: Turn) -> Iterator[str]:
    answer = turn.answer
    yield f"## {_escaped(turn.question)}"
    if answer.rewritten:
        yield f"*Understood as: {_escaped(answer.rewritten)}*"
    if not answer.claims:
        yield _escaped(answer.text)
    for claims in paragraphs(answer.claims):
        yield " ".join(_claim(claim) for claim in claims)
    if answer.sources:
        yield "\n".join(_sources(answer))
    if answer.closest:
        yield "\n".join(["Closest papers:", "", *(f"- {_reference(hit.paper)}" for hit in answer.closest)])


def _claim(claim: Claim) -> str:
    text = _escaped(claim.text)
    marks = "".join(f"[{number}]" for number in claim.sources)
    return f"“{text}” {marks}" if claim.support == "quoted" else f"{text} {marks}"


def _sources(answer: Answer) -> Iterator[str]:
    yield "Sources:"
    yield ""
    for source in answer.sources:
        yield f"- [{source.number}] {_reference(source.hit.paper)}"
        yield from (f"  - “{_escaped(quote.text)}”" for quote in backing(answer, source.number))


def _reference(paper: Paper) -> str:
    authors = "; ".join(paper.authors[:3]) + (" et al." if len(paper.authors) > 3 else "")
    parts = [part for part in (titled(paper.title, paper.status), authors, str(paper.year or ""), paper.venue) if part]
    said = " ".join(_escaped(part if part[-1] in ".?!…" else f"{part}.") for part in parts)
    where = f" <https://doi.org/{paper.doi}>" if re.fullmatch(r"10\.[^\s<>]+", paper.doi) else ""
    return f"{said} `{plain(paper.key).replace('`', '')}`{where}"


def _escaped(text: str) -> str:
    """Text from outside: nothing in it is markup."""
    return re.sub(r"([\\`*_<>\[\]#|~$&])", r"\\\1", plain(text))
