"""How a follow-up becomes a question that stands alone: rules in order, the first that fits decides.

A language model is not asked: the starter cannot rewrite a question (measured), and a rule can be read. One that can
would take the place of `standing_alone`, which nothing else knows the inside of.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from assistant.answering.words import names, telling, words
from assistant.conversation import Turn
from assistant.events import Answer
from assistant.understanding.limits import described, merged, narrowed, of_papers
from assistant.understanding.pointing import (
    has_definite,
    has_pronoun,
    is_stub,
    is_subject,
    of_that_paper,
    own_words,
    picked,
    selects,
    spoken_of,
    with_titles,
    without_places,
)
from store.identity import family, squashed
from store.records import Filters, Hit

_AND = re.compile(r"^\s*(?:and|but|or|so|ok(?:ay)?|then|also|no)\b[\s,:–—-]*", re.IGNORECASE)
_WHAT_ABOUT = re.compile(r"^\s*(?:(?:and|but|so)\s+)?(?:what|how) about\b\s*", re.IGNORECASE)
_ASIDE = re.compile(r"^Compare “.*?”: (?=\w)|, (?:in “[^”]*”|other than “.*”|in more detail|and (?:why|how))(?=[,?])")
_LIMITS = re.compile(r", only papers [^,?]*(?=[,?])")
_TITLES = re.compile(r" \(“[^)]*”\)(?=[?.,]?)")
"""What rules below add to a question."""

_ASKING = re.compile(
    r"^(?:wh\w+|how|is|are|was|were|do|does|did|can|could|has|have|had|will|would|should|may|compare|list|name|give"
    r"|tell|show|explain|describe|summari[sz]e)\b",
    re.IGNORECASE,
)
_THEM = "(?:it|that|this|them)"
_GO_ON = re.compile(
    r"^(?:(?:but |and |so )?(?:"
    rf"why|how(?: so| come)?|why (?:is|was) {_THEM}(?: so)?|really|more|go on"
    rf"|(?:tell|show|give) me more(?: about {_THEM})?"
    rf"|(?:any |some |give me |in )?more (?:details?|about {_THEM})"
    rf"|(?:(?:can|could) you )?(?:please )?(?:explain|expand|elaborate|continue|say more)(?: (?:on )?{_THEM})?"
    r"|what else(?: (?:do|does|did) (?:it|they|the authors?) say)?))[\s?.!]*$",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    r"^(?:and |but )?(?:(?:are there |is there |do you have |show me |have you )?(?:any |some )?"
    r"(?:other|others|more|further|additional|else)(?: ones?| papers?| works?| studies| like (?:that|this|it|these))*"
    r"(?: on (?:this|that|it|the (?:topic|subject)))?|(?:who|anyone|anybody|anything|what papers?) else"
    r"(?: is there| does this| did this| works on (?:this|that|it))?)[\s?.!]*$",
    re.IGNORECASE,
)
_COMPARING = re.compile(
    r"\b(?:differ\w*|compare[ds]?|comparison|versus|vs\.?|better|worse|faster|slower|more|less|similar|related|relate)\b"
    r".*?\b(?:from|to|with|than|versus|vs\.?)\s+(?P<other>.+?)\s*\??$|\bversus (?P<after>.+?)\s*\??$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class StandAlone:
    """A question that can be understood by itself.

    `text` is what is shown and answered, `sought` what evidence is looked for with (no titles that would find only
    themselves). `preferred` are the numbers of the papers it points to, in order; where it is `bound` to them no
    other may answer, and `each` of them shall where it asks so. `without` are papers that were told of already,
    `told` sentences. `filters` hold besides those that are given. `note` says what could not be understood.
    """

    text: str
    sought: str
    preferred: tuple[int, ...] = ()
    bound: bool = False
    each: bool = False
    without: tuple[int, ...] = ()
    told: frozenset[str] = frozenset()
    filters: Filters = field(default_factory=Filters)
    note: str = ""


@dataclass(frozen=True, slots=True)
class Before:
    """What a follow-up can lean on: the question last answered, the papers of its answer, the limits that held.

    `sought` is that question without titles and limits.
    """

    question: str
    sought: str
    hits: tuple[Hit, ...]
    filters: Filters
    told: frozenset[str]

    @property
    def numbers(self) -> tuple[int, ...]:
        """The papers' numbers in the catalogue."""
        return tuple(hit.number for hit in self.hits)

    @property
    def titles(self) -> tuple[str, ...]:
        """The papers' titles."""
        return tuple(hit.paper.title for hit in self.hits)


