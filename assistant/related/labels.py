"""What a group of papers is about, in noun phrases of their own."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass

from store.records import Paper
from store.terms import FRAME, STOPWORDS, plain_words, stemmed

MOST = 0.51
"""Share of a theme's papers that must hold the words of its name: more than half."""

TITLED = 0.4
"""What it counts for a phrase that all titles of a group have it."""

ELSEWHERE = 0.6
"""What it costs a phrase that all papers outside the group hold it."""

BY_LENGTH = {1: 0.8, 2: 1.0, 3: 1.15, 4: 1.1, 5: 1.0}
"""How well phrases of so many words name a theme."""

COMMAND = 0.4
"""Share of a word's occurrences that follow "we", "to" or "can" from which it is a verb."""

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
    " developed developing development developments lessons experience may can will could should might must valid"
    " words outside output humans patients treatment level levels cells cell study group groups role function"
    " accuracy score scores f1 performance paper authors english subtask subtasks insight insights".split()
)
"""Words that name no theme by themselves; within a phrase they may."""

_GENERAL_STEMS = frozenset(stemmed(_GENERAL))
_MINOR = frozenset(
    "et al e.g i.e non vs across within via toward towards among along per versus without upon onto using based used"
    " show shows shown still yet propose proposes proposed present presents introduce introduces provide provides given"
    " however therefore thus moreover furthermore can may well finally first second third new novel".split()
)
_COMMANDING = frozenset("we to can could will would may might must should they i cannot not".split())
_DETERMINERS = frozenset("the a an of this these their our its several many both".split())
_NO_HEAD = re.compile(
    r"(?:[ai]ble|[^s]ful|less|(?<!mus|log|top)(?<!metr)(?<!arithmet)(?<!semant)ic|ive|ous|[^rntv]al|ary|ly|ed|ish|ant|"
    r"(?<!segm)(?<!docum)(?<!treatm)(?<!environm)(?<!alignm)(?<!sentim)(?<!experim)(?<!elem)ent|higher|lower|still)$"
)
"""How words end that are adjectives or participles, and cannot be the head of a phrase."""

_PIECE = re.compile(r"[^.,;:!?()\[\]“”\"–—/]+")
_WORD = re.compile(r"[^\W_]+(?:[-'’.][^\W_]+)*")

Stems = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Words:
    """Words that the papers use as verbs more often than as nouns, and those that somewhere follow a determiner."""

    verbs: Set[str]
    nouns: Set[str]


@dataclass(frozen=True, slots=True)
class _Read:
    """A paper: its phrases by their stems, as they are written; those of its title; and all stems that it holds."""

    phrases: dict[Stems, str]
    titled: Set[Stems]
    stems: Set[str]


def labels(
    groups: Sequence[Sequence[Paper]],
    topic: str,
    *,
    each: int = 3,
    words: tuple[int, int] = (2, 5),
    least: float = MOST,
) -> list[list[str]]:
    """For each group up to `each` phrases of so many `words`, the most telling first.

    A phrase stands in two papers of the group at least, and its words in a share of `least` of them. What only repeats
    the topic names no group.
    """
    everything = [paper for group in groups for paper in group]
    used = _Words(_following(everything, _COMMANDING, COMMAND), _following(everything, _DETERMINERS))
    read = [[_read(paper, used, words) for paper in group] for group in groups]
    known = _known(topic)
    found = []
    for place, group in enumerate(read):
        others = [paper for other, papers in enumerate(read) if other != place for paper in papers]
        found.append(_told_apart(_ranked(group, others, known, least), each))
    return found


def _ranked(group: Sequence[_Read], others: Sequence[_Read], known: Set[str], least: float) -> list[tuple[Stems, str]]:
    """The phrases of a group and how they are written, the most telling first."""
    in_text = Counter(phrase for paper in group for phrase in paper.phrases)
    in_titles = Counter(phrase for paper in group for phrase in paper.titled)
    worth = {}
    for phrase, count in in_text.items():
        if (count < 2 and len(group) > 1) or set(phrase) <= known | _GENERAL_STEMS:
            continue
        share = _held(phrase, group)
        if share < least:
            continue
        told = (share + count / len(group)) / 2 - ELSEWHERE * _held(phrase, others)
        worth[phrase] = (told + TITLED * in_titles[phrase] / len(group)) * BY_LENGTH.get(len(phrase), 1.0)
    best = sorted((phrase for phrase in worth if worth[phrase] > 0), key=lambda phrase: (-worth[phrase], phrase))
    return [(phrase, _commonest(phrase, group)) for phrase in best[:30]]


