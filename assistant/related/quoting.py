"""The sentence of an abstract that says best what its authors did on a topic, word for word."""

import re
from collections.abc import Sequence
from functools import cached_property

import numpy as np

from assistant.answering.candidates import CandidateFinder, coverage
from assistant.answering.rhetoric import prior
from assistant.events import Quote
from store.embedding.base import Span, Vectors
from store.library import Library
from store.records import Hit
from store.sentences import Sentence, sentences

ANNOUNCES, FINDS = 0.35, 0.15
"""What a sentence gains in which authors say what they did, and what they found."""

HELD = 0.2
"""What a sentence gains that has all words of the topic, rare ones counting more."""

POINTS_BACK, UNBALANCED = 0.2, 0.3
"""What a sentence loses that needs the one before it, and one that is no statement by itself."""

TOO_LONG, TOO_SHORT = 45, 8
"""Words beyond which a quotation tires, and below which it says little; each word costs `LENGTH`."""

LENGTH = 0.01

_LABEL = re.compile(
    r"(?:BACKGROUND|OBJECTIVES?|AIMS?|PURPOSE|METHODS?|MATERIALS? AND METHODS|DESIGN|SETTING|PARTICIPANTS"
    r"|INTERVENTIONS?|MEASUREMENTS?|RESULTS?|FINDINGS|PRINCIPAL FINDINGS|METHODOLOGY/PRINCIPAL FINDINGS|MAIN RESULTS"
    r"|CONCLUSIONS?(?:[/ ](?:SIGNIFICANCE|INTERPRETATION))?|INTERPRETATION|SIGNIFICANCE|CONTEXT|IMPORTANCE"
    r"|RATIONALE|SUMMARY"
    r"|Background|Objectives?|Methods?|Results?|Conclusions?|Findings|Interpretation|Purpose|Aims?)"
    r"(?: AND [A-Z]+)*(?:\s*[:—–-]\s+|(?<=[A-Z]{4})\s+(?=[A-Z]))|(?:ABSTRACT|SUMMARY|Abstract)[.:—–-]?\s+"
)
_AVAILABLE = re.compile(
    r"https?://|www\.|\b(?:code|data ?sets?|models?|implementations?|project page|demo|software|resources?"
    r"|materials?|videos?|weights|checkpoints|scripts|benchmark)\b[^.]{0,80}\b(?:available|released?"
    r"|open[- ]sourced?|found|download\w*)\b|\bcopyright\b|©",
    re.IGNORECASE,
)
_ANNOUNCES = re.compile(
    r"\b(?:we|i|(?:this|present) (?:\w+ )?(?:paper|work|study|article|survey|review|thesis|report))\b"
    r" (?:\w+ly |also |first |further |then )?(?:propos|introduc|present|develop|describ|design|devis|formulat|deriv"
    r"|buil[dt]|construct|creat|provid|offer|stud[iy]|investigat|explor|analy[sz]|examin|evaluat|compar|address|consider"
    r"|review|survey|focus|report|test|assess|measur|determin|seek|sought|aim|ask|tackl|extend|generali[sz])",
    re.IGNORECASE,
)
_FINDS = re.compile(
    r"\b(?:we|i|results?|experiments?|paper|work|study) (?:\w+ ){0,2}?(?:show|demonstrat|find|found|prov|establish"
    r"|observ|reveal|conclud|indicat|suggest|confirm)",
    re.IGNORECASE,
)
_POINTS_BACK = re.compile(
    r"(?:it(?! (?:is|was|has been) (?:\w+ )?\w+ that)|they|these|those|such|its|their|this(?! (?:\w+ )?"
    r"(?:paper|work|article|study|report|survey|review))|the (?:former|latter|same|above|resulting|proposed)"
    r"|also|in addition|additionally|furthermore|moreover|however|therefore|thus|hence|consequently|finally|besides"
    r"|instead|(?:for|to|in) (?:this|that|these) (?:purpose|end|goal|reason|regard|context|setting|task)|together"
    r"|overall)\b",
    re.IGNORECASE,
)
_PIECES = re.compile(r"(?<=[a-z0-9)])\s*\.\s+(?=[a-z])")
_RUN_ON = 60
"""Words of a sentence from which it is cut at periods before small letters: some collections have no capitals."""


