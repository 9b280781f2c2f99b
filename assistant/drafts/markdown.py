"""Markdown and plain text: `[@key]`, `[1]` with a reference list, (Author, Year); everything but prose is left out."""

import re

from assistant.drafts.marking import Citation, Marked

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n.*?\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_FENCED = re.compile(r"^[ \t]*(`{3,}|~{3,}).*?(?:^[ \t]*\1[`~]*[ \t]*$|\Z)", re.DOTALL | re.MULTILINE)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_EQUATION = re.compile(r"\$\$.*?\$\$", re.DOTALL)
_FORMULA = re.compile(r"(?<![\\$\w])\$(?=\S)((?:\\.|[^$\\\n])*?)(?<=\S)\$(?!\d)")
_FIGURE = re.compile(r"\s*[-+]?\d[\d.,]*\s*(?:\\?%)?\s*")
_HEADING = re.compile(r"^ {0,3}#{1,6}(?:[ \t][^\n]*)?$|^[^\n]+\n(?:=+|-+)[ \t]*$", re.MULTILINE)
_RULE_OR_TABLE = re.compile(r"^[ \t]*\|[^\n]*$|^ {0,3}(?:[-*_][ \t]*){3,}$|^:::[^\n]*$", re.MULTILINE)
_ITEM = re.compile(r"^[ \t]*(?:[-*+]|\d{1,3}[.)])[ \t]+", re.MULTILINE)
_QUOTE = re.compile(r"^[ \t]*(?:>[ \t]?)+", re.MULTILINE)
_IMAGE = re.compile(r"!\[[^\]]*\]\([^)\s]*[^)]*\)")
_LINK = re.compile(r"(?<!!)(\[)[^\]\[@]+(\]\((?:[^()\s]|\([^()]*\))*(?:\s+\"[^\"]*\")?\))")
_TAG = re.compile(r"</?[A-Za-z][^<>\n]{0,200}>")
_ADDRESS = re.compile(r"<?\bhttps?://[^\s<>)\]]+>?")
_REFERENCES = re.compile(
    r"^(?: {0,3}#{1,6}[ \t]*)?\**(?:references?|bibliography|works cited|literature cited|sources)\**:?[ \t]*#*[ \t]*\n"
    r"(?:[=-]+[ \t]*\n)?",
    re.IGNORECASE | re.MULTILINE,
)
_ENTRY_NAME = r"(?:[-*][ \t]+)?(?:\[(\^?[\w-]+)\]:?|(\d{1,3})[.)])[ \t]+"
_ENTRY = re.compile(
    rf"^[ \t]*{_ENTRY_NAME}(\S[^\n]*(?:\n(?![ \t]*(?:\n|[-*][ \t]|\[|\d{{1,3}}[.)][ \t]))[^\n]+)*)", re.MULTILINE
)
_NOTE = re.compile(r"^\[(\^[\w-]+)\]:[ \t]+([^\n]+(?:\n[ \t]+\S[^\n]*)*)", re.MULTILINE)
_KEY = re.compile(r"(?<![\w.@/])-?@(?:\{([^{}\s]+)\}|([\w][\w:.#$%&+?<>~/-]*))")
_BRACKETED = re.compile(r"\[[^\[\]]*(?<![\w.@/])@[^\[\]]*\]")
_NUMBERED = re.compile(r"(?<!\w)\[(\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*)\](?!\()|\[(\^[\w-]+)\](?!:)")
_PERSON = r"(?:(?:van|von|de|der|den|da|di|du|la|le|el|al|ten|ter)[ -])*[A-ZÀ-ÖØ-Þ][^\W\d_]*(?:[-'’][^\W\d_]+)*"
_AUTHORS = rf"({_PERSON})((?:,? et al\.?|(?:, {_PERSON})*,? (?:and|&) {_PERSON})?)"
_YEAR = r"((?:18|19|20)\d\d)[a-z]?"
_IN_BRACKETS = re.compile(r"\(([^()]*\b(?:18|19|20)\d\d[a-z]?[^()]*)\)")
_AUTHOR_YEAR = re.compile(
    rf"(?:(?:see|e\.g\.|cf\.|see also|i\.e\.),? )?{_AUTHORS}(,?) {_YEAR}(?:,\s*(?:p|pp|ch|sec)\.? ?[\w–-]+)?"
)
_NARRATIVE = re.compile(rf"\b{_AUTHORS} \({_YEAR}\)")
_EMPHASIS = re.compile(r"(?<![\w*])(\*{1,3}|_{1,3})(?=\S)|(?<=\S)(\*{1,3}|_{1,3})(?![\w*])|`+")


