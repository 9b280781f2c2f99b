"""The arguments behind a command of LaTeX."""

import re
from dataclasses import dataclass

from assistant.drafts.marking import balanced

_SPACE = re.compile(r"[ \t]*\n?[ \t]*")
_CLOSES = {"{": "}", "[": "]", "(": ")", "<": ">"}


@dataclass(frozen=True, slots=True)
class Argument:
    """What stands between `mark` and its partner: `text`, at `start` to `end` with the marks."""

    mark: str
    text: str
    start: int
    end: int

    @property
    def inner(self) -> tuple[int, int]:
        """Where its text stands."""
        return self.start + 1, self.end - 1


def arguments(text: str, place: int, marks: str = "{[", most: int = 20) -> list[Argument]:
    """The arguments that follow a place, at most so many; what is never closed is none."""
    found: list[Argument] = []
    while len(found) < most:
        space = _SPACE.match(text, place)
        place = space.end() if space else place
        mark = text[place : place + 1]
        if not mark or mark not in marks:
            break
        end = balanced(text, place, mark + _CLOSES[mark])
        if text[end - 1] != _CLOSES[mark] or end - place < len("{}"):
            break
        found.append(Argument(mark, text[place + 1 : end - 1], place, end))
        place = end
    return found
