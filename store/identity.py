"""When two records are the same paper, and what a paper is called."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator

from store.names import parts
from store.records import Paper
from store.retractions import unmarked
from store.versions import ARXIV_DOI, arxiv_of, dois, is_preprint, preprint_dois, without_version

_NUMBER = re.compile(r"[A-Za-z]?[0-9]+")
_HEADING = re.compile(
    r"(?:guest )?editor(?:ial|'s (?:note|choice|page|column))s?|from the editors?|letters?(?: to the editor)?|comments?"
    r"|(?:invited )?commentar(?:y|ies)|correspondence|repl(?:y|ies)|in reply|(?:the )?authors?'?s? (?:reply|response)"
    r"|responses?|errat(?:um|a)|corrigend(?:um|a)|corrections?|retractions?|introduction|preface|foreword|prologue"
    r"|epilogue|afterword|contents|table of contents|(?:author |subject )?index|front ?matter|back ?matter|title page"
    r"|masthead|announcements?|news|calendar|in memoriam|obituar(?:y|ies)|(?:book )?reviews?|abstracts?|discussion"
    r"|conclusions?|summary|acknowledge?ments?|list of (?:reviewers|contributors)|reviewers|untitled|no title"
    r"|\[?not available\]?|perspective|viewpoint|opinion|highlights|in this issue|questions? and answers?|case reports?"
)
"""Titles of columns, under which journals print many papers."""

_TELLING_TITLE = 20
_YEARS_TO_PRINT = 5
_SAME_TEXT = 0.7
_SAME_TITLE = 0.5
_MINOR = frozenset("a an the on of in for to and with from by at as is are towards toward via how what why".split())


def squashed(text: str) -> str:
    """Letters and digits only, lower case, without accents: how titles and names are compared."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return "".join(char for char in plain if char.isalnum())


def identities(paper: Paper) -> Iterator[str]:
    """Names that tell the paper from others, the most certain first; see `is_certain`."""
    yield from (f"doi:{doi}" for doi in sorted(dois(paper)))
    yield from (f"doi:{doi}" for doi in sorted(preprint_dois(paper)) if not doi.startswith(ARXIV_DOI))
    yield from (f"arxiv:{arxiv}" for arxiv in _arxiv(paper))
    yield from (f"pmid:{pmid}" for pmid in _pmid(paper))
    if place := _place(paper):
        yield f"place:{place}"
    title = squashed(unmarked(paper.title))
    if len(title) >= 8 and not _is_heading(paper):
        yield f"title:{title}"


def is_certain(identity: str) -> bool:
    """Whether the name is one that its giver gives once; papers that share another may be two."""
    return identity.startswith(("doi:", "arxiv:", "pmid:"))


def may_be_same(one: Paper, other: Paper) -> bool:
    """Whether two records of one title, or of one place, can be one paper: nothing that both say speaks against it.

    Titles of a word or two, and headings such as "Editorial", must have more in common.
    """
    versions = is_preprint(one) != is_preprint(other)
    return (
        not _differ(dois(one), dois(other))
        and not _differ(_arxiv(one), _arxiv(other))
        and not _differ(*_on_one_server(one, other))
        and not (_differ(_volume(one), _volume(other)) and not versions)
        and not (_differ(_pmid(one), _pmid(other)) and not versions)
        and not _years_differ(one, other, versions=versions)
        and _may_be_one_person(one, other)
        and _alike(_opening(one), _opening(other), _SAME_TEXT)
        and _alike(_words(one.title), _words(other.title), _SAME_TITLE)
        and (not _is_short(one) or _have_more_in_common(one, other))
    )


def cannot_be_same(one: Paper, other: Paper) -> bool:
    """Whether two records are of two papers though they share an identifier, as all abstracts of a supplement may."""
    texts = (_words(one.title), _words(other.title), _SAME_TITLE), (_opening(one), _opening(other), _SAME_TEXT)
    return not _may_be_one_person(one, other) and not all(_alike(*text) for text in texts)


def may_be_noticed(paper: Paper, notice: Paper) -> bool:
    """Whether a notice that names a paper's title can mean this paper: not one of other people, nor a later one."""
    families = [set(map(family, each.authors)) for each in (paper, notice)]
    strangers = all(families) and not families[0] & families[1]
    return not strangers and not (paper.year and notice.year and paper.year > notice.year + 1)


def fingerprint(paper: Paper) -> str:
    """A digest of everything the record says, to tell a changed record from an unchanged one."""
    said = [
        paper.title, paper.abstract, list(paper.authors), paper.year, paper.venue, paper.doi, paper.arxiv,
        paper.url, paper.key, paper.id, paper.kind, paper.note, sorted(paper.extra.items()),
    ]  # fmt: skip
    said += [each for each in (paper.status, sorted(paper.latex.items())) if each]  # as it was where there is none
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()[:32]


