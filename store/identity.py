"""When two records are the same paper, and what a paper is called."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace

from store.names import parts
from store.records import Paper

_ARXIV_DOI = "10.48550/arxiv."
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
_SAME_TEXT = 0.7
_SAME_TITLE = 0.5
_MINOR = frozenset("a an the on of in for to and with from by at as is are towards toward via how what why".split())


def squashed(text: str) -> str:
    """Letters and digits only, lower case, without accents: how titles and names are compared."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return "".join(char for char in plain if char.isalnum())


def identities(paper: Paper) -> Iterator[str]:
    """Names that tell the paper from others, the most certain first; see `is_certain`."""
    identifiers = {"doi": _doi(paper), "arxiv": _arxiv(paper), "pmid": paper.extra.get("pmid", "")}
    yield from (f"{kind}:{identifier}" for kind, identifier in identifiers.items() if identifier)
    if place := _place(paper):
        yield f"place:{place}"
    title = squashed(paper.title)
    if len(title) >= 8 and not _is_heading(paper):
        yield f"title:{title}"


def is_certain(identity: str) -> bool:
    """Whether the name is one that its giver gives once; papers that share another may be two."""
    return identity.startswith(("doi:", "arxiv:", "pmid:"))


def may_be_same(one: Paper, other: Paper) -> bool:
    """Whether two records of one title, or of one place, can be one paper: nothing that both say speaks against it.

    Titles of a word or two, and headings such as "Editorial", must have more in common.
    """
    return (
        not any(_differ(identifier(one), identifier(other)) for identifier in (_doi, _arxiv, _pmid, _volume))
        and not (one.year and other.year and abs(one.year - other.year) > 1)
        and _may_be_one_person(one, other)
        and _alike(_opening(one), _opening(other), _SAME_TEXT)
        and _alike(_words(one.title), _words(other.title), _SAME_TITLE)
        and (not _is_short(one) or _have_more_in_common(one, other))
    )


def cannot_be_same(one: Paper, other: Paper) -> bool:
    """Whether two records are of two papers though they share an identifier, as all abstracts of a supplement may."""
    texts = (_words(one.title), _words(other.title), _SAME_TITLE), (_opening(one), _opening(other), _SAME_TEXT)
    return not _may_be_one_person(one, other) and not all(_alike(*text) for text in texts)


def fingerprint(paper: Paper) -> str:
    """A digest of everything the record says, to tell a changed record from an unchanged one."""
    said = [
        paper.title, paper.abstract, list(paper.authors), paper.year, paper.venue, paper.doi, paper.arxiv,
        paper.url, paper.key, paper.id, paper.kind, paper.note, sorted(paper.extra.items()),
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()[:32]


def merged(kept: Paper, other: Paper) -> Paper:
    """The kept record, with what it lacks taken from the other."""
    return replace(
        kept,
        abstract=kept.abstract or other.abstract,
        note=kept.note if kept.abstract else other.note,
        authors=kept.authors or other.authors,
        year=kept.year or other.year,
        venue=kept.venue or other.venue,
        doi=kept.doi or other.doi,
        arxiv=kept.arxiv or other.arxiv,
        url=kept.url or other.url,
        extra={**other.extra, **kept.extra},
    )


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


def _doi(paper: Paper) -> str:
    """The DOI, but not the one that arXiv gives, which names a preprint that may have another one when printed."""
    doi = paper.doi.lower()
    return "" if doi.startswith(_ARXIV_DOI) else doi


def _arxiv(paper: Paper) -> str:
    """The arXiv identifier without its version."""
    doi = paper.doi.lower()
    identifier = paper.arxiv.lower() or (doi.removeprefix(_ARXIV_DOI) if doi.startswith(_ARXIV_DOI) else "")
    return re.sub(r"v[0-9]+$", "", identifier)


def _pmid(paper: Paper) -> str:
    return paper.extra.get("pmid", "")


def _volume(paper: Paper) -> str:
    """The volume's number: a talk that two journals print in their supplements is two publications."""
    volume = paper.extra.get("volume", "")
    found = None if "/" in volume else _NUMBER.search(volume)  # as in abs/1706.03762, of a preprint
    return found[0].lower() if found and found[0] != str(paper.year) else ""


def _place(paper: Paper) -> str:
    """First author, year, volume and first page: no two papers have all of them, however their titles are written."""
    page = _NUMBER.search(paper.extra.get("pages", ""))
    parts = (_family(paper), str(paper.year or ""), _volume(paper), page[0].lower() if page else "")
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


def _differ(one: str, other: str) -> bool:
    return bool(one and other and one != other)
