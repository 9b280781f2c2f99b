"""Text on its way to a terminal or a pipe."""

import json
import shutil
import sys
import textwrap
import unicodedata
from typing import Any

from assistant.events import Answer
from store.records import Hit, Paper
from store.retractions import titled

WORD_JOINER = "\u2060"
"""Keeps brackets in a quote from being read as marks (see `composing.escaped`); a reader needs no such help."""

_HARMFUL = {"Cc", "Cf", "Cs", "Co"}


def safe(text: str) -> str:
    """The text without control, format and bidirectional override characters: papers are data."""
    kept = text.replace(WORD_JOINER, "")
    return "".join(char if char == "\n" or unicodedata.category(char) not in _HARMFUL else " " for char in kept)


def print_json(value: Any) -> None:
    """One line of JSON on standard output, at once."""
    plain = (sys.stdout.encoding or "").lower().replace("-", "") != "utf8"
    sys.stdout.write(json.dumps(value, ensure_ascii=plain) + "\n")
    sys.stdout.flush()


def print_text(text: str = "") -> None:
    """Lines on standard output; on a terminal they are wrapped between words and keep their indent."""
    lines = safe(text).split("\n")
    if sys.stdout.isatty():
        width = max(20, shutil.get_terminal_size().columns - 1)
        lines = [_wrapped(line, width) for line in lines]
    print("\n".join(lines), flush=True)


def _wrapped(line: str, width: int) -> str:
    indent = line[: len(line) - len(line.lstrip())]
    return textwrap.fill(line, width, subsequent_indent=indent, break_on_hyphens=False) or line


def reference(paper: Paper) -> str:
    """A paper in one line: title, authors, year, venue, key."""
    authors = _authors(paper)
    parts = [titled(paper.title, paper.status), authors, str(paper.year or ""), paper.venue]
    marks = "" if paper.abstract else "  [no abstract]"
    return " ".join(_closed(part) for part in parts if part) + f"  ({paper.key}){marks}"


def counted(number: int, name: str) -> str:
    """ "1 paper", "1,234 papers"."""
    return f"{number:,} {name}" + ("" if number == 1 else "s")


def hit_lines(place: int, hit: Hit) -> str:
    """A search result as three lines."""
    passage = " ".join(hit.passage.split())
    shown = passage if len(passage) <= 300 else passage[:300].rsplit(" ", 1)[0] + " …"
    return f"{place}. {reference(hit.paper)}\n   {shown or '(no abstract)'}\n   found by {hit.why}"


def answer_text(answer: Answer) -> str:
    """An answer as a reader wants it on a terminal: the text, then each source with the sentences that back it."""
    lines = [f"(Understood as: {answer.rewritten})", ""] if answer.rewritten else []
    lines.append(answer.text)
    if not answer.answered and answer.closest:
        lines += ["", "What comes closest:"]
        for hit in answer.closest:
            lines += [f"  - {reference(hit.paper)}", *([f"    “{hit.why.sentence}”"] if hit.why.sentence else [])]
    if answer.sources:
        lines += ["", "Sources"]
    for source in answer.sources:
        lines.append(f"[{source.number}] {reference(source.hit.paper)}")
        if source.hit.paper.note:
            lines.append(f"    Note: {source.hit.paper.note}")
        lines += [f"    “{text}”" for text in _backing(answer, source.number)]
    return "\n".join(lines)


def paper_json(paper: Paper) -> dict[str, Any]:
    """A paper as `papers list` and `papers show` print it."""
    return paper.as_json() | {"source": paper.source}


def _backing(answer: Answer, number: int) -> list[str]:
    """Quotes that back written sentences; a quoted claim shows its own."""
    quotes = [
        quote.text
        for claim in answer.claims
        if claim.support == "supported"
        for quote in claim.quotes
        if quote.source == number
    ]
    return list(dict.fromkeys(quotes))


def _closed(part: str) -> str:
    """The part with one closing mark."""
    return part if part.endswith((".", "?", "!", "…")) else f"{part}."


def _authors(paper: Paper) -> str:
    if len(paper.authors) > 3:
        return f"{paper.authors[0]} et al."
    return "; ".join(paper.authors)
