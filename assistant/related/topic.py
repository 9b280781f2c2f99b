"""The topic of a request ("Please write a related-work section on X for my thesis." asks for X), and its spelling."""

import re
from collections.abc import Iterator

from assistant.understanding.question import asked
from store.catalogue import Catalogue
from store.terms import terms

_ASKING = frozenset(
    "a about an and any anything are be been being brief can chapter compile compose could create do draft"
    " drafting find for"
    " get give giving have help i i'd i'm i’d i’m in intro introduction is like literature long looking make"
    " me my need"
    " of on our overview page paper papers paragraph paragraphs part piece please pls prepare previous prior"
    " produce related"
    " relevant review short some section sections several show state study subsection summarise summarize"
    " summary survey text that the"
    " there thesis this to us want we what what's which with work works working would write writing you".split()
)
"""Words in which a section is asked for. Only a run of them that ends before a preposition or a colon is taken off."""

_ASKED_FOR = re.compile(
    r"\b(related|literature|overview|survey|review|summar\w+|section|subsection|paragraphs?|chapter|draft\w*"
    r"|writ\w+|text)\b",
    re.IGNORECASE,
)
_ENDS = re.compile(r"(?:\b(?:about|on|of|for|regarding|concerning|covering|in|to)\b|:)\s*", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_TAIL = re.compile(
    r"[\s,;:–-]*\b(?:please|pls|thanks|thank you|"
    r"for (?:my|our|the|a) (?:thesis|dissertation|paper|article|proposal|report|manuscript)|"
    r"(?:in|from|with|using) (?:this|my|our|the) (?:library|libary|papers|bibliography))\s*$",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")

_ENDINGS = (
    (re.compile(r"(?<=[a-z]{3})is(e[sd]?|ing|ation|ations|er|ers)$"), r"iz\1"),
    (re.compile(r"(?<=[a-z]{3})iz(e[sd]?|ing|ation|ations|er|ers)$"), r"is\1"),
    (re.compile(r"(?<=[a-z]{2})ys(e[sd]?|ing|er|ers)$"), r"yz\1"),
    (re.compile(r"(?<=[a-z]{2})yz(e[sd]?|ing|er|ers)$"), r"ys\1"),
    (re.compile(r"(?<=[a-z]{2})our(s|al|ed|ing|able|ism|ite|ites)?$"), r"or\1"),
    (re.compile(r"(?<=[a-z]{2})or(s|al|ed|ing|able|ism|ite|ites)?$"), r"our\1"),
    (re.compile(r"(?<=[a-z]{2})ll(ed|ing|er|ers)$"), r"l\1"),
    (re.compile(r"(?<=[a-z]{2}[aeiou])l(ed|ing|er|ers)$"), r"ll\1"),
    (re.compile(r"(?<=[a-z]{2}[bt])re(s?)$"), r"er\1"),
    (re.compile(r"(?<=[a-z]{2}[bt])er(s?)$"), r"re\1"),
    (re.compile(r"ogue(s?)$"), r"og\1"),
    (re.compile(r"ae(?=[a-z]{3})"), "e"),
    (re.compile(r"oe(?=[a-z]{3})"), "e"),
)
_LETTERS = re.compile(r"[^\W\d_]+")
_MORE = 3
"""How many times as many papers must have the other spelling for it to be taken."""


def topic_of(request: str) -> str:
    """What a section is asked about, in one line; raises `BadQuestion` where nothing is asked."""
    line = asked(request)
    telling = [part for part in _SENTENCE_END.split(line) if not _only_asks(part)]
    topic = _without_frame(" ".join(telling))
    while (shorter := _TAIL.sub("", topic.rstrip(" .?!,;"))) != topic:
        topic = shorter
    return topic if any(char.isalnum() for char in topic) else line


def _only_asks(sentence: str) -> bool:
    words = _words(sentence)
    return bool(words) and _ASKED_FOR.search(sentence) is not None and all(map(_asks, words))


def _without_frame(request: str) -> str:
    """The request after the longest run of asking words that a preposition or a colon ends."""
    end = 0
    for found in _ENDS.finditer(request):
        frame = request[: found.start()]
        if not all(map(_asks, _words(frame))):
            break
        if _ASKED_FOR.search(frame):
            end = found.end()
    return request[end:]


def _words(text: str) -> list[str]:
    return _WORD.findall(text)


def _asks(word: str) -> bool:
    return all(part in _ASKING for part in word.casefold().split("-"))


def as_spelt(topic: str, catalogue: Catalogue) -> str:
    """The topic with each word in the spelling that most papers of the library use."""
    return _LETTERS.sub(lambda found: _commonest(found[0], catalogue), topic)


def _commonest(word: str, catalogue: Catalogue) -> str:
    others = {other: _papers(other, catalogue) for other in _others(word)}
    best = max(others, key=lambda other: others[other], default=word)
    return best if others.get(best, 0) > _MORE * _papers(word, catalogue) else word


def _others(word: str) -> Iterator[str]:
    for ending, other in _ENDINGS:
        if (changed := ending.sub(other, word)) != word:
            yield changed


def _papers(word: str, catalogue: Catalogue) -> int:
    return min(catalogue.document_frequency(terms(word)).values(), default=0)
