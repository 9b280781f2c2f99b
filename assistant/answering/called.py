"""Papers that a question calls by a name which they introduce: "How many parameters has AlphaFold?" is asked of one."""

import re
from collections.abc import Iterable

from assistant.answering.words import names
from store.catalogue import Catalogue
from store.records import Paper
from store.terms import FRAME, STOPWORDS, terms

MOST_HOLDERS = 2
"""Papers that may mention a name for it to call one of them: "BERT" in many abstracts calls none."""

_LOOKED_AT = 20
_WORD = re.compile(r"[^\W_]+(?:[-'’.][^\W_]+)*")
_INNER_CAPITAL = re.compile(r"[a-z][A-Z]|[A-Z]{2}|[A-Z]\d|\d[A-Z]")
_PRESENTED = r"\b(?:introduc|propos|present|call|nam|dub|term|develop|releas|devis)\w*\b[^.]*?"
_ELSEWHERE = re.compile(
    r"\b(?:than|(?:un)?like|besides|beyond|except|other than|similar to|alternatives? to|instead of|in place of|"
    r"such as|compared (?:to|with)|outperform\w*|beat\w*|surpass\w*|(?:buil\w+|based) (?:up)?on|extend\w*|follow\w*|"
    r"without)"
    r" (?:the |an? )?$",
    re.IGNORECASE,
)
"""What stands before a name where the question is about others."""
_OTHERS = re.compile(r"\b(?:papers|works|studies|articles|alternatives?|others?|related|similar)\b", re.IGNORECASE)

_ASKING = frozenset(
    "explain summarize summarise tell main idea ideas contribution contributions overview detail details result results"
    " finding findings key point points mean means stand stands purpose goal goals aim aims approach approaches method"
    " methods model models framework algorithm system architecture network use uses used using kind kinds type types"
    " way ways much many number long well make makes made sure say says said give gives good bad better best new novel"
    " help helps propose proposes proposed introduce introduces introduced problem problems solve solves tackle tackles"
    " address addresses useful important advantage advantages benefit benefits limitation limitations dataset datasets"
    " data benchmark benchmarks evaluate evaluated experiment experiments tested compare compared baseline baselines"
    " performance achieve achieves achieved reach reaches reached score scores role play plays add adds one two three"
    " faster exactly behind part put versus need needs needed require requires required take takes took".split()
)
"""Words by which one asks of any paper whatever."""


def papers_called(question: str, catalogue: Catalogue, *, several: bool) -> dict[str, list[int]]:
    """The names of the question that a paper or two introduce, each with the numbers of these papers.

    Empty where the question is about others than these ("faster than LS4-Net"), or may be about papers that it
    calls by names unknown here.
    """
    if several and _OTHERS.search(question):
        return {}
    called = {}
    for match in _WORD.finditer(question):
        name = match[0]
        if name in called or not _is_name(name) or _ELSEWHERE.search(question[: match.start()]):
            continue
        if holders := _introducing(name, catalogue):
            called[name] = holders
    unaccounted = names(f"- {nameless(called, question)}")
    return {} if several and unaccounted else called


def nameless(called: Iterable[str], question: str) -> str:
    """The question without these names."""
    left_out = set(called)
    return _WORD.sub(lambda match: "" if match[0] in left_out else match[0], question)


def asked_of_it(rest: str) -> list[str]:
    """The words of a question without its names that not every paper could be asked about, in order, as written."""
    words: dict[str, str] = {}
    for word in _WORD.findall(rest):
        words.setdefault(word.casefold(), word)
    return [word for key, word in words.items() if key not in STOPWORDS | FRAME | _ASKING]


def _is_name(word: str) -> bool:
    """Whether a word can only be the name of something: DrivingWorld, KUDA, PV-RNN; not GPUs, not LM, not RNN-based."""
    first, *others = word.split("-")
    if len(word) < 4 or re.fullmatch(r"[A-Z]{2,}s", word) or any(part.islower() for part in others):
        return False
    return any(_INNER_CAPITAL.search(part) for part in (first, *others))


def _introducing(name: str, catalogue: Catalogue) -> list[int]:
    """The papers that introduce a name, where few mention it at all."""
    wanted = terms(name)
    if not wanted:
        return []
    papers = catalogue.papers(catalogue.lexical(wanted, limit=_LOOKED_AT, allowed=None))
    pattern = rf"(?<![\w-]){re.escape(name)}(?![\w-])"
    holders = [n for n, paper in papers.items() if re.search(pattern, f"{paper.title} {paper.abstract}", re.IGNORECASE)]
    if len(holders) > MOST_HOLDERS:
        return []
    return [number for number in holders if _introduces(papers[number], pattern)]


def _introduces(paper: Paper, pattern: str) -> bool:
    if re.search(pattern, paper.title) or re.search(_PRESENTED + pattern, paper.abstract):
        return True
    return len(re.findall(pattern, paper.abstract)) > 1
