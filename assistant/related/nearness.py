"""How near papers are to a topic, measured so that topics and libraries can be compared; and to another paper."""

import math
import re
from collections.abc import Iterable, Mapping, Sequence, Set
from itertools import pairwise
from typing import Any

from assistant.understanding.question import LONGEST
from store.chunking import TITLE
from store.library import Library
from store.question import understood
from store.records import Filters, Hit, Paper
from store.search import Found
from store.sentences import sentences
from store.terms import folded, terms

WORDS = 0.15
TOGETHER = 0.15
"""What a paper gains that has all words of the topic, and that has them side by side, rare ones counting more."""

TERM_OF_ART = 0.1
"""What a paper loses that lacks a compound of three words and more: those are said in no other way."""

APART = 3
"""From one word of the topic to the next, in words, where they still stand side by side."""

MOST_PARTS = 6
"""Parts of a topic that are looked at."""

_AND = re.compile(r"\s*[,;:/&]\s*|\s+(?:and|or|as well as|versus|vs\.?)\s+", re.IGNORECASE)
_COMPOUND = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)+")
_BETWEEN = re.compile(r"\bbetween\b", re.IGNORECASE)


def parts(topic: str) -> list[str]:
    """What a topic names one beside the other: "privacy and data security" is two; a whole one is its only part."""
    named = [] if _BETWEEN.search(topic) else [part for part in _AND.split(topic) if terms(part)]
    return named[:MOST_PARTS] if len(named) > 1 else [topic]


class Nearness:
    """Measures papers of one library against one topic. A compound ("text-to-video") counts as a word of its own."""

    def __init__(self, library: Library, topic: str) -> None:
        self._library = library
        self._vector = library.embedder.question(topic)
        wanted = understood(topic, library.catalogue).terms
        total = library.catalogue.count()
        self._weights = {
            term: math.log((total + 1) / (max(papers, 1) + 0.5))
            for term, papers in library.catalogue.document_frequency(wanted).items()
        }
        self._compounds = {
            _written(compound): sum(self._weights[term] for term in set(terms(compound)) & self._weights.keys())
            for compound in _COMPOUND.findall(topic)
        }

    def of(self, ranking: Sequence[Found]) -> list[float]:
        """Of each paper, from 0 to 1.3: the mean cosine of best passage, best sentence and title, and its words."""
        papers = self._library.catalogue.papers(found.number for found in ranking)
        best = self._sentences(papers)
        return [self._cosine(found, best) + self._worded(papers[found.number]) for found in ranking]

    def _sentences(self, numbers: Iterable[int]) -> dict[tuple[int, bool], float]:
        """The highest cosine of a sentence, and that of the title, by (paper, whether it is the title's)."""
        stretches = self._library.catalogue.sentences_of(numbers)
        cosines = (stretches.vectors.reshape(-1, len(self._vector)) @ self._vector).tolist()
        titles = (stretches.spans == TITLE).all(axis=1).tolist()
        best: dict[tuple[int, bool], float] = {}
        for number, is_title, cosine in zip(stretches.papers.tolist(), titles, cosines, strict=True):
            best[number, is_title] = max(cosine, best.get((number, is_title), -1.0))
        return best

    def _cosine(self, found: Found, best: dict[tuple[int, bool], float]) -> float:
        sides = [found.cosine, *(best.get((found.number, side), found.cosine) for side in (False, True))]
        return max(0.0, sum(sides) / len(sides))

    def _worded(self, paper: Paper) -> float:
        texts = [terms(paper.title), *(terms(sentence.text) for sentence in sentences(paper.abstract))]
        held = {term for text in texts for term in text} & self._weights.keys()
        said = folded(f"{paper.title} {paper.abstract}")
        whole = {compound for compound in self._compounds if compound.search(said)}
        words: dict[Any, float] = {**self._weights, **self._compounds}
        lacks = any(compound.groups > 1 for compound in self._compounds.keys() - whole)
        return WORDS * _share(words, held | whole) + TOGETHER * self._together(held, texts) - TERM_OF_ART * lacks

    def _together(self, held: Set[str], texts: Sequence[Sequence[str]]) -> float:
        """The share of the topic's neighbouring words that stand side by side in the paper, too."""
        pairs = list(pairwise(self._weights))
        if not pairs:
            return _share(self._weights, held)
        worth = {(one, other): self._weights[one] + self._weights[other] for one, other in pairs}
        met = {pair for pair in pairs if set(pair) <= held and any(_is_near(*pair, text) for text in texts)}
        return _share(worth, met)


def _share(weights: Mapping[Any, float], held: Set[Any]) -> float:
    return sum(weights[one] for one in held) / (sum(weights.values()) or 1.0)


def _written(compound: str) -> re.Pattern[str]:
    """How a compound is written: with hyphens, spaces or nothing between (a group each), and with an ending."""
    return re.compile(r"\b" + r"(\W*)".join(map(re.escape, folded(compound).split("-"))))


def _is_near(one: str, other: str, text: Sequence[str]) -> bool:
    places = [place for place, term in enumerate(text) if term == one]
    return any(other in text[max(0, place - APART) : place + APART + 1] for place in places)


def similar(library: Library, key: str, *, limit: int, filters: Filters) -> tuple[Hit, ...]:
    """Papers ranked by the whole text of the one with this key, which is not among them."""
    number = library.catalogue.number_of(key)
    paper = library.catalogue.paper(number)
    text = f"{paper.title}. {paper.abstract}"[:LONGEST]
    ranking = [found for found in library.ranking(text, limit=limit + 1, filters=filters) if found.number != number]
    return tuple(library.hits(ranking[:limit], text))
