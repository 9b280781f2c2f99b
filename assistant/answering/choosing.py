"""Which candidates are worth citing: one where one stands out, more where several are as good."""

from collections.abc import Sequence

from assistant.answering.candidates import Candidate
from assistant.answering.words import names, stem, telling, words

RELEVANT = 0.36
"""Least relevance of the best paper for the library to have an answer; see `Candidate.relevance`.

Between the highest of everyday questions (0.34) and the lowest of answerable ones (0.38) in `benchmarks.refusal`.
"""

SAYS_SOMETHING = 0.15
AS_MUCH = 0.4
"""A question that points back is answered from the papers of the last answer if they say something, and at least
this share of what the best other paper says."""

MUCH_AS_SAID = 0.75
"""Least share of what the best says, for a paper to be among those of the last answer that a question asks "which of
them" about."""

MUCH_AS_GOOD, AS_GOOD, ON_TOPIC = 0.92, 0.8, 0.72
"""Least score, as a share of the best paper's, of a paper cited beside it: for a question that one paper may answer,
for one that asks about several, and for one that asks for all on a topic."""

ALONGSIDE = 0.25
"""Least relevance of a paper cited beside the best one."""


def talked_about(candidates: list[Candidate], preferred: Sequence[int]) -> list[Candidate]:
    """The papers talked about last, where they answer a question that points back; none where others do far better."""
    liked = sorted(
        (c for c in candidates if c.found.number in preferred), key=lambda c: preferred.index(c.found.number)
    )
    said = max((c.says for c in liked), default=0.0)
    others = max((c.says for c in candidates if c.found.number not in preferred), default=0.0)
    if said < max(SAYS_SOMETHING, AS_MUCH * others):
        return []
    return [c for c in liked if c.says >= 0.5 * said]


def pointed_to(candidates: list[Candidate], numbers: Sequence[int], *, each: bool) -> list[Candidate]:
    """The papers that the question is bound to, in its order; none where none of them says anything to it."""
    bound = sorted((c for c in candidates if c.found.number in numbers), key=lambda c: numbers.index(c.found.number))
    said = max((c.says for c in bound), default=0.0)
    return [c for c in bound if each or c.says >= MUCH_AS_SAID * said] if said >= SAYS_SOMETHING else []


def worth_citing(candidates: list[Candidate], most: int, *, several: bool, broad: bool, least: int) -> list[Candidate]:
    """The papers worth citing: one where one stands out, more where several are as good."""
    top = candidates[0].rank_score
    share = (ON_TOPIC if broad else AS_GOOD) if several else MUCH_AS_GOOD
    close = [c for c in candidates if c.rank_score >= share * top and c.relevance >= ALONGSIDE]
    if len(close) < least:
        close = [c for c in candidates[:least] if c.relevance >= RELEVANT]
    return (close or candidates[:1])[:most]


def as_named(question: str, chosen: list[Candidate]) -> list[Candidate]:
    """Papers that the question calls by name come in the order of their names, so that "the first one" is the first."""
    if len(chosen) < 2:
        return chosen
    texts = [set(telling(f"{c.paper.title} {c.paper.abstract}")) for c in chosen]
    named = [stem(word) for word in words(question) if word in names(f"- {question}")]

    def place(number: int) -> int:
        others = set().union(*(text for other, text in enumerate(texts) if other != number))
        return next((i for i, name in enumerate(named) if name in texts[number] - others), len(named))

    return [chosen[number] for number in sorted(range(len(chosen)), key=place)]
