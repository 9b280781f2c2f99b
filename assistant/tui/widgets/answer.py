"""An answer as it grows: settled sentences, then the one being written, dim."""

from collections.abc import Sequence

from textual.content import Content
from textual.style import Style
from textual.widgets import Static

from assistant.events import Answer, Checked, Claim, Source
from assistant.tui.papers import byline, title
from assistant.tui.text import folded, harmless

SEARCHING = "Searching …"
READING = "Reading the evidence …"


class AnswerView(Static):
    """Draws claims with their marks; a mark opens its source."""

    def __init__(self) -> None:
        super().__init__(Content.styled(SEARCHING, "$foreground-muted"))
        self._claims: list[Claim] = []
        self._draft = ""
        self._waiting = SEARCHING
        self._evidence: tuple[Source, ...] = ()
        self._rewritten = ""

    @property
    def plain(self) -> str:
        """The text as it stands, marks included."""
        return "\n".join(claim.marked for claim in self._claims)

    def understand(self, rewritten: str) -> None:
        """Say what the question was understood as, where it does not stand alone as typed."""
        self._rewritten = rewritten

    def wait(self, text: str, evidence: Sequence[Source] = ()) -> None:
        """Say what is waited for; the evidence is there to read meanwhile, where no panel shows it."""
        self._waiting = text
        self._evidence = tuple(evidence)
        self._draw()

    def draft(self, piece: str) -> None:
        """Add a piece to the sentence being written."""
        self._draft += harmless(piece)
        self._waiting = ""
        self._draw()

    def settle(self, checked: Checked) -> None:
        """Put the settled sentence in the place of its draft."""
        self._draft = ""
        if checked.claim:
            self._claims.append(checked.claim)
        self._draw()

    def finish(self, answer: Answer) -> None:
        """Draw the answer as it is now, once and for all."""
        self._draft = self._waiting = ""
        self._evidence = ()
        self._claims = list(answer.claims)
        self._rewritten = answer.rewritten
        if answer.answered:
            self._draw()
        else:
            self.update(Content("\n\n").join([*self._understood(), _refusal(answer)]))
        if answer.stopped:
            self.update(Content("\n").join([self._content(), Content.styled("(stopped)", "$foreground-muted")]))

    def abandon(self) -> None:
        """The task failed: keep what is settled."""
        self._draft = self._waiting = ""
        self._draw()

    def _draw(self) -> None:
        self.update(self._content())

    def _content(self) -> Content:
        lines: list[Content] = []
        prose = False
        for claim in self._claims:
            sentence = _sentence(claim)
            if prose and claim.support == "supported":
                lines[-1] = Content.assemble(lines[-1], " ", sentence)
            else:
                lines.append(sentence)
            prose = claim.support == "supported"
        if not lines:
            lines += [_found(source) for source in self._evidence]
        if unsettled := self._draft.strip() or self._waiting:
            lines.append(Content.styled(unsettled, "$foreground-muted italic"))
        return Content("\n\n").join([*self._understood(), *lines])

    def _understood(self) -> list[Content]:
        said = f"Understood as: {folded(self._rewritten)}"
        return [Content.styled(said, "$foreground-muted italic")] if self._rewritten else []


def _found(source: Source) -> Content:
    """A source with its most telling sentences, as long as nothing is written."""
    paper = source.hit.paper
    lines = [Content.assemble((f"[{source.number}] ", "$primary bold"), title(paper))]
    lines += [Content.styled(f"“{folded(quote.text)}”", "$foreground-muted") for quote in source.quotes[:2]]
    return Content("\n").join(lines)


def _sentence(claim: Claim) -> Content:
    text = folded(claim.text)
    body = Content.styled(f"“{text}”", "$secondary") if claim.support == "quoted" else Content(text)
    return Content.assemble(body, " ", *(_mark(number) for number in claim.sources))


def _mark(number: int) -> Content:
    opens = Style.from_meta({"@click": f"screen.open_source({number})"})
    return Content.styled(f"[{number}]", "$primary bold").stylize(opens)


def _refusal(answer: Answer) -> Content:
    parts = [Content.styled(folded(answer.text), "$warning bold")]
    if answer.closest:
        parts.append(Content("What comes closest, and does not answer it:"))
        for hit in answer.closest:
            parts.append(
                Content.assemble(
                    ("• ", "$foreground-muted"), title(hit.paper), (f"  {byline(hit.paper)}", "$foreground-muted")
                )
            )
            if hit.why.sentence:
                parts.append(Content.styled(f"  “{folded(hit.why.sentence)}”", "$secondary"))
    return Content("\n").join(parts)
