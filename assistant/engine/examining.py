"""Looking at everything from inside the engine, where models load and Chroma opens; and mending."""

from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from pathlib import Path

from assistant.engine.messages import Examine
from assistant.events import Done, Event, Examined, Mended
from assistant.models import LanguageModel
from assistant.models.address import leaves
from assistant.models.files import configured_path, problem_of
from assistant.settings import Settings
from store.embedding import Embedder
from store.errors import ExpectedError
from store.health import examined, index_check, mended, mended_index, vectors_check
from store.library import Library, LibraryPaths
from store.records import Check, Progress

Stop = Callable[[], bool]
NEEDED = {"catalogue", "passages", "vectors"}
"""Checks without which the index is not looked at: a damaged catalogue is not searched."""

Sound = Generator[Event, None, bool]
"""Events, then whether all was well."""


class Examining:
    """One examination. What loads the models is handed in, so that they are loaded as always."""

    def __init__(
        self,
        settings: Settings,
        embedder: Callable[[], Generator[Event, None, Embedder]],
        model: Callable[[Path], Generator[Event, None, LanguageModel]],
    ) -> None:
        self._settings = settings
        self._home = settings.home
        self._embedder = embedder
        self._model = model

    def events(self, task: Examine, stop: Stop) -> Iterator[Event]:
        """Yield what was found, what was mended, and how it is then."""
        well = yield from self._looked_at(stop)
        if task.mend and not well and not stop():
            yield from _told(mended(self._home, stop))
            if self._has_library() and not stop():
                library = yield from self._library()
                with closing(library):
                    yield from _told(mended_index(library, self._home, stop))
            yield from self._looked_at(stop)
        yield Done(stopped=stop())

    def _looked_at(self, stop: Stop) -> Sound:
        bad: set[str] = set()
        for look in (lambda stop: examined(self._home, stop), self._language_model, self._vectors_and_index):
            if look == self._vectors_and_index and bad & NEEDED:
                continue
            for step in look(stop):
                yield Examined(step) if isinstance(step, Check) else step
                bad |= {step.name} if isinstance(step, Check) and not step.well else set()
        return not bad

    def _language_model(self, stop: Stop) -> Iterator[Event | Check]:
        if self._settings.server:
            yield self._server()
            return
        path = configured_path(self._settings)
        if path is None:
            hint = "Answers are made of quotes only. `assistant models list` says where to put a GGUF file."
            yield Check("language model", True, f"none. {hint}")
            return
        problem = problem_of(path)
        if not problem and not stop():
            try:
                yield from self._model(path)
            except ExpectedError as error:
                problem = str(error)
        said = f"{path}: {problem}" if problem else f"{path} loads"
        yield Check("language model", not problem, said, "`assistant models list` shows others.")

    def _server(self) -> Check:
        """The server in place of the model: whether it answers, and what is sent to it."""
        from assistant.models.server import ServerModel

        try:
            model = ServerModel(self._settings)
        except ExpectedError as error:
            return Check("language model", False, str(error), error.hint)
        said = f"{model.name} on the server {self._settings.server}. {leaves(self._settings)}"
        return Check("language model", True, said.rstrip())

    def _vectors_and_index(self, stop: Stop) -> Iterator[Event | Check]:
        try:
            if not self._has_library():
                embedder = yield from self._embedder()
                yield Check("embedder", True, f"{embedder.id.name} loads")
                return
            library = yield from self._library()
        except ExpectedError as error:
            yield Check("embedder", False, str(error), error.hint)
            return
        with closing(library):
            yield vectors_check(library)
            yield from index_check(library, stop)

    def _has_library(self) -> bool:
        return LibraryPaths(self._home).catalogue.is_file()

    def _library(self) -> Generator[Event, None, Library]:
        embedder = yield from self._embedder()
        return Library(self._home, embedder, attached=False)


def _told(steps: Iterator[Progress | str]) -> Iterator[Event]:
    for step in steps:
        yield Mended(step) if isinstance(step, str) else step
