"""A drafted sentence: its marks taken out, and the sentence checked against the sources of an answer."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.events import Claim, Quote, Source
from assistant.verification.records import Verdict
from assistant.verification.verifier import Verifier
from store.embedding.base import Embedder, Vectors
from store.sentences import Sentence

_MARKS = re.compile(r"\[(\d+(?:\s*[,;]\s*\d+)*)\]")
_OTHER_MARKS = re.compile(r"\[[^\]]*\]|\((?:[A-Z][^()]*\b(?:19|20)\d\d[a-z]?)\)")
_MARKUP = re.compile(r"\x1b\[[0-9;?]*[@-~]|[*_`#]+|</?[A-Za-z][^>]*>")


@dataclass(frozen=True, slots=True)
class Draft:
    """A drafted sentence without its marks, and the source numbers that it named."""

    text: str
    cited: tuple[int, ...]


def parsed(sentence: str) -> Draft:
    """Take the marks out of a drafted sentence; marks of any other form are dropped."""
    cited = [int(n) for group in _MARKS.findall(sentence) for n in re.split(r"\s*[,;]\s*", group) if len(n) < 6]
    plain = _OTHER_MARKS.sub("", _MARKS.sub("", _MARKUP.sub("", sentence)))
    text = re.sub(r"\s+([.,;:!?])", r"\1", " ".join("".join(c if c.isprintable() else " " for c in plain).split()))
    return Draft(text, tuple(dict.fromkeys(cited)))


class Checker:
    """Checks drafted sentences against an answer's sources."""

    def __init__(
        self,
        embedder: Embedder,
        sources: Sequence[Source],
        _abstracts: Mapping[int, tuple[tuple[Sentence, ...], Vectors]] | None = None,
        verifier: Verifier | None = None,
    ) -> None:
        self._verifier = verifier or Verifier(embedder)
        self._sources = {source.number: source for source in sources}

    def check(self, draft: Draft) -> Claim | None:
        """The claim, with every cited source that backs it, or the first of all where none is cited; else None."""
        numbers = [n for n in draft.cited if n in self._sources] or ([] if draft.cited else list(self._sources))
        backed = {n: quote for n in numbers if (quote := self._backing(draft.text, n))}
        cited = tuple(backed) if draft.cited else tuple(backed)[:1]
        return Claim(draft.text, cited, "supported", tuple(backed[n] for n in cited)) if cited else None

    def _backing(self, text: str, number: int) -> Quote | None:
        (judgement,) = self._verifier.verify([text], self._sources[number].hit.paper)
        if judgement.verdict is not Verdict.SUPPORTED or not judgement.evidence:
            return None
        best = judgement.evidence[0]
        return Quote(number, best.text, best.start, best.end)