def before(question: str, history: Sequence[Turn]) -> Before | None:
    """The last turn that was answered, with as many papers as the question speaks of if there is one.

    Where none was answered, the papers that were shown as the closest.
    """
    answered = [turn.answer for turn in history if turn.answer.answered and turn.answer.sources]
    if answered:
        least = spoken_of(question)
        last = next((answer for answer in reversed(answered) if len(answer.sources) >= least), answered[-1])
        told = frozenset(quote.text for answer in answered for claim in answer.claims for quote in claim.quotes)
        asked = next((answer for answer in reversed(answered) if not _is_fact(answer)), last)
        return _before(last if not _is_fact(last) else asked, tuple(source.hit for source in last.sources), told)
    if history and history[-1].answer.closest:
        return _before(history[-1].answer, history[-1].answer.closest, frozenset())
    return None


def _is_fact(answer: Answer) -> bool:
    """Whether it only says what the catalogue knows: what else is asked goes on from the question before it."""
    return all(claim.support == "catalogue" for claim in answer.claims) and bool(answer.claims)


def _before(last: Answer, hits: tuple[Hit, ...], told: frozenset[str]) -> Before:
    question = _ASIDE.sub("", last.alone)
    return Before(question, _TITLES.sub("", _LIMITS.sub("", question)), hits, last.filters, told)


def standing_alone(question: str, history: Sequence[Turn]) -> StandAlone:
    """Complete a question that points back with what it points to; one that does not is left as it is."""
    last = before(question, history)
    if last is None:
        return StandAlone(question, question, filters=of_papers(question))
    for rule in (
        _narrowing,
        _going_on,
        _others,
        _by_place,
        _differing,
        _what_about,
        _fragment,
        _by_pronoun,
        _by_author,
    ):
        if understood := rule(question, last):
            return replace(understood, filters=merged(understood.filters, last.filters))
    stripped = _AND.sub("", question)
    return StandAlone(question, stripped or question, filters=of_papers(question))


def _narrowing(question: str, last: Before) -> StandAlone | None:
    """ "only those after 2022", "more recent ones?" """
    limits = narrowed(question, [hit.paper for hit in last.hits])
    if limits is None:
        return None
    text = _joined(_LIMITS.sub("", last.question), f"only papers {described(merged(limits, last.filters))}")
    return StandAlone(text, last.sought, filters=limits)


def _going_on(question: str, last: Before) -> StandAlone | None:
    """ "why?", "tell me more" """
    if not _GO_ON.match(question.strip()):
        return None
    asks = _AND.sub("", question).strip(" ?.!").lower()
    aside = f"and {asks.split()[0]}" if asks.startswith(("why", "how")) else "in more detail"
    told = last.told if aside == "in more detail" else frozenset[str]()
    return StandAlone(_joined(last.question, aside), last.sought, last.numbers, bound=True, told=told)


def _others(question: str, last: Before) -> StandAlone | None:
    """ "any others?", "who else?" """
    if not _OTHERS.match(question.strip()):
        return None
    text = _joined(last.question, f"other than {_listed(last.titles)}")
    return StandAlone(text, last.sought, without=last.numbers)


def _by_place(question: str, last: Before) -> StandAlone | None:
    """ "and the second one?", "compare the first and the third", "which of them ...?", "what does [2] say?" """
    places = picked(question, len(last.hits))
    if places is None:
        return None
    if max(places) >= len(last.hits):
        there = "1 paper" if len(last.hits) == 1 else f"{len(last.hits)} papers"
        note = f"The last answer names {there}: there is no number {max(places) + 1}."
        return StandAlone(question, question, last.numbers, bound=True, note=note)
    numbers = tuple(last.numbers[place] for place in places)
    titles = [last.titles[place] for place in places]
    rest = without_places(question)
    if not own_words(rest):
        compares = len(places) > 1
        text = f"{_compared(titles)}: {last.question}" if compares else _joined(last.question, f"in “{titles[0]}”")
        return StandAlone(text, last.sought, numbers, bound=True, each=True)
    said = with_titles(question, last.titles) or _about(question, titles)
    return StandAlone(_AND.sub("", said), _AND.sub("", rest), numbers, bound=True, each=not selects(question))