def marked(text: str) -> Marked:
    """Blank out what is no prose; note the citations, and the reference list that numbers stand for."""
    draft = Marked(text)
    draft.blank_all(_FRONT_MATTER, breaks=True)
    draft.blank_all(_FENCED, breaks=True)
    draft.blank_all(_COMMENT)
    _reference_list(draft)
    draft.blank_all(_EQUATION)
    _formulas(draft)
    for pattern in (_HEADING, _RULE_OR_TABLE, _ITEM, _IMAGE):
        draft.blank_all(pattern, breaks=True)
    draft.blank_all(_QUOTE)
    for link in _LINK.finditer(draft.prose):
        draft.blank(*link.span(1))
        draft.blank(*link.span(2))
    _keys(draft)
    _numbers(draft)
    _names(draft)
    for pattern in (_ADDRESS, _TAG, _EMPHASIS):
        draft.blank_all(pattern)
    return draft.cited()


def _reference_list(draft: Marked) -> None:
    """The last list of references and all footnotes: looked up by numbers and names, no prose."""
    prose = draft.prose
    headings = list(_REFERENCES.finditer(prose))
    if headings:
        start = headings[-1].end()
        for entry in _ENTRY.finditer(prose, start):
            draft.entries[entry[1] or entry[2]] = " ".join(entry[3].split())
        draft.blank(headings[-1].start(), len(prose), breaks=True)
    for note in _NOTE.finditer(prose):
        draft.entries[note[1]] = " ".join(note[2].split())
    draft.blank_all(_NOTE, breaks=True)


def _formulas(draft: Marked) -> None:
    for match in _FORMULA.finditer(draft.prose):
        if _FIGURE.fullmatch(match[1]):
            draft.blank(match.start(), match.start() + 1)
            draft.blank(match.end() - 1, match.end())
        else:
            draft.blank(match.start(), match.end())


def _keys(draft: Marked) -> None:
    prose = draft.prose
    groups = [match.span() for match in _BRACKETED.finditer(prose)]
    for match in _KEY.finditer(prose):
        key = match[1] or match[2].rstrip(".:,;?!")
        draft.cite(match.start(), Citation("key", key))
        if not any(start <= match.start() < end for start, end in groups):
            draft.blank_subject(match.start(), match.end() if match[1] else match.start(2) + len(key))
    for start, end in groups:
        draft.blank(start, end)


def _numbers(draft: Marked) -> None:
    for match in _NUMBERED.finditer(draft.prose):
        names = [match[2]] if match[2] else _range(match[1])
        known = [name for name in names if name in draft.entries]
        if not known and not match[2]:
            continue
        for name in known or names:
            draft.cite(match.start(), Citation("number", name))
        draft.blank(match.start(), match.end())


def _range(numbers: str) -> list[str]:
    found: list[str] = []
    for part in re.split(r"\s*[,;]\s*", numbers):
        first, _, last = re.sub(r"\s", "", part).replace("–", "-").partition("-")
        span = range(int(first), int(last or first) + 1)
        found += [str(number) for number in span[:100]]
    return found


def _names(draft: Marked) -> None:
    prose = draft.prose
    for group in _IN_BRACKETS.finditer(prose):
        parts = [part.strip() for part in group[1].split(";")]
        matches = [_AUTHOR_YEAR.fullmatch(part) for part in parts]
        found = [m for m in matches if m and (m[2] or m[3])]
        if found and len(found) == len(parts):
            for match in found:
                draft.cite(group.start(), Citation("name", match[1], match[4]))
            draft.blank(group.start(), group.end())
    for match in _NARRATIVE.finditer(prose):
        draft.cite(match.start(), Citation("name", match[1], match[3]))
        draft.blank(match.end(2), match.end())
