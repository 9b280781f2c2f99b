"""Retractions, corrections and concerns, from every source that says so, and where they are said."""

import json
import os
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from store import readers
from store.catalogue import Catalogue
from store.errors import StoreError
from store.records import Filters, Paper
from store.retractions import marked, notices, titled, unmarked
from store.writers import WRITERS

PLAIN = Paper("Salt baths calm nervous hens", "Hens bathed in salt laid 12 percent more eggs.", ("Huhn, Eva",), 2015)


def only(folder: Path, name: str, text: str) -> Paper:
    (folder / name).write_text(text, encoding="utf-8")
    (paper,) = (each for each in readers.read(folder / name) if isinstance(each, Paper))
    return paper


@pytest.mark.parametrize(
    ("title", "status"),
    [
        ("RETRACTED: Salt baths calm nervous hens", "retracted"),
        ("Retracted Chapter: Salt baths", "retracted"),
        ("[RETRACTED] Salt baths", "retracted"),
        ("*RETRACTED* Salt baths", "retracted"),
        ("Retraction: Salt baths", "retracted"),
        ("Retraction Note to: Salt baths", "retracted"),
        ("Retraction notice to “Salt baths” [Hens 3 (2016) 12]", "retracted"),
        ("Notice of Retraction: Salt baths", "retracted"),
        ("Salt baths [Retracted]", "retracted"),
        ("Salt baths (Retracted article. See vol. 3, pg. 5, 2016)", "retracted"),
        ("WITHDRAWN: Salt baths", "withdrawn"),
        ("Withdrawn article: Salt baths", "withdrawn"),
        ("TEMPORARY REMOVAL: Salt baths", "withdrawn"),
        ("Retracted articles in poultry science: a survey", ""),
        ("Retraction of papers on hens", ""),
        ("Withdrawal symptoms of hens", ""),
        ("Why papers are retracted", ""),
        ("Correction to the Born approximation", ""),
        ("Erratum: Salt baths", ""),
    ],
)
def test_titles_say_that_a_paper_was_retracted(title: str, status: str) -> None:
    assert marked(Paper(title)).status == status


@pytest.mark.parametrize(
    ("field", "text", "status"),
    [
        ("n1", "Retraction in: Hens. 2016;3:5", "retracted"),
        ("annote", "This article has been retracted.", "retracted"),
        ("m3", "Retracted", "retracted"),
        ("document-type", "Retracted", "retracted"),
        ("dt", "Article; Retracted Publication", "retracted"),
        ("pt", "Journal Article; Retracted Publication", "retracted"),
        ("rin", "Hens. 2016", "retracted"),
        ("ein", "Hens. 2016", "corrected"),
        ("eci", "Hens. 2016", "expression of concern"),
        ("keywords", "hens, retracted publication", "retracted"),
        ("is-retracted", "True", "retracted"),
        ("isretracted", "true", "retracted"),
        ("pubstate", "retracted", "retracted"),
        ("comment", "This paper has been withdrawn by the authors", "withdrawn"),
        ("keywords", "Retraction of Publication as Topic", ""),
        ("is-retracted", "False", ""),
        ("n1", "The hens retracted their claws", ""),
        ("annote", "Cites a retracted article", ""),
    ],
)
def test_fields_say_that_a_paper_was_retracted(field: str, text: str, status: str) -> None:
    assert marked(replace(PLAIN, extra={field: text})).status == status


def test_an_abstract_that_says_nothing_else_says_so() -> None:
    assert marked(replace(PLAIN, abstract="This article has been retracted at the request of Huhn.")).status
    assert not marked(replace(PLAIN, abstract="We count articles. This article has been retracted, some say.")).status


PUBMED = """<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>{pmid}</PMID><Article><ArticleTitle>{title}
</ArticleTitle><PublicationTypeList><PublicationType>{type}</PublicationType></PublicationTypeList></Article>
<CommentsCorrectionsList><CommentsCorrections RefType="{link}"><RefSource>Hens. 2016;3:5</RefSource>
<PMID>7701</PMID></CommentsCorrections></CommentsCorrectionsList></MedlineCitation></PubmedArticle></PubmedArticleSet>"""


