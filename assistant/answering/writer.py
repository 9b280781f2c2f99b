"""A language model writes the answer: it is asked of one paper at a time, and every sentence is checked against it."""

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from assistant.answering.checking import backed, parsed
from assistant.answering.clock import Clock
from assistant.answering.composing import Composer
from assistant.answering.drafting import Part, Piece, drafted, ended
from assistant.answering.prompt import Asking, Prompt, fitting
from assistant.answering.thinking import Thought
from assistant.events import Checked, Drafted, Event, Note, Progress, Source
from assistant.models import LanguageModel, Stop
from assistant.models.trials import Trial
from assistant.settings import Settings
from assistant.verification.judge import LanguageJudge
from assistant.verification.verifier import Verifier

MOST_SENTENCES, MOST_OF_EACH = 3, 1
"""Sentences that are kept of an answer from one paper, and of each paper where several are asked."""

SURELY = 0.8
"""How far above the line of the model's trial the log-odds of "the abstract states the answer" must be for no other
paper to be asked about a question that one paper answers."""

BESIDE_OTHERS = 0.6
"""How far above that line one of several papers must be: at the line itself most neighbours of a right one come in."""

MOST_QUOTES, BESIDE = 3, 2
"""Quotes of one paper that make up an answer without prose, and of each of several papers."""


@dataclass
class Writer:
    """One answer by one model. `trial` says what the model may do; None where it was not tried."""

    model: LanguageModel
    trial: Trial | None
    verifier: Verifier
    settings: Settings
    question: str
    several: bool
    clock: Clock
    stop: Stop
    name: str = field(init=False)

    def __post_init__(self) -> None:
        self.name = self.model.name

    @property
    def can_judge(self) -> bool:
        """Whether the model's trial showed that it can tell whether an abstract states an answer."""
        return self.trial is not None and self.trial.may("judging")

    @property
    def can_write(self) -> bool:
        """Whether the model writes on this question; where it judges only, the papers that answer are quoted."""
        return self.trial is None or self.trial.may("each" if self.several else "answering")

    def events(self, sources: Sequence[Source], composer: Composer) -> Iterator[Event]:
        """Draft, check and settle the answer; the papers that do not answer are left out where the model can judge."""
        if not self.can_judge and not self.several:
            sources = sources[:1]
        for source in self._answering(sources) if self.can_judge else sources:
            if self.stop():
                return
            if isinstance(source, Progress):
                yield source
                continue
            if self.can_write:
                yield from self._from_paper(source, composer)
            else:
                yield from self._quoted(source, composer, BESIDE if self.several else MOST_QUOTES)
            if not self.several and not self.stop():
                yield from self._best_quotes(source, composer)

    def _quoted(self, source: Source, composer: Composer, most: int) -> Iterator[Event]:
        for claim in composer.quotes([source], most=most):
            yield Checked("", claim)

    def _best_quotes(self, source: Source, composer: Composer) -> Iterator[Event]:
        """The sentence that answers best, where nothing written rests on it; more where nothing written is left."""
        written = any(claim.support == "supported" for claim in composer.claims)
        if written and composer.is_told(source.quotes[:1]):
            return
        room = 1 if written else MOST_QUOTES - len(composer.claims)
        yield from self._quoted(source, composer, room)

    def _answering(self, sources: Sequence[Source]) -> Iterator[Source | Progress]:
        """The papers whose abstracts state the answer, each of several as it is read, or the surest one; and how far
        the reading is."""
        line = self.trial.stated_from if self.trial else 0.0
        best: tuple[float, Source] | None = None
        for place, source in enumerate(sources):
            yield Progress("Reading what the papers say", place, len(sources))
            odds = self._stated(source)
            if self.stop():
                return
            if self.several and odds >= line + BESIDE_OTHERS:
                yield source
            elif not self.several and (best is None or odds > best[0]):
                best = odds, source
                if odds >= line + SURELY:
                    break
        if best and best[0] >= line:
            yield best[1]

    def _stated(self, source: Source) -> float:
        """Log-odds that the abstract states the answer; where the model cannot say, no reason to leave it out."""
        prompt = fitting(self.model, "stated", self.question, source.hit.paper, 1)
        chances = self.model.chances(prompt.chat, ("Yes", "No"), stop=self.stop) if prompt else None
        return chances[0] - chances[1] if chances else math.inf

    def _from_paper(self, source: Source, composer: Composer) -> Iterator[Event]:
        asking: Asking = "each" if self.several else "answer"
        room, thinking = self.settings.answer_tokens, self.settings.thinking
        prompt = fitting(self.model, asking, self.question, source.hit.paper, room, thinking=thinking)
        if prompt is None:
            yield Note(
                f"The context of {self.model.context_size} tokens is smaller than the question: the answer is made of"
                " quotes. Raise the setting 'context_size'."
            )
            return
        most = MOST_OF_EACH if self.several else MOST_SENTENCES
        yield from self._settled(
            drafted(ended(self._pieces(prompt), prompt.limit, self.stop), most=most), source, composer
        )

    def _pieces(self, prompt: Prompt) -> Iterator[str]:
        self.clock.count("prompt", prompt.tokens)
        began, count = 0.0, 0
        for piece in self.model.write(prompt.chat, limit=prompt.limit, stop=self.stop):
            self.clock.mark("first_token")
            if began:
                self.clock.writing += time.monotonic() - began
            began, count = time.monotonic(), count + 1
            yield piece
        self.clock.count("completion", count)

    def _settled(self, parts: Iterator[Part], source: Source, composer: Composer) -> Iterator[Event]:
        """Draw what is written, and settle each sentence: kept, or replaced by the quote that comes nearest.

        Where the model that writes is asked of each sentence as well, they wait until it has written the last one.
        """
        judge = LanguageJudge(self.model, self.stop) if self.can_judge else None
        thoughts, waiting = 0, []
        for part in parts:
            if isinstance(part, Thought):
                thoughts += 1
                yield Progress("The model is thinking", thoughts)
            elif isinstance(part, Piece):
                yield Drafted(part.text)
            elif draft := parsed(part.text).text:
                waiting.append(draft)
                if judge is None:
                    yield self._checked(waiting.pop(), source, composer)
        for draft in waiting:
            yield self._checked(draft, source, composer, judge)

    def _checked(self, draft: str, source: Source, composer: Composer, judge: LanguageJudge | None = None) -> Checked:
        claim = backed(draft, source, self.verifier, judge)
        return Checked(draft, composer.keep(claim) if claim else composer.in_place_of(draft, source))
