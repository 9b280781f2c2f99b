"""BibTeX in portions that no entry crosses, so that a file of any length is read in bounded memory."""

import re
from collections.abc import Iterable, Iterator

_SIZE = 1 << 19
"""Characters from which on a portion ends before the next entry."""

_BETWEEN_ENTRIES = re.compile(r"\n(?=[ \t]*@[ \t]*\w+[ \t]*[{(])")


def portions(pieces: Iterable[str], *, size: int = _SIZE) -> Iterator[tuple[int, str]]:
    """The text in portions that end before a line on which an entry opens, each with the number of lines before it."""
    line, held, searched = 0, "", 0
    for piece in pieces:
        held += piece
        while len(held) >= size and (cut := _BETWEEN_ENTRIES.search(held, max(size - 1, searched))):
            portion, held = held[: cut.end()], held[cut.end() :]
            yield line, portion
            line += portion.count("\n")
            searched = 0
        searched = max(0, held.rfind("\n"))
    if held:
        yield line, held
