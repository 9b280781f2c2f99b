"""XML as a stream of records, each parsed on its own: one that is broken takes no other with it.

No document type is ever read, so no entity can be declared: the pieces between the records are skipped as text.
"""

import html
import re
from collections.abc import Iterable, Iterator
from xml.etree.ElementTree import Element, ParseError, XMLParser

from store.readers.plain import squeeze

_LONGEST = 1 << 24
_DEEPEST = 50
_NEVER_CLOSED = "the element <{tag}> is never closed"
_TOO_LONG = "the record is longer than 16 million characters"
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_REFERENCE = re.compile(r"&(?:#(?:x(?P<hex>[0-9a-fA-F]{1,8})|(?P<decimal>[0-9]{1,9}))|(?P<name>\w{1,31}));")
_STRAY_AMPERSAND = re.compile(r"&(?!(?:#[0-9]{1,9}|#x[0-9a-fA-F]{1,8}|\w{1,31});)")
_STRAY_ANGLE = re.compile(r"<(?![/A-Za-z!?_])")
_START_OR_END = re.compile(r"</?[A-Za-z_][^<>]*>")
_PREFIX = re.compile(r"(</?)[\w.-]+:(?=\w)")
_ATTRIBUTE = re.compile(r"(\s[\w.-]+):(?=[\w.-]+\s*=)")
_OWN = frozenset({"amp", "lt", "gt", "quot", "apos"})
_PLACES = frozenset({"none", "mprescripts", "mspace"})
_TEXT_MARKS = _PLACES | frozenset(
    "sup sub tex-math math mrow mi mn mo mtext msup msub msubsup mover munder munderover mfrac msqrt mroot mfenced"
    " mmultiscripts semantics annotation annotation-xml mphantom mtable mtr mtd mstyle mpadded".split()
)


def elements(pieces: Iterable[str], *tags: str) -> Iterator[tuple[int, Element | str]]:
    """The outermost elements of these names, each with the line where it begins; as text why one cannot be parsed."""
    window = _Window(tags)
    for piece in pieces:
        for line, text, is_whole in window.feed(piece):
            yield line, _parsed(text) if is_whole else text
    for line, reason, _ in window.finish():
        yield line, reason


class _Window:
    """The part of the text that is looked at; it gives the text of each element, or why an element has no end."""

    def __init__(self, tags: tuple[str, ...]) -> None:
        self._edge = re.compile(rf"<(?P<end>/?)(?:[\w.-]+:)?(?P<tag>{'|'.join(tags)})(?=[\s/>])(?P<rest>[^<>]*>)")
        self._text, self._line = "", 1
        self._scanned = 0
        self._start, self._tag = -1, ""

    def feed(self, piece: str) -> Iterator[tuple[int, str, bool]]:
        """The elements that end, or break off, in this piece of the text."""
        self._text += piece
        at = self._scanned
        while found := self._edge.search(self._text, at):
            at = found.end()
            yield from self._at_edge(found)
        if self._start >= 0 and len(self._text) - self._start > _LONGEST:
            yield self._opened(), _TOO_LONG, False
            self._start = -1
        self._move(max(at, _last_opening(self._text, at)))

    def finish(self) -> Iterator[tuple[int, str, bool]]:
        """The element that the text ends in."""
        if self._start >= 0:
            yield self._opened(), _NEVER_CLOSED.format(tag=self._tag), False

    def _at_edge(self, found: re.Match[str]) -> Iterator[tuple[int, str, bool]]:
        if self._start >= 0 and found["tag"] == self._tag:
            if found["end"]:
                yield self._opened(), self._text[self._start : found.end()], True
            else:
                yield self._opened(), _NEVER_CLOSED.format(tag=self._tag), False
            self._start = -1
        if self._start < 0 and not found["end"]:
            self._start, self._tag = found.start(), found["tag"]
            if found["rest"].endswith("/>"):
                yield self._opened(), found[0], True
                self._start = -1

    def _opened(self) -> int:
        return self._line + self._text.count("\n", 0, self._start)

    def _move(self, scanned: int) -> None:
        """Let go of what has been looked at, but for the element that is open."""
        cut = self._start if self._start >= 0 else scanned
        self._line += self._text.count("\n", 0, cut)
        self._text, self._scanned = self._text[cut:], scanned - cut
        self._start = 0 if self._start >= 0 else -1


def _last_opening(text: str, at: int) -> int:
    """Where a tag begins that the end of the text may cut in two; the end where none does."""
    opening = text.rfind("<", max(at, len(text) - 4096))
    return opening if opening >= 0 and ">" not in text[opening:] else len(text)


def inner_text(element: Element | None, depth: int = 0) -> str:
    """All text within; superscripts, subscripts and formulas keep their marks, for `markup` to resolve."""
    if element is None:
        return ""
    if depth > _DEEPEST:
        return "".join(element.itertext())
    parts = [element.text or ""]
    for child in element:
        mark = _mark(child)
        text = inner_text(child, depth + 1)
        parts += [f"<{mark}>{text}</{mark}>" if mark and (text.strip() or mark in _PLACES) else text, child.tail or ""]
    return "".join(parts)


def text_at(element: Element, path: str) -> str:
    """The text of the first element at the path."""
    return inner_text(element.find(path))


def texts_at(element: Element, path: str) -> list[str]:
    """The text of each element at the path."""
    return [inner_text(each) for each in element.findall(path)]


def _mark(element: Element) -> str:
    local = str(element.tag).rpartition("}")[2]
    if local in _TEXT_MARKS:
        return local
    return {"superscript": "sup", "subscript": "sub"}.get(element.get("face", ""), "")


def _parsed(text: str) -> Element | str:
    try:
        return _tree(text)
    except ParseError:
        pass
    try:
        return _tree(_mended(text))
    except ParseError as error:
        return f"it is not valid XML: {squeeze(str(error)).partition(':')[0]}"


def _tree(text: str) -> Element:
    parser = XMLParser()
    parser.feed(text)
    tree: Element = parser.close()
    return tree


def _mended(text: str) -> str:
    """The element without what XML forbids and programs write: bare signs, control characters, unknown prefixes."""
    text = _STRAY_ANGLE.sub("&lt;", _STRAY_AMPERSAND.sub("&amp;", _ILLEGAL.sub("", text)))
    return _START_OR_END.sub(_without_prefix, _REFERENCE.sub(_known, text))


def _without_prefix(found: re.Match[str]) -> str:
    return _ATTRIBUTE.sub(r"\1_", _PREFIX.sub(r"\1", found[0])) if ":" in found[0] else found[0]


def _known(found: re.Match[str]) -> str:
    """A reference that XML has, or the character that it means in HTML."""
    if found["name"]:
        return found[0] if found["name"] in _OWN else html.escape(html.unescape(found[0]))
    number = int(found["hex"], 16) if found["hex"] else int(found["decimal"])
    legal = number <= 0x10FFFF and not _ILLEGAL.match(chr(number))
    return found[0] if legal else ""
