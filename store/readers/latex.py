r"""LaTeX as readable text: `G{\"o}del's $\alpha$` becomes text without markup.

pylatexenc gives the symbols only. Its own conversion takes 8 ms an abstract, fails on some input and
drops what it does not know; here one pass over the text drops the markup and keeps every word.
"""

import re
import unicodedata
from functools import cache, lru_cache

from pylatexenc.latex2text import get_default_latex_context_db

from store.readers.plain import squeeze

_MARKUP = re.compile(r"[\\${}~]|--|``|''")
_EITHER = re.compile(
    r"\\ifmmode(?![A-Za-z])(?P<formula>(?:(?!\\ifmmode|\\fi(?![A-Za-z])).)*?)"
    r"(?:\\else(?![A-Za-z])(?P<text>(?:(?!\\ifmmode|\\fi(?![A-Za-z])).)*?))?\\fi(?![A-Za-z])(?:\{\}|\s+)?",
    re.DOTALL,
)
# A dollar sign before a figure is money when its partner stands after a space or before a figure.
_MATH = re.compile(r"(?<!\\)(\${1,2})(?!\d[^$]*(?:\s\$|\$\d))([^$]+)\1")
_GROUP = r"\s*\{([^{}]{0,400}+(?:\{[^{}]{0,400}+\}[^{}]{0,400}+){0,9}+)\}"
_SUBSCRIPT = re.compile(r"(?<!\\)\$_\{?([\w.+-]*)\}?\$")
_FRACTION = re.compile(rf"\\[dt]?frac{_GROUP}{_GROUP}")
_ROOT = re.compile(rf"\\sqrt{_GROUP}")
_DEGREE = re.compile(r"(?:\$\^\s*\{?\s*\\circ\s*\}?\$|\^\s*\{?\s*\\circ(?![a-zA-Z])\s*\}?)(?:\s*(?=[CKF]\b))?")
_MICRO = re.compile(r"(?:(?<=\\mu)|(?<=\\textmu))\s+(?=(?:\{?\\(?:rm|mathrm|text)\s*\{?\s*)?[smgAVWLlJFHNeM][a-z]?\b)")
_POWER = re.compile(r"\\textsuperscript\s*\{(?=[-+]?\d)")
_TOKEN = re.compile(
    r"""
      \\(?P<unseen>[vh]?phantom|label|cite[a-z]*\*?|ref|color|textcolor|[vh]space\*?|begin|end|href
        |texorpdfstring)\s*(?:\{(?:[^{}\\]|\\.){0,400}\}|\\.)
    | \\(?P<accent>['`"=.]|[\^~](?!\s*\{?\d)|(?:[Hbcdkruv]|bar|overline|(?:wide)?hat
        |(?:wide)?tilde|vec|d?dot|check|acute|grave|breve|mathring|ocirc)(?![A-Za-z]))
        \s*(?:\{\s*)?(?:\\(?P<special>[ao]e|A[EA]|OE|aa|[oOlLij])(?![A-Za-z])|(?P<letter>[^\W_]))
    | \\(?P<word>[A-Za-z]+)\*?(?P<gap>\s*)(?P<group>(?=\{\s*[^\s}]))?
    | \\(?P<escaped>.)
    | (?P<tie>(?<=[\w.,:)}])~)
    | (?P<mark>(?<!-)-{2,3}(?!-)|``|'')
    | (?P<brace>[{}])
    """,
    re.VERBOSE | re.DOTALL,
)
_ABOVE = {
    "'": "\u0301",
    "`": "\u0300",
    "^": "\u0302",
    '"': "\u0308",
    "~": "\u0303",
    "=": "\u0304",
    ".": "\u0307",
}
_LETTERED = {"H": "\u030b", "r": "\u030a", "u": "\u0306", "v": "\u030c"}
_BELOW = {"b": "\u0331", "c": "\u0327", "d": "\u0323", "k": "\u0328"}
_IN_FORMULAS = {
    "bar": "\u0304",
    "overline": "\u0305",
    "hat": "\u0302",
    "tilde": "\u0303",
    "vec": "\u20d7",
    "dot": "\u0307",
    "ddot": "\u0308",
    "widehat": "\u0302",
    "widetilde": "\u0303",
    "check": "\u030c",
    "acute": "\u0301",
    "grave": "\u0300",
    "breve": "\u0306",
    "mathring": "\u030a",
}
_ACCENTS = _ABOVE | _LETTERED | _BELOW | _IN_FORMULAS | {"ocirc": "\u030a"}
_LETTER = re.compile(
    r"""\\(?:['`"^~=.]|[Hbcdkruv](?![A-Za-z]))\s*(?:\{\s*\\?[^\W\d_]{1,2}\s*\}|\\[ij](?![A-Za-z])(?:\s+|\{\})?|[^\W\d_])
    |\\(?:[ao]e|A[EA]|OE|aa|[oOlLij]|ss|d[hj]|D[HJ]|th|TH|ng|NG)(?![A-Za-z])(?:\s+|\{\})?""",
    re.VERBOSE,
)
_BRACED_LETTER = re.compile(r"(\\[A-Za-z]+\*?\s*\{)|\{([^\W\d_][\u0300-\u036f]?)\}")
_MARKS = {"--": "\u2013", "---": "\u2014", "``": "\u201c", "''": "\u201d"}
_ESCAPES = dict.fromkeys(" \n\t,;:>\\", " ") | dict.fromkeys("!/-()[]", "")
_LETTERS = re.compile(r"[ao]e|A[EA]|OE|aa|[oOlLij]|ss|d[hj]|D[HJ]|th|TH|ng|NG")
_SWITCHES = re.compile(
    r"em|it|bf|sc|tt|rm|sl|sf|itshape|bfseries|scshape|normalfont|small|large|left|right|[bB]igg?"
    r"|(?:display|text)style|limits|not|relax|protect|noindent|centering|discretionary"
)
_FURTHER = {
    "par": " ",
    "ud": " ",
    "newline": " ",
    "item": " ",
    "slash": "/",
    "degree": "°",
    "S": "§",
    "neg": "¬",
    "cprime": "\u02b9",
    "varGamma": "\u0393",
    "TeX": "TeX",
    "LaTeX": "LaTeX",
    "textless": "<",
    "textgreater": ">",
    "textbar": "|",
    "textbraceleft": "{",
    "textbraceright": "}",
    "textasciicircum": "^",
    "textquotedbl": '"',
}


