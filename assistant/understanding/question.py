"""A question, understood once: everything behind this module reads the record and never the text again."""

import re
from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any

from assistant.conversation import Turn
from assistant.errors import BadQuestion
from assistant.events import Source
from assistant.understanding.catalogue_questions import CatalogueQuestion, asked_first, asked_of_papers
from assistant.understanding.followups import Before, before, standing_alone
from assistant.understanding.limits import merged
from assistant.understanding.pointing import own_words
from store.catalogue import Catalogue
from store.errors import NoSuchPaper
from store.records import Filters, Hit
from store.terms import terms

LONGEST = 4000
"""Characters of a question; no embedder reads further, and no question needs it."""

_KIND = r"(?:approaches|methods|techniques|models|systems|ways|remedies|explanations|recommendations)"
_SEVERAL = re.compile(
    r"\b(?:papers|works|studies|articles|publications|reviews|literature|(?:per|each|every) (?:paper|study|work)"
    r"|compare|compares|comparing|comparison|side by side|versus|vs|differ|differs|differences?"
    r"|overview|survey|summari[sz]e"
    r"|related[ -]work|state of the art|who else|which (?:of|ones)|these|both|list"
    rf"|(?:what|which) {_KIND}|(?:the|different|various|several|other) {_KIND} (?:that|to|for|of))\b",
    re.IGNORECASE,
)
_COMPARES = re.compile(
    r"\b(?:compare[ds]?|comparison|versus|vs|both|two papers|differ|differs|differences?)\b", re.IGNORECASE
)
_ALL = re.compile(r"\b(related[ -]work|literature|overview|survey|section|state of the art)\b", re.IGNORECASE)


class Kind(Enum):
    """What kind of answer a question wants: a fact of the catalogue, what one paper says, what several say, all that
    there is on a topic, or papers set against each other."""

    CATALOGUE = "catalogue"
    ONE = "one paper"
    SEVERAL = "several papers"
    TOPIC = "topic"
    COMPARISON = "comparison"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, of which papers, and how.

    `asked` is the question as typed, `alone` as it can be understood by itself, `sought` what evidence is looked for
    with (without titles, which would find only themselves). `papers` are the numbers of the papers that it points
    back to, in order; where it is `bound` to them no other may answer, and `each` of them shall where it asks so.
    `without` are papers that were told of already, `told` sentences. `filters` are those given and those that the
    question asks for. `note` says what could not be understood; it is then not answered.
    """

    asked: str
    alone: str
    sought: str
    kind: Kind
    filters: Filters = field(default_factory=Filters)
    papers: tuple[int, ...] = ()
    bound: bool = False
    each: bool = False
    without: tuple[int, ...] = ()
    told: Set[str] = frozenset()
    catalogue: CatalogueQuestion | None = None
    note: str = ""

    @property
    def rewritten(self) -> str:
        """The question made to stand alone; "" where it does as typed."""
        return "" if self.alone == self.asked else self.alone

    @property
    def several(self) -> bool:
        """Whether it asks about more than one paper."""
        return self.kind in {Kind.SEVERAL, Kind.TOPIC, Kind.COMPARISON}

    @property
    def least_papers(self) -> int:
        """The number of papers without which there is no answer."""
        return max(len(self.papers) if self.each else 1, 2 if self.kind is Kind.COMPARISON else 1)

    def as_json(self) -> dict[str, Any]:
        """As `assistant ask --json` prints it."""
        limits = {"author": self.filters.author, "venue": self.filters.venue, "years": list(self.filters.years)}
        said: dict[str, Any] = {"kind": self.kind.value, "alone": self.alone, "sought": self.sought}
        if self.catalogue:
            said["asks"] = self.catalogue.asks.value
        said["filters"] = {name: limit for name, limit in limits.items() if any(limit)}
        return said | ({"only_papers_pointed_to": True} if self.bound else {})


def understood(
    text: str, history: Sequence[Turn], filters: Filters, catalogue: Catalogue, known: Callable[[str], bool]
) -> Question:
    """Read a question after what was said before. `known` says whether something is a word of the language.

    Raises `BadQuestion` where there is nothing to answer or too much to read.
    """
    text = asked(text)
    history = _as_held(history, catalogue)
    last = before(text, history)
    if last and (fact := asked_of_papers(text, last.numbers)):
        return _catalogue_question(text, fact, filters, last)
    alone = standing_alone(text, history)
    if alone.text == text and (fact := asked_first(alone.sought, catalogue, known)):
        return _catalogue_question(text, fact, filters, None)
    return Question(
        text,
        alone.text,
        alone.sought,
        _kind(alone.sought),
        merged(filters, alone.filters),
        alone.preferred,
        _is_bound(alone.bound, alone.each, alone.sought, catalogue),
        alone.each,
        alone.without,
        alone.told,
        note=alone.note,
    )


def asked(question: str) -> str:
    """The question in one line; raises `BadQuestion` where there is nothing to answer or too much to read."""
    line = " ".join("".join(char if char.isprintable() else " " for char in question).split())
    if not any(char.isalnum() for char in line):
        raise BadQuestion("The question is empty.", hint='Ask for example: assistant ask "What is known about ...?"')
    if len(line) > LONGEST:
        raise BadQuestion(
            f"The question has {len(line):,} characters; at most {LONGEST:,} are read.",
            hint="Shorten it. To import a text, save it as a file and use `assistant add FILE`;"
            " `assistant ask --batch FILE` asks many questions.",
        )
    return line


def read_as(repaired: Iterable[tuple[str, str]]) -> str:
    """What is said of words whose spelling was corrected; "" where there are none."""
    pairs = ", ".join(f"{wrong} -> {right}" for wrong, right in repaired)
    return f"Corrected spelling: {pairs}." if pairs else ""


def _kind(sought: str) -> Kind:
    if _ALL.search(sought):
        return Kind.TOPIC
    if _COMPARES.search(sought):
        return Kind.COMPARISON
    return Kind.SEVERAL if _SEVERAL.search(sought) else Kind.ONE


def _catalogue_question(text: str, fact: CatalogueQuestion, filters: Filters, last: Before | None) -> Question:
    alone = text
    if last:
        titles = [hit.paper.title for number in fact.papers for hit in last.hits if hit.number == number]
        alone = f"{text.rstrip(' ?.!')} ({'; '.join(f'“{title}”' for title in titles)})?"
    return Question(text, alone, text, Kind.CATALOGUE, filters, catalogue=fact)


def _is_bound(bound: bool, each: bool, sought: str, catalogue: Catalogue) -> bool:
    """Whether only the papers pointed to may answer: not where the library has none of the question's words."""
    own = [term for word in own_words(sought) for term in terms(word)]
    return bound and (each or not own or any(catalogue.document_frequency(own).values()))


def _as_held(history: Sequence[Turn], catalogue: Catalogue) -> list[Turn]:
    """The turns with the papers as the library has them now; those that it no longer has are left out."""

    def found(hit: Hit) -> Hit | None:
        try:
            number = catalogue.number_of(hit.paper.key)
        except NoSuchPaper:
            return None
        paper = catalogue.paper(number)
        return replace(hit, number=number, paper=paper) if paper.title == hit.paper.title else None

    turns = []
    for turn in history:
        kept = ((source, found(source.hit)) for source in turn.answer.sources)
        sources = tuple(Source(source.number, hit, source.quotes) for source, hit in kept if hit)
        closest = tuple(hit for old in turn.answer.closest if (hit := found(old)))
        turns.append(Turn(turn.question, replace(turn.answer, sources=sources, closest=closest)))
    return turns
