"""HTML and JATS markup as readable text, and the labels that exports glue to abstracts."""

import html
import re
from collections.abc import Callable

from store.readers.latex import readable as without_latex
from store.readers.plain import clean, squeeze

_TAG = re.compile(
    r"<(?P<end>/?)(?:jats:|mml:|m:)?(?P<tag>[a-z][a-z0-9-]{0,20})(?:\s+[\w:-]+\s*=\s*(?:\"[^\"<>]*\"|'[^'<>]*'))*\s*/?>",
    re.IGNORECASE,
)
_INLINE = frozenset(
    """a abbr b bdi bdo big bold cite code dfn em font i inf ins italic kbd mark math mfenced mi mn mo monospace mrow
    ms mspace mstyle msub msubsup msup mtext named-content overline q roman s sans-serif sc scp semantics small span
    strike strong styled-content sub sup tt u underline var xref""".split()
)
_BLOCK = frozenset(
    """abstract blockquote br disp-formula dd div dl dt h1 h2 h3 h4 h5 h6 hr inline-formula label li list list-item ol
    p pre sec section title ul""".split()
)
_ENTITY = re.compile(r"&(?:amp;)?(#[0-9]{1,6}|#x[0-9a-f]{1,5}|[a-z]{2,8}[0-9]{0,2});", re.IGNORECASE)
_LATEX = re.compile(r"\\[a-zA-Z]+\s*[{^_\\$]|\$[^$]{0,80}[\\^_][^$]{0,80}\$|\\['\"`^~=.]\{?[a-zA-Z]")
_HEADING = re.compile(r"^\s*(?:<[^<>]{1,60}>\s*)*abstract\s*(?:</[^<>]{1,60}>\s*|&nbsp;|\u00a0)+", re.IGNORECASE)
_LABEL = re.compile(
    r"^[\W_]*(?:"
    r"(?i:abstract|summary)\s?[:\u2013\u2014|][\s,;.]*"
    r"|(?:Abstract|ABSTRACT)\.?\s*[-\u2014]\s*(?=[A-Z])"
    r"|(?:Abstract|ABSTRACT)\.\s+(?=[A-Z])"
    r"|(?:Abstract|ABSTRACT|Summary)(?=(?:[A-Z][a-z]|(?:We|In|A|An|It) |[A-Z]{4}))"
    r"|ABSTRACT\s+(?=[A-Z])"
    r"|Abstract\s+(?=(?:We|This|The|In|Here|Our|These|It|There|Background|BACKGROUND|Objectives?|OBJECTIVES?|Purpose"
    r"|PURPOSE|Aims?|AIMS?|Introduction|INTRODUCTION|Context|Motivation|Recent|Although|While|As|For|An?)\b)"
    r")"
)
_NONE = re.compile(
    r"\W*(?:no abstract(?: (?:is )?available|\w* provided)?|abstract (?:not|un)\s?available|n/?a)\W*", re.I
)


def readable(text: str) -> str:
    """The text on one line without markup: HTML, JATS, and LaTeX where there is some."""
    plain = without_tags(text)
    return without_latex(plain) if _LATEX.search(plain) else squeeze(plain)


def without_tags(text: str) -> str:
    """The text without HTML and JATS tags and entities; all else, spaces too, is as it was."""
    if "&" in text:
        text = _ENTITY.sub(_character, text)
    if "<" not in text:
        return clean(text)
    return clean(_TAG.sub(_untagged, text))


def abstract(text: str, read: Callable[[str], str] = readable) -> str:
    """A readable abstract without the label in front of it; empty where it only says that there is none."""
    return unlabelled(read(_HEADING.sub("", text)))


def unlabelled(text: str) -> str:
    """The abstract without a label such as "Abstract:"; empty where it only says that there is none."""
    if _NONE.fullmatch(text[:60]):
        return ""
    label = _LABEL.match(text[:80])
    rest = text[label.end() :] if label else ""
    return rest or text


def _character(found: re.Match[str]) -> str:
    text = f"&{found[1]};"
    return html.unescape(text).replace("\xa0", " ")


def _untagged(found: re.Match[str]) -> str:
    tag = found["tag"].lower()
    if tag in {"sup", "msup"} and not found["end"]:
        return _raised(found)
    if tag in _BLOCK:
        return " "
    return "" if tag in _INLINE else found[0]


def _raised(found: re.Match[str]) -> str:
    """A power needs its sign, or 10<sup>3</sup> would read 103; the figure of an isotope or a footnote does not."""
    before, after = found.string[: found.start()][-1:], found.string[found.end() :][:2]
    is_power = (before.isdigit() and after[:1].isalnum()) or (
        before.isalnum() and after[:1] in {"-", "\u2212", "\u2013"}
    )
    return "^" if is_power else ""
