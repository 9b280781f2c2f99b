"""Is a drafted sentence backed by a sentence of the paper it cites? Otherwise it does not reach the reader.

The check is made of plain comparisons that each can be explained to a reader: the words, the numbers,
the names, the negation and the direction of the draft must be those of one or two sentences of one
abstract, and the meaning (cosine of the embedder's vectors) must be close.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from assistant.answering.judging import FittedJudge, Judge, Verdict, abstract_of
from assistant.answering.words import OPPOSITES, is_number, names, negated, numbers, stem, telling, words
from assistant.events import Claim, Quote, Source
from assistant.verification.guards import vetoes
from store.embedding.base import Embedder, Vectors
from store.sentences import Sentence

LEAST_WORDS = 4
"""Telling words below which a sentence claims nothing that could be checked."""

COVERED = 0.9
"""Least share of the draft's telling words that its quote must contain; no two in a row may be missing."""

IN_ORDER = 0.75
"""Least share of the draft's telling words that stand in the order of the quote; see `IN_ORDER_COMPARED`."""

IN_ORDER_COMPARED = 0.9
"""The same for comparisons, where "A beats B" and "B beats A" have the same words."""

CLOSE = 0.6
"""Least cosine between the draft and its best quote."""

GLUE = frozenset(
    stem(word)
    for word in "called named using uses used based approach method model propose proposed introduce"
    " introduced present presented according question answer describe described".split()
)
"""Words by which a sentence is reported; they need not stand in the quote."""

_MARKS = re.compile(r"\[(\d+(?:\s*[,;]\s*\d+)*)\]")
_OTHER_MARKS = re.compile(r"\[[^\]]*\]|\((?:[A-Z][^()]*\b(?:19|20)\d\d[a-z]?)\)")
_COMPARED = re.compile(
    r"\b(outperform\w*|beat\w*|exceed\w*|surpass\w*|better|worse|faster|slower|than|over|instead|rather|"
    r"improv\w* (?:on|over|upon))\b",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"\x1b\[[0-9;?]*[@-~]|[*_`#]+|</?[A-Za-z][^>]*>")

Abstracts = Mapping[int, tuple[tuple[Sentence, ...], Vectors]]
"""By source number: the sentences of the abstract and their vectors."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A drafted sentence without its marks, and the source numbers that it named."""

    text: str
    cited: tuple[int, ...]


def parsed(sentence: str) -> Draft:
    """Take the marks out of a drafted sentence; marks of any other form are dropped."""
    cited = [int(n) for group in _MARKS.findall(sentence) for n in re.split(r"\s*[,;]\s*", group) if len(n) < 6]
    plain = _OTHER_MARKS.sub("", _MARKS.sub("", _MARKUP.sub("", sentence)))
    text = re.sub(r"\s+([.,;:!?])", r"\1", " ".join("".join(c if c.isprintable() else " " for c in plain).split()))
    return Draft(text, tuple(dict.fromkeys(cited)))


class Checker:
    """Holds drafted sentences against the abstracts of an answer's sources."""

    def __init__(
        self, embedder: Embedder, sources: Sequence[Source], abstracts: Abstracts, judge: Judge | None = None
    ) -> None:
        self._embedder = embedder
        self._judge = judge or FittedJudge(embedder)
        self._sources = {source.number: source for source in sources}
        self._abstracts = abstracts

    def check(self, draft: Draft) -> Claim | None:
        """The claim, with every cited source that backs it; None where none does.

        A draft that names no source is held against all of them; one that names sources is held
        against those only.
        """
        if len(set(telling(draft.text))) < LEAST_WORDS:
            return None
        numbers_ = [n for n in draft.cited if n in self._sources] or ([] if draft.cited else list(self._sources))
        vector = self._embedder.question(draft.text)
        backed = {n: quotes for n in numbers_ if (quotes := self._backing(draft.text, vector, n))}
        if not backed:
            return None
        cited = tuple(backed) if draft.cited else tuple(backed)[:1]
        return Claim(draft.text, cited, "supported", tuple(q for n in cited for q in backed[n]))

    def _backing(self, draft: str, vector: Vectors, number: int) -> tuple[Quote, ...]:
        sentences, vectors = self._abstracts[number]
        cosines: list[float] = (vectors @ vector).tolist() if sentences else []
        ranked = sorted(zip(sentences, cosines, strict=True), key=lambda pair: -pair[1])
        title = self._sources[number].hit.paper.title
        for sentence, cosine in ranked[:3]:
            if cosine >= CLOSE and supports(draft, sentence.text, title):
                if vetoes(draft, [sentence.text], title) or self._is_contradicted(draft, title, sentences, vectors):
                    return ()
                return (Quote(number, sentence.text, sentence.start, sentence.end),)
        return ()

    def _is_contradicted(self, draft: str, title: str, sentences: tuple[Sentence, ...], vectors: Vectors) -> bool:
        """Whether the abstract as a whole speaks against what one of its sentences seems to support."""
        if any(sentence.text == draft for sentence in sentences):
            return False
        abstract = abstract_of(title, sentences, vectors, self._embedder)
        return self._judge.judge(draft, [abstract])[0].verdict is Verdict.CONTRADICT


def supports(draft: str, evidence: str, title: str) -> bool:
    """Whether every test of words finds the draft in the evidence; the title may lend words and names."""
    known = f"{title} {evidence}"
    said, held = [word for word in telling(draft) if word not in GLUE and not is_number(word)], telling(known)
    missing = [word not in held for word in said]
    return (
        bool(said)
        and sum(missing) <= (1 - COVERED) * len(said)
        and not any(map(all, pairwise(missing)))
        and numbers(draft) <= numbers(known)
        and names(draft) <= set(words(known))
        and negated(draft) == negated(evidence)
        and not _takes_other_side(draft, known)
        and _in_order(said, telling(evidence)) >= (IN_ORDER_COMPARED if _COMPARED.search(draft) else IN_ORDER)
    )


def _in_order(said: Sequence[str], held: Sequence[str]) -> float:
    matcher = SequenceMatcher(None, said, held, autojunk=False)
    return sum(block.size for block in matcher.get_matching_blocks()) / max(1, len(said))


def _takes_other_side(draft: str, evidence: str) -> bool:
    """Whether the draft uses a word whose opposite, and not the word itself, stands in the evidence."""
    said, held = set(words(draft)), set(words(evidence))
    for one, other in (pair for both in OPPOSITES for pair in (both, both[::-1])):
        mine, theirs = _sided(said, one), _sided(held, other)
        if mine and theirs and not {stem(word) for word in mine} & {stem(word) for word in held}:
            return True
    return False


def _sided(found: set[str], side: frozenset[str]) -> set[str]:
    """The words that take a side: short ones as they stand, longer ones in any ending."""
    return {word for word in found if any(word == s or (len(s) > 4 and word.startswith(s)) for s in side)}
