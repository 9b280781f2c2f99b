"""The library: files in, ranked papers out, the index kept in step with the catalogue."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

from store import readers
from store.catalogue import Catalogue, Entered, Outcome
from store.chunking import passages
from store.embedded import embedded
from store.embedding.base import Embedder
from store.embedding.bulk import many
from store.errors import ExpectedError, LibraryLocked, StoreError, UnreadableFile, WrongEmbedder
from store.identity import squashed
from store.index import ExactIndex, VectorIndex, catch_up, open_index, throw_away
from store.locking import writer_lock
from store.readers.zotero_database import LINK
from store.records import EmbedderId, Filters, Hit, ImportReport, Paper, Progress, Rejected, Taken
from store.reembedding import complete_sentences
from store.reranking import Reranker
from store.search import Found, Searcher
from store.sync import Sync

BATCH = 32
"""Records to a transaction: what an interrupted import loses at most."""

Stop = Callable[[], bool]
Change = tuple[list[Entered], list[int]]
"""Papers as they are now, and the numbers of the passages that went."""


def never() -> bool:
    """The stop flag of work that nobody stops."""
    return False


class LibraryPaths:
    """Where the parts of a library lie under its home folder."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.catalogue = home / "library" / "catalogue.sqlite3"
        self.chroma = home / "library" / "chroma"


@dataclass
class _Run:
    """One import: what it works with, and what came of it so far."""

    embedder: Embedder
    tags: tuple[str, ...]
    stop: Stop
    sync: Sync | None = None
    notes: bool = False
    without_abstract: int = 0
    counts: Counter[Outcome] = field(default_factory=Counter)
    rejected: list[Rejected] = field(default_factory=list)

    def report(self) -> ImportReport:
        return ImportReport(
            added=self.counts[Outcome.ADDED],
            updated=self.counts[Outcome.UPDATED],
            unchanged=self.counts[Outcome.UNCHANGED],
            duplicates=self.counts[Outcome.DUPLICATE],
            rejected=tuple(self.rejected),
            without_abstract=self.without_abstract,
        )


