"""A draft read into sentences: which form it has, where each sentence stands, what it cites."""

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath

from assistant.drafts import latex, markdown
from assistant.drafts.marking import Citation, DraftSentence, Marked
from assistant.errors import BadDraft
from store.readers.latex import readable

FORMS = {".tex": "latex", ".ltx": "latex", ".latex": "latex"}
"""The form of a draft by the ending of its file; other endings are told apart by their text."""

MOST = 2_000_000
"""Characters of a draft: a thesis has one million."""

_LATEX = re.compile(r"\\(?:documentclass|begin\s*\{|section\*?\s*\{|[a-z]*cite[a-z]*\s*[\[{])")
_SPACED_MARK = re.compile(r"\s+([.,;:!?)])")
_EMPTY_BRACKETS = re.compile(r"[(\[]\s*[,;]*\s*[)\]]")


@dataclass(frozen=True, slots=True)
class Draft:
    """The sentences of a draft; `entries` are its reference list, by number or note; `form` is latex or markdown."""

    sentences: tuple[DraftSentence, ...]
    entries: Mapping[str, str]
    form: str


def decoded(name: str, content: bytes) -> str:
    """The text of a draft; raises `BadDraft` for what is no text."""
    start = content[:4096]
    if b"\x00" in start and not start.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise BadDraft(
            f"{name} is not a text file.", hint="Give Markdown, LaTeX or plain text; convert others with pandoc."
        )
    encoding = "utf-16" if start.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    if len(text) > MOST:
        raise BadDraft(f"{name} has {len(text):,} characters; at most {MOST:,} are read.", hint="Give it in parts.")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read(name: str, text: str) -> Draft:
    """Split a draft into sentences; `name` is its file's, or "-"."""
    form = FORMS.get(PurePath(name).suffix.lower()) or ("latex" if _LATEX.search(text) else "markdown")
    marked = latex.marked(text) if form == "latex" else markdown.marked(text)
    return Draft(tuple(_sentences(marked, form)), marked.entries, form)


def _sentences(marked: Marked, form: str) -> list[DraftSentence]:
    starts = [0, *(match.end() for match in re.finditer("\n", marked.text))]
    spans = list(marked.sentences())
    cited = _by_sentence(marked.citations, [start for start, _, _ in spans])
    found = []
    for place, (start, end, text) in enumerate(spans):
        plain = readable(text) if form == "latex" else text
        plain = _SPACED_MARK.sub(r"\1", _EMPTY_BRACKETS.sub("", " ".join(plain.split())))
        if any(char.isalpha() for char in plain):
            lines = bisect_right(starts, start), bisect_right(starts, max(start, end - 1))
            found.append(DraftSentence(plain.strip(), *lines, tuple(dict.fromkeys(cited.get(place, ())))))
    return found


def _by_sentence(citations: list[tuple[int, Citation]], starts: list[int]) -> dict[int, list[Citation]]:
    """The citations of each sentence: the last one that begins before the citation."""
    found: dict[int, list[Citation]] = {}
    for at, citation in citations:
        found.setdefault(max(0, bisect_right(starts, at) - 1), []).append(citation)
    return found
