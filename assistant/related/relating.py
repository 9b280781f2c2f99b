"""From a topic to a section: gather, group, write theme by theme, and say what is not cited and why."""

import time
from collections.abc import Callable, Generator, Iterator, Sequence, Set
from dataclasses import dataclass

from assistant.answering.composing import cautions
from assistant.errors import ModelFailed, ServerFailed
from assistant.events import Answer, Claim, Done, Event, Note, Progress, Quote, Source
from assistant.models import LanguageModel
from assistant.models.trials import known
from assistant.related.gather import gathered
from assistant.related.quoting import Quoter
from assistant.related.state import Kept, State, named
from assistant.related.themes import themes
from assistant.related.topic import topic_of
from assistant.related.writing import TWO_SENTENCES, Prose, opening, quoted
from assistant.section import (
    ANNOTATED,
    Chosen,
    Gathered,
    Grouped,
    Request,
    Section,
    SectionFinished,
    Theme,
    Told,
    Written,
)
from assistant.settings import Settings
from assistant.verification.verifier import Verifier
from store.library import Library
from store.records import Hit

Stop = Callable[[], bool]

NOT_THE_TOPIC = "The library has no papers on this topic."
"""What stands in the place of a section; nothing else is written."""


@dataclass(frozen=True, slots=True)
class Writer:
    """A language model that may write: `identity` tells it from others before `load` has loaded it."""

    identity: str
    load: Callable[[], Generator[Event, None, LanguageModel]]


@dataclass
class _Plan:
    """A section in the making. `numbers` are source numbers by catalogue number, in the order of the text."""

    topic: str
    gathered: Gathered
    themes: tuple[Theme, ...]
    hits: dict[int, Hit]
    numbers: dict[int, int]
    began: float


class Relater:
    """Writes sections on related work from one library.

    In the words of a model where `writer` has one that can; else as an annotated bibliography.
    """

    def __init__(
        self, library: Library, settings: Settings, writer: Writer | None = None, verifier: Verifier | None = None
    ) -> None:
        self._library = library
        self._settings = settings
        self._writer = writer
        self._verifier = verifier or Verifier(library.embedder)

    def events(self, request: Request, stop: Stop) -> Iterator[Event]:
        """Yield the papers, the themes, then each theme's text, as far as the request goes.

        Raises `BadQuestion` for an empty topic, `NoSuchPaper` for a key that the library does not have.
        """
        began = time.monotonic()
        topic = topic_of(request.topic)
        yield Progress("Gathering the papers", 0)
        found = gathered(self._library, topic, request, self._verifier.scorer)
        yield found
        if not found.papers:
            yield SectionFinished(_refused(topic, found, began))
            return
        if request.until == "gather" or stop():
            yield Done(stopped=stop())
            return
        yield Progress("Grouping the papers", 0, len(found.papers))
        plan = self._planned(topic, found, began)
        yield Grouped(plan.themes)
        if request.until == "group" or stop():
            yield Done(stopped=stop())
            return
        written = yield from self._written(plan, request, stop)
        yield SectionFinished(_section(plan, written, stopped=stop()))

    def _planned(self, topic: str, found: Gathered, began: float) -> _Plan:
        grouped = themes(self._library.catalogue, topic, [one for one in found.papers if one.hit.paper.abstract])
        order = [number for theme in grouped for number in theme.papers]
        hits = {one.hit.number: one.hit for one in found.papers}
        numbers = {paper: number for number, paper in enumerate(order, start=1)}
        return _Plan(topic, found, grouped, hits, numbers, began)

    def _written(self, plan: _Plan, request: Request, stop: Stop) -> Generator[Event, None, list[Written]]:
        """The themes one by one; what an earlier run wrote is taken from the disk."""
        model = self._writer.identity if self._writer else ""
        state = State(self._settings.home, plan.topic, request, changes=self._library.catalogue.changes, model=model)
        again = named(plan.themes, request.again) if request.again else None
        quoter = Quoter(self._library, plan.topic)
        written: list[Written] = []
        for place, theme in enumerate(plan.themes):
            kept = None if request.fresh else state.kept(theme)
            if kept is None or theme is again:
                turn = kept.turn + 1 if kept else 0
                told = yield from self._theme(plan, place, quoter, turn, stop)
                if told is None:
                    break
                state.keep(theme, Kept(told, turn))
                written.append(Written(place + 1, len(plan.themes), theme, told))
            else:
                written.append(Written(place + 1, len(plan.themes), theme, kept.told, kept=True))
            yield written[-1]
        if any(one.kept for one in written):
            yield Note("Themes written before were kept; --fresh writes all of them anew, --again THEME one.")
        return written

    def _theme(
        self, plan: _Plan, place: int, quoter: Quoter, turn: int, stop: Stop
    ) -> Generator[Event, None, tuple[Told, ...] | None]:
        """The sentences on the papers of a theme; None where the user stopped before its end."""
        theme = plan.themes[place]
        prose = yield from self._prose(plan, quoter)
        told: list[Told] = []
        for number in theme.papers:
            if stop():
                return None
            source, hit = plan.numbers[number], plan.hits[number]
            heading = f"Writing theme {place + 1} of {len(plan.themes)}: {theme.title}"
            yield Progress(heading, source - 1, len(plan.numbers))
            try:
                told += (
                    (yield from prose.paper(source, hit, turn, stop)) if prose else quoted(quoter, source, hit, turn)
                )
            except ModelFailed as error:
                yield Note(f"{error} The rest of the theme “{theme.title}” is quoted. {error.hint}".strip())
                prose = None
                told += quoted(quoter, source, hit, turn)
        if prose and stop():
            return None  # what the model was broken off at is no sentence
        is_prose = any(one.claim and one.claim.support == "supported" for one in told)
        return (Told(opening(theme)), *told) if is_prose and len(plan.themes) > 1 else tuple(told)

    def _prose(self, plan: _Plan, quoter: Quoter) -> Generator[Event, None, Prose | None]:
        """What writes with the model, loaded for the first theme; None where there is none that can."""
        if self._writer is None:
            return None
        try:
            model = yield from self._writer.load()
        except ServerFailed as error:
            yield Note(f"{error} The papers are quoted instead. {error.hint}".strip())
            self._writer = None
            return None
        trial = known(self._settings.home).get(model.identity)
        if trial is not None and not trial.may("each"):
            return None
        most = 2 if len(plan.numbers) <= TWO_SENTENCES else 1
        thinking = self._settings.thinking
        return Prose(model, trial, self._verifier, quoter, plan.topic, most, thinking=thinking)


