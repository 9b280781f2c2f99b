"""Markdown and plain text: `[@key]`, `[1]` with a reference list, (Author, Year); everything but prose is left out."""

import re
from functools import cache
from typing import TYPE_CHECKING

from assistant.drafts.marking import BREAK, Citation, Marked, balanced

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.token import Token

_FIGURE = re.compile(r"\s*[-+]?\d[\d.,]*\s*(?:\\?%)?\s*")
_REFERENCES = re.compile(
    r"^(?: {0,3}#{1,6}[ \t]*)?\**(?:references?|bibliography|works cited|literature cited|sources)\**:?[ \t]*#*[ \t]*"
    r"(?:\{[^{}\n]*\})?[ \t]*\n(?:[=-]+[ \t]*\n)?",
    re.IGNORECASE | re.MULTILINE,
)
_ENTRY_NAME = r"(?:[-*][ \t]+)?(?:\[(\^?[\w-]+)\]:?|(\d{1,3})[.)])[ \t]+"
_ENTRY = re.compile(
    rf"^[ \t]*{_ENTRY_NAME}(\S[^\n]*(?:\n(?![ \t]*(?:\n|[-*][ \t]|\[|\d{{1,3}}[.)][ \t]))[^\n]+)*)", re.MULTILINE
)
_KEY = re.compile(r"(?<![\w.@/\\])(-?)@(?:\{([^{}\s]+)\}|(\w(?:\w|[:.#$%&+?<>~/-](?=\w)|[:.#$%&+?<>~/-]{2}(?=\w))*))")
_CROSS = re.compile(
    r"(?:fig|tbl|tab|sec|eq|lst|thm|lem|cor|prp|cnj|def|exm|exr|rem|alg|apx|ch|nte|tip|wrn|imp|cau)[-:]\w", re.I
)
_NUMBERED = re.compile(r"(?<![\w!])\[(\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*)\](?![(:])")
_LOCATOR = re.compile(r"\s?(?=\[)")
_ATTRIBUTES = re.compile(r"(?<=[\]\)`])\{[^{}\n]*\}")
_SPAN = re.compile(r"\[([^\[\]@]+)\](?=\{[^{}\n]*\})")
_CAPTION = re.compile(r"(?:Table)?:[ \t]+", re.IGNORECASE)
_DIV = re.compile(r"^:::+[^\n]*$", re.MULTILINE)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_ADDRESS = re.compile(r"<?\bhttps?://[^\s<>)\]]+>?")
_TEX = re.compile(r"\\[A-Za-z]*[cC]ite[A-Za-z]*\*?(?:\[[^\]\n]*\])*\{([^{}]+)\}")


def marked(text: str) -> Marked:
    """Show what a parser of Markdown finds to be prose; note the citations, and the list that numbers stand for."""
    draft = Marked(_uncommented(text))
    draft.text = text
    shown = Marked(text)
    shown.chars = [char if char == "\n" else " " for char in text]
    listed = _reference_list(draft, shown)
    tokens = _parser().parse("".join(draft.chars[:listed]))
    literal = _Reading(draft.text, shown).read(tokens)
    _inline_notes(shown)
    _keys(shown)
    _numbers(shown)
    for pattern in (_ADDRESS, _ATTRIBUTES, _DIV):
        shown.blank_all(pattern)
    for start, code in literal:
        shown.chars[start : start + len(code)] = list(code)
    return shown


def _uncommented(text: str) -> str:
    return _COMMENT.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text) if "<!--" in text else text


@cache
def _parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import reference
    from mdit_py_plugins.deflist import deflist_plugin
    from mdit_py_plugins.dollarmath import dollarmath_plugin
    from mdit_py_plugins.footnote import footnote_plugin
    from mdit_py_plugins.front_matter import front_matter_plugin

    def no_citation(state: "StateBlock", start: int, end: int, silent: bool) -> bool:
        """`[@key]: ...` defines no link: as Pandoc reads it."""
        place = state.bMarks[start] + state.tShift[start]
        return not state.src.startswith("[@", place) and reference(state, start, end, silent)

    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    parser.use(front_matter_plugin).use(footnote_plugin, inline=False).use(deflist_plugin).use(dollarmath_plugin)
    parser.block.ruler.at("reference", no_citation)
    parser.core.ruler.disable("text_join")  # each piece keeps its place in the source
    return parser


