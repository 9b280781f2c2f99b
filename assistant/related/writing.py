"""A theme's text: each paper's contribution from its own abstract, in the third person, checked like any answer."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from assistant.answering.words import telling
from assistant.events import Claim, Quote, Support
from assistant.related.cleaning import linked, points_outside, tells_of_others
from assistant.related.contributions import contributions, is_impersonal, tells_findings, told_sentences
from assistant.related.linking import since
from assistant.related.naming import Authors, authors
from assistant.related.rewriting import Rewritten, first_person, followed_up, rewritten
from assistant.section import CITED, Told
from assistant.verification.records import Verdict
from assistant.verification.verifier import Verifier
from store.embedding.base import Vectors
from store.library import Library
from store.records import Hit, Paper
from store.sentences import Sentence

TRIED = 12
"""Sentences of an abstract that are tried before one is quoted."""

TWO_SENTENCES = 12
"""Papers of a section up to which each gets a second sentence, where one can be told."""

SAME = 0.6
"""Share of telling words from which a second sentence says what the first one said."""

_QUOTABLE = re.compile(r"(?P<that>.*?\b[Ww]e \w+ that )?(?P<said>.+)", re.DOTALL)


@dataclass
class Teller:
    """Writes themes one after the other; remembers which forms were used last, so that they vary.

    `asked` is the topic's vector, `brief` where every paper gets one sentence. `turn` above 0 begins with
    another sentence of each abstract: for a theme that is written again.
    """

    library: Library
    verifier: Verifier
    asked: Vectors
    brief: bool
    turn: int = 0
    used: Counter[str] = field(default_factory=Counter)
    last: str = ""

    def paper(self, source: int, hit: Hit, before: Hit | None) -> tuple[Told, ...]:
        """The sentences on one paper, cited as `source`; `before` is the paper told last in this theme, if any."""
        return tuple(self._paper(source, hit, before))

    def _paper(self, source: int, hit: Hit, before: Hit | None) -> Iterator[Told]:
        sentences = told_sentences(hit.paper.abstract)
        ranked = contributions(sentences, self._nearness(hit.number))
        shift = self.turn % max(1, min(len(ranked), 3))
        ranked = ranked[shift:] + ranked[:shift]
        by = authors(hit.paper)
        first = self._first(source, hit, ranked, by)
        if first is None:
            yield from _quoted(source, ranked, by)
            return
        sentence, form, claim = first
        yield self._told(form, claim, hit, before)
        if not self.brief and (second := self._second(source, hit, ranked, by, sentence)):
            yield second

    def _first(
        self, source: int, hit: Hit, ranked: Sequence[Sentence], by: Authors
    ) -> tuple[Sentence, Rewritten, Claim] | None:
        impersonal = is_impersonal(hit.paper.abstract)
        for sentence in ranked[:TRIED]:
            forms = rewritten(sentence.text, by, impersonal=impersonal)
            for form in sorted(forms, key=lambda form: (form.form == self.last, self.used[form.form])):
                if quote := self._backing(form.core, source, hit, sentence):
                    return sentence, form, _claim(form.text, quote)
        return None

    def _second(self, source: int, hit: Hit, ranked: Sequence[Sentence], by: Authors, first: Sentence) -> Told | None:
        said = set(telling(first.text))
        for sentence in ranked[:TRIED]:
            words = set(telling(sentence.text))
            if sentence == first or not tells_findings(sentence.text) or len(words & said) > SAME * len(words):
                continue
            for form in followed_up(sentence.text, by):
                if quote := self._backing(form.core, source, hit, sentence):
                    text = f"{form.text.removesuffix('.')} {CITED}."
                    return Told(text, "", _claim(text, quote))
        return None

    def _backing(self, core: str, source: int, hit: Hit, sentence: Sentence) -> Quote | None:
        """The sentence as a quote, where the product's own check finds the claim in it."""
        (judgement,) = self.verifier.verify([core], Paper(hit.paper.title, sentence.text))
        supported = judgement.verdict is Verdict.SUPPORTED
        return Quote(source, sentence.text, sentence.start, sentence.end) if supported else None

    def _told(self, form: Rewritten, claim: Claim, hit: Hit, before: Hit | None) -> Told:
        self.used[form.form] += 1
        self.last = form.form
        text = form.text
        if before and form.form in {"plain", "of"} and not text.startswith("In "):
            link = since(hit.paper.year, before.paper.year) if self.used["since"] % 3 == 0 else ""
            if link and (hit.paper.year or 0) > (before.paper.year or 0):
                text = link + (text if form.authors else text[0].lower() + text[1:])
            self.used["since"] += 1
        return Told(text, form.authors, _claim(text, claim.quotes[0]))

    def _nearness(self, number: int) -> dict[tuple[int, int], float]:
        """The cosine of each sentence, in its context, to the topic, by its place in the abstract."""
        stretches = self.library.catalogue.sentences_of([number])
        if not len(stretches.papers):
            return {}
        cosines = np.asarray(stretches.vectors @ self.asked).tolist()
        return {
            (int(start), int(end)): cosine
            for (start, end), cosine in zip(stretches.spans.tolist(), cosines, strict=True)
        }


def _claim(text: str, quote: Quote, support: Support = "supported") -> Claim:
    """The sentence with its mark where the citation stands in it."""
    return Claim(text.replace(CITED, f"[{quote.source}]"), (quote.source,), support, (quote,))


def _quoted(source: int, ranked: Sequence[Sentence], by: Authors) -> Iterator[Told]:
    """The best words of an abstract that cannot be told otherwise: a sentence, or what follows "we show that"."""
    for sentence in ranked:
        begins = linked(sentence.text)
        found = _QUOTABLE.match(sentence.text, begins)
        if found is None or not _can_be_quoted(found["said"]):
            continue
        quote = Quote(source, found["said"], sentence.start + found.start("said"), sentence.start + found.end("said"))
        verb = "writes" if by.one else "write"
        who = f"{by.name} {CITED} {verb}" if by.name else f"In {CITED}, the authors write"
        that = " that" if found["that"] or found["said"][0].islower() else ":"
        text = f"{who}{that} “{quote.text}”" + ("" if quote.text.endswith((".", "!")) else ".")
        yield Told(text, by.name, _claim(text, quote, "quoted"))
        return


def _can_be_quoted(said: str) -> bool:
    return not (first_person(said) or points_outside(said) or tells_of_others(said))
