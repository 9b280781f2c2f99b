r"""What a LaTeX draft defines for itself: macros, and the words of its glossaries."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from assistant.drafts.arguments import arguments

_MACRO = re.compile(
    r"\\(?:(?:re)?newcommand|providecommand|DeclareRobustCommand|[egx]?def)\*?\s*\{?\s*\\([A-Za-z@]+)\s*\}?"
)
_DOCUMENT = re.compile(r"\\(?:New|Renew|Provide|Declare)DocumentCommand\s*\{?\s*\\([A-Za-z@]+)\s*\}?")
_COUNTED = re.compile(r"(?:#\d)+")
_WORDS = re.compile(
    r"\\(newacronym|newabbreviation|newglossaryentry|longnewglossaryentry|DeclareAcronym|acro(?:def)?|newacro)\*?(?=\s*[\[{])"
)
_FIELD = re.compile(r"(?:^|,)\s*([a-z-]+)\s*=\s*(\{(?:[^{}]|\{[^{}]*\})*\}|[^,{}]*)", re.DOTALL)
_KEYS = re.compile(r"\\[A-Za-z]*[cC]ite[A-Za-z]*\*?(?:\s*\[[^\]]*\])*\s*\{[^{}]*#(\d)[^{}]*\}")
_LAST = re.compile(r"\\(?:xspace|@|,|/)(?![A-Za-z])\s*|\$")


@dataclass(frozen=True, slots=True)
class Macro:
    """A command of the draft's own: how many arguments it takes, whether the first may be left out, and its body."""

    body: str
    takes: int = 0
    optional: bool = False

    @property
    def keys_at(self) -> int:
        """Which argument holds cite keys, from 1; 0 for none."""
        found = _KEYS.search(self.body)
        return int(found[1]) if found else 0

    @property
    def hides(self) -> bool:
        """Whether it prints nothing of its arguments."""
        return self.takes > 0 and "#" not in self.body


@dataclass(frozen=True, slots=True)
class Word:
    """An entry of a glossary."""

    short: str
    long: str = ""


@dataclass
class Definitions:
    """The macros and words of a draft, and which words have been used."""

    macros: dict[str, Macro] = field(default_factory=dict)
    words: dict[str, Word] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)

    def text_of(self, name: str, depth: int = 5) -> str | None:
        """What a macro without arguments stands for, the macros in it resolved; None for any other."""
        macro = self.macros.get(name)
        if macro is None or macro.takes or not depth or len(macro.body) > 300:
            return None

        def inner(found: re.Match[str]) -> str:
            text = self.text_of(found[1], depth - 1)
            return found[0] if text is None else text

        return _LAST.sub("", re.sub(r"\\([A-Za-z@]+)(?:\{\})?", inner, macro.body))

    def word(self, label: str, form: str) -> str:
        """An entry in a form: "short", "long", or "first" (long with short where it is used for the first time)."""
        entry = self.words.get(label)
        if entry is None:
            return label
        first = label not in self.used
        if form != "short":
            self.used.add(label)
        if not entry.long or form == "short":
            return entry.short
        if form == "long":
            return entry.long
        return f"{entry.long} ({entry.short})" if first or form == "full" else entry.short


def defined(texts: Iterable[str]) -> Definitions:
    """All definitions of the parts of a draft; the last of a name holds."""
    found = Definitions()
    for text in texts:
        for match in _MACRO.finditer(text):
            if macro := _macro(text, match.end()):
                found.macros[match[1]] = macro
        for match in _DOCUMENT.finditer(text):
            given = arguments(text, match.end(), "{", most=2)
            if len(given) == 2:
                takes = re.findall(r"[a-zA-Z]", re.sub(r"\{[^{}]*\}", "", given[0].text))
                found.macros[match[1]] = Macro(given[1].text, len(takes), bool(takes) and takes[0] in "oO")
        for match in _WORDS.finditer(text):
            label, word = _word(match[1], text, match.end())
            if label:
                found.words[label] = word
    return found


def _macro(text: str, place: int) -> Macro | None:
    if counted := _COUNTED.match(text, place):
        body = arguments(text, counted.end(), "{", most=1)
        return Macro(body[0].text, len(counted[0]) // 2) if body else None
    given = arguments(text, place, "{[", most=3)
    before = [one.text for one in given if one.mark == "["]
    body = [one for one in given if one.mark == "{"]
    if not body:
        return None
    takes = int(before[0]) if before and before[0].isdigit() else 0
    return Macro(body[0].text, takes, optional=len(before) > 1)


def _word(command: str, text: str, place: int) -> tuple[str, Word]:
    given = arguments(text, place, "{[", most=4)
    groups = [one.text.strip() for one in given if one.mark == "{"]
    if command in {"acro", "acrodef", "newacro"}:
        short = next((one.text for one in given[:2] if one.mark == "["), groups[0] if groups else "")
        return (groups[0], Word(short, groups[1])) if len(groups) > 1 else ("", Word(""))
    if command in {"newacronym", "newabbreviation"}:
        return (groups[0], Word(groups[1], groups[2])) if len(groups) > 2 else ("", Word(""))
    if len(groups) < 2:
        return "", Word("")
    fields = {name: value.strip().strip("{}").strip() for name, value in _FIELD.findall(groups[1])}
    short = fields.get("short") or fields.get("text") or fields.get("name") or groups[0]
    return groups[0], Word(short, fields.get("long", ""))