@pytest.mark.parametrize(
    ("name", "text", "status"),
    [
        ("a.ris", "TY  - JOUR\nTI  - Salt baths of hens\nN1  - Retracted\nER  - \n", "retracted"),
        ("a.ris", "TY  - JOUR\nTI  - Salt baths of hens\nM3  - Retracted\nER  - \n", "retracted"),
        ("a.bib", "@article{a, title={Salt baths of hens}, note={Retracted.}}", "retracted"),
        ("a.bib", "@article{a, title={Salt baths of hens}, type={Retracted}}", "retracted"),
        ("a.nbib", "PMID- 78\nTI  - Salt baths of hens\nPT  - Retracted Publication\n", "retracted"),
        ("a.nbib", "PMID- 78\nTI  - Salt baths of hens\nRIN - Hens. 2016\n", "retracted"),
        ("a.txt", "FN x\nPT J\nTI Salt baths of hens\nDT Retracted Publication\nUT WOS:1\nER\n\nEF\n", "retracted"),
        ("a.csv", "Title,Authors,Year,Document Type\nSalt baths of hens,E. Huhn,2015,Retracted\n", "retracted"),
        ("a.json", '[{"title": "Salt baths", "container-title": "H", "status": "retracted"}]', "retracted"),
        ("a.jsonl", '{"title": "Salt baths of hens", "abstract": "x", "is_retracted": true}\n', "retracted"),
        ("a.xml", PUBMED.format(pmid=78, title="Salt baths", type="Retracted Publication", link="Cites"), "retracted"),
        ("a.xml", PUBMED.format(pmid=78, title="Salt baths", type="Article", link="RetractionIn"), "retracted"),
        ("a.xml", PUBMED.format(pmid=78, title="Salt baths", type="Article", link="ErratumIn"), "corrected"),
        (
            "a.json",
            json.dumps([{"id": "https://openalex.org/W1", "title": "Salt", "authorships": [], "is_retracted": True}]),
            "retracted",
        ),
        (
            "a.json",
            json.dumps([{"DOI": "10.5555/h", "title": ["Salt"], "container-title": ["H"], "type": "journal-article",
                         "updated-by": [{"DOI": "10.5555/r", "type": "retraction"}]}]),
            "retracted",
        ),
    ],
)  # fmt: skip
def test_every_reader_marks_what_its_source_says(tmp_path: Path, name: str, text: str, status: str) -> None:
    assert only(tmp_path, name, text).status == status


def test_notices_name_the_paper_they_are_about(tmp_path: Path) -> None:
    pubmed = PUBMED.format(pmid=79, title="Notice", type="Retraction of Publication", link="RetractionOf")
    assert ("pmid:7701", "retracted") in notices(only(tmp_path, "a.xml", pubmed))
    crossref = [{"DOI": "10.5555/r", "title": ["Notice"], "container-title": ["H"], "type": "journal-article",
                 "update-to": [{"DOI": "10.5555/H", "type": "correction"}]}]  # fmt: skip
    assert list(notices(only(tmp_path, "a.json", json.dumps(crossref)))) == [("doi:10.5555/h", "corrected")]


def test_a_title_is_known_without_its_mark_and_shown_with_it() -> None:
    assert unmarked("RETRACTED: Salt baths") == unmarked("Salt baths (Retracted)") == "Salt baths"
    assert titled("Salt baths", "retracted") == "[RETRACTED] Salt baths"
    assert titled("RETRACTED: Salt baths", "retracted") == "RETRACTED: Salt baths"


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.parametrize("note", ["", "Best paper."])
@pytest.mark.parametrize("status", ["retracted", "withdrawn", "expression of concern", "corrected"])
def test_an_export_says_so_in_a_note_and_is_read_back(tmp_path: Path, name: str, note: str, status: str) -> None:
    paper = replace(PLAIN, key="huhn2015", note=note, status=status)
    text = "".join(WRITERS[name].write([paper]))
    back = only(tmp_path, f"refs{WRITERS[name].suffix}", text)
    assert replace(back, id="", source="") == paper
    assert status in text or "correction" in text
    assert "".join(WRITERS[name].write([back])) == text


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    catalogue = Catalogue(tmp_path / "library" / "catalogue.sqlite3")
    with catalogue.writing():
        for number, paper in enumerate([PLAIN, replace(PLAIN, title="Salt licks of goats", status="retracted")]):
            catalogue.enter(paper, file="refs.bib", record=str(number))
    yield catalogue
    catalogue.close()


@pytest.mark.parametrize(("retracted", "titles"), [(True, ["Salt licks of goats"]), (False, [PLAIN.title])])
def test_retracted_papers_are_filtered(catalogue: Catalogue, retracted: bool, titles: list[str]) -> None:
    assert [paper.title for paper in catalogue.listed(Filters(retracted=retracted))] == titles


# -- a library that may only be read ---------------------------------------------------------------


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="only where users have numbers")
def test_a_library_that_may_not_be_written_can_be_read(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    catalogue.close()
    monkeypatch.setattr(os, "access", lambda _path, _mode: False)  # a superuser may write anything
    opened = Catalogue(catalogue.path)
    assert opened.count() == 2
    with pytest.raises(StoreError, match="cannot be written"), opened.writing():
        pass
    opened.close()


def test_a_library_of_another_version_that_may_not_be_written_is_refused(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalogue.close()
    older = sqlite3.connect(catalogue.path)
    older.execute("PRAGMA user_version = 3")
    older.commit()
    older.close()
    monkeypatch.setattr(os, "access", lambda _path, _mode: False)
    with pytest.raises(StoreError, match="may not be written"):
        Catalogue(catalogue.path)
