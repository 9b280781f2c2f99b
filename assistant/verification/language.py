"""A text as the guards read it: sentences of tokens with Snowball stems, clauses and polarity, decided once."""

import re
from dataclasses import dataclass
from functools import lru_cache

from store.sentences import sentences
from store.terms import STOPWORDS, folded, stem

NEGATIONS = frozenset("not no never none neither nor cannot nothing nobody".split())
_REPORTING = frozenset(
    "we our authors author paper study work article research report reports reported show shows showed shown find"
    " finds found demonstrate demonstrates demonstrated present presents presented propose proposes proposed introduce"
    " introduces introduced describe describes described result results suggest suggests suggested indicate indicates"
    " indicated reveal reveals revealed observe observed conclude concludes concluded here novel new approach method"
    " called named based using use uses used via according respectively also however thus therefore they it their"
    " this these which that".split()
)
_EXTRA_STOPS = frozenset(
    "within without among across upon per whereas while although though may might can could should would will shall"
    " must one two both each every any all some many most much several few one's i.e e.g etc vs versus via than as if"
    " whether did do does done had has have been being be am is are was were becomes become became get gets got"
    " still yet even just rather quite so such there then".split()
)
FUNCTION_WORDS = STOPWORDS | _EXTRA_STOPS

_CLEAN = (
    (re.compile(r"\\(%|&|#|_|\$)"), r"\1"),
    (re.compile(r"\\times\b|×"), " x "),
    (re.compile(r"(?<=\d)·(?=\d)"), "."),
    (re.compile(r"[–—−‐‑―]"), "-"),
    (re.compile(r"[‘’ʼ]"), "'"),
    (re.compile(r"[${}~]|\\(?:textbf|emph|textit|text|mathrm|mathbf|rm)\b"), " "),
)
_TOKEN = re.compile(
    r"\d+(?:,\d{3})+(?:\.\d+)?(?![\d])|\d+\.\d+|\.\d+(?=\D|$)|\d+|[^\W\d_]+(?:'[^\W\d_]+)?|%|[^\w\s]", re.UNICODE
)
_BREAKS = frozenset(",;:()[]")
_CLAUSE_WORDS = frozenset("and but while whereas although though however or yet".split())


@dataclass(frozen=True, slots=True)
class Token:
    """A word, number or sign: `clause` counts the stretches between commas, brackets and conjunctions.

    `glued` says that it touches the token before it without a space ("4" in "GPT4").
    """

    text: str
    lower: str
    stem: str
    clause: int
    glued: bool

    @property
    def is_word(self) -> bool:
        return self.text[0].isalpha()

    @property
    def tells(self) -> bool:
        """Whether it carries meaning of its own."""
        return self.is_word and self.lower not in FUNCTION_WORDS


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence, read."""

    text: str
    tokens: tuple[Token, ...]

    @property
    def lowers(self) -> list[str]:
        return [token.lower for token in self.tokens]

    @property
    def words(self) -> frozenset[str]:
        """All words in lower case."""
        return frozenset(token.lower for token in self.tokens if token.is_word)

    @property
    def stems(self) -> frozenset[str]:
        """Stems of the words that carry meaning, reporting words left out."""
        return frozenset(t.stem for t in self.tokens if t.tells and t.lower not in _REPORTING)


def cleaned(text: str) -> str:
    """The text without LaTeX, dashes and apostrophes in one form."""
    for pattern, by in _CLEAN:
        text = pattern.sub(by, text)
    return text


@lru_cache(maxsize=8192)
def statement(text: str) -> Statement:
    """Read one sentence."""
    plain = cleaned(text)
    tokens: list[Token] = []
    clause, end = 0, -1
    for found in _TOKEN.finditer(plain):
        word = found[0]
        lower = folded(word) or word
        if lower in _BREAKS or lower in _CLAUSE_WORDS:
            clause += 1
        tokens.append(Token(word, lower, stem(lower), clause, found.start() == end))
        end = found.end()
    return Statement(text, tuple(tokens))


@lru_cache(maxsize=1024)
def statements(text: str) -> tuple[Statement, ...]:
    """Read a text sentence by sentence."""
    return tuple(statement(s.text) for s in sentences(text))


def coverage(claim: Statement, evidence: Statement) -> float:
    """Share of the claim's telling stems that the evidence has."""
    said = claim.stems
    return len(said & evidence.stems) / len(said) if said else 0.0
