"""A draft with everything that is no prose taken out, every character in its place, and the citations found in it."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from store.sentences import sentences

BREAK = "\x00"
"""Stands where a sentence cannot go on: a heading, the start of a list item, a figure."""

_BEFORE_THEM = frozenset({"by", "of", "to", "from", "with", "in", "following"})
_JOINING = frozenset({"and", "or", "as", "but"})
_GAP = re.compile(r"(?<=[^\s~])[\s~]+(?=[.!?](?:\s|$))")
_BLOCKS = re.compile(rf"{BREAK}|\n[ \t]*\n")
_LEAD_IN = re.compile(
    r"\b(?:see|also|e\.g|cf|compare|i\.e|in|and|or|for (?:a|an|details?|more|review|overview)|ibid|therein|references?|"
    r"quoted|cited|as|pp?|pages?|chap(?:ter)?s?|ch|sec(?:tion)?s?|vol|nos?|fig|passim)\b|[\W\d_]+",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Citation:
    """What a sentence cites, as the draft has it.

    `kind` is "key", "number" (of the draft's reference list), "note" (a footnote that may be a reference), or "name"
    (author and year).
    """

    kind: str
    name: str
    year: str = ""

    @property
    def shown(self) -> str:
        """As a reader would name it."""
        return f"{self.name} {self.year}".strip() if self.kind == "name" else self.name


@dataclass(frozen=True, slots=True)
class DraftSentence:
    """A sentence without markup and marks; its first and last line in its file, from 1; what it cites.

    `file` names the part of the draft that it stands in, `note` the footnote.
    """

    text: str
    line: int
    last_line: int
    citations: tuple[Citation, ...] = ()
    file: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Aside:
    """What stands by itself wherever its source stands: a footnote or a caption, at `start` to `end` of the draft."""

    start: int
    end: int
    name: str = ""


@dataclass
class Marked:
    """A draft on its way to sentences.

    `chars` has an element for each character of `text`: "" where it is taken out without a trace, more than one
    character where it stands for a longer word. `entries` are the draft's own reference list, by number or note name.
    """

    text: str
    chars: list[str] = field(default_factory=list)
    citations: list[tuple[int, Citation]] = field(default_factory=list)
    entries: dict[str, str] = field(default_factory=dict)
    asides: list[Aside] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.chars = list(self.text.replace(BREAK, " "))

    @property
    def prose(self) -> str:
        """What is left so far, of the length of the draft."""
        return "".join(char[:1] or " " for char in self.chars)

    def blank(self, start: int, end: int, *, breaks: bool = False) -> None:
        """Take a stretch out; line ends stay. With `breaks` no sentence goes on across it."""
        for i in range(start, end):
            if self.chars[i] != "\n":
                self.chars[i] = " "
        if breaks and end > start:
            self.chars[start] = BREAK

    def drop(self, start: int, end: int) -> None:
        """Take a stretch out without a trace: what stands around it is one word."""
        for i in range(start, end):
            self.chars[i] = ""

    def put(self, start: int, end: int, text: str) -> None:
        """Put a text in the place of a stretch, which may be shorter."""
        room = end - start
        letters = [*text] if len(text) <= room else [*text[: room - 1], text[room - 1 :]]
        self.chars[start:end] = [*letters, *[""] * (room - len(letters))]

    def blank_around(self, start: int, end: int) -> None:
        """Take out a stretch but what stands aside in it."""
        inside = sorted((a.start, a.end) for a in self.asides if start <= a.start and a.end <= end)
        for first, last in [*inside, (end, end)]:
            self.blank(start, max(start, first))
            start = max(start, last)

    def blank_subject(self, start: int, end: int, *, possessive: bool = False) -> None:
        """Take out a citation by name; where its sentence needs it as a word a pronoun stands for it."""
        word = "".join(self.chars[max(0, start - 10) : start]).lower().split()[-1:]
        after = "".join(self.chars[end : end + 3]).lstrip(" ~\n")[:1]
        governed = bool(_BEFORE_THEM & set(word))
        if possessive:
            self.put(start, end, "Their" if self.begins_sentence(start) else "their")
        elif self.begins_sentence(start) and after not in ".!?":
            self.put(start, end, "They")
        elif governed or after.isalpha() or _JOINING & set(word):
            self.put(start, end, "them" if governed else "they")
        else:
            self.blank(start, end)

    def begins_sentence(self, place: int) -> bool:
        """Whether what stands here is the first word of a sentence."""
        before = next((char[-1] for i in range(place - 1, -1, -1) if (char := self.chars[i]).strip(" \n\t{")), BREAK)
        return before in {".", "!", "?", BREAK}

    def blank_citation(self, start: int, end: int) -> None:
        """Take a citation out; one that stands as the subject of its sentence leaves a pronoun."""
        after = "".join(self.chars[end : end + 3])
        word = "".join(self.chars[max(0, start - 4) : start]).split()[-1:]
        if re.match(r"[ ~\n][a-z]", after) and (self.begins_sentence(start) or word == ["as"]):
            self.blank_subject(start, end)
        else:
            self.blank(start, end)

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

    def aside(self, start: int, end: int, name: str = "") -> None:
        """Let a stretch stand by itself, with the citations in it."""
        self.asides.append(Aside(start, end, name))

    def sentences(self) -> list[DraftSentence]:
        """The sentences of the prose and of what stands aside, by place; without markup of their own taken out."""
        starts = [0, *(match.end() for match in re.finditer("\n", self.text))]
        found: list[tuple[int, DraftSentence]] = []
        pending = sorted(self.citations, key=lambda pair: pair[0])
        for aside in sorted(self.asides, key=lambda a: (a.end - a.start, a.start)):
            inside = [pair for pair in pending if aside.start <= pair[0] < aside.end]
            pending = [pair for pair in pending if not aside.start <= pair[0] < aside.end]
            flow = _Flow(self.chars, aside.start, aside.end)
            self.drop(aside.start, aside.end)
            if inside and not _LEAD_IN.sub("", flow.text).strip():
                pending = sorted([*pending, *((aside.start, cited) for _, cited in inside)], key=lambda pair: pair[0])
                continue
            found += [(place, replace(one, note=aside.name)) for place, one in flow.sentences(inside, starts)]
        found += _Flow(self.chars, 0, len(self.chars)).sentences(pending, starts)
        return [sentence for _, sentence in sorted(found, key=lambda pair: pair[0])]


class _Flow:
    """Running text with the place of each of its characters in the draft."""

    def __init__(self, chars: list[str], start: int, end: int) -> None:
        text = "".join(chars[start:end])
        places = [start + i for i, char in enumerate(chars[start:end]) for _ in char]
        kept, last = [], 0
        for gap in _GAP.finditer(text):
            if "\n" not in text[gap.start() : gap.end()].replace("\n", "", 1):
                kept.append((last, gap.start()))
                last = gap.end()
        kept.append((last, len(text)))
        self.text = "".join(text[a:b] for a, b in kept)
        self.places = [place for a, b in kept for place in places[a:b]]

    def sentences(self, cited: list[tuple[int, Citation]], starts: list[int]) -> Iterator[tuple[int, DraftSentence]]:
        """Each sentence with its place.

        A citation belongs to the last sentence that begins before it, or to the first of its block.
        """
        spans = list(self._spans())
        begins = [self.places[start] for start, _, _, _ in spans]
        by_sentence: dict[int, list[Citation]] = {}
        for at, citation in cited:
            number = max(0, bisect_right(begins, at) - 1)
            if number + 1 < len(spans) and spans[number + 1][2] > spans[number][0]:
                number += self.places[spans[number + 1][2]] <= at
            by_sentence.setdefault(number, []).append(citation)
        for number, (start, end, _, text) in enumerate(spans):
            first, last = self.places[start], self.places[max(start, end - 1)]
            lines = bisect_right(starts, first), bisect_right(starts, last)
            yield first, DraftSentence(text, *lines, tuple(dict.fromkeys(by_sentence.get(number, ()))))

    def _spans(self) -> Iterator[tuple[int, int, int, str]]:
        """(start, end, start of its block, text) of each sentence."""
        start = 0
        for boundary in [*_BLOCKS.finditer(self.text), None]:
            end = boundary.start() if boundary else len(self.text)
            for sentence in sentences(self.text[start:end]):
                yield start + sentence.start, start + sentence.end, start, sentence.text
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


def balanced(text: str, opening: int, marks: str = "{}") -> int:
    """One past the mark that closes the group that opens at a place, or where the longest group would end."""
    depth = braces = 0
    last = min(len(text), opening + LONGEST_GROUP)
    for found in _MARKS[marks].finditer(text, opening, last):
        char = found[0]
        if char in "{}" and marks != "{}":
            braces += 1 if char == "{" else -1
        elif char == marks[0] and not braces:
            depth += 1
        elif char == marks[1] and not braces:
            depth -= 1
            if not depth:
                return found.end()
    return last


_MARKS = {marks: re.compile(rf"\\.|[{{}}{re.escape(marks)}]", re.DOTALL) for marks in ("{}", "[]", "()", "<>")}
