"""What the store takes and hands out: frozen records, never a foreign library's dictionaries."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper of a bibliography, as read from a file or from the catalogue.

    `key` is the cite key, `id` the identifier that the record was imported with (both may be
    empty when read; the catalogue fills them). `authors` are written "Family, Given" where the
    source tells the parts apart. `kind` is the BibTeX entry type; `extra` keeps the remaining
    fields of the record so that nothing is lost on export. `note` says what a reader must know
    about the abstract (for example that it is not the authors' own). `status` is "retracted",
    "withdrawn", "expression of concern" or "corrected" where a source says so (`store.retractions`).
    `latex` has the BibTeX fields, as they were written, whose markup reading has resolved; it does not
    tell papers apart.
    """

    title: str
    abstract: str = ""
    authors: tuple[str, ...] = ()
    year: int | None = None
    venue: str = ""
    doi: str = ""
    arxiv: str = ""
    url: str = ""
    key: str = ""
    id: str = ""
    kind: str = "article"
    note: str = ""
    tags: tuple[str, ...] = ()
    source: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)
    status: str = ""
    latex: Mapping[str, str] = field(default_factory=dict, compare=False)

    def as_json(self) -> dict[str, Any]:
        """Every field but the file it came from, as JSON Lines hold it; `store.readers.own` reads it back."""
        return {
            "id": self.id,
            "key": self.key,
            "kind": self.kind,
            "title": self.title,
            "authors": list(self.authors),
            "year": self.year,
            "venue": self.venue,
            "doi": self.doi,
            "arxiv": self.arxiv,
            "url": self.url,
            "tags": list(self.tags),
            "note": self.note,
            "status": self.status,
            "abstract": self.abstract,
            "extra": dict(self.extra),
            "latex": dict(self.latex),
        }


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record (or a whole file) that was not imported: `where` is a line or entry, `reason` says why.

    `record` is its name in the file where it has one for good, so that it is known to be there still.
    """

    file: str
    where: str
    reason: str
    record: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of whole sentences of one abstract: `text` is `abstract[start:end]`."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class EmbedderId:
    """Which model made the vectors, and how: vectors of two different ids must never be mixed."""

    name: str
    revision: str
    dimension: int
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Filters:
    """Which papers a search may return; empty fields filter nothing, the others must all hold.

    `years` is an inclusive range with open ends. The texts match case-insensitively as parts of
    an author's name, the venue and the source file's name; `tag` matches whole. `retracted` chooses
    the papers that were retracted or withdrawn, or all others.
    """

    years: tuple[int | None, int | None] = (None, None)
    author: str = ""
    venue: str = ""
    tag: str = ""
    source: str = ""
    retracted: bool | None = None

    def __bool__(self) -> bool:
        return self != Filters()


@dataclass(frozen=True, slots=True)
class Why:
    """Why a paper was found: `meaning` is the cosine of its best passage to the question, `words` those of the
    question that it has, `notes` what else speaks for or against it ("title", "author", "year", "outside the
    years"), `sentence` the one nearest to the question, as it stands in the abstract."""

    meaning: float = 0.0
    words: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    sentence: str = ""

    def __str__(self) -> str:
        words = [f"words: {', '.join(self.words)}"] if self.words else []
        return "; ".join([f"meaning {max(0.0, self.meaning):.2f}", *words, *self.notes])

    def as_json(self) -> dict[str, Any]:
        """As the command line prints it."""
        return {
            "meaning": round(self.meaning, 4),
            "words": list(self.words),
            "notes": list(self.notes),
            "sentence": self.sentence,
        }


@dataclass(frozen=True, slots=True)
class Hit:
    """A paper that a search found: `number` is its row in the catalogue, `passage` its best passage."""

    number: int
    paper: Paper
    score: float
    passage: str
    why: Why = field(default_factory=Why)

    def as_json(self) -> dict[str, Any]:
        """The hit as the command line prints it (the names are fixed by other tools)."""
        paper = self.paper
        return {
            "id": paper.id,
            "key": paper.key,
            "title": paper.title,
            "authors": list(paper.authors),
            "year": paper.year,
            "venue": paper.venue,
            "doi": paper.doi,
            "url": paper.url,
            **({"status": paper.status} if paper.status else {}),
            "score": round(self.score, 6),
            "passage": self.passage,
            "why": self.why.as_json(),
        }


@dataclass(frozen=True, slots=True)
class Entry:
    """A paper in the list, without what only its own view shows; `number` is its row in the catalogue."""

    number: int
    key: str
    title: str
    authors: tuple[str, ...]
    year: int | None
    venue: str
    tags: tuple[str, ...]
    status: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """`entries` stand at `offset` of a list of `total`."""

    total: int
    offset: int
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Taken:
    """A removed paper: table, columns and values of each of its rows, vectors among them."""

    number: int
    key: str
    embedder: EmbedderId | None
    rows: tuple[tuple[str, tuple[str, ...], tuple[object, ...]], ...]


@dataclass(frozen=True, slots=True)
class Left:
    """A record that is no longer in its file. `last` where the paper has no other, and would go with it."""

    file: str
    record: str
    key: str
    title: str
    last: bool

    def as_json(self) -> dict[str, Any]:
        """As `assistant add --sync --json` prints it."""
        return {"file": self.file, "record": self.record, "key": self.key, "title": self.title, "last": self.last}


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, in numbers of papers, and what it had to leave out.

    `left` are the records that a file has no more, where that was asked; `unsure` names files of which it cannot
    be said, as parts of them could not be read. `without_abstract` counts the records that have none: they can be
    found by their titles only, and answer nothing.
    """

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    duplicates: int = 0
    rejected: tuple[Rejected, ...] = ()
    left: tuple[Left, ...] = ()
    unsure: tuple[str, ...] = ()
    without_abstract: int = field(default=0, compare=False)  # of what the files hold, not of what was done

    def as_json(self) -> dict[str, Any]:
        """The report as `assistant add --json` prints it."""
        return {
            "added": self.added,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "duplicates": self.duplicates,
            "rejected": [{"file": r.file, "where": r.where, "reason": r.reason} for r in self.rejected],
        }


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a piece of long work is; `total` 0 where the end is not known."""

    step: str
    done: int
    total: int = 0


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that `doctor` looked at: `hint` says what to do where it is not well."""

    name: str
    well: bool
    detail: str
    hint: str = ""
