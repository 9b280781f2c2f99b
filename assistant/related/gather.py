"""Which papers a topic has: as many as there are, found by where their relevance drops."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.related.nearness import Nearness, parts
from assistant.related.topic import as_spelt
from assistant.section import Chosen, Gathered, Request
from assistant.verification.figures import Scorer
from store.library import Library
from store.records import Filters, Hit
from store.search import WORTH, Found

DEPTH = 200
"""Papers of the ranking among which the topic's are looked for."""

MOST = 60
"""Papers of a section where no limit is given; a topic with more is a field, and its section needs a narrower one."""

KNOWN = 0.645
KNOWN_PER_TENFOLD = 0.033
"""Least nearness of one paper for a library of two hundred to have the topic, and what ten times as many papers add:
the nearest of more papers is nearer by chance."""

CONSIDERED = 12
"""Best papers of which one must be on the topic."""

NEAR = 0.45
"""Least score of a paper of the topic, as a share of the best one's."""

STEP = 0.07
"""Least drop between neighbours in the ranking, as a share of the higher, that can be the end of a topic."""

AS_WIDE = 0.8
"""A later drop is the end where it is at least this share of the widest."""

SMOOTH = 0.7
"""The cut where the ranking falls without a step, as a share of the mean of the best three."""

STATED = 0.3
"""What it adds to a paper's score that the scorer finds it to be about the topic, beside the search's own, up to 1."""

SPEAKS = 0.7
"""The highest chance of a topic below which the scorer has nothing to say: it knows few topics of many words."""

SURELY, WELL_FOUND = 0.5, 0.7
"""A paper beyond the cut is taken, too, from these shares of the best paper's chance and of its score on."""

READ = 60
"""Best papers that the scorer reads."""

STATEMENTS = "This paper is about {}.", "The authors study {}."
"""A topic as a statement of a paper."""

LONGEST_REASON = 160
"""Characters of a sentence that is given as a reason."""

SHOWN = 10
"""Papers below the cut that are shown with the reason why they are left out."""

BEYOND = "on the topic, but beyond the limit"


@dataclass(frozen=True, slots=True)
class _Picked:
    """What the user decided, by catalogue number."""

    pins: frozenset[int]
    adds: frozenset[int]
    drops: frozenset[int]


def gathered(library: Library, topic: str, request: Request, scorer: Scorer | None = None) -> Gathered:
    """The papers of a topic, each with a reason; none where the library does not have the topic.

    `scorer` reads the topic as a statement of each of the best papers; without it the search alone decides.
    Raises `NoSuchPaper` for a pin, drop or addition that the library does not have.
    """
    picked = _picked(library, request)
    spelt = as_spelt(topic, library.catalogue)
    ranking = library.ranking(spelt, limit=DEPTH, filters=request.filters)
    scores = _scores(ranking)
    ranking, scores = _ordered(ranking, scores)
    count = 0
    if scores and _is_known(library, spelt, ranking, request.filters):
        stated = _stated(library, spelt, ranking, scorer) if scorer else {}
        ranking, count = _taken(ranking, scores, stated)
    if not count and not picked.adds:
        return Gathered(topic, (), _near_misses(library, topic, ranking), library.catalogue.count())
    hits = {hit.number: hit for hit in library.hits(_with_picked(ranking, picked), topic)}
    order = [found.number for found in ranking if found.number in hits]
    taken, left = _divided(order, hits, count, picked, request.limit or MOST)
    return Gathered(topic, tuple(taken), tuple(left), library.catalogue.count())


def _is_known(library: Library, topic: str, ranking: Sequence[Found], filters: Filters) -> bool:
    """Whether a paper is near enough to the topic; or one to each part of it: both need not be in one paper."""
    least = KNOWN + KNOWN_PER_TENFOLD * max(0.0, math.log10(library.catalogue.count() / 200))
    if _nearest(library, topic, ranking) >= least:
        return True
    named = parts(topic)
    return len(named) > 1 and all(
        _nearest(library, part, library.ranking(part, limit=CONSIDERED, filters=filters)) >= least for part in named
    )


def _nearest(library: Library, topic: str, ranking: Sequence[Found]) -> float:
    """How near the nearest of the best papers is that have an abstract."""
    papers = library.catalogue.papers(found.number for found in ranking[:CONSIDERED])
    told = [found for found in ranking[:CONSIDERED] if papers[found.number].abstract]
    return max(Nearness(library, topic).of(told), default=0.0)


def cut(scores: Sequence[float]) -> int:
    """How many of the papers, best first, belong to the topic: up to the last wide step of their scores.

    Where there is no step to speak of, those near to the best three.
    """
    near = [score for score in scores if score >= NEAR * scores[0]]
    drops = [
        (one - other) / one
        for one, other in zip(near, [*scores[1 : len(near)], *scores[len(near) :][:1]], strict=False)
    ]
    wide = [place for place, drop in enumerate(drops) if place and drop >= max(STEP, AS_WIDE * max(drops[1:]))]
    if wide:
        return wide[-1] + 1
    best = sum(scores[:3]) / len(scores[:3])
    return sum(score >= SMOOTH * best for score in scores)


def _scores(ranking: Sequence[Found]) -> list[float]:
    """The scores without what a name or a year of the topic adds: it says nothing about other papers.

    A paper whose title is the topic is as near as the nearest other.
    """
    scores = [
        max(0.0, min(1.0, found.score - sum(WORTH[note] for note in found.notes if WORTH[note] > 0)))
        for found in ranking
    ]
    titled = ["title" in found.notes for found in ranking]
    best = max((score for score, is_titled in zip(scores, titled, strict=True) if not is_titled), default=1.0)
    return [best if is_titled else score for score, is_titled in zip(scores, titled, strict=True)]


