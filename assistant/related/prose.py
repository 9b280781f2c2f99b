"""A theme in a capable model's words; each sentence that its papers do not back is replaced by one built from them."""

import re
from collections import Counter
from collections.abc import Callable, Generator, Mapping, Sequence

from assistant.answering.drafting import Sentence, drafted
from assistant.answering.prompt import THOUGHT_TOKENS
from assistant.answering.templates import filled, one_line
from assistant.events import Event, Note, Progress
from assistant.models import LanguageModel, Message, Stop
from assistant.related.contributions import contributions, told_sentences
from assistant.related.naming import authors
from assistant.related.proving import Prover
from assistant.section import Theme, Told
from assistant.verification.verifier import Verifier
from store.records import Hit

SHOWN = 3
"""Sentences of each abstract that the model is shown, fewer where the context is small."""

A_PAPER = 80
"""Tokens that the text may take for each paper."""

MOST_A_PAPER = 3
"""Sentences for each paper, on average, after which the rest of a draft is not read."""

MOST_OF_ONE = 2
"""Drafted sentences on one paper that are kept."""

_NUMBERED = re.compile(r"\[(\d+)\]")
"""What an abstract has of its own that looks like the number of a source."""

Build = Callable[[int], Sequence[Told]]
"""The built sentences on the paper with this source number."""


class Prose:
    """Writes themes with a language model."""

    def __init__(self, verifier: Verifier, model: LanguageModel, *, thinking: bool) -> None:
        self._verifier = verifier
        self._model = model
        self._thinking = thinking

    def theme(
        self, topic: str, theme: Theme, papers: Mapping[int, Hit], build: Build, turn: int, stop: Stop
    ) -> Generator[Event, None, tuple[Told, ...]]:
        """The sentences on the papers, by source number: the model's where they are backed, built ones elsewhere.

        Every paper is told. `turn` above 0 shows the model other sentences first. Raises `ModelFailed`.
        """
        chat = self._fitting(topic, theme, papers, turn)
        if chat is None:
            yield Note(f"The theme '{theme.title}' does not fit into the model's context: it is built from quotes.")
        settled = _Settled(Prover(self._verifier, papers), build)
        limit = self._limit(chat, len(papers)) if chat else 0
        pieces = self._model.write(chat, limit=limit, stop=stop, citable=[*papers]) if chat else iter(())
        for part in drafted(pieces, most=MOST_A_PAPER * len(papers)):
            if isinstance(part, Sentence):
                settled.take(part.text)
                yield Progress(f"Writing on {theme.title}", len(settled.told))
        if not stop():
            settled.rest(papers)
        return tuple(settled.told)

    def _fitting(self, topic: str, theme: Theme, papers: Mapping[int, Hit], turn: int) -> list[Message] | None:
        for shown in range(SHOWN, 0, -1):
            chat = messages(topic, theme.title, papers, shown, turn)
            if self._model.tokens(chat) + A_PAPER * len(papers) <= self._model.context_size:
                return chat
        return None

    def _limit(self, chat: Sequence[Message], count: int) -> int:
        room = self._model.context_size - self._model.tokens(chat)
        return min(room, A_PAPER * (count + 1) + (THOUGHT_TOKENS if self._thinking else 0))


def messages(topic: str, theme: str, papers: Mapping[int, Hit], shown: int, turn: int) -> list[Message]:
    """The chat for a theme: so many sentences of each abstract, those that tell most of a contribution."""
    told = "\n".join(_presented(number, hit, shown, turn) for number, hit in papers.items())
    return [
        Message("system", filled("section.system")),
        Message("user", filled("section.user", papers=told, theme=theme, topic=topic)),
    ]


def _presented(number: int, hit: Hit, shown: int, turn: int) -> str:
    ranked = contributions(told_sentences(hit.paper.abstract), {})
    shift = turn % max(1, len(ranked))
    best = sorted([*ranked[shift:], *ranked[:shift]][:shown], key=lambda sentence: sentence.start)
    who = authors(hit.paper).name or "the authors"
    said = " ".join(sentence.text for sentence in best)
    return f"[{number}] " + _NUMBERED.sub(r"(\1)", one_line(f"{who}, {hit.paper.title}: {said}"))


class _Settled:
    """The sentences of a theme as they are settled: of each paper the model's or the built ones, never both."""

    def __init__(self, prover: Prover, build: Build) -> None:
        self.told: list[Told] = []
        self._prover = prover
        self._build = build
        self._drafted: Counter[int] = Counter()
        self._built: set[int] = set()

    def take(self, sentence: str) -> None:
        """Keep a drafted sentence, or put the built ones of the papers that it cites in its place."""
        told = self._prover.told(sentence)
        if told is None or told.claim is None:
            for number in self._prover.cited(sentence):
                self._tell(number)
        elif not any(number in self._built or self._drafted[number] >= MOST_OF_ONE for number in told.claim.sources):
            self.told.append(told)
            self._drafted.update(told.claim.sources)

    def rest(self, papers: Mapping[int, Hit]) -> None:
        """Tell the papers that the draft left out."""
        for number in papers:
            self._tell(number)

    def _tell(self, number: int) -> None:
        if not self._drafted[number] and number not in self._built:
            self.told += self._build(number)
            self._built.add(number)
