"""A draft read into sentences: which form it has, where each sentence stands, what it cites."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

from assistant.drafts import markdown, word
from assistant.drafts.authors import names
from assistant.drafts.marking import DraftSentence
from assistant.drafts.parts import Missing, Parts
from assistant.errors import BadDraft
from store.readers.latex import readable

FORMS = {".tex": "latex", ".ltx": "latex", ".latex": "latex"}
"""The form of a draft by the ending of its file; other endings are told apart by their text."""

MOST = 2_000_000
"""Characters of a draft: a thesis has one million."""

_LATEX = re.compile(r"\\(?:documentclass|begin\s*\{|section\*?\s*\{|[a-z]*cite[a-z]*\s*[\[{])")
_SPACED_MARK = re.compile(r"\s+([.,;:!?)])")
_EMPTY_BRACKETS = re.compile(
    r"\s*[(\[][\s.,;~]*(?:(?:see|cf|e\.g|compare|also|and|for example)\b[\s.,;~]*)*"
    r"(?:\b(?:pp?|chap|ch|sec)\b\.?[\s~]*[\d–-]+[\s,;]*)?[)\]]"
)
_LEFT_OPEN = re.compile(r"^[\s,;:.]+")


@dataclass(frozen=True, slots=True)
class Draft:
    """The sentences of a draft.

    `entries` are its reference list, by number or note; `form` is latex, markdown or word; `files` are the parts that
    were read beside its own file, `missing` those that are named and not there.
    """

    sentences: tuple[DraftSentence, ...]
    entries: Mapping[str, str]
    form: str
    files: tuple[str, ...] = ()
    missing: tuple[Missing, ...] = ()


def decoded(name: str, content: bytes) -> str:
    """The text of a draft; raises `BadDraft` for what is no text."""
    if word.is_word(name):
        return word.converted(name, content)
    start = content[:4096]
    if b"\x00" in start and not start.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise BadDraft(
            f"{name} is not a text file.", hint="Give Markdown, LaTeX, Word or plain text; convert others with pandoc."
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
    """Split a draft into sentences; `name` is its file's, or "-", which has no parts beside it."""
    form = FORMS.get(PurePath(name).suffix.lower()) or ("latex" if _LATEX.search(text) else "markdown")
    if form == "latex" and not word.is_word(name):
        parts = Parts(name, text, None if name == "-" else _part)
        plain = (replace(one, file=file, text=readable(one.text)) for one, file in parts.sentences())
        return Draft(_tidied(plain), {}, form, tuple(map(str, parts.files)), tuple(parts.missing))
    marked = markdown.marked(text)
    names(marked)
    found = _tidied(marked.sentences())
    if word.is_word(name):
        return Draft(tuple(_by_paragraph(found, text)), marked.entries, "word")
    return Draft(found, marked.entries, form)


def _part(path: Path) -> str:
    try:
        return decoded(str(path), path.read_bytes())
    except OSError as error:
        raise BadDraft(f"{path} cannot be read: {error.strerror}.", hint="Check who may read it.") from error


def _tidied(sentences: Iterable[DraftSentence]) -> tuple[DraftSentence, ...]:
    """The sentences without what citations left behind; those without a letter go."""
    found = []
    for one in sentences:
        plain = _SPACED_MARK.sub(r"\1", _EMPTY_BRACKETS.sub("", " ".join(one.text.split())))
        plain = _LEFT_OPEN.sub("", plain).replace("＠", "@").strip()
        if any(char.isalpha() for char in plain):
            found.append(replace(one, text=plain))
    return tuple(found)


def _by_paragraph(sentences: Iterable[DraftSentence], text: str) -> Iterable[DraftSentence]:
    """The sentences of a Word file, which has paragraphs and no lines."""
    number, numbers = 0, [0]
    for line, before in zip(text.split("\n"), ["", *text.split("\n")], strict=False):
        number += bool(line.strip()) and not before.strip()
        numbers.append(number)
    for one in sentences:
        yield replace(one, line=numbers[one.line], last_line=numbers[one.last_line])