def _section(plan: _Plan, written: Sequence[Written], *, stopped: bool) -> Section:
    claims = tuple(told.claim for one in written for told in one.told if told.claim)
    sources = _sources(plan, claims)
    preface = [] if any(one.prose for one in written) else [ANNOTATED]
    answer = Answer(
        plan.topic,
        bool(claims),
        "\n\n".join([*preface, *(one.text for one in written), *cautions(sources)]),
        claims,
        sources,
        seconds={"total": time.monotonic() - plan.began},
        stopped=stopped,
    )
    return Section(plan.topic, answer, tuple(written), _left_out(plan, written, sources), plan.gathered.papers)


def _sources(plan: _Plan, claims: Sequence[Claim]) -> tuple[Source, ...]:
    quotes: dict[int, list[Quote]] = {}
    for claim in claims:
        for quote in claim.quotes:
            quotes.setdefault(quote.source, []).append(quote)
    papers = {number: paper for paper, number in plan.numbers.items()}
    return tuple(Source(number, plan.hits[papers[number]], tuple(found)) for number, found in sorted(quotes.items()))


def _left_out(plan: _Plan, written: Sequence[Written], sources: Sequence[Source]) -> tuple[Chosen, ...]:
    """The papers of the topic that the text does not cite, and those that were near."""
    cited = {source.hit.number for source in sources}
    missing = [one for one in plan.gathered.papers if one.hit.number not in cited]
    done = {number for one in written for number in one.theme.papers}
    return (*(Chosen(one.hit, _why_missing(one.hit, plan, done)) for one in missing), *plan.gathered.left_out)


def _why_missing(hit: Hit, plan: _Plan, done: Set[int]) -> str:
    if hit.number not in plan.numbers:
        return "the library has no abstract of it"
    if hit.number in done:
        return "on the topic, but its abstract has no sentence to quote"
    return "the theme that it belongs to is not written yet"


def _refused(topic: str, found: Gathered, began: float) -> Section:
    closest = tuple(one.hit for one in found.left_out)
    seconds = {"total": time.monotonic() - began}
    return Section(
        topic, Answer(topic, False, NOT_THE_TOPIC, closest=closest, seconds=seconds), left_out=found.left_out
    )