def _held(phrase: Stems, papers: Sequence[_Read]) -> float:
    """The share of papers that hold all words of a phrase."""
    return sum(set(phrase) <= paper.stems for paper in papers) / max(1, len(papers))


def _read(paper: Paper, used: _Words, words: tuple[int, int]) -> _Read:
    titled = dict(_phrases(paper.title, used, words))
    phrases = titled | dict(_phrases(paper.abstract, used, words))
    stems = set(stemmed(plain_words(f"{paper.title} {paper.abstract}")))
    return _Read(phrases, titled.keys(), stems)


def _phrases(text: str, used: _Words, words: tuple[int, int]) -> Iterator[tuple[Stems, str]]:
    """Noun phrases: the ends of runs of words that no preposition, verb or punctuation interrupts."""
    fewest, most = words
    for piece in _PIECE.findall(text):
        for run in _runs(_WORD.findall(piece), used.verbs):
            for length in range(fewest, min(most, len(run)) + 1):
                phrase = run[-length:]
                if _can_stand(phrase, used) and (stems := _stems(phrase)):
                    yield stems, _as_written(phrase)


def _runs(words: Sequence[str], verbs: Set[str]) -> Iterator[list[str]]:
    run: list[str] = []
    for word in words:
        plain = word.casefold()
        if plain in STOPWORDS or plain in FRAME or plain in _MINOR or plain.endswith("ly") or _is_verb(plain, verbs):
            yield run
            run = []
        else:
            run.append(word)
    yield run


def _can_stand(phrase: Sequence[str], used: _Words) -> bool:
    """Whether the phrase has a noun for its head, and no gerund that takes an object before it."""
    first, head = phrase[0].casefold(), phrase[-1].casefold()
    if any(len(word) < 2 or word.isdigit() or word.endswith(("'s", "’s")) for word in phrase) or _NO_HEAD.search(head):
        return False
    if len(phrase) == 1 and head not in used.nouns:
        return False
    bases = {first[:-3], f"{first[:-3]}e"} if first.endswith("ing") else set()
    return not bases & used.verbs and any(word.casefold() not in _GENERAL for word in phrase)


def _is_verb(plain: str, verbs: Set[str]) -> bool:
    return plain in verbs or (plain.endswith("s") and plain[:-1] in verbs)


def _following(papers: Sequence[Paper], leads: Set[str], share: float = 0.0) -> Set[str]:
    """Words that follow one of `leads` in more than this share of their occurrences."""
    seen, led = Counter[str](), Counter[str]()
    for paper in papers:
        words = [word.casefold() for word in _WORD.findall(f"{paper.title}. {paper.abstract}")]
        for before, word in zip(["", *words], words, strict=False):
            seen[word] += 1
            led[word] += before in leads
    return {word for word, count in led.items() if count and count >= share * seen[word]}


def _stems(phrase: Sequence[str]) -> Stems:
    return tuple(stemmed(plain for word in phrase for plain in plain_words(word)))


def _as_written(words: Sequence[str]) -> str:
    """Small letters, but for names and acronyms."""
    return " ".join(
        word
        if any(map(str.isdigit, word)) or any(part[1:] != part[1:].lower() for part in word.split("-"))
        else word.lower()
        for word in words
    )


def _commonest(phrase: Stems, group: Sequence[_Read]) -> str:
    """As most papers write it; of a thing and its plural the plural, which needs no article."""
    written = Counter(paper.phrases[phrase] for paper in group if phrase in paper.phrases)
    best = max(written, key=lambda text: (written[text], text))
    return f"{best}s" if f"{best}s" in written else best


def _told_apart(ranked: Sequence[tuple[Stems, str]], each: int) -> list[str]:
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


def _known(topic: str) -> set[str]:
    """The stems of a topic, and of the capitals by which it may be called: MT for machine translation."""
    words = [word for word in plain_words(topic) if word not in STOPWORDS]
    initials = {
        "".join(word[0] for word in words[a:b]) for a in range(len(words)) for b in range(a + 2, len(words) + 1)
    }
    return set(stemmed([*words, *initials]))
