"""The versions of a paper: preprints and what was printed of them, and the one record that a merge of them shows."""

import re
from dataclasses import replace

from store.records import Paper
from store.retractions import gravest, is_notice, unmarked

ARXIV_DOI = "10.48550/arxiv."
OTHER_DOIS = "other-doi"
"""The field that keeps the DOIs of a paper's other versions."""

_PREPRINT_DOI = re.compile(
    r"10\.(?:48550/arxiv\.|(?:1101|64898)/(?:20[0-9]{2}\.[0-9]{2}\.[0-9]{2}\.)?[0-9]{5,}|26434/chemrxiv|2139/ssrn"
    r"|(?:31219|31222|31223|31224|31230|31234|31235|31236|31730|35542)/(?:osf\.io|x)|20944/preprints|21203/rs\."
    r"|36227/techrxiv|22541/(?:au|essoar)\.|1002/essoar|33774/(?:apsa|coe|miir)|32942/|7287/peerj\.preprints"
    r"|1590/scielopreprints|31124/advance|55277/researchhub)",
    re.IGNORECASE,
)
_VERSION = re.compile(r"[/.-]?v[0-9]+(?:\.full)?$", re.IGNORECASE)
_ARXIV_VERSION = re.compile(r"v([0-9]+)$", re.IGNORECASE)
_SERVER = re.compile(
    r"\b(?:arxiv|(?-i:CoRR)|corr(?= abs)|biorxiv|medrxiv|chemrxiv|techrxiv|psyarxiv|socarxiv|eartharxiv|ecoevorxiv"
    r"|edarxiv|engrxiv|ssrn|research ?square|preprints?(?:\.org)?|authorea|osf ?preprints|essoar|e-?prints?"
    r"|working papers?)\b",
    re.IGNORECASE,
)
_OF_ONE_PLACE = frozenset(
    "volume number issue pages publisher journal journaltitle booktitle maintitle eventtitle howpublished type series"
    " edition address location month day date issn isbn institution school organization version pubstate pmid pmcid"
    " openalex language".split()
)
"""Fields that belong to one publication of a paper and say nothing of another."""


def dois(paper: Paper) -> frozenset[str]:
    """The DOIs of what was printed, in lower case."""
    return frozenset(doi for doi in _all_dois(paper) if not _PREPRINT_DOI.match(doi))


def preprint_dois(paper: Paper) -> frozenset[str]:
    """The DOIs that servers of preprints gave, without the version."""
    return frozenset(_VERSION.sub("", doi) for doi in _all_dois(paper) if _PREPRINT_DOI.match(doi))


def arxiv_of(paper: Paper) -> str:
    """The arXiv identifier, with its version where one is named, also where only the DOI of arXiv says it."""
    doi = paper.doi.lower()
    return paper.arxiv.lower() or (doi.removeprefix(ARXIV_DOI) if doi.startswith(ARXIV_DOI) else "")


def without_version(arxiv: str) -> str:
    """The arXiv identifier without its version."""
    return _ARXIV_VERSION.sub("", arxiv)


def is_preprint(paper: Paper) -> bool:
    """Whether the record is that of a preprint: by its server, its DOI, or since it is on arXiv and nowhere else."""
    if dois(paper):
        return False
    on_a_server = bool(paper.arxiv or preprint_dois(paper)) and not paper.venue
    return on_a_server or _SERVER.search(paper.venue) is not None or paper.kind in {"unpublished", "preprint"}


def merged(*records: Paper) -> Paper:
    """The one record that the records of a paper make, under the key of the first.

    Shown is what was published rather than a preprint, and the latest of several; of equals the first. It has the
    newest abstract, the identifiers of all versions, and what it lacks from the others.
    """
    best, *others = sorted(records, key=_standing, reverse=True)
    made = best
    for other in others:
        made = _filled(made, other)
    text = max((paper for paper in records if paper.abstract), key=_newness, default=best)
    doi = _doi(best, others)
    return replace(
        made,
        key=records[0].key,
        id=records[0].id,
        title=_title(best, others),
        abstract=text.abstract,
        note=text.note,
        doi=doi,
        arxiv=_arxiv([best, *others], doi),
        status=gravest(*(paper.status for paper in records)),
        extra=dict(made.extra) | _other_dois(doi, records),
    )


def _all_dois(paper: Paper) -> list[str]:
    return [doi.lower() for doi in (paper.doi, *paper.extra.get(OTHER_DOIS, "").split()) if doi]


def _rank(paper: Paper) -> int:
    """2 for what was published and where, 1 for what was published, 0 for a preprint and where nothing says."""
    published = bool(paper.venue) and _SERVER.search(paper.venue) is None and paper.kind != "unpublished"
    return 2 if published and not is_notice(paper) else int(bool(dois(paper)))


def _standing(paper: Paper) -> tuple[int, int, int]:
    """What is shown before what: the rank, the year, the version."""
    return _rank(paper), paper.year or 0, _version(paper)


def _newness(paper: Paper) -> tuple[bool, int, int, int]:
    """Whose abstract is shown: a whole one, of the newest version; a published paper is the newest of its year."""
    whole = not paper.abstract.rstrip().endswith(("...", "…")) and not is_notice(paper)
    rank = _rank(paper)
    return whole, paper.year or (9999 if rank else 0), rank, _version(paper)


def _version(paper: Paper) -> int:
    found = _ARXIV_VERSION.search(arxiv_of(paper)) or re.search(r"v([0-9]+)$", paper.doi.lower())
    return int(found[1]) if found else 0


def _filled(kept: Paper, other: Paper) -> Paper:
    """The record with what it lacks; a published paper takes nothing of a preprint's place."""
    lower = _rank(kept) > 0 and is_preprint(other)
    further = {name: text for name, text in other.extra.items() if not (lower and name in _OF_ONE_PLACE)}
    return replace(
        kept,
        authors=kept.authors or other.authors,
        year=kept.year or other.year,
        venue=kept.venue or ("" if lower else other.venue),
        url=kept.url or other.url,
        extra={**further, **kept.extra},
        latex={**other.latex, **kept.latex},
    )


def _title(best: Paper, others: list[Paper]) -> str:
    """The title; where one says that the paper was retracted, the title of a record that is without."""
    plain = unmarked(best.title)
    clean = (paper.title for paper in others if paper.title.casefold() == plain.casefold())
    return best.title if plain == best.title else next(clean, best.title)


def _doi(best: Paper, others: list[Paper]) -> str:
    """The DOI of what was printed; a preprint's only where nothing was."""
    records = [best, *others]
    printed = next((paper.doi for paper in records if paper.doi and not _PREPRINT_DOI.match(paper.doi)), "")
    return printed or ("" if _rank(best) else next((paper.doi for paper in records if paper.doi), ""))


def _arxiv(records: list[Paper], doi: str) -> str:
    """The arXiv identifier of the highest version that any record names, unless the DOI says it."""
    latest = max((paper for paper in records if arxiv_of(paper)), key=_version, default=records[0])
    return latest.arxiv or ("" if doi == latest.doi else arxiv_of(latest))


def _other_dois(doi: str, records: tuple[Paper, ...]) -> dict[str, str]:
    """The DOIs of the other versions, but those that the arXiv identifier says already."""
    others = {each for paper in records for each in _all_dois(paper)} - {doi.lower()}
    named = sorted(each for each in others if not each.startswith(ARXIV_DOI))
    return {OTHER_DOIS: " ".join(named)} if named else {}
