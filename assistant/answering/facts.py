"""Questions that no abstract answers and the catalogue does: who wrote a paper, when, where, which is the newest."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.answering.composing import cautions, markdown
from assistant.answering.followups import before
from assistant.answering.pointing import own_words, picked
from assistant.answering.templates import NOT_IN_LIBRARY
from assistant.conversation import Turn
from assistant.events import Answer, Checked, Claim, Event, Finished, Note, Retrieved, Source
from store.records import Hit, Paper

_ABOUT = r"(?:it|this|that|they|them|these|those|the)"
_KINDS = {
    "authors": r"\bwho (?:wrote|authored|published|made|is behind|are behind)\b"
    r"|\bwho(?: is| are|['’]s) (?:(?:the|its|their) )?(?:(?:first|last|lead) )?authors?\b"
    r"|^(?:and )?(?:the |its |their )?authors?\s*\?*$|\bwhose (?:paper|work) is\b",
    "year": rf"\bwhen (?:was|were|is|did) {_ABOUT}\b.*\b(?:published|written|appear|come out|released|from)\b"
    r"|\b(?:what|which) year\b|\bpublication (?:year|date)\b|\bhow old (?:is|are) (?:it|they|this|that|these|those)\b",
    "venue": rf"\bwhere (?:was|were|is|did) {_ABOUT}\b.*\b(?:published|presented|appear|printed)\b"
    r"|\b(?:what|which) (?:venue|journal|conference)\b",
    "link": r"\b(?:doi|url|link)\b",
    "newest": r"\b(?:newest|most recent|latest|youngest)\b",
    "oldest": r"\b(?:oldest|earliest|came first|was first|appeared first)\b",
}
_WORDS = frozenset(
    "who wrote authored published made behind author authors lead when written appear appeared come came out released"
    " from year venue journal conference where presented printed doi url link newest most recent"
    " latest youngest oldest earliest publication date old whose its their he she did whom been have has"
    " name names".split()
)


@dataclass(frozen=True, slots=True)
class Fact:
    """What is asked of the catalogue (a name of `_KINDS`), and the papers it is asked of."""

    kind: str
    hits: tuple[Hit, ...]


def fact_asked(question: str, history: Sequence[Turn]) -> Fact | None:
    """The fact that a follow-up asks of the papers of the last answer; None where it asks for anything else."""
    last = before(question, history)
    kind = next((kind for kind, cue in _KINDS.items() if re.search(cue, question, re.IGNORECASE)), None)
    if last is None or kind is None or any(word not in _WORDS for word in own_words(question)):
        return None
    places = picked(question, len(last.hits)) if kind != "oldest" else None
    if places and max(places) >= len(last.hits):
        return None
    return Fact(kind, tuple(last.hits[place] for place in places) if places else last.hits)


def told_facts(question: str, fact: Fact, searched: int) -> Iterator[Event]:
    """Yield the papers, what the catalogue says of each, and the answer."""
    sources = tuple(Source(number, hit) for number, hit in enumerate(fact.hits, start=1))
    said = list(_said(fact.kind, sources))
    claims = tuple(Claim(text, (number,), "catalogue", ()) for number, text in said)
    silent = [source for source in sources if source.number not in {n for n, _ in said} and fact.kind not in _EXTREME]
    rewritten = f"{question.rstrip(' ?.!')} ({'; '.join(f'“{hit.paper.title}”' for hit in fact.hits)})?"
    cited = tuple(source for source in sources if source.number in {number for number, _ in said})
    yield Retrieved(question, cited, searched, rewritten)
    for source in silent:
        yield Note(f"The library does not say it of “{source.hit.paper.title}”.")
    for claim in claims:
        yield Checked("", claim)
    text = "\n\n".join([markdown(claims), *cautions(cited)])
    answer = Answer(question, True, text, claims, cited, rewritten=rewritten)
    if not claims:
        answer = replace(answer, answered=False, text=NOT_IN_LIBRARY, closest=fact.hits)
    yield Finished(replace(answer, seconds={"evidence": 0.0, "total": 0.0}))


def _said(kind: str, sources: Sequence[Source]) -> Iterator[tuple[int, str]]:
    """(number of the source, a sentence) of each paper of which the catalogue says it."""
    if kind in _EXTREME:
        dated = [source for source in sources if source.hit.paper.year]
        years = [source.hit.paper.year or 0 for source in dated]
        for source in dated:
            if source.hit.paper.year == _EXTREME[kind](years):
                yield source.number, f"“{source.hit.paper.title}” is the {kind} of them, of {source.hit.paper.year}."
        return
    for source in sources:
        if sentence := _SENTENCES[kind](source.hit.paper):
            yield source.number, f"“{source.hit.paper.title}” {sentence}."


def _authors(paper: Paper) -> str:
    names = [" ".join(reversed(author.split(", ", 1))) for author in paper.authors]
    listed = " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
    return f"was written by {listed}" if listed else ""


_EXTREME: dict[str, Callable[[list[int]], int]] = {"newest": max, "oldest": min}
_SENTENCES: dict[str, Callable[[Paper], str]] = {
    "authors": _authors,
    "year": lambda paper: f"is of {paper.year}" if paper.year else "",
    "venue": lambda paper: f"appeared in {paper.venue}".rstrip(".") if paper.venue else "",
    "link": lambda paper: (
        f"is at https://doi.org/{paper.doi}" if paper.doi else f"is at {paper.url}" if paper.url else ""
    ),
}
