"""Forty pairs of versions: which record is shown, in whichever order they are read."""

from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest

from store.catalogue import Catalogue
from store.near_duplicates import candidates
from store.records import Filters, Paper
from store.versions import OTHER_DOIS

TITLE = "Moss walls cool narrow streets in summer"
FIRST = "Moss walls cooled twelve narrow streets by two degrees on summer afternoons."
NEWER = "Moss walls cooled fourteen narrow streets by three degrees on summer afternoons."
WHO = ("Adler, Rut", "Berg, Ove")
PREPRINT = Paper(TITLE, FIRST, WHO, 2020, "", "", "2001.00011v1", key="pre", kind="misc")
JOURNAL = Paper(TITLE, NEWER, WHO, 2021, "J. Walls", "10.5555/jw.21", key="jw", extra={"volume": "4", "pages": "7-9"})
TALK = replace(JOURNAL, venue="Proc. Walls", doi="10.5555/pw.20", year=2020, kind="inproceedings", abstract=FIRST)


def preprint(**changes: object) -> Paper:
    return replace(PREPRINT, **changes)  # type: ignore[arg-type]


def journal(**changes: object) -> Paper:
    return replace(JOURNAL, **changes)  # type: ignore[arg-type]


ON_SERVERS = {
    "arXiv identifier": {},
    "arXiv DOI": {"arxiv": "", "doi": "10.48550/arXiv.2001.00011"},
    "arXiv as journal": {"venue": "arXiv preprint arXiv:2001.00011", "kind": "article"},
    "CoRR with a volume": {"venue": "CoRR", "kind": "article", "extra": {"volume": "abs/2001.00011"}},
    "bioRxiv": {"arxiv": "", "doi": "10.1101/2020.01.01.123456v2", "venue": "bioRxiv", "kind": "article"},
    "bioRxiv, old DOI": {"arxiv": "", "doi": "10.1101/123456", "venue": "bioRxiv"},
    "medRxiv with a PMID": {"arxiv": "", "venue": "medRxiv : the preprint server", "extra": {"pmid": "1234"}},
    "SSRN": {"arxiv": "", "doi": "10.2139/ssrn.123", "venue": "SSRN Electronic Journal", "kind": "article"},
    "ChemRxiv": {"arxiv": "", "doi": "10.26434/chemrxiv-2020-abc-v2"},
    "Research Square": {"arxiv": "", "doi": "10.21203/rs.3.rs-12/v1"},
    "PsyArXiv": {"arxiv": "", "doi": "10.31234/osf.io/ab12c", "venue": "PsyArXiv"},
    "unpublished": {"arxiv": "", "kind": "unpublished"},
    "three years before": {"year": 2018, "abstract": NEWER},
    "of the same year": {"year": 2021},
}
PUBLISHED = {
    "a journal": {},
    "a conference": {"kind": "inproceedings", "venue": "Proc. Walls"},
    "without a DOI": {"doi": ""},
    "with a PMID": {"extra": {"pmid": "999", "volume": "4"}},
    "without an abstract": {"abstract": ""},
    "with a cut abstract": {"abstract": "Moss walls cooled fourteen narrow streets …"},
}


def shown(folder: Path, papers: list[Paper]) -> list[tuple[Paper, ...]]:
    """The papers of a library for every order in which the records can be read, under no key of their own."""
    libraries = []
    for place, order in enumerate(permutations(papers)):
        catalogue = Catalogue(folder / f"{place}.sqlite3")
        with catalogue.writing():
            for number, paper in enumerate(order):
                catalogue.enter(paper, file="refs.bib", record=str(number))
        held = catalogue.papers(catalogue.numbers(Filters())).values()
        libraries.append(tuple(sorted((replace(p, key="", id="", source="") for p in held), key=str)))
        catalogue.close()
    return libraries


