"""Saved "trending papers" pages: a title line, then its abstract on one line, amid the page's debris."""

import re
from collections.abc import Iterable, Iterator

from store.readers.fields import untitled
from store.readers.page_debris import is_debris, is_invitation, is_people, unglued
from store.readers.plain import clean
from store.readers.source import Source
from store.records import Paper, Rejected

name = "saved page of paper digests (.txt): a title line, then the abstract on one line"

_SENTENCE_END = re.compile(r"[.!?][\"')\]]?(?:\s|$)")
_OTHER_FORMAT = re.compile(r"[A-Z][A-Z0-9]{1,3}\s{0,2}- |%[0-9A-Z@] |[<{\[|#]|-?\s*[a-z_]+:\s|\"[\w-]+\":")
_COLUMNS = re.compile(r"[^,;\t|]*(?:[,;\t|](?!\s)[^,;\t|]*){2,}")
_LONG, _LONG_WITHOUT_A_STOP, _LONG_ENOUGH_WHEN_CUT_OFF = 200, 300, 60


def recognises(head: str, suffix: str) -> float:
    """Whether most long lines have a title before them, and no other format shows through."""
    lines = list(_lines(enumerate(head.split("\n"), start=1)))
    foreign = sum(_OTHER_FORMAT.match(line) is not None for _, line in lines)
    if lines[0][1][0] in "{[<" or foreign * 10 > len(lines) or _COLUMNS.fullmatch(lines[0][1]):
        return 0.0
    abstracts = [title for _, title, _ in _pairs(lines)]
    titled = sum(map(bool, abstracts))
    return 0.4 + 0.1 * (suffix == ".txt") if titled and titled * 2 >= len(abstracts) else 0.0


def read(source: Source) -> Iterator[Paper | Rejected]:
    """Each abstract with the title before it."""
    text = source.text()
    lines = list(_lines(enumerate(text.split("\n"), start=1)))
    for _, title, abstract in _pairs(lines, cut_off=not text.endswith("\n")):
        paper = Paper(title=title, abstract=abstract)
        yield paper if title else untitled(paper)


def _lines(numbered: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """The lines that hold something, cleaned."""
    invited = True
    for number, raw in numbered:
        if line := clean(raw):
            begins_so = is_invitation(line)
            yield number, unglued(line) if invited or begins_so else line
            invited = begins_so


def _pairs(lines: list[tuple[int, str]], *, cut_off: bool = False) -> Iterator[tuple[int, str, str]]:
    """Each abstract with its line and the title before it, which may be missing."""
    candidates: list[str] = []
    for number, line in lines:
        at_end = cut_off and number == lines[-1][0]
        if is_debris(line):
            continue
        if _is_abstract(line) or (at_end and candidates and len(line) >= _LONG_ENOUGH_WHEN_CUT_OFF):
            yield number, _title(candidates), line
            candidates.clear()
        else:
            candidates.append(line)


def _is_abstract(line: str) -> bool:
    if len(line) < _LONG or is_people(line):
        return False
    return len(line) >= _LONG_WITHOUT_A_STOP or _SENTENCE_END.search(line) is not None


def _title(candidates: list[str]) -> str:
    """The line nearest to the abstract; a list of authors only where nothing else is there."""
    nearest = candidates[::-1]
    return next((line for line in nearest if not is_people(line)), nearest[0] if nearest else "")