def parted(abstract: str) -> tuple[Sentence, ...]:
    """The sentences of an abstract; a run of small letters as long as a paragraph is cut at its periods."""
    return tuple(piece for sentence in sentences(abstract) for piece in _pieces(abstract, sentence))


def unlabelled(sentence: Sentence) -> Sentence:
    """The sentence without the label of a structured abstract ("RESULTS: ")."""
    found = _LABEL.match(sentence.text)
    begins = found.end() if found else 0
    return Sentence(sentence.start + begins, sentence.end, sentence.text[begins:])


def about_availability(sentence: str) -> bool:
    """Whether the sentence says where code or data lie, which no section repeats."""
    return _AVAILABLE.search(sentence) is not None


class Quoter:
    """Finds what to quote of each paper for one topic."""

    def __init__(self, library: Library, topic: str) -> None:
        self._library = library
        self._topic = topic

    def best(self, source: int, hit: Hit, turn: int = 0) -> Quote | None:
        """The best sentence, or the next best ones where `turn` is above 0; None where there is no abstract."""
        ranked = self.ranked(hit)
        if not ranked:
            return None
        sentence = unlabelled(ranked[turn % min(len(ranked), 3)])
        return Quote(source, sentence.text, sentence.start, sentence.end)

    def ranked(self, hit: Hit) -> list[Sentence]:
        """The sentences of an abstract, the one that says most of its authors' work on the topic first."""
        parts = parted(hit.paper.abstract)
        near = self._cosines(hit.number)
        worth = [self._worth(part, place, parts, near) for place, part in enumerate(parts)]
        return [parts[place] for place in sorted(range(len(parts)), key=lambda place: (-worth[place], place))]

    def _worth(self, part: Sentence, place: int, parts: Sequence[Sentence], near: dict[Span, float]) -> float:
        text = unlabelled(part).text
        words = len(text.split())
        cosine = near.get((part.start, part.end), max(near.values(), default=0.0) / 2)
        length = max(0, words - TOO_LONG) + 2 * max(0, TOO_SHORT - words)
        whole = text.endswith((".", "!", "…")) and text.count("(") == text.count(")")
        return (
            cosine
            + HELD * coverage(text, self._weights)
            + ANNOUNCES * bool(_ANNOUNCES.search(text))
            + FINDS * bool(_FINDS.search(text))
            + prior(text, place / max(1, len(parts) - 1), self._topic)
            - LENGTH * length
            - POINTS_BACK * bool(_POINTS_BACK.match(text))
            - UNBALANCED * (not whole)
            - about_availability(text)
        )

    @cached_property
    def _weights(self) -> dict[str, float]:
        return CandidateFinder(self._library).weights(self._topic)

    @cached_property
    def _asked(self) -> Vectors:
        return self._library.embedder.question(self._topic)

    def _cosines(self, number: int) -> dict[Span, float]:
        """The cosine of each sentence, in its context, to the topic, by its place in the abstract."""
        stretches = self._library.catalogue.sentences_of([number])
        if not len(stretches.papers):
            return {}
        cosines = np.asarray(stretches.vectors @ self._asked).tolist()
        return {(start, end): near for (start, end), near in zip(stretches.spans.tolist(), cosines, strict=True)}


def _pieces(abstract: str, sentence: Sentence) -> list[Sentence]:
    if len(sentence.text.split()) <= _RUN_ON:
        return [sentence]
    pieces = []
    start = sentence.start
    for end in [*(found.end() for found in _PIECES.finditer(abstract, sentence.start, sentence.end)), sentence.end]:
        text = abstract[start:end].rstrip()
        if text:
            pieces.append(Sentence(start, start + len(text), text))
        start = end
    return pieces
