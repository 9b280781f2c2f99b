"""HTML and JATS markup as readable text, and the labels that exports glue to abstracts."""

import html
import re
from collections.abc import Callable, Mapping

from store.readers.latex import as_text
from store.readers.latex import readable as without_latex
from store.readers.plain import clean, squeeze

_TAG = re.compile(
    r"<(?P<end>/?)(?P<prefix>(?:jats|mml|m|ce|sb|xocs|x?html):)?(?P<tag>[a-z][a-z0-9-]{0,24})"
    r"(?P<attributes>(?(prefix)(?:\s[^<>]*)?"
    r"|(?:\s+[\w:-]+\s*=\s*(?:[\"\u201c\u201d][^\"<>]*?[\"\u201c\u201d]|['\u2018\u2019][^'<>]*?['\u2018\u2019]|[\w.#%-]+))*\s*/?))>",
    re.IGNORECASE,
)
_INLINE = frozenset(
    """a abbr alternatives b bdi bdo bf big bold citationref cite code dfn em emph emphasis equationsource ext-link
    externalref fixed-case fn font formula graphic hi i inf inline-graphic inlineequation ins institution internalref it
    ital italic kbd mark math monospace mrow mi mn mo ms mspace mstyle msub msubsup msup mtext named-content overline
    private-char q refsource reftarget rm roman s sans-serif sc scp semantics small small-caps smallcap smallcaps span
    stack strike strong styled-content sub subscript sup superscript tex tex-math texmath tt u underline uri var
    xref""".split()
)
_BLOCK = frozenset(
    """abstract abstract-sec abstractheading abstractsection abstracttext article-title blockquote boxed-text br break
    dd def-item def-list disp-formula disp-quote div dl dt equation h1 h2 h3 h4 h5 h6 heading hr inline-formula
    itemcontent kwd-group label li list list-item newline ol orderedlist p para pre sec section section-title
    simple-para simplepara statement table tbody td th thead title tr trans-abstract ul unorderedlist""".split()
)
_ALONE = frozenset("p br break hr li dd dt td tr math mrow msub msup msubsup mstyle mspace mtext jats sec para".split())
"""Tags that may stand without their ends; others are a quantity, as in `a<b>c`, or a word, as in `the <s> token`."""

_NO_TEXT = re.compile(r"<!--(?:(?!<!--).)*?-->|<!\[CDATA\[|\]\]>|<\?[a-z][^<>]*\?>", re.DOTALL | re.IGNORECASE)
_FORMULA = re.compile(
    r"<(?:mml:|m:)?math(?:\s[^<>]*)?>(?P<inner>(?:(?!<(?:mml:|m:)?math[\s>]).)*?)</(?:mml:|m:)?math\s*>",
    re.DOTALL | re.IGNORECASE,
)
_FORMULA_TAG = re.compile(r"<(?P<end>/?)(?:mml:|m:)?(?P<tag>[a-z]+)(?:\s[^<>]*?)?(?P<empty>/?)>", re.IGNORECASE)
_TEX = r"<(?P<tex>tex-math|equationsource(?=\s[^<>]*tex))\b[^<>]*>(?:(?!<(?P=tex)\b).)*?</(?P=tex)\s*>"
_BETWEEN_FORMS = r"(?:\s|</?(?:alternatives|inline-graphic|graphic|equationsource)\b[^<>]*>)*"
_TEX_BESIDE_MATHML = re.compile(rf"{_TEX}(?={_BETWEEN_FORMS}<(?:mml:|m:)?math[\s>])", re.DOTALL | re.IGNORECASE)
_TEX_AFTER_MATHML = re.compile(rf"(</(?:mml:|m:)?math\s*>{_BETWEEN_FORMS}){_TEX}", re.DOTALL | re.IGNORECASE)
_TEX_FRAME = re.compile(
    r"\\documentclass(?:(?!\\documentclass).)*?\\begin\s*\{document\}|\\end\s*\{document\}", re.DOTALL
)
_UNSEEN = str.maketrans("", "", "\u2061\u2062\u2063\u2064")
_BEFORE = "\ue000"
"""Stands in a formula where what follows belongs before its base, as the number of an isotope does."""

_ENTITY = re.compile(r"&(?:amp;)?(#[0-9]{1,6}|#x[0-9a-f]{1,5}|[a-z]{2,8}[0-9]{0,2});", re.IGNORECASE)
_LATEX = re.compile(r"\\[a-zA-Z]+\s*[{}^_\\$]|\$[^$]{0,80}[\\^_][^$]{0,80}\$|\\['\"`^~=.]\{?[a-zA-Z]")
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
    """The text on one line without markup: HTML, JATS, MathML, publishers' tags, and LaTeX where there is some."""
    return from_latex(text) if _LATEX.search(text) else squeeze(without_tags(text))


def from_latex(text: str) -> str:
    """As `readable`, for a text that is in LaTeX."""
    return squeeze(without_tags(without_latex(_in_one_form(text))))


