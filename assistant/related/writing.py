"""A theme's text: each paper in a model's words, checked against its abstract, or in a quoted sentence of its own."""

import re
from collections.abc import Generator
from dataclasses import dataclass

from assistant.answering.checking import backed, parsed
from assistant.answering.drafting import Sentence, drafted, ended
from assistant.answering.prompt import fitting
from assistant.events import Claim, Event, Note, Progress, Quote, Source, Support
from assistant.models import LanguageModel, Stop
from assistant.models.trials import Trial
from assistant.related.naming import Authors, authors
from assistant.related.quoting import Quoter
from assistant.section import CITED, Theme, Told
from assistant.verification.judge import LanguageJudge
from assistant.verification.verifier import Verifier
from store.records import Hit, Paper

TWO_SENTENCES = 12
"""Papers of a section up to which a model may say two sentences of each."""

ENTRY_TOKENS = 120
"""Tokens that the sentences on one paper may take."""

UNKNOWN = "The authors"
"""Who writes where a record names nobody, and in what is checked."""

_FIRST_PERSON = re.compile(
    r"\b(?:[Ww]e|[Oo]urs?|us|[Oo]urselves|[Mm]y|[Tt]his (?:paper|work|article|study|report|survey|review))\b"
    r"|\bI\b(?=[ ',’]\w)"
)
_YEAR = re.compile(r"\s*\((?:18|19|20)\d\d[a-z]?\)")


def first_person(text: str) -> bool:
    """Whether a text speaks for its own authors ("we", "this paper")."""
    return _FIRST_PERSON.search(text) is not None


def opening(theme: Theme) -> str:
    """The sentence that opens a theme of prose. It says nothing of any paper beyond the theme's own title."""
    count = len(theme.papers)
    papers = f"{_NUMBERS[count] if count < len(_NUMBERS) else count} paper{'s' if count > 1 else ''}"
    if theme.apart:
        return f"{papers} stand{'' if count > 1 else 's'} apart from these."
    first = theme.title.split(" ", 1)[0]
    title = theme.title if any(map(str.isupper, first[1:])) else theme.title[:1].lower() + theme.title[1:]
    return f"{papers} deal{'' if count > 1 else 's'} with {title}."


_NUMBERS = "No One Two Three Four Five Six Seven Eight Nine Ten Eleven Twelve".split()


def quoted(quoter: Quoter, source: int, hit: Hit, turn: int = 0) -> tuple[Told, ...]:
    """The entry of a paper in its own words; nothing where there is no abstract to quote."""
    quote = quoter.best(source, hit, turn)
    if quote is None:
        return ()
    by = authors(hit.paper)
    who = by.name or hit.paper.title.rstrip(" .")
    writes = " writes" if by.one else " write" if by.name else ""
    text = f"{who} {CITED}{_standing(hit.paper)}{writes}: “{' '.join(quote.text.split())}”"
    return (Told(text, by.name, _claim(text, quote)),)


@dataclass(frozen=True, slots=True)
class Prose:
    """Writes on one paper at a time with a language model. `trial` says what the model may do; None: not tried."""

    model: LanguageModel
    trial: Trial | None
    verifier: Verifier
    quoter: Quoter
    topic: str
    most: int
    thinking: bool = False

    def paper(self, source: int, hit: Hit, turn: int, stop: Stop) -> Generator[Event, None, tuple[Told, ...]]:
        """The sentences on a paper that its abstract backs; its quotation where the first of them does not stand.

        All are drafted before the first is judged, so that a model that also judges is not broken off.
        Raises `ModelFailed`.
        """
        by = authors(hit.paper)
        drafts = yield from self._drafts(hit.paper, by, stop)
        judge = LanguageJudge(self.model, stop) if self.trial is not None and self.trial.may("judging") else None
        kept: list[Told] = []
        for draft in drafts:
            told = None if stop() else self._told(draft, source, hit, by, judge, is_first=not kept)
            if told is None:
                break
            kept.append(told)
        return tuple(kept) or quoted(self.quoter, source, hit, turn)

    def _drafts(self, paper: Paper, by: Authors, stop: Stop) -> Generator[Event, None, list[str]]:
        asked = {"authors": _who(by)}
        prompt = fitting(self.model, "section", self.topic, paper, ENTRY_TOKENS, thinking=self.thinking, also=asked)
        if prompt is None:
            yield Note(f"“{paper.title}” does not fit into the model's context: it is quoted.")
            return []
        drafts: list[str] = []
        pieces = ended(self.model.write(prompt.chat, limit=prompt.limit, stop=stop), prompt.limit, stop)
        for part in drafted(pieces, most=self.most):
            if isinstance(part, Sentence) and (draft := parsed(part.text).text):
                drafts.append(_YEAR.sub("", draft))
                yield Progress(f"Writing on {_who(by)}", len(drafts))
        return drafts

    def _told(
        self, draft: str, source: int, hit: Hit, by: Authors, judge: LanguageJudge | None, *, is_first: bool
    ) -> Told | None:
        """The sentence with its citation; None where it does not stand or its paper does not back it."""
        who = _who(by)
        leads = draft.startswith(f"{who} ")
        if first_person(draft) or CITED in draft or (is_first and not leads) or not draft.endswith("."):
            return None
        core = f"{UNKNOWN}{draft.removeprefix(who)}" if leads else draft
        claim = backed(core, Source(source, hit, ()), self.verifier, judge)
        if claim is None:
            return None
        if leads:
            text = f"{who} {CITED}{_standing(hit.paper) if is_first else ''}{draft.removeprefix(who)}"
        else:
            text = f"{draft.removesuffix('.')} {CITED}."
        return Told(text, by.name if leads else "", _claim(text, *claim.quotes, support="supported"))


def _who(by: Authors) -> str:
    return by.name or UNKNOWN


def _standing(paper: Paper) -> str:
    """What a reader must know of a paper where it is cited: " (retracted)"."""
    return f" ({said})" if (said := paper.status) else ""


def _claim(text: str, *quotes: Quote, support: Support = "quoted") -> Claim:
    """The sentence with its mark where the citation stands in it."""
    source = quotes[0].source
    return Claim(text.replace(CITED, f"[{source}]"), (source,), support, quotes)
