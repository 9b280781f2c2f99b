"""When two records are the same paper, and what a paper is called."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace

from store.records import Paper

_MINOR = frozenset("a an the on of in for to and with from by at as is are towards toward via how what why".split())


def squashed(text: str) -> str:
    """Letters and digits only, lower case, without accents: how titles and names are compared."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return "".join(char for char in plain if char.isalnum())


def identities(paper: Paper) -> Iterator[str]:
    """Names that only one paper can have, the most certain first."""
    if paper.doi:
        yield f"doi:{paper.doi.lower()}"
    if paper.arxiv:
        yield f"arxiv:{re.sub(r'v[0-9]+$', '', paper.arxiv.lower())}"
    if len(squashed(paper.title)) >= 8:
        yield f"title:{squashed(paper.title)}"


def may_be_same(one: Paper, other: Paper) -> bool:
    """Whether two records of one title can be one paper: no identifier, year or first author speaks against it."""
    return (
        not _differ(one.doi.lower(), other.doi.lower())
        and not (one.year and other.year and abs(one.year - other.year) > 1)
        and not _differ(_family(one), _family(other))
        and not _differ(_opening(one), _opening(other))
    )


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
    """The family name, squashed, of a name written "Family, Given" or "Given Family"."""
    return squashed(author.partition(",")[0] if "," in author else author.rpartition(" ")[2])


def _opening(paper: Paper) -> str:
    return squashed(paper.abstract[:400])[:60]


def _differ(one: str, other: str) -> bool:
    return bool(one and other and one != other)