class Library:
    """A catalogue with its index and the embedder that serves both."""

    def __init__(
        self, home: Path, embedder: Embedder, *, attached: bool = True, reranker: Reranker | None = None
    ) -> None:
        """Open the library of a home folder; with `attached` false as `attach` leaves off."""
        self._paths = LibraryPaths(home)
        self.catalogue = Catalogue(self._paths.catalogue)
        self._embedder = embedder
        self._reranker = reranker
        check_embedder(self.catalogue.embedder, embedder.id)
        self._index: VectorIndex = ExactIndex(self.catalogue)
        self._in_step_at = -1
        self.searcher = Searcher(self.catalogue, self._index, embedder, reranker)
        """Ranks for `ranking` and `search`."""
        self._attached = False
        if attached:
            self.attach()

    def attach(self) -> None:
        """Open the Chroma folder, which takes longer than the few exact searches of a short-lived process.

        Whatever writes does it first.
        """
        if not self._attached:
            self._index = open_index(self._paths.chroma, self.catalogue, self._embedder.id)
            self.searcher = Searcher(self.catalogue, self._index, self._embedder, self._reranker)
            self._in_step_at = -1
            self._attached = True

    @property
    def embedder(self) -> Embedder:
        """The embedder, for the sentences of evidence."""
        return self._embedder

    @property
    def index_name(self) -> str:
        """Which index serves this process."""
        return self._index.name

    def close(self) -> None:
        """Let go of the index and the catalogue."""
        self._index.close()
        self.catalogue.close()

    def add(
        self,
        files: Sequence[Path],
        *,
        tags: tuple[str, ...] = (),
        sync: bool = False,
        notes: bool = False,
        stop: Stop = never,
    ) -> Iterator[Progress | ImportReport]:
        """Import files (of a folder, all that may hold references), a transaction for every `BATCH` records.

        The last thing yielded is the report; with `sync` it says what the files have no more. With `notes` the first
        lines of Zotero's notes are kept too.
        """
        with writer_lock(self._paths.home, "adding files"):
            self.attach()
            yield from self.in_step(stop)
            with many(self._embedder) as embedder:
                run = _Run(embedder, tags, stop, Sync() if sync else None, notes)
                for file in (each for path in files for each in readers.files(path)):
                    yield from self._add_file(file, run)
            report = run.report()
            yield run.sync.reported(report, files, self.catalogue) if run.sync and not stop() else report

    def in_step(self, stop: Stop = never, *, anyway: bool = False) -> Iterator[Progress]:
        """Bring the index up to the catalogue where it is behind: after a crash, or another process's import.

        With `anyway` its passages are compared even where it says that it is in step.
        """
        changes = self.catalogue.changes
        if changes == self._in_step_at and not anyway:
            return
        as_written = self._index.in_step_with == changes and self._index.count() == self.catalogue.passage_count()
        if anyway or not as_written:
            yield from catch_up(self._index, self.catalogue, stop)
        if not stop():
            self._mark_in_step(changes)

    def prepare(self) -> None:
        """Make the first questions as quick as later ones, beside whatever else is done."""
        self.searcher.prepare()

    def remove(self, keys: Sequence[str]) -> tuple[Taken, ...]:
        """Delete the papers with these cite keys or identifiers; what was deleted. All are known, or none goes."""
        numbers = sorted({self.catalogue.number_of(key) for key in keys})
        taken: list[Taken] = []

        def gone() -> Change:
            taken.extend(self.catalogue.copied(number) for number in numbers)
            return [], [passage for number in numbers for passage in self.catalogue.remove(number)]

        self.change("removing papers", gone)
        return tuple(taken)

    def put_back(self, taken: Sequence[Taken]) -> None:
        """Make removed papers as they were, vectors and all; raises `StoreError` where they were added again."""
        with writer_lock(self._paths.home, "putting papers back"):
            self.attach()
            list(self.in_step())
            with self.catalogue.writing():
                added = [passage for each in taken for passage in self.catalogue.put_back(each)]
            self._follow([], added)

    def change(self, task: str, make: Callable[[], Change]) -> list[int]:
        """Make a change in one transaction and bring vectors and index after it; the numbers of the changed papers.

        `make` changes the catalogue, and returns the papers as they are now and the passages that went.
        """
        with writer_lock(self._paths.home, task):
            self.attach()
            list(self.in_step())
            with self.catalogue.writing():
                entered, gone = make()
                removed, added = self._embed(entered, self._embedder)
            self._follow([*gone, *removed], added)
            return [one.number for one in entered]

    @property
    def is_behind(self) -> bool:
        """Whether the index says that it has not seen the catalogue's last change."""
        return self._index.in_step_with != self.catalogue.changes

    def index_gap(self) -> tuple[int, int]:
        """How many passages the index lacks, and how many it holds that the catalogue has no more."""
        wanted, held = set(self.catalogue.passage_papers()[0].tolist()), self._index.numbers()
        return len(wanted - held), len(held - wanted)

    def embed_again(self, numbers: Sequence[int], stop: Stop = never) -> Iterator[Progress]:
        """Replace passages, sentences and vectors of these papers by new ones, a transaction for every `BATCH`."""
        with writer_lock(self._paths.home, "embedding papers again"), many(self._embedder) as embedder:
            for first in range(0, len(numbers), BATCH):
                if stop():
                    return
                yield Progress("Embedding papers again", first, len(numbers))
                papers = self.catalogue.papers(numbers[first : first + BATCH])
                with self.catalogue.writing():
                    entered = [Entered(Outcome.UPDATED, number, paper) for number, paper in papers.items()]
                    self._embed(entered, embedder)

    def tag(self, keys: Sequence[str], *, add: Sequence[str] = (), remove: Sequence[str] = ()) -> int:
        """Give the papers with these cite keys tags, take others away; returns how many papers changed."""
        with writer_lock(self._paths.home, "tagging papers"):
            return self.catalogue.set_tags(
                [self.catalogue.number_of(key) for key in keys], add=tuple(add), remove=tuple(remove)
            )

    def rebuild(self, stop: Stop = never) -> Iterator[Progress]:
        """Throw the vector index away and fill it from the catalogue; nothing is embedded again.

        A library that an older version made has the vectors of its sentences made on the way.
        """
        yield from complete_sentences(self.catalogue, self._paths.home, self._embedder, stop)
        with writer_lock(self._paths.home, "rebuilding the index"):
            self.attach()
            if isinstance(self._index, ExactIndex):
                raise LibraryLocked(
                    "Another process has the index of this library open.",
                    hint="Close the other program, then run the same command again.",
                )
            self._index.close()
            throw_away(self._paths.chroma)
            self._index = open_index(self._paths.chroma, self.catalogue, self._embedder.id)
            self.searcher = Searcher(self.catalogue, self._index, self._embedder, self._reranker)
            self._in_step_at = -1
            yield from self.in_step(stop)

    def ranking(self, question: str, *, limit: int, filters: Filters) -> list[Found]:
        """The papers that fit a question best; see `Searcher.ranking`."""
        check_embedder(self.catalogue.embedder, self._embedder.id)
        return self.searcher.ranking(question, limit=limit, filters=filters)

    def search(self, question: str, *, limit: int = 10, filters: Filters | None = None) -> list[Hit]:
        """The papers that fit a question best, with their records."""
        return self.hits(self.ranking(question, limit=limit, filters=filters or Filters()), question)

    def repaired(self, question: str) -> tuple[tuple[str, str], ...]:
        """Words of a question that no paper has, each with the one that it is searched for as."""
        with self.catalogue.reading():
            return self.searcher.understood(question).repaired

    def is_word(self, text: str) -> bool:
        """Whether it is a word, as far as the embedder's vocabulary and the library can tell."""
        knows = getattr(self._embedder, "knows", None)
        return bool(knows and knows(text)) or bool(self.catalogue.document_frequency([text])[text])

    def hits(self, found: list[Found], question: str = "") -> list[Hit]:
        """The found papers with their records; see `Searcher.hits`."""
        return self.searcher.hits(found, question)

    def _mark_in_step(self, changes: int) -> None:
        self._index.set_in_step(changes)
        self._in_step_at = changes

    def _add_file(self, file: Path, run: _Run) -> Iterator[Progress]:
        names: Counter[str] = Counter()
        done, path, rejected = 0, str(file.resolve()), len(run.rejected)
        try:
            records = readers.read(file, notes=run.notes)
            while not run.stop() and (batch := list(islice(records, BATCH))):
                refused = [record for record in batch if isinstance(record, Rejected)]
                run.rejected += refused
                papers = [
                    (replace(record, tags=(*record.tags, *run.tags)), _record_name(record, names))
                    for record in batch
                    if isinstance(record, Paper)
                ]
                run.without_abstract += sum(not paper.abstract for paper, _ in papers)
                run.counts.update(self._enter(papers, path, run.embedder))
                if run.sync:
                    run.sync.saw(path, [name for _, name in papers] + [each.record for each in refused if each.record])
                done += len(batch)
                yield Progress(f"Adding {file.name}", done)
        except UnreadableFile as error:
            run.rejected.append(Rejected(str(file), "the whole file", " ".join([str(error), error.hint]).strip()))
        if run.sync and any(not each.record for each in run.rejected[rejected:]):
            run.sync.doubt(path)

    def _enter(self, papers: list[tuple[Paper, str]], file: str, embedder: Embedder) -> list[Outcome]:
        if not papers:
            return []
        if self.catalogue.has_all(papers, file):
            return [Outcome.UNCHANGED] * len(papers)
        with self.catalogue.writing():
            if self.catalogue.embedder is None:
                self.catalogue.set_embedder(self._embedder.id)
            entered = [self.catalogue.enter(paper, file=file, record=name) for paper, name in papers]
            removed, added = self._embed(entered, embedder)
        self._follow(removed, added)
        return [one.outcome for one in entered]

    def _follow(self, removed: list[int], added: list[int]) -> None:
        """Bring the index after the catalogue, which has everything already."""
        try:
            self._index.remove(removed)
            self._index.add(added, self.catalogue.vectors(added))
            self._mark_in_step(self.catalogue.changes)
        except ExpectedError:
            raise
        except Exception as error:
            raise StoreError(
                f"The vector index at {self._paths.chroma} cannot be written: {error}.",
                hint="The papers read so far are kept and the index is mended at the next start. Free some space,"
                " then run the same command again for the rest.",
            ) from error

    def _embed(self, entered: list[Entered], embedder: Embedder) -> tuple[list[int], list[int]]:
        """Replace the passages of the papers whose text is new; returns the numbers removed and added."""
        gone = {number for one in entered for number in one.gone}
        changed = {one.number: one.to_embed for one in entered if one.to_embed and one.number not in gone}
        removed = [passage for one in entered for passage in one.passages]
        removed += [old for number in changed for old in self.catalogue.drop_passages(number)]
        cut = {number: passages(paper) for number, paper in changed.items()}
        added = []
        if changed:
            read = embedded([(paper, cut[number]) for number, paper in changed.items()], embedder)
            for number, one in zip(changed, read, strict=True):
                self.catalogue.set_sentences(number, one.spans, one.sentences)
                added += [
                    self.catalogue.add_passage(number, passage, vector)
                    for passage, vector in zip(cut[number], one.passages, strict=True)
                ]
        return removed, added


def check_embedder(stored: EmbedderId | None, wanted: EmbedderId) -> None:
    """Refuse to mix the vectors of two models."""
    if stored and replace(stored, name=wanted.name) != wanted:
        raise WrongEmbedder(
            f"This library was embedded with {stored.name} ({stored.revision}, {stored.dimension} dimensions),"
            f" but the configured embedder is {wanted.name} ({wanted.revision}, {wanted.dimension} dimensions).",
            hint="`assistant rebuild` embeds the library anew with the configured one. Or set 'embedder' back.",
        )


def _record_name(paper: Paper, names: Counter[str]) -> str:
    """The name of a record within its file; a repeated one is numbered."""
    name = paper.extra.get(LINK) or paper.id or paper.key or squashed(paper.title)
    names[name] += 1
    return name if names[name] == 1 else f"{name}#{names[name]}"
