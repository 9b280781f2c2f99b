r"""A conversation as LaTeX text to be put into a document: each sentence with its `\cite{key}`."""

import re
from collections.abc import Iterator, Sequence

from assistant.conversation import Turn
from assistant.events import Answer, Claim
from assistant.exporting.document import paragraphs, plain
from store.conversations import Conversation
from store.records import Paper

_SPECIAL = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "“": "``",
    "”": "''",
    '"': r"\textquotedbl{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    **{char: f"\\{char}" for char in "&%$#_{}"},
}


def latex(conversation: Conversation, turns: Sequence[Turn]) -> str:
    """The conversation as LaTeX text, without a preamble."""
    blocks = [rf"\section*{{{_escaped(conversation.title)}}}"]
    for turn in turns:
        blocks += [rf"\subsection*{{{_escaped(turn.question)}}}", *_answer(turn.answer)]
    return "\n\n".join(blocks) + "\n"


def _answer(answer: Answer) -> Iterator[str]:
    papers = {source.number: source.hit.paper for source in answer.sources}
    if not answer.claims:
        yield _escaped(answer.text)
    for claims in paragraphs(answer.claims):
        yield "\n".join(_claim(claim, papers) for claim in claims)


def _claim(claim: Claim, papers: dict[int, Paper]) -> str:
    text = _escaped(claim.text)
    said = f"``{text}''" if claim.support == "quoted" else text.rstrip(".")
    end = "" if claim.support == "quoted" else "."
    return f"{said}~{_cited([papers[number] for number in claim.sources])}{end}"


def _cited(papers: Sequence[Paper]) -> str:
    r"""`\cite` of all; a paper whose key LaTeX cannot read is named instead."""
    keys = [paper.key for paper in papers if _citable(paper.key)]
    titles = [_escaped(paper.title) for paper in papers if not _citable(paper.key)]
    return (rf"\cite{{{','.join(keys)}}}" if keys else "") + "".join(f" ({title})" for title in titles)


def _citable(key: str) -> bool:
    return re.fullmatch(r"[^\s,{}\\%#~^$&\"]+", key) is not None


def _escaped(text: str) -> str:
    return "".join(_SPECIAL.get(char, char) for char in plain(text))