def _differing(question: str, last: Before) -> StandAlone | None:
    """ "how does it differ from X?" """
    found = _COMPARING.search(question)
    other = found and (found["other"] or found["after"])
    if not found or not other or not has_pronoun(question[: question.rfind(other)], [h.paper for h in last.hits]):
        return None
    if not own_words(other) or all(word in _text(last) for word in words(other)):
        return None
    short = _short(last.titles[0])
    text = re.sub(r"\b(?:it|they|he|she|this|these|that)\b", lambda _: short, question, count=1, flags=re.IGNORECASE)
    return StandAlone(text, text)


def _what_about(question: str, last: Before) -> StandAlone | None:
    """ "what about X?": the same of X, or that side of the same papers."""
    found = _WHAT_ABOUT.match(question)
    other = question[found.end() :].strip(" ?.!") if found else ""
    if not found or not own_words(other):
        return None
    if set(telling(other)) <= set(telling(" ".join([last.question, *_said(last)]))):
        return StandAlone(_about(question, last.titles), other, last.numbers)
    subject = next((word for word in _names_of(last.sought) if _names_title(word, last)), "")
    if subject:
        same = re.sub(rf"\b{re.escape(subject)}\b", lambda _: other, last.sought)
        return StandAlone(same, same, without=last.numbers)
    return StandAlone(_joined(last.sought, f"and what about {other}"), f"{other}: {last.sought}")


def _fragment(question: str, last: Before) -> StandAlone | None:
    """ "and on ImageNet?" """
    rest = _AND.sub("", question)
    if rest == question or _ASKING.match(rest) or not own_words(rest) or len(words(rest)) > 6:
        return None
    return StandAlone(_joined(last.question, f"and {rest.strip(' ?.!')}"), f"{last.sought} {rest}", last.numbers)


def _by_pronoun(question: str, last: Before) -> StandAlone | None:
    """ "what data did they use?", "in that paper, ...", "what is the method?" """
    if of_that_paper(question):
        return StandAlone(_about(question, last.titles[:1]), without_places(question), last.numbers[:1], bound=True)
    points = has_pronoun(question, [hit.paper for hit in last.hits])
    definite = has_definite(question) and not _names_of(question)
    if not (points or definite or is_stub(question)):
        return None
    if points and not own_words(question):
        many = len(last.hits) > 1
        text = f"{_compared(last.titles)}: {last.question}" if many else _about(question, last.titles)
        return StandAlone(text, last.sought, last.numbers, bound=True, each=True)
    text = _about(_AND.sub("", question), last.titles)
    return StandAlone(text, question, last.numbers, bound=points and is_subject(question))


def _by_author(question: str, last: Before) -> StandAlone | None:
    """ "what did Devlin find?" """
    said = {squashed(word) for word in _names_of(question)}
    meant = [hit for hit in last.hits if said & {family(author) for author in hit.paper.authors}]
    if not meant:
        return None
    titles, numbers = zip(*((hit.paper.title, hit.number) for hit in meant), strict=True)
    return StandAlone(_about(question, titles), question, numbers)


def _joined(question: str, aside: str) -> str:
    """ "How does it work?" and "in more detail": "How does it work, in more detail?" """
    return f"{question.rstrip(' ?.!')}, {aside}?"


def _about(question: str, titles: Sequence[str]) -> str:
    end = "?" if question.rstrip().endswith("?") else ""
    return f"{question.rstrip(' ?.!')} ({_listed(titles)}){end}"


def _compared(titles: Sequence[str]) -> str:
    return f"Compare {_listed(titles)}"


def _listed(titles: Sequence[str]) -> str:
    quoted = [f"“{title}”" for title in titles]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"


def _short(title: str) -> str:
    """The name before a colon, where it is one."""
    name, colon, _ = title.partition(":")
    return name if colon and len(name.split()) <= 3 else f"“{title}”"


def _said(last: Before) -> list[str]:
    return [f"{hit.paper.title} {hit.paper.abstract}" for hit in last.hits]


def _text(last: Before) -> set[str]:
    return set(words(" ".join(_said(last))))


def _names_of(question: str) -> list[str]:
    """Names in a question, as they are written."""
    known = names(question)
    return [word for word in re.findall(r"[^\W_]+(?:[-'’.][^\W_]+)*", question) if word.casefold() in known]


def _names_title(name: str, last: Before) -> bool:
    return any(name.casefold() in words(title) for title in last.titles)