@lru_cache(maxsize=4096)
def readable(text: str) -> str:
    """The text with its LaTeX markup resolved, on one line."""
    if not _MARKUP.search(text):
        return squeeze(text)
    text = _MICRO.sub("{}", _DEGREE.sub("°", as_text(text)))
    text = _MATH.sub(r"{\2}", _SUBSCRIPT.sub(r"\1", text))
    text = _POWER.sub("^{", _ROOT.sub(r"√({\1})", _FRACTION.sub(r"{\1}/{\2}", text)))
    return squeeze(unicodedata.normalize("NFC", _TOKEN.sub(_resolved, text)))


def lettered(text: str) -> str:
    """The text with its accents and letters resolved; braces around anything else, and other commands, stay."""
    if "\\" not in text:
        return text
    text = _LETTER.sub(lambda found: _TOKEN.sub(_resolved, found[0]), as_text(text))
    return unicodedata.normalize("NFC", _BRACED_LETTER.sub(lambda found: found[1] or found[2], text))


def as_text(text: str) -> str:
    r"""What `\ifmmode a\else b\fi` prints in running text, which is b."""
    while "\\ifmmode" in text:
        text, count = _EITHER.subn(lambda found: (found["text"] or "").strip() or found["formula"].strip(), text)
        if not count:
            break
    return text


def _resolved(token: re.Match[str]) -> str:
    match token.lastgroup:
        case "special" | "letter":
            return _accented(token)
        case "word" | "gap" | "group":
            return _named(token)
        case "escaped":
            return _ESCAPES.get(token["escaped"], token["escaped"])
        case "tie":
            return " "
        case "mark":
            return _MARKS[token["mark"]]
        case _:
            return ""


def _accented(token: re.Match[str]) -> str:
    special = token["special"] or ""
    letter = token["letter"] or (special if special in {"i", "j"} else _symbols()[special])
    return letter + _ACCENTS[token["accent"]]


def _named(token: re.Match[str]) -> str:
    """What a command stands for: a symbol, nothing (a font, a frame), or its own name when unknown."""
    word, gap = token["word"], token["gap"]
    if _SWITCHES.fullmatch(word):
        return ""
    symbol = _symbols().get(word) or _symbols().get(word.removeprefix("text"))
    if symbol is None:
        return "" if token["group"] is not None else word + gap
    if symbol == word and token.string[token.start() - 1 : token.start()].isalnum():
        return f" {symbol}{gap}"  # as in "n log n"
    return symbol if _LETTERS.fullmatch(word) else symbol + gap


@cache
def _symbols() -> dict[str, str]:
    specs = get_default_latex_context_db().iter_macro_specs()
    symbols = {spec.macroname: spec.simplify_repl for spec in specs}
    plain = {name: text for name, text in symbols.items() if isinstance(text, str) and "%" not in text}
    return plain | {"i": "i", "j": "j", "today": "today"} | _FURTHER
