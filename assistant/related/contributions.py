"""Which sentences of an abstract tell what its authors contribute."""

import re
from collections.abc import Mapping, Sequence

from assistant.related.cleaning import about_availability, shed
from assistant.related.rewriting import first_person
from store.sentences import Sentence, sentences

_MADE = re.compile(
    r"\b(?:we|i|paper|work|article|study)\b (?:\w+ly |also |further |then )?(?:propos|introduc|present"
    r"|develop|describ|design|devis|"
    r"formali[sz]|formulat|deriv|build|built|construct|create|provid|offer)",
    re.IGNORECASE,
)
_STUDIED = re.compile(
    r"\b(?:we|i|paper|work|article|study)\b (?:\w+ly |also |further |then )?(?:stud|investigat|explor|analy"
    r"|examin|evaluat|compar|"
    r"address|consider|review|survey|revisit|focus|tackle|discuss|report|test|assess|measur|determin|ask|seek|sought)",
    re.IGNORECASE,
)
_FOUND = re.compile(
    r"\b(?:show|demonstrat|find|found|prov|establish|observ|reveal|conclud|indicat|suggest|confirm|outperform"
    r"|achiev|improv)",
    re.IGNORECASE,
)
_WE = re.compile(r"\b(?:we|our|i|this (?:paper|work|study|article))\b", re.IGNORECASE)
_BACKGROUND = re.compile(
    r"^(?:recent|existing|current|while|although|despite|many|most|traditional|unlike|conventional"
    r"|understanding|however)"
    r"|\b(?:remains?|challenging|limited|difficult|suffer|struggle|previous work)\b",
    re.IGNORECASE,
)
_PIECES = re.compile(r"(?<=[a-z0-9)])\s*\.\s+(?=[a-z])")
_LONG = 60


def told_sentences(abstract: str) -> tuple[Sentence, ...]:
    """The sentences of an abstract; a run of small letters as long as a paragraph is cut at its periods."""
    return tuple(piece for sentence in sentences(abstract) for piece in _pieces(abstract, sentence))


def is_impersonal(abstract: str) -> bool:
    """Whether the abstract nowhere speaks of its authors."""
    return not first_person(abstract)


def contributions(told: Sequence[Sentence], nearness: Mapping[tuple[int, int], float]) -> list[Sentence]:
    """The sentences that say most of what a paper does, best first.

    `nearness` is the cosine of a sentence, by (start, end), to the topic.
    """
    scored = [(score(sentence.text, nearness.get((sentence.start, sentence.end), 0.0)), sentence) for sentence in told]
    return [sentence for _, sentence in sorted(scored, key=lambda pair: (-pair[0], pair[1].start))]


def score(sentence: str, nearness: float) -> float:
    """How much a sentence says of a paper's own contribution; 1 and more for "We propose ...", below 0 for none."""
    text = shed(sentence)
    words = len(text.split())
    own = 0.5 if _MADE.search(text) else 0.4 if _STUDIED.search(text) else 0.2 * bool(_WE.search(text))
    found = 0.15 if _FOUND.search(text) else 0.0
    also = 0.15 if re.match(r"(?:We|I) (?:also|further|then|additionally|finally)\b", text) else 0.0
    length = 0.01 * max(0, words - 32) + 0.02 * max(0, 10 - words)
    nothing = 1.5 * about_availability(text) + 1.0 * text.endswith("?") + 0.3 * bool(_BACKGROUND.search(text))
    return own + found + 0.6 * nearness - also - length - nothing


def tells_findings(sentence: str) -> bool:
    """Whether the sentence says what was found."""
    return _FOUND.search(sentence) is not None


def _pieces(abstract: str, sentence: Sentence) -> list[Sentence]:
    if len(sentence.text.split()) <= _LONG:
        return [sentence]
    pieces = []
    start = sentence.start
    for end in [*(found.end() for found in _PIECES.finditer(abstract, sentence.start, sentence.end)), sentence.end]:
        text = abstract[start:end].rstrip()
        if text:
            pieces.append(Sentence(start, start + len(text), text))
        start = end
    return pieces
