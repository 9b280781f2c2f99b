"""BibTeX as entries with their fields, still in LaTeX. Broken entries do not take others with them."""

import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from bibtexparser.entrypoint import parse_string
from bibtexparser.middlewares.names import parse_single_name_into_parts, split_multiple_persons_names
from bibtexparser.model import Block, Entry, Field, ImplicitComment, ParsingFailedBlock, String

from store import names
from store.names import Name
from store.readers.bibtex_portions import portions
from store.readers.latex import lettered
from store.readers.plain import squeeze

logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)  # what fails is reported as Broken

_COMMENTED_OUT = re.compile(r"^[ \t]*%[% \t]*@\s*\w+\s*[{(].*(?:\n[ \t]*%.*)*", re.MULTILINE)
_KEYLESS = re.compile(r"(@(?!string\b)\w+[ \t]*\{)(?=\s*[\w-]+\s*=)", re.IGNORECASE)
_DOUBLE_COMMA = re.compile(r",(\s*),(?=\s*[\w-]+\s*=)")
_OPENING = re.compile(r"@\s*(?P<kind>\w+)\s*[{(]\s*(?P<key>[^\s,={}()\"]*)")
_NOT_ENTRIES = frozenset({"comment", "string", "preamble"})
_STRAY_FIELD = re.compile(r"[\s,}]*[a-z][\w-]*\s*=\s*[{\"]", re.IGNORECASE)
_DELIMITER = re.compile(r'(?<!\\)[{}"]')
_WORD = re.compile(r'[^\s#{}",=]+')
_JOIN = re.compile(r"\s*#\s*")
_NEXT_FIELD = re.compile(r"\s*([a-z][\w:.+-]*)\s*=\s*", re.IGNORECASE)
_LABELLED = re.compile(r"(?:family|given|prefix|suffix|useprefix)\s*=")
_LONGEST_STRING = 10_000  # strings made of strings can double a hundred times
_LONGEST_REASON = 200
_LONGEST_NAME = 500
_CLOSED_TOO_EARLY = "Expected a '='"
_ENTRY_LINE = re.compile(r"[ \t]*@\s*\w+\s*[{(]")
_FIELD_LINE = re.compile(r"\s*(?P<name>[A-Za-z][\w-]*)\s*=\s*[{\"](?P<text>.*)")
_MOST_LINES = 200
_WORTH_SAVING = frozenset(
    "title author abstract journal booktitle year date doi url volume number pages publisher".split()
)
_OUTSIDE = "these fields stand outside any entry: is a brace closed too early before them?"
_BRACE = re.compile(r"[{}]")
_SURNAME_AND_INITIALS = re.compile(r"[^\W\d_][^\s,{}.]+(?: [^\W\d_][^\s,{}.]+)?\s+[^\W\d_a-z]{1,2}|others")
_TWO_INITIALS = re.compile(r"[^\W\d_][^\s,{}.]+\s+(?:[^\W\d_a-z]{2}|(?:[^\W\d_a-z]\.[ -]?){1,3})")
_COMMAND = "\x02"  # for a backslash, after which bibtexparser passes over what follows, even the start of a name
_SHIELD = "\x01"  # between a backslash and a brace, so that the brace counts


@dataclass(frozen=True, slots=True)
class RawEntry:
    """An entry: `line` is where it begins, `fields` are its non-empty fields, names in lower case."""

    line: int
    kind: str
    key: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Broken:
    """A part of the file that is no entry though it should be."""

    line: int
    key: str
    reason: str


def entries(pieces: Iterable[str]) -> Iterator[RawEntry | Broken]:
    """The entries in the order of the file, duplicates and repeated fields included; in bounded memory."""
    strings: dict[str, str] = {}
    broken = False
    for line, text in portions(pieces):
        mended = _mended(text)
        blocks = [_original(block) for block in _blocks(mended)]
        _define(strings, blocks)
        for block in blocks:
            yield from (replace(each, line=each.line + line) for each in _read(block, strings, mended, broken=broken))
            broken = isinstance(block, ParsingFailedBlock)


