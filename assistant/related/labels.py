"""What a group of papers is about, in words of their own."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from assistant.related.verbs import BASES, for_several
from store.records import Paper
from store.terms import FRAME, STOPWORDS, plain_words, stemmed

LONGEST = 3
"""Words of a label."""

_GENERAL = frozenset(
    "ability accurate across advanced aim algorithm algorithms analyses analysis application applications applied"
    " approach approaches automatic available bad based baseline baselines benchmark benchmarks best better beyond"
    " case case-study challenge challenges code common community compared comparison complex computational"
    " concepts context contexts current data dataset datasets deep demonstrate different directly dynamics effect"
    " effective effectively effects efficient efficiently evaluating evaluation evidence examining existing"
    " experiment experimental experiments exploring extended extensive features findings first framework"
    " frameworks free fully further general general-purpose given good help high higher however human implications"
    " important improve improved improves improving inference information insights introduce introduction"
    " investigating key language languages large learn learned learning leveraging like low main make making many"
    " matching method methods model modeling modelling models multiple need new novel number one open optimization"
    " order outperforms output outputs overview particular pattern patterns performance phase possible potential"
    " practical present previous prior problem problems process processes proposed provide provides quality"
    " question questions range real recent recently recurrent related relative remains report representation"
    " representations research result results rethinking revisiting robust role same scale second sentence"
    " sentence-level sentences set several shared significant significantly simple simulation single small"
    " specific standard state state-of-the-art strategy strong suitable system systems task tasks technique"
    " techniques test theory three throughout time toward towards train trained training two underlying"
    " understanding unified use used useful using various via way ways well widely without work works world year"
    " developed developing"
    " development developments lessons experience may can will could should might must valid words outside output"
    " humans".split()
)
"""Words that name no theme by themselves; within a phrase they may."""

_GENERAL_STEMS = frozenset(stemmed(_GENERAL))
_ADJECTIVE = re.compile(
    r"(?:[ai]ble|[^s]ful|less|(?<!mus|log|top)(?<!metr)(?<!arithmet)ic|ive|ous|al|ary|ly|ed|ish|er than)$"
)
_MINOR = frozenset(
    "et al e.g i.e non vs across within via toward towards among along per versus without upon onto".split()
)
_PIECE = re.compile(r"[^.,;:!?()\[\]“”\"–—/]+")
_WORD = re.compile(r"[^\W_]+(?:[-'’.][^\W_]+)*")


def labels(themes: Sequence[Sequence[Paper]], topic: str, *, each: int = 3) -> list[list[str]]:
    """For each theme up to `each` phrases that its papers share and others lack, the most telling first.

    What most papers have in common, and the words of the topic alone, tell no theme from another.
    """
    known = _stems(topic)
    said = [[_phrases(paper) for paper in theme] for theme in themes]
    found = []
    for place, theme in enumerate(said):
        others = [paper for other, papers in enumerate(said) if other != place for paper in papers]
        found.append(_told_apart(_ranked(theme, others, known), each))
    return found


Phrase = tuple[str, ...]


def _phrases(paper: Paper) -> dict[Phrase, tuple[str, bool]]:
    """The stemmed phrases of a paper: how each is written, and whether its title has it."""
    found: dict[Phrase, tuple[str, bool]] = {}
    for text, in_title in ((paper.title, True), (paper.abstract, False)):
        for piece in _PIECE.findall(text):
            for words in _runs(_WORD.findall(piece)):
                stems = tuple(stemmed(plain for word in words for plain in plain_words(word)))
                if stems:
                    found.setdefault(stems, (_as_written(words), in_title))
    return found


def _runs(words: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(len(words)):
        for length in range(1, LONGEST + 1):
            run = words[start : start + length]
            if len(run) == length and not any(_is_minor(word) for word in run) and _can_stand(run):
                yield run


def _can_stand(run: Sequence[str]) -> bool:
    """Whether the run may be a label: it names something, and does not end in what only goes before a noun."""
    last, first = run[-1].casefold(), run[0].casefold()
    if (
        any(len(word) < 2 or word.isdigit() or word.endswith(("'s", "’s")) for word in run)
        or _ADJECTIVE.search(last)
        or first.endswith("ly")
    ):
        return False
    if for_several(last) and len(run) > 1 and not last.endswith("s"):
        return False
    if len(run) == 1 and last.endswith("ing") and {last[:-3], f"{last[:-3]}e"} & BASES:
        return False
    return any(word.casefold() not in _GENERAL and word.casefold() not in BASES for word in run)


def _is_minor(word: str) -> bool:
    plain = word.casefold()
    return plain in STOPWORDS or plain in FRAME or plain in _MINOR


def _as_written(words: Sequence[str]) -> str:
    """Small letters, but for names and acronyms."""
    return " ".join(
        word if any(char.isupper() for char in word[1:]) or any(map(str.isdigit, word)) else word.lower()
        for word in words
    )


def _ranked(
    theme: list[dict[Phrase, tuple[str, bool]]], others: list[dict[Phrase, tuple[str, bool]]], known: set[str]
) -> list[tuple[Phrase, str]]:
    held = Counter(phrase for paper in theme for phrase in paper)
    elsewhere = Counter(phrase for paper in others for phrase in paper)
    titled = Counter(phrase for paper in theme for phrase, (_, in_title) in paper.items() if in_title)
    scores = {}
    for phrase, count in held.items():
        if (count < 2 and len(theme) > 1) or set(phrase) <= known | _GENERAL_STEMS:
            continue
        share = count / len(theme) - elsewhere[phrase] / max(1, len(others))
        length = (1.0, 1.35, 1.5)[min(len(_commonest(phrase, theme).split()), 3) - 1]
        if not titled[phrase] and len(phrase) == 1:
            continue
        doubtful = titled[phrase] < (2 if len(phrase) == 1 and len(theme) >= LONGEST else 1)
        length *= 0.3 if doubtful else 1.0
        scores[phrase] = share * length * (1.0 + 0.5 * min(1, titled[phrase]) + 0.1 * titled[phrase])
    best = sorted((phrase for phrase in scores if scores[phrase] > 0), key=lambda phrase: (-scores[phrase], phrase))
    return [(phrase, _commonest(phrase, theme)) for phrase in best[:30]]


def _commonest(phrase: Phrase, theme: list[dict[Phrase, tuple[str, bool]]]) -> str:
    """As most papers write it; of a thing and its plural the plural, which needs no article."""
    written = Counter(paper[phrase][0] for paper in theme if phrase in paper)
    best = max(written, key=lambda text: (written[text], text))
    return f"{best}s" if f"{best}s" in written else best


def _told_apart(ranked: list[tuple[Phrase, str]], each: int) -> list[str]:
    """The best phrases, none of which repeats the words of a better one."""
    kept: list[str] = []
    used: set[str] = set()
    for phrase, written in ranked:
        if not set(phrase) & used:
            kept.append(written)
            used |= set(phrase)
        if len(kept) == each:
            break
    return kept


def _stems(text: str) -> set[str]:
    """The stems of a topic, and of the capitals by which it may be called: MT for machine translation."""
    words = [word for word in plain_words(text) if word not in STOPWORDS]
    initials = {
        "".join(word[0] for word in words[a:b]) for a in range(len(words)) for b in range(a + 2, len(words) + 1)
    }
    return set(stemmed([*words, *initials]))
