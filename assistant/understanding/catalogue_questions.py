"""Questions that the catalogue answers and no abstract: how many papers, which, by whom, when, where, the newest."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

from assistant.understanding.limits import described, of_catalogue
from assistant.understanding.pointing import own_words, picked
from store.catalogue import Catalogue
from store.records import Filters
from store.terms import FRAME, STOPWORDS, plain_words, stem, terms

LONGEST_TOPIC = 6
"""Words of a topic; what is longer asks for more than a topic."""

LEAST_PART, LONG_PART = 3, 5
"""Letters that each part of a compound has at least, and from which its first part need not be known as a word."""

Known = Callable[[str], bool]


class Asks(Enum):
    """What is asked of the catalogue."""

    COUNT = "count"
    LIST = "list"
    NEWEST = "newest"
    OLDEST = "oldest"
    PEOPLE = "people"
    AUTHORS = "authors"
    YEAR = "year"
    VENUE = "venue"
    LINK = "link"


OF_ONE_PAPER = frozenset({Asks.AUTHORS, Asks.YEAR, Asks.VENUE})
"""What is asked of "the paper on ..."."""

OF_ALL = frozenset({Asks.COUNT, Asks.NEWEST, Asks.OLDEST})
"""What can be asked of the library as a whole."""


@dataclass(frozen=True, slots=True)
class CatalogueQuestion:
    """What is asked, and the numbers of the papers that it is asked of, in the order in which they are told.

    `about` says in words which papers these are: "on bees, by Moor, of 2019"; "" where the question points back to
    papers of the last answer, or asks about the whole library.
    """

    asks: Asks
    papers: tuple[int, ...]
    about: str = ""


_PAPERS = r"(?:papers?|articles?|stud(?:y|ies)|works?|publications?|abstracts?|references|records|entries)"
_WE_HAVE = r"(?:do (?:i|we|you) have|have (?:i|we)(?: got)?)"
_WHICH_IS = r"(?:what|which)(?: one)?(?: is| are|'s)?"
_SHOW = r"(?:(?:show|give) me )?"
_PLACE = r"(?:where|in (?:what|which) (?:journal|venue)|at (?:what|which) (?:conference|venue))"
_ASKED_FIRST = (
    (Asks.COUNT, rf"(?:how many|(?:what is )?the number of|number of) (?:of )?(?:the |my |our |different )*{_PAPERS}"
                 rf"(?: (?:are there|{_WE_HAVE}|are))?"),
    (Asks.NEWEST, rf"(?:{_WHICH_IS}|{_SHOW}) ?(?:the )?(?:newest|most recent|latest) {_PAPERS}"),
    (Asks.OLDEST, rf"{_WHICH_IS} (?:the )?(?:oldest|earliest|first) {_PAPERS}"),
    (Asks.OLDEST, rf"{_SHOW}(?:the )?(?:oldest|earliest) {_PAPERS}"),
    (Asks.PEOPLE, r"(?:which|what) (?:authors?|people|researchers|groups) (?:have )?(?:works?|worked|writes?|wrote"
                  r"|written|publish(?:e[ds])?|stud(?:y|ies|ied))"),
    (Asks.PEOPLE, r"who (?:wrote|has written)(?= (?:on|about)\b)"),
    (Asks.PEOPLE, r"who (?:has |have )?(?:works?|worked|writes|written|publish(?:e[ds])|stud(?:ies|ied))"),
    (Asks.AUTHORS, r"who (?:wrote|authored|published|is the author of|are the authors of)"),
    (Asks.YEAR, r"(?:when|in (?:what|which) year) (?:was|were|did)"),
    (Asks.VENUE, rf"{_PLACE} (?:was|were|did)"),
    (Asks.LIST, rf"(?:which|what) {_PAPERS}(?: (?:are|were|is|{_WE_HAVE}))?"),
    (Asks.LIST, rf"(?:list|show(?: me)?|give me|name|find)(?: me)?(?: all| the| my| any)* {_PAPERS}"),
    (Asks.LIST, rf"(?:are there|is there|{_WE_HAVE})(?: any| an?| some)* {_PAPERS}"),
    (Asks.LIST, rf"(?:is there|{_WE_HAVE}) (?:anything|something)(?= (?:on|by|about|from)\b)"),
    (Asks.LIST, rf"(?:(?:any|all|the) )?{_PAPERS}(?= (?:on|by|about|from|of|in|published|written)\b)"),
    (Asks.LIST, r"what (?:has|have|did)"),
)  # fmt: skip
_FIRST = tuple((asks, re.compile(rf"\s*(?:please )?(?:{cue})\b", re.IGNORECASE)) for asks, cue in _ASKED_FIRST)
_FRAME = re.compile(
    r"\b(?:(?:are |is |exist |do i have |are there )?in (?:the|my|this|our) (?:library|bibliography|collection)"
    r"|(?:are|is) (?:there|here)|do (?:i|we|you) have|exists?|there|here"
    r"|(?:was|were|been|is|are)? ?(?:publish(?:ed|es)?|written|writ(?:e|es)|wrote|appear(?:ed)?|c[oa]me out|out)"
    r"|did|has|have"
    r"|in total|altogether|please)\b",
    re.IGNORECASE,
)
_ON = re.compile(
    r"^\W*(?:(?:are|is|were|that are|which are) )?(?:about|on|of|concerning|regarding|related to|with|dealing with"
    r"|deals? with|mention(?:ing)?|(?:that|which) (?:mention|discuss|deal with))\s+(?:the |an? )?",
    re.IGNORECASE,
)
_ONE = re.compile(rf"^\s*(?:the|this|that)\b(?: {_PAPERS}\b)?|\b{_PAPERS}\s*$", re.IGNORECASE)
_CLAUSE = re.compile(
    r"\b(?:that|which|who|whose|how|why|what|when|where|not|no|never|does?|did|is|are|was|were|can|could|would|than"
    r"|because|if|whether|find|found|show(?:ed|s|n)?|use[ds]?|using|report(?:ed|s)?|compare[ds]?|improve[ds]?)\b|[,;:]",
    re.IGNORECASE,
)


def asked_first(question: str, catalogue: Catalogue, known: Known) -> CatalogueQuestion | None:
    """What a question that stands alone asks of the catalogue; None where it asks for anything else.

    Every word must be understood - what is asked, people, years, a venue, a topic that papers name - or else it is a
    question for the abstracts.
    """
    asks, rest = _asked(question)
    if asks is None:
        return None
    filters, rest = of_catalogue(rest, catalogue)
    rest = _FRAME.sub(" ", rest).strip(" ?.!")
    if asks in OF_ONE_PAPER:
        if not _ONE.match(rest):
            return None
        rest = _ONE.sub(" ", rest)
    topic = _topic(rest)
    if topic and asks not in OF_ONE_PAPER | {Asks.PEOPLE} and not _ON.match(f" {rest} "):
        return None
    if topic is None or not (topic or filters or asks in OF_ALL):
        return None
    found = papers_on(topic, filters, catalogue, known)
    if asks in OF_ONE_PAPER:
        found = _titled(topic, found, catalogue) or found
    if topic and not found:
        return None
    about = " ".join(part for part in (f"on {topic}" if topic else "", described(filters)) if part)
    return CatalogueQuestion(asks, tuple(found), about)


def asked_of_papers(question: str, papers: Sequence[int]) -> CatalogueQuestion | None:
    """What a follow-up asks of the papers of the last answer; None where it asks for anything else."""
    asks = next((asks for asks, cue in _OF_THEM.items() if cue.search(question)), None)
    if asks is None or any(word not in _OF_THEM_WORDS for word in own_words(question)):
        return None
    places = picked(question, len(papers)) if asks is not Asks.OLDEST else None
    if places and max(places) >= len(papers):
        return None
    return CatalogueQuestion(asks, tuple(papers[place] for place in places) if places else tuple(papers))


def papers_on(topic: str, filters: Filters, catalogue: Catalogue, known: Known) -> list[int]:
    """The papers whose title or abstract has every word of a topic, "bees" also in "bumblebees"; all without a topic.

    First those whose title has all of them, then in the order of import. `known` says whether something is a word.
    """
    wanted = [word for word in plain_words(topic) if word not in STOPWORDS | FRAME]
    if not wanted:
        return [] if topic else sorted(catalogue.numbers(filters))
    allowed = catalogue.allowed(filters)
    meant = [frozenset({stem(word), *_compounds(word, catalogue, known)}) for word in dict.fromkeys(wanted)]
    having = [set(catalogue.lexical(sorted(each), limit=catalogue.count(), allowed=allowed)) for each in meant]
    found = catalogue.papers(sorted(set.intersection(*having)))
    titles = {number: set(terms(paper.title)) for number, paper in found.items()}
    said = {number: titles[number] | set(terms(paper.abstract)) for number, paper in found.items()}
    kept = [number for number in found if all(said[number] & each for each in meant)]
    return sorted(kept, key=lambda number: (not all(titles[number] & each for each in meant), number))


def _titled(topic: str, numbers: Sequence[int], catalogue: Catalogue) -> list[int]:
    """Those papers whose title has every word of the topic."""
    wanted = set(terms(topic))
    return [number for number, paper in catalogue.papers(numbers).items() if wanted <= set(terms(paper.title))]


def _compounds(word: str, catalogue: Catalogue, known: Known) -> list[str]:
    """The terms of the library that are a word put before this one: "hookworm" for "worms"."""
    ending = stem(word)
    if len(ending) < LEAST_PART:
        return []
    found = []
    for term, _ in catalogue.terms_from("", "\U0010ffff"):
        before = term.removesuffix(ending) if term.endswith(ending) else term.removesuffix(ending.removesuffix("e"))
        if LEAST_PART <= len(before) < len(term) and (len(before) >= LONG_PART or known(before)):
            found.append(term)
    return found


def _asked(question: str) -> tuple[Asks | None, str]:
    """What is asked of the catalogue, and what the question says besides."""
    for asks, cue in _FIRST:
        if found := cue.match(question):
            return asks, question[found.end() :]
    return None, question


def _topic(rest: str) -> str | None:
    """The topic that is left of a question; "" where nothing is left, None where what is left is more than a topic."""
    topic = _ON.sub("", f" {rest} ").strip(" ?.!").removeprefix("the ")
    if _CLAUSE.search(topic) or len(topic.split()) > LONGEST_TOPIC:
        return None
    return topic if own_words(topic) else ""


_OF_THEM_IT = r"(?:it|this|that|they|them|these|those|the)"
_OF_THEM = {
    asks: re.compile(cue, re.IGNORECASE)
    for asks, cue in {
        Asks.AUTHORS: r"\bwho (?:wrote|authored|published|made|is behind|are behind)\b"
        r"|\bwho(?: is| are|['’]s) (?:(?:the|its|their) )?(?:(?:first|last|lead) )?authors?\b"
        r"|^(?:and )?(?:the |its |their )?authors?\s*\?*$|\bwhose (?:paper|work) is\b",
        Asks.YEAR: rf"\bwhen (?:was|were|is|did) {_OF_THEM_IT}\b.*\b(?:published|written|appear|come out|released"
        r"|from)\b|\b(?:what|which) year\b|\bpublication (?:year|date)\b"
        r"|\bhow old (?:is|are) (?:it|they|this|that|these|those)\b",
        Asks.VENUE: rf"\bwhere (?:was|were|is|did) {_OF_THEM_IT}\b.*\b(?:published|presented|appear|printed)\b"
        r"|\b(?:what|which) (?:venue|journal|conference)\b",
        Asks.LINK: r"\b(?:doi|url|link)\b",
        Asks.NEWEST: r"\b(?:newest|most recent|latest|youngest)\b",
        Asks.OLDEST: r"\b(?:oldest|earliest|came first|was first|appeared first)\b",
    }.items()
}
_OF_THEM_WORDS = frozenset(
    "who wrote authored published made behind author authors lead when written appear appeared come came out released"
    " from year venue journal conference where presented printed doi url link newest most recent"
    " latest youngest oldest earliest publication date old whose its their he she did whom been have has"
    " name names".split()
)
