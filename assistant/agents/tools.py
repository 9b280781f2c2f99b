"""What an agent can ask of the library: arguments that are checked, and small records with ids to ask for more."""

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from typing import Annotated, Any, ClassVar, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from assistant.assistant import Assistant
from assistant.background import Follow
from assistant.chat import Chat
from assistant.drafts.records import Backing
from assistant.engine.messages import FindPapers
from assistant.errors import BadQuestion
from assistant.events import Answer, ClaimChecked, Event, Finished, Found, Note, PapersRead
from assistant.related.forms import latex
from assistant.section import Request, SectionFinished
from store.errors import NoSuchPaper
from store.records import Filters, Hit, Paper
from store.writers import WRITERS

PORTION = 4000
"""Characters of a long text that are given at once."""

REMEMBERED = 50
"""Long texts, and conversations, that can be gone on with."""

PASSAGE = 300
"""Characters of a passage that a search shows."""

MOST_EXPORTED = 500
"""Papers that one export writes at most."""

Kind = TypeVar("Kind")
Kept = TypeVar("Kept")

Key = Annotated[str, Field(max_length=500, description="Cite key (or identifier) of a paper.")]
Text = Annotated[str, Field(max_length=4000)]


class Arguments(BaseModel):
    """Arguments of a tool: exactly these, of exactly these types."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Filtered(Arguments):
    """Which papers are meant; fields that are left out filter nothing."""

    year_from: int | None = Field(None, ge=0, le=9999, description="Only papers of this year or later.")
    year_to: int | None = Field(None, ge=0, le=9999, description="Only papers of this year or earlier.")
    author: str = Field("", max_length=200, description="Only papers with an author whose name contains this.")
    venue: str = Field("", max_length=200, description="Only papers whose venue contains this.")
    tag: str = Field("", max_length=200, description="Only papers with this tag.")

    @property
    def filters(self) -> Filters:
        """As the store takes them; raises `BadQuestion` for a range that ends before it begins."""
        first, last = self.year_from, self.year_to
        if first is not None and last is not None and first > last:
            raise BadQuestion(f"The years end ({last}) before they begin ({first}).")
        return Filters((first, last), self.author.strip(), self.venue.strip(), self.tag.strip())


class Search(Filtered):
    """Find the papers of the user's library that fit a query best, by meaning and by words.

    Each hit has the cite key; `paper` gives the whole abstract of a key.
    """

    query: Text = Field(description="What to look for: a topic, a question, names, years.")
    limit: int = Field(5, ge=1, le=20, description="How many papers.")


class Ask(Filtered):
    """Answer a question from the abstracts of the user's library.

    Each sentence of `text` ends with marks [n] of `sources`, and each claim has the exact sentences of the abstracts
    that back it. Where the library does not answer, `answered` is false and `closest` has the nearest papers: then say
    that the library does not answer, and do not answer from memory as if it did.
    """

    question: Text
    conversation: str = Field("", max_length=40, description="To ask a follow-up: the `conversation` of the answer.")


class ReadPaper(Arguments):
    """Show one paper of the library with its whole abstract."""

    key: Key


class CheckAClaim(Arguments):
    """Check a claim against the abstracts of papers, sentence by sentence.

    `says` is supported, contradicted, not_stated or cannot_tell (no abstract); `quote` is the sentence that decides,
    copied from the abstract. An abstract says less than its paper: not_stated does not mean false.
    """

    claim: Annotated[str, Field(max_length=2000)] = Field(description="One sentence, or a few.")
    keys: list[Key] = Field([], max_length=20, description="Papers to check it against; none: the three nearest.")


class RelatedWork(Filtered):
    """Write a section on related work from the library, each sentence checked against the abstracts it cites.

    It may take minutes with a language model. `sources` have the cite keys of the marks [n].
    """

    topic: Text
    limit: int = Field(0, ge=0, le=200, description="At most so many papers; 0: all that are on the topic.")
    form: Literal["markdown", "latex"] = Field("markdown", description="latex cites by the user's own keys.")


class Export(Filtered):
    """Write papers as BibTeX, RIS, CSL-JSON or JSON Lines under the user's own cite keys."""

    keys: list[Key] = Field([], max_length=MOST_EXPORTED, description="The papers; none: all that pass the filters.")
    form: Literal["bibtex", "ris", "csl", "jsonl"] = "bibtex"