class _Reading:
    """Copies the prose of the parsed blocks to their places in the draft."""

    def __init__(self, text: str, shown: Marked) -> None:
        self._text = text
        self._shown = shown
        self._lines = [0, *(match.end() for match in re.finditer("\n", text)), len(text) + 1]
        self._code: list[tuple[int, str]] = []

    def read(self, tokens: "list[Token]") -> list[tuple[int, str]]:
        """Show what is prose; returns the code in it, which cites nothing, with its places."""
        inside: list[str] = []
        note, note_from = "", 0
        for token in tokens:
            if token.type == "footnote_open":
                note, note_from = f"^{token.meta['label']}", -1
            elif token.type == "footnote_close":
                if note_from >= 0:
                    self._note(note, note_from)
                note = ""
            elif token.nesting:
                if token.type.startswith(("heading", "table")):
                    inside = [*inside, token.type] if token.nesting > 0 else inside[:-1]
                elif token.map and token.nesting > 0 and not note:
                    self._break(self._lines[token.map[0]])
            elif token.type == "inline" and token.map and not inside:
                start = self._inline(token, in_note=bool(note))
                note_from = start if note and note_from < 0 else note_from
                self._last = self._lines[min(token.map[1], len(self._lines) - 1)] - 1
            elif token.map and not note:
                self._break(self._lines[token.map[0]])
        return self._code

    def _break(self, place: int) -> None:
        """No sentence goes on across the start of a block."""
        if 0 < place <= len(self._shown.chars):
            self._shown.chars[place - 1] = BREAK

    def _note(self, name: str, start: int) -> None:
        text = " ".join("".join(self._shown.chars[start : self._last]).replace(BREAK, " ").split())
        self._shown.entries[name] = text
        self._shown.aside(start, self._last, name)

    def _places(self, token: "Token") -> list[int]:
        """Where each character of a block's text stands in the draft."""
        assert token.map is not None
        places: list[int] = []
        for number, line in enumerate(token.content.split("\n")):
            begin, end = self._lines[token.map[0] + number], self._lines[token.map[0] + number + 1]
            column = self._text.rfind(line, begin, end)
            first = column if column >= 0 else begin
            places += range(first, first + len(line) + 1)
        return places

    def _inline(self, token: "Token", *, in_note: bool) -> int:
        places = self._places(token)
        source, cursor = token.content, 0
        children = token.children or []
        alone = len(children) == 1 and children[0].type == "image"
        for child in children:
            match child.type:
                case "text" | "text_special":
                    written = child.markup if child.type == "text_special" else child.content
                    at = source.find(written, cursor)
                    if at >= 0 and written:
                        self._show(places, at, written, child.content)
                        cursor = at + len(written)
                case "code_inline":
                    at = source.find(child.content, cursor)
                    if at >= 0:
                        self._code.append((places[at], child.content))
                        cursor = at + len(child.content)
                case "math_inline":
                    cursor = self._math(places, source, cursor, child.content)
                case "footnote_ref":
                    mark = f"[^{child.meta['label']}]"
                    at = source.find(mark, cursor)
                    if at >= 0:
                        self._shown.cite(places[at], Citation("note", f"^{child.meta['label']}"))
                        self._shown.drop(places[at], places[at] + len(mark))
                        cursor = at + len(mark)
                case "link_close" | "html_inline":
                    pass
                case "image" if alone:
                    at = source.find(child.content, cursor)
                    self._show(places, at, child.content, child.content)
                    if not in_note:
                        self._shown.aside(places[at], places[at] + len(child.content))
            if child.type.startswith(("em_", "strong_", "s_")):
                at = source.find(child.markup, cursor)
                if at >= 0:
                    self._shown.drop(places[at], places[at] + len(child.markup))
                    cursor = at + len(child.markup)
            elif child.type == "link_close":
                cursor = self._behind_link(source, cursor)
        begin = places[0]
        if caption := _CAPTION.match(self._text, begin):
            self._shown.blank(begin, caption.end())
        return begin

    def _show(self, places: list[int], at: int, written: str, text: str) -> None:
        if written == text:
            for offset, char in enumerate(text):
                self._shown.chars[places[at + offset]] = char
        else:
            self._shown.put(places[at], places[at] + len(written), text.replace("@", "＠"))

    def _math(self, places: list[int], source: str, cursor: int, content: str) -> int:
        """A plain figure in dollar signs is prose."""
        at = source.find(content, cursor)
        if at >= 0 and _FIGURE.fullmatch(content):
            self._shown.drop(places[at] - 1, places[at])
            self._show(places, at, content, content)
            self._shown.drop(places[at] + len(content), places[at] + len(content) + 1)
        return at + len(content) + 1 if at >= 0 else cursor

    @staticmethod
    def _behind_link(source: str, cursor: int) -> int:
        """Past the address of a link."""
        if source.startswith("](", cursor):
            return balanced(source, cursor + 1, "()")
        return cursor


