"""Authors and a year in running text, in Chicago and Harvard form: (Dorn 2015), Dorn's (2015), (see Dorn, 2015: 45)."""

import re

from assistant.drafts.marking import Citation, Marked

_PARTICLE = (
    r"(?:[Vv][ao]n(?: de[rnm]?)?|[Dd]e(?: l[ao]s?)?|[Dd]e[rnl]|[Dd]as?|[Dd]os?|[Dd][iu]|[Ll][ae]|[EeAa]l|[Tt]e[nr]"
    r"|[Zz]u[mr]?|[Aa]f|bin|ibn)"
)
_NAME = r"[A-ZÀ-ÖØ-ÞĀ-Ž](?:['’]?[^\W\d_]+(?:['’][^\W\d_]{2,})?)(?:[-‐‑–'’][A-ZÀ-ÖØ-ÞĀ-Ž]?[^\W\d_]{2,})*"
_INITIALS = r"(?:[A-ZÀ-Þ]\.[ -]?){1,3}"
_PERSON = rf"(?:{_INITIALS}\s*)?(?:{_PARTICLE}[ '’-])*{_NAME}(?:,\s*{_INITIALS})?"
_OTHERS = (
    rf"(?:,?\s+(?:et\s+al\b\.?|and\s+others|and\s+colleagues|u\.\s?a\.)"
    rf"|(?:,\s*{_PERSON}){{0,9}},?\s*(?:\band\b|&|\bund\b|\by\b|\bet\b)\s*{_PERSON})?"
)
_YEAR = r"(?:1[5-9]|20)\d\d(?:[a-h](?:\s*,\s*[a-h])*)?(?![\w])"
_OF_PAGES = (
    r"(?:\s*:\s*[\divxl]+(?:\s*[-–]\s*[\divxl]+)?f{0,2}\.?"
    r"|,?\s*(?:pp?|pages?|ch(?:ap(?:ter)?)?s?|sec(?:tion)?|vol|fig|tab(?:le)?|note|S|para|§+)\.?\s*[\divxlA-Z.]+(?:\s*[-–]\s*[\divxl.]+)?f{0,2}"
    r"|,\s*\d{1,3}(?:\s*[-–]\s*\d{1,4})?(?!\d))"
)
_YEARS = rf"{_YEAR}(?:\s*\[\d{{4}}\]|/\d{{2,4}})?{_OF_PAGES}?(?:\s*[,;]\s*(?:and\s+)?{_YEAR}{_OF_PAGES}?)*"
_WORK = re.compile(rf"(?<![\w-])({_PERSON})({_OTHERS})(['’]s?)?(,?)\s+[\[(]?({_YEARS})[\])]?")
_GROUP = re.compile(r"\(([^()]*(?:\([^()]*\)[^()]*)*)\)")
_NARRATIVE = re.compile(rf"(?<![\w-])({_PERSON})({_OTHERS})(['’]s?)?\s*[(\[]((?:see\s+|also\s+)?{_YEARS})[)\]]")
_NO_NAMES = frozenset(
    "january february march april may june july august september october november december jan feb mar apr jun jul aug"
    " sep sept oct nov dec spring summer autumn fall winter monday tuesday wednesday thursday friday saturday sunday"
    " figure fig table tab section sec chapter equation eq appendix version since in from until between by the a an of"
    " before after during around about circa early late mid end year years fiscal windows office word release edition"
    " volume see also cf compare e.g i.e and or but this these that".split()
)
_LEAD = re.compile(
    r"\b(?:see|also|e\.g\.?|cf\.?|compare|i\.e\.?|and|or|as in|but|for (?:a|an|more|details|examples?)|quoted|cited|in"
    r"|by|reviewed|from|following|after|review(?:s|ed)?|overview|discussion|contra|esp(?:ecially)?\.?"
    r"|emphasis (?:added|mine))\b"
    r"|[\s.,;:\[\]&-]+",
    re.IGNORECASE,
)


def names(draft: Marked) -> None:
    """Note citations by author and year; those in brackets go, those that a sentence is built on leave its author."""
    prose = draft.prose
    for group in _GROUP.finditer(prose):
        found = [match for match in _WORK.finditer(prose, group.start(1), group.end(1)) if _is_person(match[1])]
        rest, place = "", group.start(1)
        for match in found:
            rest += prose[place : match.start()]
            place = match.end()
        rest += prose[place : group.end(1)]
        alone = not _LEAD.sub("", rest)
        told = found if alone else [match for match in found if match[2] or match[4]]
        if not told:
            continue
        for match in told:
            _cite(draft, match.start(), match[1], match[5])
            draft.blank(match.start(), match.end())
        if alone:
            draft.blank(group.start(), group.end())
    prose = draft.prose
    for match in _NARRATIVE.finditer(prose):
        if _is_person(match[1]):
            _cite(draft, match.start(), match[1], match[4])
            draft.blank_subject(match.start(), match.end(), possessive=bool(match[3]))


def _cite(draft: Marked, at: int, person: str, years: str) -> None:
    name = re.sub(rf"^{_INITIALS}\s*|,\s*{_INITIALS}$", "", person)
    name = re.sub(r"['’]s$", "", " ".join(name.split()))
    for year in dict.fromkeys(re.findall(r"(?<![\d-])(?:1[5-9]|20)\d\d(?!\d)", re.sub(_OF_PAGES, " ", years))):
        draft.cite(at, Citation("name", name, year))


def _is_person(name: str) -> bool:
    return name.split()[0].rstrip(".,").casefold() not in _NO_NAMES
