"""Papers that may be one and were not merged: for a person to look at."""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from rapidfuzz import fuzz

from store.catalogue import Catalogue
from store.identity import family, identities, squashed
from store.records import Filters, Paper, Progress
from store.retractions import is_of_another, unmarked

_ALIKE = 90.0
"""Likeness of two titles, in percent, from which on a person should look."""

_SAME_ABSTRACT = 95.0
_LONG_ABSTRACT = 100
_SHORT_ABSTRACT = 40
_WORD = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"[0-9]+|I{1,3}|IV|VI{0,3}|IX|X")
_ROMAN = {name: str(number) for number, name in enumerate("I II III IV V VI VII VIII IX X".split(), 1)}
_LARGEST_BLOCK = 60
_TELLING = 20
_PREFIX = 12
_STEP = 1000


@dataclass(frozen=True, slots=True)
class Candidate:
    """Two papers that may be one; `alike` in percent is the likeness of their titles, `differ` speaks against it."""

    one: Paper
    other: Paper
    alike: float
    differ: tuple[str, ...]


def candidates(
    catalogue: Catalogue, filters: Filters, stop: Callable[[], bool]
) -> Iterator[Progress | tuple[Candidate, ...]]:
    """Last the pairs that may be one paper, the likeliest first; not those that were taken apart.

    Compared are the papers whose titles or abstracts begin or end alike, or that share an identity.
    Stopped, it yields those that it has found.
    """
    numbers = catalogue.numbers(filters)
    papers: dict[int, Paper] = {}
    for first in range(0, len(numbers), _STEP):
        yield Progress("Reading titles and abstracts", first, len(numbers))
        if stop():
            yield ()
            return
        papers |= catalogue.papers(numbers[first : first + _STEP])
    pairs = sorted(_pairs(papers) - catalogue.apart())
    found: list[Candidate] = []
    for done, (one, other) in enumerate(pairs):
        if done % _STEP == 0:
            yield Progress("Comparing titles and abstracts", done, len(pairs))
            if stop():
                break
        if candidate := _candidate(papers[one], papers[other]):
            found.append(candidate)
    yield tuple(sorted(found, key=lambda each: (len(each.differ), -each.alike)))


def _pairs(papers: Mapping[int, Paper]) -> set[tuple[int, int]]:
    blocks: dict[str, list[int]] = defaultdict(list)
    for number, paper in papers.items():
        for name in _blocks(paper):
            blocks[name].append(number)
    return {
        pair for block in blocks.values() if len(block) <= _LARGEST_BLOCK for pair in combinations(sorted(block), 2)
    }


def _blocks(paper: Paper) -> Iterator[str]:
    title, abstract = squashed(paper.title), squashed(paper.abstract[:200])
    yield from identities(paper)
    if len(title) >= _TELLING:
        yield f"begins:{title[:_PREFIX]}"
        yield f"ends:{title[-_PREFIX:]}"
    if len(abstract) >= _SHORT_ABSTRACT - 10:
        yield f"abstract:{abstract[:30]}"
    if paper.authors and paper.year:
        yield f"author:{family(paper.authors[0])}|{paper.year}"


def _candidate(one: Paper, other: Paper) -> Candidate | None:
    if is_of_another(one.title) != is_of_another(other.title) or _parts(one.title) != _parts(other.title):
        return None
    alike = fuzz.ratio(squashed(unmarked(one.title)), squashed(unmarked(other.title)))
    same_abstract = _have_one_abstract(one, other)
    telling = min(len(squashed(one.title)), len(squashed(other.title))) >= _TELLING
    if not same_abstract and not (telling and alike >= _ALIKE and _share_an_author(one, other)):
        return None
    return Candidate(one, other, alike, tuple(_differences(one, other, same_abstract)))


def _have_one_abstract(one: Paper, other: Paper) -> bool:
    """Whether the abstracts are alike, or equal and short and an author is the same."""
    shorter = min(len(one.abstract), len(other.abstract))
    if shorter > _LONG_ABSTRACT:
        return fuzz.ratio(one.abstract, other.abstract, score_cutoff=_SAME_ABSTRACT) > 0
    equal = shorter >= _SHORT_ABSTRACT and squashed(one.abstract) == squashed(other.abstract)
    return equal and bool(one.authors and other.authors) and _share_an_author(one, other)


def _parts(title: str) -> list[str]:
    """The numbers of a title, which tell the parts of a work, and editions, apart."""
    words = (word for word in _WORD.findall(title) if _NUMBER.fullmatch(word))
    return [_ROMAN.get(word.upper(), word.lower()) for word in words]


def _share_an_author(one: Paper, other: Paper) -> bool:
    """Whether an author is the same, or nothing is known of one of the papers' authors."""
    names: list[Collection[str]] = [set(map(family, paper.authors)) for paper in (one, other)]
    return not all(names) or bool(set(names[0]) & set(names[1]))


def _differences(one: Paper, other: Paper, same_abstract: bool) -> Iterator[str]:
    """What both say, and say differently."""
    pairs = {
        "year": (str(one.year or ""), str(other.year or "")),
        "DOI": (one.doi, other.doi),
        "arXiv": (one.arxiv, other.arxiv),
        "PMID": (one.extra.get("pmid", ""), other.extra.get("pmid", "")),
        "volume": (one.extra.get("volume", ""), other.extra.get("volume", "")),
    }
    yield from (
        f"{name} {mine} / {theirs}" for name, (mine, theirs) in pairs.items() if mine and theirs and mine != theirs
    )
    if one.abstract and other.abstract and not same_abstract and fuzz.ratio(one.abstract, other.abstract) < 60:
        yield "abstract"