def the_one(folder: Path, *papers: Paper) -> Paper:
    """The paper that all orders show."""
    libraries = shown(folder, list(papers))
    assert len({str(each) for each in libraries}) == 1
    (paper,) = libraries[0]
    return paper


def are_apart(folder: Path, *papers: Paper) -> bool:
    return all(len(each) == len(papers) for each in shown(folder, list(papers)))


@pytest.mark.parametrize("name", ON_SERVERS)
def test_a_published_paper_is_shown_whatever_server_had_its_preprint(tmp_path: Path, name: str) -> None:
    paper = the_one(tmp_path, preprint(**ON_SERVERS[name]), JOURNAL)
    assert (paper.kind, paper.venue, paper.year, paper.doi) == ("article", "J. Walls", 2021, "10.5555/jw.21")
    assert paper.abstract == NEWER
    assert paper.extra["volume"] == "4"


@pytest.mark.parametrize("name", PUBLISHED)
def test_what_was_published_is_shown_whatever_it_says(tmp_path: Path, name: str) -> None:
    published = journal(**PUBLISHED[name])
    paper = the_one(tmp_path, PREPRINT, published)
    assert (paper.kind, paper.venue, paper.year, paper.doi) == (published.kind, published.venue, 2021, published.doi)
    assert paper.arxiv == "2001.00011v1"
    assert paper.abstract == (NEWER if published.abstract == NEWER else FIRST)


def test_the_doi_of_another_preprint_server_is_kept(tmp_path: Path) -> None:
    paper = the_one(tmp_path, preprint(arxiv="", doi="10.1101/2020.01.01.123456"), JOURNAL)
    assert paper.extra[OTHER_DOIS] == "10.1101/2020.01.01.123456"


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        (PREPRINT, preprint(arxiv="2001.00011v2", abstract=NEWER, title=f"{TITLE}, again")),
        (PREPRINT, preprint(arxiv="", doi="10.48550/arXiv.2001.00011v3", abstract=NEWER)),
        (preprint(arxiv="2001.00011v9"), preprint(arxiv="2001.00011v10", abstract=NEWER)),
        (preprint(arxiv="2001.00011"), preprint(arxiv="2001.00011v2", abstract=NEWER)),
        (preprint(), preprint(arxiv="2001.00011v2", year=2022, abstract=NEWER)),
        (
            preprint(arxiv="", doi="10.1101/2020.01.01.123456v1"),
            preprint(arxiv="", doi="10.1101/2020.01.01.123456v2", abstract=NEWER),
        ),
    ],
)
def test_the_newest_version_of_a_preprint_is_shown(tmp_path: Path, older: Paper, newer: Paper) -> None:
    paper = the_one(tmp_path, older, newer)
    assert (paper.title, paper.abstract) == (newer.title, NEWER)


def test_a_version_that_links_two_records_makes_one_paper_of_three(tmp_path: Path) -> None:
    first = preprint(title="Walls of moss", year=2019)
    second = preprint(arxiv="2001.00011v2", abstract=NEWER)
    paper = the_one(tmp_path, first, second, JOURNAL)
    assert (paper.venue, paper.arxiv, paper.abstract) == ("J. Walls", "2001.00011v2", NEWER)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (journal(title=f"{TITLE}. Part I: Method"), journal(title=f"{TITLE}. Part II: Results", doi="10.5555/jw.22")),
        (journal(title=f"{TITLE}, I", doi=""), journal(title=f"{TITLE}, II", doi="", extra={"pages": "10-12"})),
        (journal(title=f"{TITLE} 1", doi=""), journal(title=f"{TITLE} 2", doi="", extra={})),
        (JOURNAL, journal(title=f"Erratum: {TITLE}", doi="10.5555/jw.23", abstract="", extra={})),
        (JOURNAL, journal(title=f"Correction to: {TITLE}", doi="10.5555/jw.24", abstract="", extra={})),
        (JOURNAL, journal(title=f"Corrigendum to “{TITLE}”", doi="", abstract="", extra={})),
        (JOURNAL, journal(title=f"Retraction notice to “{TITLE}”", doi="10.5555/jw.25", abstract="", extra={})),
        (TALK, journal(year=2023)),
    ],
)
def test_parts_and_notices_are_papers_of_their_own(tmp_path: Path, one: Paper, other: Paper) -> None:
    assert are_apart(tmp_path, one, other)


