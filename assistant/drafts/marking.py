"""A draft with everything that is no prose blanked out, every character in its place, and the citations found in it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from store.sentences import sentences

BREAK = "\x00"
"""Stands where a sentence cannot go on: a heading, the start of a list item, a figure."""

_FILL = "\x01"
"""Stands for what was taken out between a word and the mark that ends its sentence."""

_BEFORE_THEM = frozenset({"by", "of", "to", "from", "with"})
_BEFORE_MARK = re.compile(r"(?<=\S)(?:[ ~]*+\n)?[ ~]++(?=[.!?])")
_BLOCKS = re.compile(rf"{BREAK}|\n[ \t]*\n")


@dataclass(frozen=True, slots=True)
class Citation:
    """What a sentence cites, as the draft has it: `kind` is "key", "number", or "name" (author and year)."""

    kind: str
    name: str
    year: str = ""

    @property
    def shown(self) -> str:
        """As a reader would name it."""
        return f"{self.name} {self.year}".strip() if self.kind == "name" else self.name


@dataclass(frozen=True, slots=True)
class DraftSentence:
    """A sentence without markup and marks; its first and last line in the draft, from 1; what it cites."""

    text: str
    line: int
    last_line: int
    citations: tuple[Citation, ...] = ()


@dataclass
class Marked:
    """A draft on its way to sentences. `entries` are the draft's own reference list, by number or note name."""

    text: str
    chars: list[str] = field(default_factory=list)
    citations: list[tuple[int, Citation]] = field(default_factory=list)
    entries: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.chars = list(self.text.replace(BREAK, " ").replace(_FILL, " "))

    @property
    def prose(self) -> str:
        """What is left so far, of the length of the draft."""
        return "".join(self.chars)

    def blank(self, start: int, end: int, *, breaks: bool = False) -> None:
        """Take a stretch out; line ends stay. With `breaks` no sentence goes on across it."""
        for i in range(start, end):
            if self.chars[i] not in "\n":
                self.chars[i] = " "
        if breaks and end > start:
            self.chars[start] = BREAK

    def blank_subject(self, start: int, end: int) -> None:
        """Take out a citation that its sentence needs as a word, and leave a pronoun."""
        before = next((char for i in range(start - 1, -1, -1) if not (char := self.chars[i]).isspace()), BREAK)
        self.blank(start, end)
        word = "".join(self.chars[max(0, start - 8) : start]).split()[-1:]
        pronoun = "They" if before in {".", "!", "?", BREAK} else "them" if _BEFORE_THEM & set(word) else "they"
        if end - start >= len(pronoun):
            self.chars[start : start + len(pronoun)] = pronoun

    def blank_all(self, pattern: re.Pattern[str], *, breaks: bool = False, group: int = 0) -> None:
        """Take out every match of a pattern, or one of its groups."""
        for match in pattern.finditer(self.prose):
            if match.start(group) >= 0:
                self.blank(match.start(group), match.end(group), breaks=breaks)

    def blank_between(
        self, opening: re.Pattern[str], closes: Callable[[re.Match[str]], str], *, breaks: bool = False
    ) -> None:
        """Take out every stretch from an opening to the first of what closes it."""
        for start, end in between(self.prose, opening, closes):
            self.blank(start, end, breaks=breaks)

    def cite(self, at: int, citation: Citation) -> None:
        """Note that the sentence around a place cites something."""
        self.citations.append((at, citation))

    def cited(self) -> "Marked":
        """This draft, its citations in order."""
        self.citations.sort(key=lambda pair: pair[0])
        return self

    def sentences(self) -> Iterator[tuple[int, int, str]]:
        """(start, end, text) of each sentence of the prose."""
        prose = _BEFORE_MARK.sub(lambda gap: _FILL * len(gap[0]), self.prose)
        start = 0
        for boundary in [*_BLOCKS.finditer(prose), None]:
            end = boundary.start() if boundary else len(prose)
            for sentence in sentences(prose[start:end]):
                yield start + sentence.start, start + sentence.end, sentence.text.replace(_FILL, "")
            start = boundary.end() if boundary else end


def between(text: str, opening: re.Pattern[str], closes: Callable[[re.Match[str]], str]) -> Iterator[tuple[int, int]]:
    """The stretches from each opening to the first of what closes it, in a time that grows as the text does.

    An opening that nothing closes is none.
    """
    place, open_for_good = 0, set[str]()
    while found := opening.search(text, place):
        place = found.end()
        closing = closes(found)
        if closing in open_for_good:
            continue
        end = text.find(closing, place)
        if end < 0:
            open_for_good.add(closing)
            continue
        place = end + len(closing)
        yield found.start(), place


LONGEST_GROUP = 10_000
"""Characters of a heading or a footnote; an opening brace without its partner takes no more with it."""


def balanced(text: str, opening: int) -> int:
    """One past the closing brace of the group that opens at a place, or where the longest group would end."""
    depth = 0
    place = opening
    last = min(len(text), opening + LONGEST_GROUP)
    while place < last:
        if text[place] == "\\":
            place += 1
        elif text[place] == "{":
            depth += 1
        elif text[place] == "}":
            depth -= 1
            if not depth:
                return place + 1
        place += 1
    return last
