"""Papers that may be one and were not merged: for a person to look at."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from rapidfuzz import fuzz

from store.catalogue import Catalogue
from store.identity import family, identities, squashed
from store.records import Filters, Paper, Progress

_ALIKE = 90.0
"""Likeness of two titles, in percent, from which on a person should look."""

_SAME_ABSTRACT = 95.0
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
    if len(abstract) >= 60:
        yield f"abstract:{abstract[:40]}"
    if paper.authors and paper.year:
        yield f"author:{family(paper.authors[0])}|{paper.year}"


def _candidate(one: Paper, other: Paper) -> Candidate | None:
    alike = fuzz.ratio(squashed(one.title), squashed(other.title))
    same_abstract = min(len(one.abstract), len(other.abstract)) > 100 and (
        fuzz.ratio(one.abstract, other.abstract, score_cutoff=_SAME_ABSTRACT) > 0
    )
    telling = min(len(squashed(one.title)), len(squashed(other.title))) >= _TELLING
    if not same_abstract and not (telling and alike >= _ALIKE and _share_an_author(one, other)):
        return None
    return Candidate(one, other, alike, tuple(_differences(one, other, same_abstract)))


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
