r"""The parts of a LaTeX draft: what `\input`, `\include`, `\subfile` and `\import` bring in."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from assistant.drafts import latex
from assistant.drafts.arguments import arguments
from assistant.drafts.authors import names
from assistant.drafts.definitions import defined
from assistant.drafts.marking import DraftSentence, Marked, between

Reader = Callable[[Path], str]

_INPUT = re.compile(
    r"\\(input|include|subfile|subfileinclude|import|subimport|inputfrom|includefrom|subinputfrom|subincludefrom"
    r"|InputIfFileExists|loadglsentries|loadacronyms)(?![A-Za-z])\*?"
)
_BARE = re.compile(r"[ \t]+(\"[^\"\n]+\"|[^\s{}\\%]+)")
_FROM_FOLDER = frozenset({"import", "subimport", "inputfrom", "includefrom", "subinputfrom", "subincludefrom"})


@dataclass(frozen=True, slots=True)
class Missing:
    """A part that the draft names and that is not there, with where it is named."""

    name: str
    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.name} ({self.file + ', ' if self.file else ''}line {self.line})"


@dataclass
class _Part:
    """A file of the draft: `parts` are those that it brings in, each at its place."""

    name: str
    draft: Marked
    preamble: bool = False
    floating: bool = False
    parts: list[tuple[int, "_Part"]] = field(default_factory=list)


class Parts:
    """A LaTeX draft with all its parts; a part is read once, at its first place."""

    def __init__(self, name: str, text: str, read: Reader | None) -> None:
        self._read = read
        self._root = Path(name).absolute().parent
        self._seen = {Path(name).absolute().resolve()} if read else set()
        self.files: list[Path] = []
        self.missing: list[Missing] = []
        self._first = self._part(name if read else "", text, self._root, "")
        self._first.name = ""

    def sentences(self) -> list[tuple[DraftSentence, str]]:
        """Each sentence with the part that it stands in, in the order of the draft."""
        every = list(_all(self._first))
        known = defined(part.draft.prose for part in every)
        for part in every:
            latex.marked(part.draft, known, preamble=part.preamble, floating=part.floating)
            names(part.draft)
        return list(_woven(self._first))

    def _part(
        self, name: str, text: str, folder: Path, shown: str, *, preamble: bool = False, floating: bool = False
    ) -> _Part:
        draft = latex.visible(text)
        part = _Part(shown, draft, preamble, floating)
        prose = draft.prose
        begin = latex._BEGIN.search(prose)
        over = latex._END.search(prose, begin.end() if begin else 0)
        floats = list(between(prose, latex._FLOATS, latex._end))
        for match in _INPUT.finditer(prose, 0, over.start() if over else len(prose)):
            base, named, end = self._named(prose, match, folder)
            if not named:
                continue
            draft.blank(match.start(), end, breaks=True)
            before = preamble or bool(begin and match.start() < begin.start())
            within = floating or any(a <= match.start() < b for a, b in floats)
            self._follow(part, match, base, named, Path(name), preamble=before, floating=within)
        return part

    def _follow(
        self, part: _Part, match: re.Match[str], base: Path, named: str, of: Path, *, preamble: bool, floating: bool
    ) -> None:
        beside = of.absolute().parent
        tried = [folder / f"{named}{ending}" for folder in (base, self._root, beside) for ending in (".tex", "")]
        path = next((path for path in tried if self._read and path.is_file()), None)
        if path is None:
            if not preamble:
                line = part.draft.text.count("\n", 0, match.start()) + 1
                self.missing.append(Missing(named, part.name, line))
            return
        if path.resolve() in self._seen or not self._read:
            return
        self._seen.add(path.resolve())
        self.files.append(path)
        folder = base if match[1] in _FROM_FOLDER else path.parent if "subfile" in match[1] else base
        shown = _shown(path, self._root)
        inner = self._part(str(path), self._read(path), folder, shown, preamble=preamble, floating=floating)
        part.parts.append((match.start(), inner))

    def _named(self, prose: str, match: re.Match[str], folder: Path) -> tuple[Path, str, int]:
        """The folder and name of a part, and where the command ends."""
        if match[1] in _FROM_FOLDER:
            given = arguments(prose, match.end(), "{", most=2)
            if len(given) < 2:
                return folder, "", 0
            base = (folder if match[1].startswith("sub") else self._root) / given[0].text.strip()
            return base, given[1].text.strip().strip('"'), given[1].end
        if given := arguments(prose, match.end(), "{[", most=2):
            group = next((one for one in given if one.mark == "{"), None)
            return (folder, group.text.strip().strip('"'), group.end) if group else (folder, "", 0)
        bare = _BARE.match(prose, match.end()) if match[1] == "input" else None
        return (folder, bare[1].strip('"'), bare.end()) if bare else (folder, "", 0)


def _all(part: _Part) -> Iterator[_Part]:
    yield part
    for _, inner in part.parts:
        yield from _all(inner)


def _woven(part: _Part) -> Iterator[tuple[DraftSentence, str]]:
    """The sentences of a part, those that it brings in where it does."""
    own = part.draft.sentences()
    place = 0
    for at, inner in part.parts:
        line = part.draft.text.count("\n", 0, at) + 1
        column = at - (part.draft.text.rfind("\n", 0, at) + 1)
        while place < len(own) and (own[place].line < line or (own[place].line == line and column)):
            yield own[place], part.name
            place += 1
        yield from _woven(inner)
    for sentence in own[place:]:
        yield sentence, part.name


def _shown(path: Path, root: Path) -> str:
    try:
        return path.resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        return path.as_posix()