def without_tags(text: str) -> str:
    """The text without tags, entities and MathML; all else, spaces and LaTeX too, is as it was."""
    if "\\ifmmode" in text:
        text = as_text(text)
    if "&" in text:
        text = _ENTITY.sub(_character, text)
    if "<" not in text:
        return clean(text)
    text = _FORMULA.sub(lambda found: _formula(found["inner"]), _in_one_form(text))
    ends = {found["tag"].lower(): found.start() for found in _TAG.finditer(text) if found["end"]}
    return clean(_TAG.sub(lambda found: _untagged(found, ends), text))


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


def _in_one_form(text: str) -> str:
    """The text without comments; a formula that stands there in TeX and in MathML, in MathML only."""
    if "<" not in text:
        return text
    text = _NO_TEXT.sub("", text)
    return _TEX_FRAME.sub("", _TEX_AFTER_MATHML.sub(r"\1", _TEX_BESIDE_MATHML.sub("", text)))


def _untagged(found: re.Match[str], ends: Mapping[str, int]) -> str:
    """What a tag leaves: nothing, a space, or itself where it is none that is known."""
    tag, own = found["tag"].lower(), found["prefix"] is not None
    is_block = tag in _BLOCK or (own and tag.endswith(("para", "sec", "title")))
    if not (is_block or own or tag in _INLINE):
        return found[0]
    bare = not (own or found["end"] or found["attributes"].strip())
    unpaired = bare and ends.get(tag, -1) < found.start()
    if unpaired and (tag not in _ALONE or _is_between_letters(found)):
        return found[0]
    if tag in {"sup", "superscript"} and not found["end"]:
        return _raised(found)
    return " " if is_block else ""


def _is_between_letters(found: re.Match[str]) -> bool:
    """Whether a tag stands where the sign of a comparison could."""
    text = found.string
    return text[found.start() - 1 : found.start()].isalnum() and text[found.end() : found.end() + 1].isalnum()


def _formula(inner: str) -> str:
    """MathML as a line of text: x_i, 10^3, a/b."""
    open_: list[tuple[str, list[str]]] = [("math", [])]
    at = 0
    for found in _FORMULA_TAG.finditer(inner):
        if text := " ".join(inner[at : found.start()].split()):
            open_[-1][1].append(text)
        at, tag = found.end(), found["tag"].lower()
        if found["empty"]:
            open_[-1][1].append(_in_line(tag, []))
        elif not found["end"]:
            open_.append((tag, []))
        elif len(open_) > 1:
            tag, children = open_.pop()
            open_[-1][1].append(_in_line(tag, children))
    open_[-1][1].append(" ".join(inner[at:].split()))
    while len(open_) > 1:
        tag, children = open_.pop()
        open_[-1][1].append(_in_line(tag, children))
    return "".join(open_[0][1]).translate(_UNSEEN).replace(_BEFORE, "")


def _in_line(tag: str, children: list[str]) -> str:
    """What an element of MathML prints, from what its children print."""
    match tag, children:
        case "msup" | "mover", [base, above]:
            return f"{base}{_mark('^', above) if tag == 'msup' else ''}{above}"
        case "msub" | "munder", [base, below]:
            return f"{base}{_mark('_', below)}{below}"
        case "msubsup" | "munderover", [base, below, above]:
            return f"{base}{_mark('_', below)}{below}{_mark('^', above)}{above}"
        case "mfrac", [over, under]:
            return f"{_grouped(over)}/{_grouped(under)}"
        case "msqrt", _:
            return f"√({''.join(children)})"
        case "mroot", [base, degree]:
            return f"{degree}√({base})"
        case "mfenced", _:
            return f"({', '.join(children)})"
        case "mmultiscripts", [base, *rest]:
            after, _, before = "\0".join(rest).partition(_BEFORE)
            return (before + base + after).replace("\0", "")
        case "mprescripts", _:
            return _BEFORE
        case "semantics", [first, *_]:
            return first
        case "mphantom" | "none", _:
            return ""
        case "mspace" | "mtd" | "mtr", _:
            return "".join(children) + " "
    return "".join(children)


def _mark(sign: str, text: str) -> str:
    """The sign before an index or a power; none where it reads well without, as in RuO2 and 90°."""
    if sign == "_":
        return "" if text.isdigit() or not text else sign
    return sign if text[:1].isalnum() or text[:1] in {"-", "\u2212", "\u2013", "+"} else ""


def _grouped(text: str) -> str:
    return f"({text})" if re.search(r"[-+\u2212 ]", text[1:]) else text


def _raised(found: re.Match[str]) -> str:
    """A power needs its sign, or 10<sup>3</sup> would read 103; the figure of an isotope or a footnote does not."""
    before, after = found.string[: found.start()][-1:], found.string[found.end() :][:2]
    is_power = (before.isdigit() and after[:1].isalnum()) or (
        before.isalnum() and after[:1] in {"-", "\u2212", "\u2013"}
    )
    return "^" if is_power else ""
