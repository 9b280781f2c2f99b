"""Answers from the catalogue: how many papers, which ones, by whom, when, where, the newest."""

from collections.abc import Callable, Iterator, Sequence

from assistant.answering.composing import cautions, markdown
from assistant.answering.templates import NOT_IN_LIBRARY
from assistant.events import Answer, Checked, Claim, Event, Finished, Note, Retrieved, Source
from assistant.understanding.catalogue_questions import Asks
from assistant.understanding.question import Question
from store.catalogue import Catalogue
from store.identity import family
from store.records import Hit, Paper

MOST_LISTED = 20
"""Papers, and people, that are named in one answer; the others are counted."""

OF_EACH = {Asks.AUTHORS, Asks.YEAR, Asks.VENUE, Asks.LINK}


def catalogue_events(question: Question, catalogue: Catalogue) -> Iterator[Event]:
    """Yield the papers, what the catalogue says of them, and the answer. The question has a `catalogue` part."""
    assert question.catalogue is not None
    asks, numbers = question.catalogue.asks, question.catalogue.papers
    papers = catalogue.papers(_told(asks, numbers, catalogue))
    sources = tuple(
        Source(place, Hit(number, paper, 0.0, "")) for place, (number, paper) in enumerate(papers.items(), start=1)
    )
    about = question.catalogue.about
    claims = tuple(Claim(text, marks, "catalogue", ()) for text, marks in _said(asks, sources, len(numbers), about))
    cited = tuple(source for source in sources if any(source.number in claim.sources for claim in claims))
    yield Retrieved(question.asked, cited, catalogue.count(), question.rewritten)
    if asks in OF_EACH:
        for source in sources:
            if source not in cited:
                yield Note(f"The library does not say it of “{source.hit.paper.title}”.")
    for claim in claims:
        yield Checked("", claim)
    answer = Answer(
        question.asked,
        bool(claims),
        "\n\n".join([markdown(claims) or NOT_IN_LIBRARY, *cautions(cited)]),
        claims,
        cited,
        closest=() if claims else tuple(source.hit for source in sources),
        rewritten=question.rewritten,
        filters=question.filters,
        understood=question.as_json(),
        seconds={"evidence": 0.0, "total": 0.0},
    )
    yield Finished(answer)


def _told(asks: Asks, numbers: Sequence[int], catalogue: Catalogue) -> list[int]:
    """The papers that the answer names, in order."""
    if asks is Asks.PEOPLE:
        return list(numbers)
    if asks in (Asks.NEWEST, Asks.OLDEST):
        years = {number: paper.year for number, paper in catalogue.papers(numbers).items() if paper.year}
        wanted = (max if asks is Asks.NEWEST else min)(years.values(), default=None)
        return [number for number in numbers if years.get(number) == wanted and wanted is not None][:MOST_LISTED]
    return list(numbers[:MOST_LISTED])


def _said(asks: Asks, sources: Sequence[Source], total: int, about: str) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Sentences, and the numbers of the sources that they are about."""
    of_them = f"of {total} papers {about}" if about else "of them"
    match asks:
        case Asks.COUNT | Asks.LIST:
            yield from _listed(sources, total, about, counted=asks is Asks.COUNT)
        case Asks.NEWEST | Asks.OLDEST:
            for source in sources:
                paper = source.hit.paper
                alone = f"is the only paper {about}" if total == 1 and about else f"is the {asks.value} {of_them}"
                yield f"{_titled(paper)} {alone}{'' if about else f', of {paper.year}'}.", (source.number,)
        case Asks.PEOPLE:
            yield from _people(sources, about)
        case _:
            for source in sources:
                if sentence := _SENTENCES[asks](source.hit.paper):
                    yield f"“{source.hit.paper.title}” {sentence}.", (source.number,)


def _listed(
    sources: Sequence[Source], total: int, about: str, *, counted: bool
) -> Iterator[tuple[str, tuple[int, ...]]]:
    papers = "1 paper" if total == 1 else f"{total:,} papers" if total else "no paper"
    if counted or total != len(sources) or not total:
        yield f"The library has {papers}{f' {about}' if about else ''}.", ()
    if not counted or about:
        for source in sources:
            yield f"{_titled(source.hit.paper)}.", (source.number,)
        if total > len(sources):
            yield f"{total - len(sources):,} more are not listed here.", ()


def _people(sources: Sequence[Source], about: str) -> Iterator[tuple[str, tuple[int, ...]]]:
    """The authors, those of most papers first."""
    written: dict[str, list[int]] = {}
    names: dict[str, str] = {}
    for source in sources:
        for author in source.hit.paper.authors:
            key = f"{family(author)} {author.partition(', ')[2][:1]}"
            names.setdefault(key, _spoken(author))
            written.setdefault(key, []).append(source.number)
    ordered = sorted(written, key=lambda key: (-len(written[key]), names[key]))
    for key in ordered[:MOST_LISTED]:
        count = len(written[key])
        yield f"{names[key]} ({count} paper{'s' if count > 1 else ''} {about}).", tuple(written[key])
    if len(ordered) > MOST_LISTED:
        yield f"{len(ordered) - MOST_LISTED:,} more authors are not listed here.", ()


def _titled(paper: Paper) -> str:
    """Title, authors and year: "“Majorana modes in wires” (Harlo and Potts, 2018)"."""
    families = [author.partition(",")[0] if "," in author else author.rpartition(" ")[2] for author in paper.authors]
    people = f"{families[0]} et al." if len(families) > 2 else " and ".join(families)
    said = ", ".join(part for part in (people, str(paper.year or "")) if part)
    return f"“{paper.title}”" + (f" ({said})" if said else "")


def _spoken(author: str) -> str:
    return " ".join(reversed(author.split(", ", 1)))


def _authors(paper: Paper) -> str:
    names = [_spoken(author) for author in paper.authors]
    listed = " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
    return f"was written by {listed}" if listed else ""


_SENTENCES: dict[Asks, Callable[[Paper], str]] = {
    Asks.AUTHORS: _authors,
    Asks.YEAR: lambda paper: f"appeared in {paper.year}" if paper.year else "",
    Asks.VENUE: lambda paper: f"appeared in {paper.venue}".rstrip(".") if paper.venue else "",
    Asks.LINK: lambda paper: (
        f"is at https://doi.org/{paper.doi}" if paper.doi else f"is at {paper.url}" if paper.url else ""
    ),
}