def _taken(ranking: Sequence[Found], scores: Sequence[float], stated: Mapping[int, float]) -> tuple[list[Found], int]:
    """The papers, those of the topic first, and how many these are.

    By score and statement together, both relative to the best paper's, up to the cut; and what both find beyond it.
    """
    shares = [score / max(scores[0], 1e-9) for score in scores]
    worth = [share + STATED * stated.get(found.number, 0.0) for share, found in zip(shares, ranking, strict=True)]
    ordered, worth = _ordered(list(ranking), [each / (max(worth) or 1.0) for each in worth])
    found_by = {found.number: share for found, share in zip(ranking, shares, strict=True)}
    count = cut(worth)
    also = [
        found
        for found in ordered[count:]
        if stated.get(found.number, 0.0) >= SURELY and found_by[found.number] >= WELL_FOUND
    ]
    beyond = [found for found in ordered[count:] if found not in also]
    return [*ordered[:count], *also, *beyond], count + len(also)


def _stated(library: Library, topic: str, ranking: Sequence[Found], scorer: Scorer) -> dict[int, float]:
    """How sure the scorer is that each of the best papers is about the topic, as a share of the highest chance.

    A mean over the ways to say it, and over title, nearest sentence and both. Nothing where it knows the topic of none.
    """
    papers = library.catalogue.papers(found.number for found in ranking[:READ])
    read = [found for found in ranking[:READ] if found.number in papers]
    if not read:
        return {}
    pairs = []
    for found in read:
        paper = papers[found.number]
        start, end = found.sentence or found.passage
        nearest = paper.abstract[start:end]
        premises = paper.title, nearest or paper.title, f"{paper.title}. {nearest}"
        pairs += [(premise, said.format(topic)) for said in STATEMENTS for premise in premises]
    chances = scorer.entailment(pairs)[:, 0].reshape(len(read), -1).mean(axis=1)
    if chances.max() < SPEAKS:
        return {}
    return dict(zip((found.number for found in read), (chances / chances.max()).tolist(), strict=True))


def _ordered(ranking: list[Found], scores: list[float]) -> tuple[list[Found], list[float]]:
    order = sorted(range(len(ranking)), key=lambda place: -scores[place])
    return [ranking[place] for place in order], [scores[place] for place in order]


def _picked(library: Library, request: Request) -> _Picked:
    pins, adds, drops = (
        frozenset(library.catalogue.number_of(key) for key in keys)
        for keys in (request.pins, request.adds, request.drops)
    )
    return _Picked(pins, adds, drops)


def _near_misses(library: Library, topic: str, ranking: Sequence[Found]) -> tuple[Chosen, ...]:
    return tuple(
        Chosen(hit, "the nearest there is, but not on the topic") for hit in library.hits(list(ranking[:3]), topic)
    )


def _with_picked(ranking: list[Found], picked: _Picked) -> list[Found]:
    """The ranking, with what the user wants and the search did not find."""
    ranked = {found.number for found in ranking}
    return [
        *ranking,
        *(Found(number, 0.0, 0.0, 0.0, (0, 0)) for number in sorted((picked.pins | picked.adds) - ranked)),
    ]


def _divided(
    order: list[int], hits: dict[int, Hit], count: int, picked: _Picked, most: int
) -> tuple[list[Chosen], list[Chosen]]:
    """The papers taken, and those left out, each with its reason."""
    wanted = [n for n in hits if n in picked.pins | picked.adds]
    taken = [Chosen(hits[n], "pinned by you" if n in picked.pins else "added by you") for n in wanted]
    left: list[Chosen] = []
    room = max(0, most - len(taken))
    for place, number in enumerate(order):
        if number in picked.pins | picked.adds:
            continue
        why_not = _why_not(place < count, number, hits[number], picked, room)
        if why_not is None:
            taken.append(Chosen(hits[number], f"on the topic: {_told(hits[number])}"))
            room -= 1
        elif place < count + SHOWN:
            left.append(Chosen(hits[number], why_not))
    left = _shown(left)
    place_of = {number: place for place, number in enumerate(order)}
    return sorted(taken, key=lambda chosen: place_of.get(chosen.hit.number, len(order))), left


def _told(hit: Hit) -> str:
    """What a paper says of the topic: its nearest sentence, or which words of the topic it has."""
    known = f"{said}; " if (said := hit.paper.status) else ""
    sentence = " ".join(hit.why.sentence.split())
    if len(sentence) > LONGEST_REASON:
        sentence = sentence[:LONGEST_REASON].rsplit(" ", 1)[0] + " …"
    words = ", ".join(hit.why.words)
    return known + (f"“{sentence}”" if sentence else f"it has the words {words}" if words else "by its title")


def _shown(left: list[Chosen]) -> list[Chosen]:
    """Those left out, but of the papers beyond the limit only the nearest; the first says how many there are."""
    beyond = [one for one in left if one.reason == BEYOND]
    hidden = {one.hit.number for one in beyond[SHOWN:]}
    if not hidden:
        return left
    first = Chosen(
        beyond[0].hit, f"{BEYOND}, like {len(beyond) - 1} others (a narrower topic has a section of its own)"
    )
    return [first if one is beyond[0] else one for one in left if one.hit.number not in hidden]


def _why_not(on_topic: bool, number: int, hit: Hit, picked: _Picked, room: int) -> str | None:
    if number in picked.drops:
        return "dropped by you"
    if not on_topic:
        return f"less near to the topic than those cited: {_told(hit)}"
    if not hit.paper.abstract:
        return "on the topic, but the library has no abstract of it"
    return None if room else BEYOND