class More(Arguments):
    """Go on with a long text: `more` is what the result before gave under this name."""

    more: str = Field(max_length=40)


class Tools:
    """The tools by name; `call` does what one is asked and raises `ExpectedError` where it cannot."""

    arguments: ClassVar[dict[str, type[Arguments]]] = {
        "search": Search,
        "ask": Ask,
        "paper": ReadPaper,
        "check_claim": CheckAClaim,
        "related_work": RelatedWork,
        "export": Export,
        "more": More,
    }
    """What each tool takes; the documentation of the class is what an agent is told of the tool."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._texts: OrderedDict[str, str] = OrderedDict()
        self._chats: OrderedDict[str, Chat] = OrderedDict()
        self._count = 0

    def call(self, given: Arguments, follow: Follow) -> dict[str, Any]:
        """The result of a call, as JSON can hold it."""
        match given:
            case Search():
                return self._search(given, follow)
            case Ask():
                return self._ask(given, follow)
            case ReadPaper():
                return self._paper(given)
            case CheckAClaim():
                return self._check(given, follow)
            case RelatedWork():
                return self._related(given, follow)
            case Export():
                return self._export(given)
            case More():
                return self._more(given)
        raise AssertionError(given)

    def _search(self, given: Search, follow: Follow) -> dict[str, Any]:
        events = _Kept(follow(self._assistant.search(given.query, limit=given.limit, filters=given.filters)))
        found = events.last(Found)
        return {"hits": [_hit(hit) for hit in found.hits] if found else [], **events.notes}

    def _ask(self, given: Ask, follow: Follow) -> dict[str, Any]:
        name = given.conversation or self._new("c")
        chat = self._chat(name, new=not given.conversation)
        events = _Kept(follow(chat.ask(given.question, filters=given.filters)))
        finished = events.last(Finished)
        if finished is None:
            raise BadQuestion("The question was stopped before it was answered.")
        _keep(self._chats, name, chat)
        return {**self._answer(finished.answer), "conversation": name, **events.notes}

    def _chat(self, name: str, *, new: bool) -> Chat:
        if new:
            return self._assistant.chat(kept=False)
        if name not in self._chats:
            raise BadQuestion(
                f"There is no conversation '{name}'.", hint="Ask without `conversation` to begin a new one."
            )
        return self._chats[name]

    def _answer(self, answer: Answer) -> dict[str, Any]:
        whole = answer.as_json()
        shown = {name: whole[name] for name in ("answered", "claims", "facts") if name == "answered" or whole[name]}
        if answer.rewritten:
            shown["understood_as"] = answer.rewritten
        if answer.sources:
            shown["sources"] = [{"number": source.number, **_brief(source.hit.paper)} for source in answer.sources]
        if not answer.answered:
            shown["closest"] = [_hit(hit) for hit in answer.closest]
        return {**self._portion(answer.text, "text"), **shown}

    def _paper(self, given: ReadPaper) -> dict[str, Any]:
        ((_, paper),) = self._papers((given.key,), Filters(), 1)
        whole = {name: value for name, value in paper.as_json().items() if value and name not in ("extra", "abstract")}
        return {**whole, **self._portion(paper.abstract, "abstract")}

    def _papers(self, keys: Iterable[str], filters: Filters, limit: int) -> tuple[tuple[int, Paper], ...]:
        read = self._assistant.look(FindPapers(tuple(dict.fromkeys(keys)), filters, limit))
        assert isinstance(read, PapersRead)
        return read.papers

    def _check(self, given: CheckAClaim, follow: Follow) -> dict[str, Any]:
        events = _Kept(follow(self._assistant.check_claim(given.claim, given.keys)))
        checked = events.last(ClaimChecked)
        sentences = checked.sentences if checked else ()
        return {"sentences": [{"text": text, "papers": [_says(each) for each in said]} for text, said in sentences]}

    def _related(self, given: RelatedWork, follow: Follow) -> dict[str, Any]:
        request = Request(given.topic, given.filters, given.limit)
        events = _Kept(follow(self._assistant.related(request)))
        finished = events.last(SectionFinished)
        if finished is None:
            raise BadQuestion("The section was stopped before it was finished.", hint="Asked again, it goes on.")
        section = finished.section
        if not section.answer.answered:
            return {**self._answer(section.answer), **events.notes}
        in_latex = given.form == "latex"
        text = latex(section, self._assistant.settings.citations) if in_latex else section.answer.text
        return {
            "answered": True,
            **self._portion(text, "text"),
            "themes": [written.theme.title for written in section.themes],
            "sources": [{"number": source.number, **_brief(source.hit.paper)} for source in section.answer.sources],
            "not_cited": [chosen.hit.paper.key for chosen in section.left_out],
            **events.notes,
        }

    def _export(self, given: Export) -> dict[str, Any]:
        found = [paper for _, paper in self._papers(given.keys, given.filters, MOST_EXPORTED + 1)]
        if not found:
            raise NoSuchPaper("No paper passes these filters.")
        if len(found) > MOST_EXPORTED:
            raise BadQuestion(
                f"More than {MOST_EXPORTED} papers pass these filters.",
                hint="Narrow them, or have the user run `assistant papers export -o FILE`.",
            )
        return {"papers": len(found), **self._portion("".join(WRITERS[given.form].write(found)), "text")}

    def _more(self, given: More) -> dict[str, Any]:
        name, _, start = given.more.partition(":")
        if name not in self._texts or not (start.isascii() and start.isdigit()):
            raise BadQuestion(f"There is nothing kept under '{given.more}'.", hint="Call the tool again that gave it.")
        return self._cut(name, int(start), "text")

    def _portion(self, text: str, field: str) -> dict[str, Any]:
        """The text under this name; the beginning of a long one, and under "more" where it goes on."""
        if len(text) <= PORTION:
            return {field: text}
        name = self._new("t")
        _keep(self._texts, name, text)
        return self._cut(name, 0, field)

    def _cut(self, name: str, start: int, field: str) -> dict[str, Any]:
        text = self._texts[name]
        end = start + PORTION
        if end >= len(text):
            return {field: text[start:]}
        space = max(text.rfind("\n", start, end), text.rfind(" ", start, end))
        end = space + 1 if space > start else end
        return {field: text[start:end], "more": f"{name}:{end}", "characters_left": len(text) - end}

    def _new(self, kind: str) -> str:
        self._count += 1
        return f"{kind}{self._count}"


class _Kept:
    """A stream read to its end."""

    def __init__(self, events: Iterator[Event]) -> None:
        self._events = list(events)

    def last(self, kind: type[Kind]) -> Kind | None:
        """The last event of this kind."""
        return next((event for event in reversed(self._events) if isinstance(event, kind)), None)

    @property
    def notes(self) -> dict[str, list[str]]:
        """What the user should know, where there is something."""
        said = [event.text for event in self._events if isinstance(event, Note)]
        return {"notes": list(dict.fromkeys(said))} if said else {}


def _keep(kept: OrderedDict[str, Kept], name: str, value: Kept) -> None:
    """Keep a value under a name, and let the oldest go."""
    kept[name] = value
    kept.move_to_end(name)
    while len(kept) > REMEMBERED:
        kept.popitem(last=False)


def _brief(paper: Paper) -> dict[str, Any]:
    """What tells a paper apart."""
    authors = [*paper.authors[:3], *(["et al."] if len(paper.authors) > 3 else [])]
    known = {"key": paper.key, "title": paper.title, "authors": authors, "year": paper.year, "venue": paper.venue}
    return {name: value for name, value in known.items() if value} | ({} if paper.abstract else {"abstract": None})


def _hit(hit: Hit) -> dict[str, Any]:
    passage = " ".join(hit.passage.split())
    shown = passage if len(passage) <= PASSAGE else passage[:PASSAGE].rsplit(" ", 1)[0] + " …"
    return {**_brief(hit.paper), "score": round(hit.score, 4), "passage": shown}


def _says(backing: Backing) -> dict[str, Any]:
    return {
        **_brief(backing.hit.paper),
        "says": backing.says,
        "quote": backing.quote,
        "support": round(backing.support, 3),
        "contradiction": round(backing.contradiction, 3),
        "reasons": list(backing.reasons),
    }
