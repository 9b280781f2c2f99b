"""Whether a paper was retracted, withdrawn, questioned or corrected, as far as its records say so.

Publishers say it in the title, databases in a field of their own, reference managers in a note. What a notice says of
another paper is kept by the identity of that paper, so that the paper is marked whichever of the two comes first.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from store.records import Paper

RETRACTED, WITHDRAWN, QUESTIONED, CORRECTED = "retracted", "withdrawn", "expression of concern", "corrected"
STATUSES = ("", CORRECTED, QUESTIONED, WITHDRAWN, RETRACTED)
"""What a paper can be, the gravest last."""

NOT_TO_BE_CITED = (RETRACTED, WITHDRAWN)

_SENTENCES = {
    RETRACTED: "This paper has been retracted.",
    WITHDRAWN: "This paper has been withdrawn.",
    QUESTIONED: "An expression of concern has been published about this paper.",
    CORRECTED: "A correction of this paper has been published.",
}
_WORK = r"(?:article|paper|chapter|publication|manuscript|preprint|submission|report|study|work|book)"
_OF_THE_PAPER = re.compile(
    rf"""^\W*(?:
        (?P<retracted>(?i:retracted(?:\s+{_WORK})?)\s*(?:[:\]\)*]|[-–—]\s)
          |(?i:retraction(?:\s+(?:notice|note|statement))?)\s*(?::|\b(?i:to|for|of)\s*(?::|(?=[“"‘'«])))
          |(?i:(?:notice|statement)\s+of\s+retraction)\b\s*:?
          |(?i:retraction\s+(?:notice|note)\s+(?:to|for)\b))
        |(?P<withdrawn>(?i:withdrawn(?:\s+{_WORK})?)\s*(?:[:\]\)*]|[-–—]\s)|(?:TEMPORARY\s+)?REMOV(?:ED|AL)\s*:
          |(?i:(?:withdrawal\s+notice|notice\s+of\s+withdrawal)(?:\s+to)?)\s*:?)
    )\s*""",
    re.VERBOSE,
)
_AT_THE_END = re.compile(
    r"\s*(?:[(\[]\s*(?P<retracted>retracted\b|retraction of\b)[^)\]]*[)\]]"
    r"|[(\[]\s*(?P<withdrawn>withdrawn\b)[^)\]]*[)\]]"
    rf"|\s[-–—:]+\s*(?:(?:a\s+)?retracted(?:\s+{_WORK})?))\W*$",
    re.IGNORECASE,
)
_OF_ANOTHER = re.compile(
    r"""^\W*(?:
        (?P<questioned>(?:editorial\s+)?expressions?\s+of\s+concern\s*(?::|\b(?:to|for|about|regarding|on)\b\s*:?))
        |(?P<corrected>(?:(?:author|publisher|editorial)(?:['’]s)?\s+)?(?:
            (?:correction|corrigend(?:um|a)|errat(?:um|a))\s*(?:\([^)]{0,30}\))?\s*(?::|\b(?:to|for)\b\s*(?::|(?=[“"‘'«])))
            |(?:corrigend(?:um|a)|errat(?:um|a))\s+(?:to|for)\b))
    )\s*""",
    re.VERBOSE | re.IGNORECASE,
)
_QUOTED = re.compile(r"^[“\"‘'«](?P<title>.+?)[”\"’'»](?=\s*(?:$|[\[(,.]))")
_WHERE_IT_STOOD = re.compile(r"\s*\[[^\]]*\d[^\]]*\]\W*$")
_ABSTRACT = re.compile(
    rf"^\W*(?:(?:this|the(?:\s+above)?)\s+{_WORK}\s+(?:has\s+been|was|is(?:\s+being)?)\s+)"
    r"(?:formally\s+|officially\s+|voluntarily\s+)?(?P<what>retracted|withdrawn)\b",
    re.IGNORECASE,
)
_ABSTRACT_OF_NOTICE = re.compile(r"^\W*This\s+(?P<what>retracts|corrects)\s+the\s+article\b", re.IGNORECASE)
_NOTE = re.compile(
    rf"(?:^|[.;:|\]\n]\s*|\()(?:(?:this|the)\s+{_WORK}\s+(?:has\s+been|was|is)\s+)?(?:"
    rf"(?P<retracted>retracted(?:\s+{_WORK})?(?=\s*(?:$|[.;:,)\]|]|by\b|in\b|on\b|due\b|because\b|at\b|see\b))|retraction\s+in\b)"
    rf"|(?P<withdrawn>withdrawn(?:\s+{_WORK})?(?=\s*(?:$|[.;:,)\]|]|by\b|due\b|because\b|at\b)))"
    r"|(?P<questioned>expression\s+of\s+concern\s+in\b|an\s+expression\s+of\s+concern\s+has\s+been\s+published\b)"
    r"|(?P<corrected>(?:published\s+)?(?:erratum|corrigendum|correction)\s+in\b|a\s+correction\s+of\s+this\s+paper\b))",
    re.IGNORECASE,
)
_TYPES = {
    "retracted publication": RETRACTED,
    "retraction": RETRACTED,
    "withdrawn": WITHDRAWN,
    "retracted": RETRACTED,
    **{f"retracted {work}": RETRACTED for work in ("article", "paper", "chapter", "work")},
    **{f"withdrawn {work}": WITHDRAWN for work in ("publication", "article", "paper", "preprint")},
}
_TYPED = frozenset(
    "type pt dt document-type documenttype document_type publication-type publication-types publication_type m3"
    " publicationtype publicationtypes pubtype pub-type publtype status pubstate publication-status keywords kw de"
    " entrysubtype genre keyword-s comment titleaddon addendum howpublished".split()
)
_NOTED = frozenset("note notes n1 annote annotation comment comments addendum titleaddon extra c1 rn".split())
_SAYS_YES = re.compile(r"(?:true|yes|y|1|1\.0|retracted)", re.IGNORECASE)
_FLAG = re.compile(r"(?:is|was)?[-_ ]?(?:retracted|retraction)", re.IGNORECASE)
_NOTICED_IN = {
    **dict.fromkeys(("retraction-in", "rin"), RETRACTED),
    "withdrawal-in": WITHDRAWN,
    **dict.fromkeys(("concern-in", "eci"), QUESTIONED),
    **dict.fromkeys(("erratum-in", "ein"), CORRECTED),
}
_NOTICE_OF = {
    **dict.fromkeys(("retraction-of", "rof"), RETRACTED),
    "withdrawal-of": WITHDRAWN,
    **dict.fromkeys(("concern-for", "ecf"), QUESTIONED),
    **dict.fromkeys(("erratum-for", "efr"), CORRECTED),
}
_DOI = re.compile(r"\b10\.[0-9]{4,9}/[^\s\"{}\[\]<>;]+")
_PMID = re.compile(r"\bPMID:?\s*([1-9][0-9]{3,8})\b", re.IGNORECASE)


def gravest(*statuses: str) -> str:
    """The gravest of several."""
    return max(statuses, key=lambda status: STATUSES.index(status) if status in STATUSES else 0, default="")


def sentence(status: str) -> str:
    """The status as a sentence about the paper; empty where there is nothing to say."""
    return _SENTENCES.get(status, "")


def said_of(name: str, status: str) -> str:
    """The status as a sentence about a paper that is called by a name or a number."""
    return re.sub(r"\b[Tt]his paper\b", lambda _: name, sentence(status))


def titled(title: str, status: str) -> str:
    """The title with its paper's status before it, unless it says so itself."""
    return f"[{status.upper()}] {title}" if status and not _of_title(title) else title


def marked(paper: Paper) -> Paper:
    """The paper with the status that its record says; what this program wrote of it into a note is taken off."""
    said, note = _unsaid(paper.note)
    in_fields = {name: _unsaid(paper.extra[name]) for name in ("note", "annote") if name in paper.extra}
    extra = dict(paper.extra) | {name: text for name, (_, text) in in_fields.items()}
    if (status := extra.get("status", "")) in STATUSES:
        extra.pop("status", None)
    found = gravest(paper.status, said, *(each for each, _ in in_fields.values()), status, _of_title(paper.title),
                    _of_abstract(paper.abstract), _of_note(note), *_of_fields(extra))  # fmt: skip
    extra = {name: text for name, text in extra.items() if text or not paper.extra[name]}
    changed = replace(paper, status=found, note=note, extra=extra)
    return paper if changed == paper else changed


def noted(note: str, status: str) -> str:
    """A note with the status said before it, unless it says so itself."""
    return note if note and _of_note(note) == status else " ".join(filter(None, (sentence(status), note)))


def unmarked(title: str) -> str:
    """The title without what says that the paper was retracted; that of a notice is the one of its paper."""
    found = _OF_THE_PAPER.match(title)
    rest = _AT_THE_END.sub("", title[found.end() :] if found else title)
    if found is None:
        return rest or title
    return _title_in(rest) or title


def is_of_another(title: str) -> bool:
    """Whether a title is that of a correction, or of an expression of concern, which is a publication of its own."""
    return _OF_ANOTHER.match(title) is not None


def is_notice(paper: Paper) -> bool:
    """Whether the record's text speaks of the paper, or of another, rather than being its abstract."""
    return bool(_ABSTRACT.match(paper.abstract) or _ABSTRACT_OF_NOTICE.match(paper.abstract))


def notices(paper: Paper) -> Iterator[tuple[str, str]]:
    """What the record says of other papers: (DOI, PubMed identifier or title of the other as `kind:value`, status)."""
    for field, status in _NOTICE_OF.items():
        yield from ((target, status) for target in _targets(paper.extra.get(field, "")))
    if found := _ABSTRACT_OF_NOTICE.match(paper.abstract):
        status = RETRACTED if found["what"].lower() == "retracts" else CORRECTED
        yield from ((target, status) for target in _targets(paper.abstract[:300]))
    found_title = _OF_THE_PAPER.match(paper.title) or _OF_ANOTHER.match(paper.title)
    if found_title and (title := _title_in(paper.title[found_title.end() :])):
        yield f"title:{title}", _named(found_title)


def _title_in(text: str) -> str:
    """The title of the paper that a notice's title names, without quotation marks and the place after it."""
    quoted = _QUOTED.match(text)
    return quoted["title"] if quoted else _WHERE_IT_STOOD.sub("", text).strip()


def _named(found: re.Match[str]) -> str:
    names = {"retracted": RETRACTED, "withdrawn": WITHDRAWN, "questioned": QUESTIONED, "corrected": CORRECTED}
    return next((names[name] for name, text in found.groupdict().items() if text and name in names), RETRACTED)


def _of_title(title: str) -> str:
    found = _OF_THE_PAPER.match(title) or _AT_THE_END.search(title)
    return _named(found) if found else ""


def _of_abstract(abstract: str) -> str:
    found = _ABSTRACT.match(abstract)
    return found["what"].lower() if found else ""


def _of_note(note: str) -> str:
    return gravest("", *map(_named, _NOTE.finditer(note)))


def _of_fields(extra: Mapping[str, str]) -> Iterator[str]:
    for name, text in extra.items():
        if name in _NOTICED_IN:
            yield _NOTICED_IN[name]
        elif _FLAG.fullmatch(name) and _SAYS_YES.fullmatch(text.strip()):
            yield RETRACTED
        if name in _TYPED:
            yield from (_TYPES.get(" ".join(each.lower().split()), "") for each in re.split(r"[;,|/]", text))
        if name in _NOTED:
            yield _of_note(text)


def _unsaid(note: str) -> tuple[str, str]:
    """The status that this program wrote before a note, and the note without it."""
    for status, said in _SENTENCES.items():
        if note == said or note.startswith(f"{said} "):
            return status, note[len(said) + 1 :]
    return "", note


def _targets(text: str) -> Iterator[str]:
    yield from (f"doi:{doi.rstrip('.,:)').lower()}" for doi in _DOI.findall(text))
    yield from (f"pmid:{pmid}" for pmid in _PMID.findall(text))
