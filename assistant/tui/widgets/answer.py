"""An answer as it grows: settled sentences with their verdicts, then the one being written, dim."""

from collections.abc import Iterator
from itertools import count

from textual.content import Content
from textual.style import Style
from textual.widgets import Static

from assistant.answering.composing import names
from assistant.events import Answer, Claim, Source
from assistant.tui.exchange import Exchange
from assistant.tui.messages import MarkMoved
from assistant.tui.papers import byline, title
from assistant.tui.text import folded

BACKED = "✓"
"""Stands after a sentence that the model wrote and its sources back; a quote has its quotation marks."""


class AnswerView(Static):
    """Draws an exchange. One mark may be the current one, and the marks of one source may be lit."""

    def __init__(self, exchange: Exchange, *, show_evidence: bool = False) -> None:
        self.exchange = exchange
        self.show_evidence = show_evidence
        self.mark: int | None = None
        self._lit: int | None = None
        super().__init__(self._content())

    def redraw(self) -> None:
        """Draw the exchange as it is now."""
        self.update(self._content())

    def step(self, by: int) -> bool:
        """Make the next or previous mark the current one; False where there is none further on."""
        marks = self.exchange.marks
        start = -1 if by > 0 else len(marks)
        place = (start if self.mark is None else self.mark) + by
        if not 0 <= place < len(marks):
            return False
        self.mark = place
        self._lit = marks[place]
        self.redraw()
        self.post_message(MarkMoved(self, marks[place], opened=False))
        return True

    def leave(self) -> None:
        """No mark of this answer is the current one any more."""
        if self.mark is not None or self._lit is not None:
            self.mark = self._lit = None
            self.redraw()

    def light(self, number: int | None) -> None:
        """Light all marks of a source."""
        if number != self._lit:
            self._lit = number
            self.redraw()

    def action_open_mark(self, place: int) -> None:
        """Open the paper behind a mark."""
        marks = self.exchange.marks
        if 0 <= place < len(marks):
            self.mark, self._lit = place, marks[place]
            self.redraw()
            self.post_message(MarkMoved(self, marks[place], opened=True))

    def line_of_mark(self) -> int | None:
        """The line, from the top of this view, on which the current mark stands."""
        wanted = f"open_mark({self.mark})"
        for y in range(self.size.height):
            if any(segment.style and segment.style.meta.get("@click") == wanted for segment in self.render_line(y)):
                return y
        return None

    def _content(self) -> Content:
        exchange = self.exchange
        if exchange.answer and not exchange.answer.answered:
            lines = [_refusal(exchange.answer)]
        else:
            lines = list(self._sentences())
        if not lines and self.show_evidence:
            lines = [_found(source) for source in exchange.sources]
        if unsettled := exchange.draft.strip() or exchange.waiting:
            lines.append(Content.styled(unsettled, "$foreground-muted italic"))
        if exchange.answer and exchange.answer.stopped:
            lines.append(Content.styled("(stopped)", "$foreground-muted"))
        if exchange.rewritten:
            said = f"Understood as: {folded(exchange.rewritten)}"
            lines.insert(0, Content.styled(said, "$foreground-muted italic"))
        return Content("\n\n").join(lines)

    def _sentences(self) -> Iterator[Content]:
        """Paragraphs: written sentences that follow each other in one, every quote in its own.

        Where the answer draws on several papers, what is said of each stands under its name.
        """
        places = count()
        prose: list[Content] = []
        called, under = self._names(), 0
        for claim in self.exchange.claims:
            marks = [self._mark(next(places), number) for number in claim.sources]
            if called and len(claim.sources) == 1 and under != claim.sources[0]:
                if prose:
                    yield Content(" ").join(prose)
                under, prose = claim.sources[0], []
                yield Content.styled(folded(called.get(under, "")), "bold")
            if claim.support == "supported":
                prose.append(_sentence(claim, marks))
                continue
            if prose:
                yield Content(" ").join(prose)
            prose = []
            yield _sentence(claim, marks)
        if prose:
            yield Content(" ").join(prose)

    def _names(self) -> dict[int, str]:
        """The names of the papers that are cited, where there are several."""
        cited = {number for claim in self.exchange.claims for number in claim.sources}
        return names([s for s in self.exchange.sources if s.number in cited]) if len(cited) > 1 else {}

    def _mark(self, place: int, number: int) -> Content:
        look = "$text-primary bold"
        if place == self.mark:
            look = "$text-primary bold reverse"
        elif number == self._lit:
            look = "$text-primary bold underline"
        opens = Style.from_meta({"@click": f"open_mark({place})"})
        return Content.styled(f"[{number}]", look).stylize(opens)


def _sentence(claim: Claim, marks: list[Content]) -> Content:
    text = folded(claim.text)
    if claim.support == "quoted":
        return Content.assemble((f"“{text}”", "$text-secondary"), " ", *marks)
    return Content.assemble(text, " ", *marks, (f" {BACKED}", "$text-success"))


def _found(source: Source) -> Content:
    """A source with its most telling sentence, as long as nothing is written."""
    lines = [Content.assemble((f"[{source.number}] ", "$text-primary bold"), title(source.hit.paper))]
    lines += [Content.styled(f"“{folded(quote.text)}”", "$foreground-muted") for quote in source.quotes[:1]]
    return Content("\n").join(lines)


def _refusal(answer: Answer) -> Content:
    parts = [Content.styled(folded(answer.text), "$text-warning bold")]
    if answer.closest:
        parts.append(Content("What comes closest, and does not answer it:"))
        for hit in answer.closest:
            parts.append(
                Content.assemble(
                    ("• ", "$foreground-muted"), title(hit.paper), (f"  {byline(hit.paper)}", "$foreground-muted")
                )
            )
            if hit.why.sentence:
                parts.append(Content.styled(f"  “{folded(hit.why.sentence)}”", "$text-secondary"))
    return Content("\n").join(parts)
