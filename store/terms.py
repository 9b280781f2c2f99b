"""Terms: the words of a text as the full text holds them. The only module that imports the stemmer."""

import re
import unicodedata
from collections.abc import Iterable

import Stemmer

from store.records import Paper

STOPWORDS = frozenset(
    "a about after all also am an and any anyone are as at be because been before being between both but by can"
    " could did do does doing during each for from further had has have having he her here him his how i if in into"
    " is it its itself just me more most my no nor not of off on once only or other our out over own same she should"
    " so some such than that the their them then there these they this those through to too under until up very was"
    " we were what when where which while who whom whose why will with would you your".split()
)

FRAME = frozenset(
    "article articles paper papers publication publications work works study studies author authors interested"
    " interest find list describe describing discuss discussing discusses discussed concerning concerned concern"
    " regarding related relate information know known want wanted looking like please give written write wrote dealing"
    " deal deals anything something etc various available show any exist exists investigate investigated technique"
    " topic subject literature reference references".split()
)
"""Words in which a question is asked, rather than what it asks about."""

TITLE_WEIGHT = 3
"""How often a word of the title counts; 3 and 4 measured best in `benchmarks.retrieval`."""

_VENUE_FRAME = frozenset(
    "proceedings conference journal international transactions annual meeting workshop symposium association"
    " letters review volume proc conf int trans intl".split()
)
_UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"
_WORD = re.compile(rf"[{_UNSPACED}]|(?:(?![{_UNSPACED}])[^\W_])+")
_stemmer = Stemmer.Stemmer("english")
_stemmer.maxCacheSize = 50_000


def folded(text: str) -> str:
    """The text without case and accents."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return "".join(char for char in plain if not unicodedata.combining(char))


def plain_words(text: str) -> list[str]:
    """All words of a text, folded, in order; scripts without spaces are taken sign by sign."""
    return _WORD.findall(folded(text))


def stemmed(words: Iterable[str]) -> list[str]:
    """Snowball stems of folded words (Porter, 2001), stop words left out."""
    return list(_stemmer.stemWords([word for word in words if word not in STOPWORDS]))


def stem(word: str) -> str:
    """The Snowball stem of one folded word."""
    return str(_stemmer.stemWord(word))


def terms(text: str) -> list[str]:
    """The terms of a text, in order and with repetitions."""
    return stemmed(plain_words(text))


def asked_terms(question: str) -> list[str]:
    """The terms a question is searched by: what it asks about, or all of its words where nothing else is left."""
    words = plain_words(question)
    return stemmed(word for word in words if word not in FRAME) or stemmed(words) or list(_stemmer.stemWords(words))


def terms_of(paper: Paper) -> list[str]:
    """What the full text holds of a paper."""
    authors = [name for author in paper.authors for name in plain_words(author)]
    venue = stemmed(word for word in plain_words(paper.venue) if word not in _VENUE_FRAME)
    title = terms(paper.title) or list(_stemmer.stemWords(plain_words(paper.title)))
    return [*title * TITLE_WEIGHT, *terms(paper.abstract), *_stemmer.stemWords(authors), *venue]