def suggested_key(paper: Paper) -> str:
    """A cite key in the common style: vaswani2017attention; without an author the title's first words."""
    words = [squashed(word) for word in re.split(r"[\s:–—/-]+", paper.title)]
    telling = [word for word in words if word and word not in _MINOR] or ["paper"]
    family = _family(paper)
    parts = [family, str(paper.year or ""), telling[0]] if family else ["".join(telling[:2]), str(paper.year or "")]
    key = "".join(parts).encode("ascii", "ignore").decode()
    return key[:40] or "paper"


def _family(paper: Paper) -> str:
    """Family name of the first author, squashed: "Family, Given" or "Given Family"."""
    if not paper.authors:
        return ""
    return family(paper.authors[0])


def family(author: str) -> str:
    """The family name, squashed, of a name as it is kept."""
    return squashed(parts(author).family)


def _may_be_one_person(one: Paper, other: Paper) -> bool:
    """Whether the first authors can be one: a family name may lack its particle, or stand before the given name."""
    families = _family(one), _family(other)
    if not all(families) or families[0].endswith(families[1]) or families[1].endswith(families[0]):
        return True
    return _words(one.authors[0]) == _words(other.authors[0])


def _pmid(paper: Paper) -> frozenset[str]:
    return frozenset(filter(None, [paper.extra.get("pmid", "")]))


def _arxiv(paper: Paper) -> frozenset[str]:
    return frozenset(filter(None, [without_version(arxiv_of(paper))]))


def _on_one_server(one: Paper, other: Paper) -> tuple[frozenset[str], frozenset[str]]:
    """The preprints that both are, on servers that both name: another server may have the same paper."""
    mine, theirs = preprint_dois(one), preprint_dois(other)
    servers = {doi.partition("/")[0] for doi in mine} & {doi.partition("/")[0] for doi in theirs}
    named = (frozenset(doi for doi in each if doi.partition("/")[0] in servers) for each in (mine, theirs))
    return next(named), next(named)


def _years_differ(one: Paper, other: Paper, *, versions: bool) -> bool:
    """Whether the years speak against one paper; a preprint may be printed years later, with the same abstract."""
    if not (one.year and other.year):
        return False
    if versions and one.abstract and other.abstract and one.authors and other.authors:
        preprint, printed = (one, other) if is_preprint(one) else (other, one)
        return not -1 <= (printed.year or 0) - (preprint.year or 0) <= _YEARS_TO_PRINT
    return abs(one.year - other.year) > 1


def _volume(paper: Paper) -> frozenset[str]:
    """The volume's number: a talk that two journals print in their supplements is two publications."""
    volume = paper.extra.get("volume", "")
    found = None if "/" in volume else _NUMBER.search(volume)  # as in abs/1706.03762, of a preprint
    return frozenset([found[0].lower()] if found and found[0] != str(paper.year) else [])


def _place(paper: Paper) -> str:
    """First author, year, volume and first page: no two papers have all of them, however their titles are written."""
    page = _NUMBER.search(paper.extra.get("pages", ""))
    volume = next(iter(_volume(paper)), "")
    parts = (_family(paper), str(paper.year or ""), volume, page[0].lower() if page else "")
    return "|".join(parts) if all(parts) else ""


def _is_heading(paper: Paper) -> bool:
    """Whether the title is that of a column, under which journals print many papers."""
    return _HEADING.fullmatch(" ".join(paper.title.lower().split()).strip(".:!? ")) is not None


def _is_short(paper: Paper) -> bool:
    return _is_heading(paper) or len(squashed(paper.title)) < _TELLING_TITLE


def _have_more_in_common(one: Paper, other: Paper) -> bool:
    """Whether something besides the title is the same, or a record says nothing else."""
    if _is_heading(one) or _is_heading(other):
        return bool(_place(one)) and _place(one) == _place(other)
    said, heard = ((_family(paper), squashed(paper.venue), _opening(paper)) for paper in (one, other))
    if not any(said) or not any(heard):
        return True
    same_abstract = bool(said[2] and heard[2]) and _alike(said[2], heard[2], _SAME_TEXT)
    return same_abstract or any(a and a == b for a, b in zip(said[:2], heard[:2], strict=True))


def _opening(paper: Paper) -> frozenset[str]:
    """The first words of the abstract."""
    return _words(paper.abstract[:400])


def _words(text: str) -> frozenset[str]:
    return frozenset(filter(None, map(squashed, re.split(r"[\W_]+", text))))


def _alike(one: frozenset[str], other: frozenset[str], share: float) -> bool:
    """Whether the shorter of two texts shares so many of its words with the other, or one is missing."""
    return not one or not other or len(one & other) >= share * min(len(one), len(other))


def _differ(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether both have some, and none in common."""
    return bool(one and other) and one.isdisjoint(other)
