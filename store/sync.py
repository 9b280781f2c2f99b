"""What left the files since they were added last."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from store.catalogue import Catalogue
from store.records import ImportReport, Left


class Sync:
    """Watches an import, and knows afterwards which records of the library its files have no more."""

    def __init__(self) -> None:
        self._seen: dict[str, set[str]] = {}
        self._doubtful: set[str] = set()

    def saw(self, file: str, records: Iterable[str]) -> None:
        """Note records that a file has."""
        self._seen.setdefault(file, set()).update(records)

    def doubt(self, file: str) -> None:
        """Note that part of a file could not be read: what is missing may be in that part."""
        self._doubtful.add(file)

    def reported(self, report: ImportReport, paths: Sequence[Path], catalogue: Catalogue) -> ImportReport:
        """The report, with what left the files (of a folder, also those that are no longer in it)."""
        gone = [row for path in paths for row in self._gone(path, catalogue)]
        papers = catalogue.papers({paper for _, _, paper in gone})
        remaining = catalogue.source_counts(papers)
        for _, _, paper in dict.fromkeys(gone):
            remaining[paper] -= 1
        left = [
            Left(file, record, papers[paper].key, papers[paper].title, last=remaining[paper] == 0)
            for file, record, paper in dict.fromkeys(gone)
        ]
        return replace(report, left=tuple(left), unsure=tuple(sorted(self._doubtful)))

    def _gone(self, path: Path, catalogue: Catalogue) -> list[tuple[str, str, int]]:
        file = str(path.resolve())
        below = path.is_dir()
        if not (self._seen if below else file in self._seen):
            return []
        return [
            (file, record, paper)
            for file, record, paper in catalogue.records_of(f"{file}/" if below else file, below=below)
            if file not in self._doubtful and record not in self._seen.get(file, ())
        ]