def _reference_list(draft: Marked, shown: Marked) -> int:
    """Where the last list of references begins: its entries are looked up by number, and are no prose."""
    prose = draft.prose
    headings = list(_REFERENCES.finditer(prose))
    if not headings:
        return len(prose)
    for entry in _ENTRY.finditer(prose, headings[-1].end()):
        shown.entries[entry[1] or entry[2]] = " ".join(entry[3].split())
    return headings[-1].start()


def _inline_notes(draft: Marked) -> None:
    """`^[a note]` stands by itself."""
    prose = draft.prose
    for match in re.finditer(r"\^\[", prose):
        end = balanced(prose, match.end() - 1, "[]")
        if prose[end - 1] == "]":
            draft.drop(match.start(), match.end())
            draft.drop(end - 1, end)
            draft.aside(match.end(), end - 1, f"^{len(draft.asides) + 1}")


def _keys(draft: Marked) -> None:
    r"""Citations as Pandoc reads them: `[see @a, p. 3; @b]`, `@a [p. 3] says`, `-@a`, `\cite{a}`."""
    prose = draft.prose
    for match in _TEX.finditer(prose):
        for key in match[1].split(","):
            draft.cite(match.start(), Citation("key", key.strip()))
        draft.blank(match.start(), match.end())
    done = 0
    for match in _KEY.finditer(prose):
        key = match[2] or match[3]
        crossing = bool(_CROSS.match(key)) and not match[2]
        if not crossing:
            draft.cite(match.start(), Citation("key", key))
        if match.start() < done:
            continue
        opening = _open_bracket(prose, match.start())
        if opening >= 0 and prose[(closing := balanced(prose, opening, "[]")) - 1] == "]":
            draft.blank_citation(opening, closing)
            done = closing
        else:
            space = _LOCATOR.match(prose, match.end())
            end = match.end()
            if space and not crossing:
                closing = balanced(prose, space.end(), "[]")
                end = closing if prose[closing - 1] == "]" else end
            draft.blank_subject(match.start(), end) if not crossing else draft.blank(match.start(), end)
            done = end


def _open_bracket(prose: str, place: int) -> int:
    """The bracket that is open at a place, within its paragraph; -1 for none."""
    begin = max(prose.rfind("\n\n", 0, place), prose.rfind(BREAK, 0, place), place - 2000, 0)
    depth = 0
    for at in range(place - 1, begin - 1, -1):
        if prose[at] == "]":
            depth += 1
        elif prose[at] == "[":
            if not depth:
                return at
            depth -= 1
    return -1


def _numbers(draft: Marked) -> None:
    for match in _NUMBERED.finditer(draft.prose):
        known = [name for name in _range(match[1]) if name in draft.entries]
        for name in known:
            draft.cite(match.start(), Citation("number", name))
        if known:
            draft.blank_citation(match.start(), match.end())


def _range(numbers: str) -> list[str]:
    found: list[str] = []
    for part in re.split(r"\s*[,;]\s*", numbers):
        first, _, last = re.sub(r"\s", "", part).replace("–", "-").partition("-")
        span = range(int(first), int(last or first) + 1)
        found += [str(number) for number in span[:100]]
    return found
