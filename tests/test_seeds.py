"""The two saved pages as a library: every paper of them, once, as it stands there."""

import json
from pathlib import Path

from store.records import Filters, ImportReport, Paper
from tests.conftest import Watched, added, opened


def known_titles(shared: Path) -> list[str]:
    return [json.loads(line)["title"] for line in (shared / "eval" / "seed_ids.jsonl").read_text().splitlines()]


def test_both_pages_are_212_papers_of_which_16_occur_twice(seed_import: tuple[Path, ImportReport]) -> None:
    assert seed_import[1] == ImportReport(added=212, duplicates=16)


def test_titles_and_abstracts_are_those_of_the_pages(
    seed_copy: Path, watched: Watched, shared: Path, seeds: tuple[Path, ...]
) -> None:
    library = opened(seed_copy, watched)
    papers = [library.catalogue.paper(number) for number in range(1, library.catalogue.count() + 1)]
    library.close()
    lines = {line.strip() for path in seeds for line in path.read_text(encoding="utf-8").split("\n")}
    assert [paper.title for paper in papers] == known_titles(shared)
    assert [paper.title for paper in papers if paper.abstract not in lines] == []
    assert len({paper.key for paper in papers}) == 212


def test_adding_both_pages_again_changes_nothing_and_embeds_nothing(
    seed_copy: Path, watched: Watched, seeds: tuple[Path, ...]
) -> None:
    library = opened(seed_copy, watched)
    before: list[Paper] = list(library.catalogue.listed(Filters()))
    assert added(library, seeds) == ImportReport(unchanged=228)
    assert list(library.catalogue.listed(Filters())) == before
    assert library.catalogue.check() == []
    library.close()
    assert watched.texts == []


def test_every_paper_of_the_pages_is_found_by_its_title(seed_copy: Path, watched: Watched, shared: Path) -> None:
    library = opened(seed_copy, watched)
    missed = [title for title in known_titles(shared) if library.search(title, limit=1)[0].paper.title != title]
    library.close()
    assert missed == []
