"""What an editor shows of a checked sentence: where it stands in the draft, what is said of it, and its papers."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from assistant.drafts.records import Backing, CheckedSentence
from store.records import Paper

Fault = Literal["contradicted", "unsupported", "unknown", "unsaid", ""]
"""The cited papers contradict a sentence, do not state it, are not in the library, have no abstract; or nothing."""

APART = 8
"""Words of markup that may stand between two words of one sentence."""

CLOSE = 4000
"""Characters of lines that are compared with a sentence word by word."""

RUN = 5
"""Words of a sentence by which it is found in longer lines."""

_WORD = re.compile(r"\w+")
_CITATION = re.compile(
    r"(?:[\s~]*(?:\\[A-Za-z]*[cC]ite[A-Za-z]*\*?(?:\[[^\]]*\])*(?:\{[^{}]*\})+|\[[^\[\]]*\]|\([^()]*\)|[}\"'”*_]))*[.!?]?"
)
_SUBJECT = re.compile(
    r"(?:\\[A-Za-z]*[cC]ite[A-Za-z]*\*?(?:\[[^\]]*\])*(?:\{[^{}]*\})+|@[\w:.-]+(?:\s*\[[^\]]*\])?)[\s~]*\Z"
)


@dataclass(frozen=True, slots=True)
class Finding:
    """A cited sentence, at `text[start:end]` of the draft."""

    start: int
    end: int
    sentence: CheckedSentence

    @property
    def fault(self) -> Fault:
        """What is wrong with it, the gravest first."""
        sentence = self.sentence
        if sentence.status == "unsupported":
            against = any(paper.says == "contradicted" for paper in sentence.papers)
            return "contradicted" if against else "unsupported"
        return "unknown" if sentence.unknown else "unsaid" if sentence.silent else ""

    @property
    def message(self) -> str:
        """What is wrong with it, in words."""
        said = []
        if self.fault in ("contradicted", "unsupported"):
            said = [_said(paper) for paper in self.sentence.papers]
        said += [f"{name} is not in the library." for name in self.sentence.unknown]
        said += [f"{name} has no abstract in the library." for name in self.sentence.silent]
        return "\n".join(said)


def found(text: str, sentences: Sequence[CheckedSentence]) -> tuple[Finding, ...]:
    """The checked sentences in their places; the lines of `text` end with a line feed alone."""
    starts = [0, *(match.end() for match in re.finditer("\n", text))]
    places = [Finding(*_place(text, starts, sentence), sentence) for sentence in sentences]
    return tuple(sorted(places, key=lambda finding: finding.start))


def hover(finding: Finding) -> str:
    """Markdown: what each cited paper says, the sentence that decides, and the abstract."""
    parts = [
        f"**{escaped(paper.hit.paper.key)}** {_verb(paper)}\n\n"
        + (f"> {escaped(paper.quote)}\n\n" if paper.quote else "")
        + paper_text(paper.hit.paper)
        for paper in finding.sentence.papers
    ]
    parts += [f"**{escaped(name)}** is not in the library." for name in finding.sentence.unknown]
    parts += [f"**{escaped(name)}** has no abstract in the library." for name in finding.sentence.silent]
    return "\n\n---\n\n".join(parts)


def paper_text(paper: Paper) -> str:
    """A paper as Markdown: its title, who wrote it when, and its abstract."""
    authors = "; ".join(paper.authors[:3]) + (" et al." if len(paper.authors) > 3 else "")
    head = ", ".join(escaped(part) for part in (authors, str(paper.year or ""), paper.venue) if part)
    return "\n\n".join(part for part in (f"*{escaped(paper.title)}*", head, escaped(paper.abstract)) if part)


def escaped(text: str) -> str:
    """Text of a paper: nothing in it is markup, and nothing of it can steer the screen."""
    plain = "".join(char if char.isprintable() else " " for char in text)
    return re.sub(r"([\\`*_<>\[\]#|~$&!])", r"\\\1", " ".join(plain.split()))


def _place(text: str, starts: Sequence[int], sentence: CheckedSentence) -> tuple[int, int]:
    """Where a sentence stands among its lines: from its first word, or a citation before it, to that after its last."""
    first = starts[min(max(sentence.line, 1), len(starts)) - 1]
    last = sentence.last_line
    end = starts[last] - 1 if last < len(starts) else len(text)
    wanted = _WORD.findall(sentence.text)
    if end - first > CLOSE:
        first, end = _nearer(text, first, end, wanted)
    words = [(match.start() + first, match[0]) for match in _WORD.finditer(text[first:end])]
    blocks = SequenceMatcher(None, [word for _, word in words], wanted, autojunk=False).get_matching_blocks()[:-1]
    if not blocks:
        return first, end
    longest = max(range(len(blocks)), key=lambda place: blocks[place].size)
    low = high = longest
    while low and blocks[low].a - blocks[low - 1].a - blocks[low - 1].size <= APART:
        low -= 1
    while high + 1 < len(blocks) and blocks[high + 1].a - blocks[high].a - blocks[high].size <= APART:
        high += 1
    start = words[blocks[low].a][0]
    at, word = words[blocks[high].a + blocks[high].size - 1]
    closing = _CITATION.match(text, at + len(word), end)
    if subject := _SUBJECT.search(text[first:start]):
        start = first + subject.start()
    return start, max(at + len(word), closing.end() if closing else 0)


def _nearer(text: str, first: int, end: int, wanted: Sequence[str]) -> tuple[int, int]:
    """A smaller part of a long line with the sentence in it: around a few words of it, where they stand together."""
    reach = 2 * sum(len(word) + 1 for word in wanted) + 500
    for place in (0, len(wanted) // 2, max(0, len(wanted) - RUN)):
        run = r"\W+".join(map(re.escape, wanted[place : place + RUN]))
        if match := re.compile(run).search(text, first, end):
            return max(first, match.start() - reach), min(end, match.end() + reach)
    return first, min(end, first + CLOSE)


def at(findings: Sequence[Finding], offset: int) -> Finding | None:
    """The sentence that stands at a place."""
    place = bisect_right([finding.start for finding in findings], offset) - 1
    return findings[place] if place >= 0 and offset <= findings[place].end else None


def _said(paper: Backing) -> str:
    quote = f" “{' '.join(paper.quote.split())}”" if paper.quote else ""
    reasons = f" ({'; '.join(paper.reasons)})" if paper.reasons else ""
    if paper.says == "contradicted":
        return f"{paper.hit.paper.key} may contradict this{reasons}:{quote}"
    return f"The abstract of {paper.hit.paper.key} does not say this{reasons}; nearest:{quote}"


def _verb(paper: Backing) -> str:
    match paper.says:
        case "supported":
            return f"supports it ({paper.support:.0%})"
        case "contradicted":
            return f"may contradict it ({paper.contradiction:.0%})"
        case "not_stated":
            return f"does not say so (support {paper.support:.0%}); nearest:"
        case "cannot_tell":
            return "cannot tell"