def _read(block: Block, strings: Mapping[str, str], text: str, *, broken: bool) -> Iterator[RawEntry | Broken]:
    """What a block holds; after a `broken` one, stray fields are its rest and have been named with it."""
    match block:
        case Entry():
            yield _entry(block, strings)
        case ParsingFailedBlock():
            yield from _second_try(block, strings, text)
        case ImplicitComment() if not broken and _STRAY_FIELD.match(block.comment):
            yield Broken(_line(block), "", _OUTSIDE)


def people(field: str) -> Iterator[Name | str]:
    """The people in an author field, still in LaTeX: their parts, or as one string what is in braces or a list."""
    persons = split_multiple_persons_names(lettered(field).replace("\\", _COMMAND))
    persons = [person.replace(_COMMAND, "\\") for person in persons]
    surnames_first = len(persons) > 1 and all(map(_SURNAME_AND_INITIALS.fullmatch, persons))
    for person in persons:
        if _LABELLED.match(person):
            yield _labelled(person)
        elif _is_whole(person) or (not _BRACE.search(person) and (surnames_first or person.count(",") > 1)):
            yield person
        else:
            yield _parts(person)


def _parts(person: str) -> Name | str:
    settled = person if _BRACE.search(person) else names.settled(person)
    if "," not in settled and (_TWO_INITIALS.fullmatch(settled) or not settled):
        return settled
    ending = None if "," in settled else names.parts(settled)
    if ending and ending.suffix:
        return ending
    parts = parse_single_name_into_parts(settled, strict=False)
    if "," not in settled and len(parts.first) == 1 and names.is_particle(parts.first[0]):
        return Name(settled)
    family, given = " ".join(parts.von + parts.last), " ".join(parts.first)
    if parts.jr and names.is_suffix(given) and not names.is_suffix(" ".join(parts.jr)):
        given, parts.jr = " ".join(parts.jr), [given]
    return Name(family, given, " ".join(parts.jr))


def is_in_braces(person: str) -> bool:
    """Whether the name stands in braces as a whole, as that of an institution does."""
    return person.startswith("{") and _closing(person, 0) == len(person) - 1


def _is_whole(person: str) -> bool:
    """Whether the name is to be taken as it is: in braces, or no name at all but pages of text."""
    return is_in_braces(person) or len(person) > _LONGEST_NAME


def _labelled(person: str) -> Name:
    """A name in BibLaTeX's long form: `family=Hove, given=Ann, prefix=van`."""
    parts = {key: text.strip(' "') for key, text in re.findall(r"([a-z]+)\s*=\s*([^,]*)", person)}
    family = filter(None, (parts.get("prefix"), parts.get("family")))
    return Name(" ".join(family), parts.get("given", ""), parts.get("suffix", ""))


def _blocks(text: str) -> list[Block]:
    return parse_string(text, parse_stack=[]).blocks


def _original(block: Block) -> Block:
    """The block itself where it failed only because a key or a field occurs twice."""
    inner = block.ignore_error_block if isinstance(block, ParsingFailedBlock) else None
    return inner or block


def _mended(text: str) -> str:
    """The text, line for line, without what makes bibtexparser stumble though BibTeX does not."""
    text = _COMMENTED_OUT.sub(lambda found: "\n" * found[0].count("\n"), text)
    return _DOUBLE_COMMA.sub(r",\1", _KEYLESS.sub(r"\1,", text))


