"""Which papers of the library a draft means by its citations."""

from collections.abc import Mapping

from assistant.drafts.marking import Citation
from store.errors import NoSuchPaper
from store.identity import family, squashed
from store.library import Library
from store.records import Filters

LONG_TITLE = 12
"""Letters of a title that tell a paper by standing in an entry of a reference list."""

LOOKED_AT = 5
"""Papers that are compared with an entry."""


class Resolver:
    """Looks up keys, numbers of the draft's reference list, and authors with a year."""

    def __init__(self, library: Library, entries: Mapping[str, str]) -> None:
        self._library = library
        self._entries = entries
        self._known: dict[Citation, tuple[int, ...]] = {}

    def papers(self, citation: Citation) -> tuple[int, ...]:
        """Numbers of the papers that are meant: more than one where authors and year fit several, none if unknown."""
        if citation not in self._known:
            self._known[citation] = self._found(citation)
        return self._known[citation]

    def _found(self, citation: Citation) -> tuple[int, ...]:
        match citation.kind:
            case "key":
                return self._keyed(citation.name)
            case "number":
                return self._listed(self._entries.get(citation.name, ""))
            case "note":
                return self._listed(self._entries.get(citation.name, ""), alone=True)
            case _:
                return self._named(citation)

    def _keyed(self, key: str) -> tuple[int, ...]:
        try:
            return (self._library.catalogue.number_of(key),)
        except NoSuchPaper:
            return self._listed(self._entries.get(key, ""))

    def _named(self, citation: Citation) -> tuple[int, ...]:
        """The papers of that year by an author of that name; of the first author where there are such."""
        catalogue = self._library.catalogue
        written = dict.fromkeys(n for name in _forms(citation.name) for n in catalogue.written_by(name))
        of_year = {n: paper for n, paper in catalogue.papers(written).items() if str(paper.year or "") == citation.year}
        names = set(_forms(citation.name))
        first = tuple(n for n, paper in of_year.items() if paper.authors and family(paper.authors[0]) in names)
        return first or tuple(of_year)

    def _listed(self, entry: str, *, alone: bool = False) -> tuple[int, ...]:
        """The paper of an entry: by a key in brackets at its end, its DOI, or its title.

        With `alone` the title must make up a third of it: a footnote may speak of a paper and say more.
        """
        if not entry:
            return ()
        if entry.endswith(")") and (found := self._keyed(entry.rpartition("(")[2].rstrip(")").strip())):
            return found
        said = squashed(entry)
        ranking = self._library.ranking(entry[:1000], limit=LOOKED_AT, filters=Filters())
        for number, paper in self._library.catalogue.papers(found.number for found in ranking).items():
            title = squashed(paper.title)
            if paper.doi and paper.doi.casefold() in entry.casefold():
                return (number,)
            if len(title) >= LONG_TITLE and title in said and (not alone or 3 * len(title) >= len(said)):
                return (number,)
        return ()


def _forms(name: str) -> list[str]:
    """The family name as catalogues have it: whole, and without the words before it."""
    return list(dict.fromkeys([family(f"{name}, A."), family(f"{name.rpartition(' ')[2]}, A.")]))