@pytest.mark.parametrize(
    ("title", "status"),
    [
        (f"RETRACTED: {TITLE}", "retracted"),
        (f"Retracted article: {TITLE}", "retracted"),
        (f"[Retracted] {TITLE}", "retracted"),
        (f"{TITLE} (Retracted article. See vol. 5, pg. 3, 2022)", "retracted"),
        (f"WITHDRAWN: {TITLE}", "withdrawn"),
    ],
)
def test_a_retracted_version_is_the_same_paper_and_marks_it(tmp_path: Path, title: str, status: str) -> None:
    paper = the_one(tmp_path, JOURNAL, journal(title=title))
    assert (paper.title, paper.status) == (TITLE, status)
    without_doi = the_one(tmp_path / "2", journal(doi=""), journal(title=title, doi="", abstract=""))
    assert (without_doi.title, without_doi.status, without_doi.abstract) == (TITLE, status, NEWER)


@pytest.mark.parametrize(
    ("notice", "status"),
    [
        ({"title": f"Retraction notice to “{TITLE}” [J. Walls 4 (2021) 7]"}, "retracted"),
        ({"title": f"Erratum to: {TITLE}"}, "corrected"),
        ({"title": f"Author Correction: {TITLE}"}, "corrected"),
        ({"title": f"Expression of Concern: {TITLE}"}, "expression of concern"),
        ({"title": "Notice", "extra": {"retraction-of": "doi 10.5555/JW.21"}}, "retracted"),
        ({"title": "Correction", "abstract": "[This corrects the article DOI: 10.5555/jw.21.]"}, "corrected"),
    ],
)
def test_a_notice_marks_its_paper_whichever_is_read_first(
    tmp_path: Path, notice: dict[str, object], status: str
) -> None:
    said = journal(doi="10.5555/jw.99", year=2022, **({"abstract": "", "extra": {}} | notice))
    libraries = shown(tmp_path, [JOURNAL, said])
    for held in libraries:
        assert {paper.status for paper in held if paper.doi == JOURNAL.doi} == {status}
        assert len(held) == 2


def test_a_notice_of_other_people_marks_nothing(tmp_path: Path) -> None:
    said = journal(title=f"Erratum: {TITLE}", authors=("Else, Some",), doi="10.5555/other", abstract="", extra={})
    assert all({paper.status for paper in held} == {""} for held in shown(tmp_path, [JOURNAL, said]))


def offered(folder: Path, *papers: Paper) -> int:
    catalogue = Catalogue(folder / "library.sqlite3")
    with catalogue.writing():
        for number, paper in enumerate(papers):
            catalogue.enter(paper, file="refs.bib", record=str(number))
    *_, found = candidates(catalogue, Filters(), lambda: False)
    catalogue.close()
    assert isinstance(found, tuple)
    return len(found)


def test_equal_abstracts_of_common_authors_are_offered_as_duplicates(tmp_path: Path) -> None:
    renamed = journal(title="Cooling cities by green facades", abstract=FIRST, year=2022)
    assert offered(tmp_path, preprint(arxiv="", doi="10.1101/123456"), renamed) == 1


def test_parts_and_corrections_are_not_offered_as_duplicates(tmp_path: Path) -> None:
    parts = journal(title=f"{TITLE}. Part I", doi=""), journal(title=f"{TITLE}. Part II", doi="", year=2022)
    erratum = journal(title=f"Erratum: {TITLE}", doi="10.5555/jw.23", abstract="", extra={})
    assert offered(tmp_path, *(replace(part, abstract="") for part in parts), JOURNAL, erratum) == 0
