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
from assistant.related.linking import opening
from assistant.related.prose import Prose
from assistant.related.state import Kept, State, named
from assistant.related.themes import themes
from assistant.related.topic import topic_of
from assistant.related.writing import TWO_SENTENCES, Teller
from assistant.section import Chosen, Gathered, Grouped, Request, Section, SectionFinished, Theme, Told, Written
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
    """Writes sections on related work from one library; in the words of a model where `writer` has one that can."""

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
        found = gathered(self._library, topic, request)
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
        teller = self._teller(plan)
        written: list[Written] = []
        for place, theme in enumerate(plan.themes):
            kept = None if request.fresh else state.kept(theme)
            if kept is None or theme is again:
                teller.turn = kept.turn + 1 if kept else 0
                told = yield from self._theme(plan, place, teller, stop)
                if told is None:
                    break
                state.keep(theme, Kept(told, teller.turn))
                written.append(Written(place + 1, len(plan.themes), theme, told))
            else:
                written.append(Written(place + 1, len(plan.themes), theme, kept.told, kept=True))
            yield written[-1]
        if any(one.kept for one in written):
            yield Note("Themes written before were kept; --fresh writes all of them anew, --again THEME one.")
        return written

    def _theme(
        self, plan: _Plan, place: int, teller: Teller, stop: Stop
    ) -> Generator[Event, None, tuple[Told, ...] | None]:
        """The sentences of a theme; None where the user stopped before its end."""
        theme = plan.themes[place]
        lead = opening(theme, place, len(plan.themes))
        told = [Told(lead)] if lead else []
        if prose := (yield from self._prose()):
            try:
                told += yield from self._drafted(prose, plan, theme, teller, stop)
                return None if stop() else tuple(told)
            except ModelFailed as error:
                yield Note(
                    f"{error} The theme '{theme.title}' is built from the abstracts' sentences. {error.hint}".strip()
                )
        before: Hit | None = None
        for number in theme.papers:
            if stop():
                return None
            yield Progress(
                f"Writing theme {place + 1} of {len(plan.themes)}: {theme.title}",
                plan.numbers[number],
                len(plan.numbers),
            )
            told += teller.paper(plan.numbers[number], plan.hits[number], before)
            before = plan.hits[number]
        return tuple(told)

    def _prose(self) -> Generator[Event, None, Prose | None]:
        """What writes with the model, loaded for the first theme; None where there is none that can."""
        if self._writer is None:
            return None
        try:
            model = yield from self._writer.load()
        except ServerFailed as error:
            yield Note(f"{error} The section is built from the abstracts' sentences. {error.hint}".strip())
            self._writer = None
            return None
        trial = known(self._settings.home).get(model.identity)
        capable = trial is None or trial.prose
        thinking = self._settings.thinking
        return Prose(self._verifier, model, thinking=thinking) if capable else None

    def _drafted(
        self, prose: Prose, plan: _Plan, theme: Theme, teller: Teller, stop: Stop
    ) -> Generator[Event, None, tuple[Told, ...]]:
        papers = {plan.numbers[number]: plan.hits[number] for number in theme.papers}
        return (
            yield from prose.theme(
                plan.topic, theme, papers, lambda source: teller.paper(source, papers[source], None), teller.turn, stop
            )
        )

    def _teller(self, plan: _Plan) -> Teller:
        asked = self._library.embedder.question(plan.topic)
        return Teller(self._library, self._verifier, asked, brief=len(plan.numbers) > TWO_SENTENCES)


def _section(plan: _Plan, written: Sequence[Written], *, stopped: bool) -> Section:
    claims = tuple(told.claim for one in written for told in one.told if told.claim)
    sources = _sources(plan, claims)
    answer = Answer(
        plan.topic,
        bool(claims),
        "\n\n".join([*(one.text for one in written), *cautions(sources)]),
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
        return "on the topic, but no sentence of its abstract can stand alone"
    return "the theme that it belongs to is not written yet"


def _refused(topic: str, found: Gathered, began: float) -> Section:
    closest = tuple(one.hit for one in found.left_out)
    seconds = {"total": time.monotonic() - began}
    return Section(
        topic, Answer(topic, False, NOT_THE_TOPIC, closest=closest, seconds=seconds), left_out=found.left_out
    )
