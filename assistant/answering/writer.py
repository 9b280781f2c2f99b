"""A language model writes the answer: it is asked of one paper at a time, and every sentence is checked against it."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from assistant.answering.checking import parsed
from assistant.answering.clock import Clock
from assistant.answering.composing import Composer
from assistant.answering.drafting import Part, Piece, drafted
from assistant.answering.prompt import Prompt, fitting
from assistant.answering.thinking import Thought
from assistant.events import Checked, Claim, Drafted, Event, Note, Progress, Quote, Source
from assistant.models import LanguageModel, Stop
from assistant.models.trials import Trial
from assistant.settings import Settings
from assistant.verification.records import Verdict
from assistant.verification.verifier import Verifier

MOST_SENTENCES, MOST_OF_EACH = 3, 1
"""Sentences that are kept of an answer from one paper, and of each paper where several are asked."""

STATED, SURELY_STATED = 0.0, 1.0
"""Log-odds of "Yes, the abstract states the answer" from which a paper may answer, and from which no other is asked
for a question that one paper answers."""

QUOTES = 2
"""Sentences of the abstract that are shown behind a written one."""


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

    def events(self, sources: Sequence[Source], composer: Composer) -> Iterator[Event]:
        """Draft, check and settle the answer; the papers that do not answer are left out where the model can judge."""
        for number, source in enumerate(self._answering(sources) if self.can_judge else sources):
            if self.stop() or (number and not self.several):
                return
            if self.several and len(sources) > 1:
                yield Progress(f"Reading paper {source.number} of {len(sources)}", source.number, len(sources))
            yield from self._from_paper(source, composer)

    def _answering(self, sources: Sequence[Source]) -> Iterator[Source]:
        """The papers whose abstracts state the answer: each of several as it is read, or the surest one."""
        best: tuple[float, Source] | None = None
        for source in sources:
            odds = self._stated(source)
            if self.stop():
                return
            if self.several and odds >= STATED:
                yield source
            elif not self.several and (best is None or odds > best[0]):
                best = odds, source
                if odds >= SURELY_STATED:
                    break
        if best and best[0] >= STATED:
            yield best[1]

    def _stated(self, source: Source) -> float:
        """Log-odds that the abstract states the answer; 0 where the model cannot say."""
        prompt = fitting(self.model, "stated", self.question, source.hit.paper, 1)
        chances = self.model.chances(prompt.chat, ("Yes", "No"), stop=self.stop) if prompt else None
        return chances[0] - chances[1] if chances else 0.0

    def _from_paper(self, source: Source, composer: Composer) -> Iterator[Event]:
        asking = "each" if self.several else "answer"
        room, thinking = self.settings.answer_tokens, self.settings.thinking
        prompt = fitting(self.model, asking, self.question, source.hit.paper, room, thinking=thinking)
        if prompt is None:
            yield Note(
                f"The context of {self.model.context_size} tokens is smaller than the question: the answer is made of"
                " quotes. Raise the setting 'context_size'."
            )
            return
        most = MOST_OF_EACH if self.several else MOST_SENTENCES
        yield from self._settled(drafted(self._pieces(prompt), most=most), source, composer)

    def _pieces(self, prompt: Prompt) -> Iterator[str]:
        self.clock.count("prompt", prompt.tokens)
        began = 0.0
        for piece in self.model.write(prompt.chat, limit=prompt.limit, stop=self.stop):
            self.clock.mark("first_token")
            if began:
                self.clock.writing += time.monotonic() - began
            began = time.monotonic()
            self.clock.count("completion", 1)
            yield piece

    def _settled(self, parts: Iterator[Part], source: Source, composer: Composer) -> Iterator[Event]:
        """Draw what is written, and settle each sentence: kept, or replaced by the quote that comes nearest."""
        thoughts = 0
        for part in parts:
            if isinstance(part, Thought):
                thoughts += 1
                yield Progress("The model is thinking", thoughts)
            elif isinstance(part, Piece):
                yield Drafted(part.text)
            elif draft := parsed(part.text).text:
                claim = self._checked(draft, source)
                yield Checked(draft, composer.keep(claim) if claim else composer.in_place_of(draft, source))

    def _checked(self, sentence: str, source: Source) -> Claim | None:
        """The sentence as a claim with the sentences that back it; None where the check does not pass it."""
        (judgement,) = self.verifier.verify([sentence], source.hit.paper)
        if judgement.verdict is not Verdict.SUPPORTED or not judgement.evidence:
            return None
        quotes = tuple(Quote(source.number, s.text, s.start, s.end) for s in judgement.evidence[:QUOTES])
        return Claim(sentence, (source.number,), "supported", quotes)
