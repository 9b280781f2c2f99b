"""A topic spelt as the library spells it: British or American, whichever more of its papers write."""

import re
from collections.abc import Iterator

from store.catalogue import Catalogue
from store.terms import terms

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
_WORD = re.compile(r"[^\W\d_]+")
_MORE = 3
"""How many times as many papers must have the other spelling for it to be taken."""


def as_spelt(topic: str, catalogue: Catalogue) -> str:
    """The topic with each word in the spelling that most papers of the library use."""
    return _WORD.sub(lambda found: _commonest(found[0], catalogue), topic)


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