def _second_try(block: ParsingFailedBlock, strings: Mapping[str, str], text: str) -> Iterator[RawEntry | Broken]:
    """Read the block as BibTeX does, where a backslash does not keep a brace from counting."""
    raw = block.raw or ""
    opening = _OPENING.match(raw)
    if opening and opening["kind"].lower() in _NOT_ENTRIES:
        return
    again = _blocks(re.sub(r"\\(?=[{}])", rf"\\{_SHIELD}", raw))
    found = [each for each in map(_original, again) if isinstance(each, Entry)]
    if found:
        yield from (_entry(each, strings, below=block.start_line or 0) for each in found)
    elif _CLOSED_TOO_EARLY in _reason(block) and (fields := _fields_by_line(text, block.start_line or 0)):
        yield RawEntry(
            _line(block), opening["kind"].lower() if opening else "", opening["key"] if opening else "", fields
        )
    else:
        yield Broken(_line(block), opening["key"] if opening else "", _reason(block))


def _fields_by_line(text: str, start: int) -> dict[str, str]:
    """The fields of an entry that has too many closing braces, each from the start of a line to its end."""
    lines = text.split("\n")[start + 1 : start + _MOST_LINES]
    end = next((count for count, line in enumerate(lines) if _ENTRY_LINE.match(line)), len(lines))
    found = map(_FIELD_LINE.match, lines[:end])
    return {
        each["name"].lower(): each["text"].rstrip().rstrip(",").rstrip('}" ')
        for each in found
        if each and each["name"].lower() in _WORTH_SAVING
    }


def _reason(block: ParsingFailedBlock) -> str:
    reason = squeeze(str(getattr(block.error, "abort_reason", block.error)))[:_LONGEST_REASON]
    if "end of file" in reason:
        return "the file ends before the entry closes its brace or quotation mark"
    if "block start" in reason:
        return "the entry never closes its " + ("quotation mark" if '`"`' in reason else "brace")
    return f"this is not valid BibTeX: {reason.rstrip('.').replace('`', chr(39))}"


def _line(block: Block) -> int:
    return (block.start_line or 0) + 1


def _define(strings: dict[str, str], blocks: list[Block]) -> None:
    for block in blocks:
        if isinstance(block, String):
            strings[block.key.lower()] = _value(block.value, strings)[0][:_LONGEST_STRING]


def _entry(entry: Entry, strings: Mapping[str, str], *, below: int = 0) -> RawEntry:
    fields: dict[str, str] = {}
    for field in entry.fields:
        for name, text in _name_and_text(field, strings):
            if text.strip():
                fields.setdefault(name, text.replace(_SHIELD, ""))
    return RawEntry(_line(entry) + below, entry.entry_type.lower(), entry.key, fields)


def _name_and_text(field: Field, strings: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The field, and those that follow it without the comma between them."""
    name, raw = field.key, field.value
    while _is_name(name):
        text, rest = _value(raw, strings)
        following = _NEXT_FIELD.match(rest)
        yield name.split()[-1].lower(), raw if rest and not following else text
        if not following:
            return
        name, raw = following[1], rest[following.end() :]


def _is_name(name: str) -> bool:
    """Whether this is a name, and not commented out; a comment may stand on the lines before it."""
    return bool(name.strip()) and not name.split("\n")[-1].lstrip().startswith("%")


def _value(raw: str, strings: Mapping[str, str]) -> tuple[str, str]:
    """The text of a value such as `{A} # jan # "B"`, and what follows it."""
    parts, at = [], 0
    while at < len(raw):
        if raw[at] in '{"':
            end = _closing(raw, at)
            parts.append(raw[at + 1 : end])
            at = end + 1
        elif word := _WORD.match(raw, at):
            parts.append(strings.get(word[0].lower(), word[0]))
            at = word.end()
        if not (join := _JOIN.match(raw, at)):
            break
        at = join.end()
    return "".join(parts), raw[at:]


def _closing(raw: str, opening: int) -> int:
    """Where the brace or quotation mark at `opening` is closed; the end where it never is."""
    depth, quoted = 0, raw[opening] == '"'
    for mark in _DELIMITER.finditer(raw, opening + 1):
        if depth == 0 and mark[0] == ('"' if quoted else "}"):
            return mark.start()
        depth += {"{": 1, "}": -1}.get(mark[0], 0)
    return len(raw)
