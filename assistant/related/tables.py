"""Papers side by side: what their abstracts say of problem, method, data and result, word for word; as a table."""

import csv
import io
import json
import re
from collections.abc import Sequence

from assistant.events import Quote
from assistant.related.gather import gathered
from assistant.related.naming import authors
from assistant.related.quoting import about_availability, parted, unlabelled
from assistant.related.topic import topic_of
from assistant.section import Compared, Request, Row
from assistant.verification.figures import Scorer
from store.library import Library
from store.records import Hit, Paper
from store.search import Found
from store.sentences import Sentence
from store.writers import bibtex
from store.writers.latex import escaped

ASPECTS = ("problem", "method", "data", "result")
"""The columns of a table, in order."""

NOT_SAID = "not in the abstract"
"""What stands where no sentence speaks of an aspect."""

_DID = r"\b(?:we|i|paper|work|article|study|authors)\b [^.]{0,40}?"
_CUES = {
    "problem": (
        (r"\b(?:challeng|difficult|problem|limited|limitation|lack|remains?|unclear"
         r"|open question|fail|struggl|suffer|costly|hinder)", 1.0),
        (r"^(?:however|but|despite|although|while|yet)\b|^(?:BACKGROUND|OBJECTIVE|AIM|PURPOSE|CONTEXT)", 0.6),
        (_DID + r"(?:address|tackle|investigat|study|ask|examin|aim)", 0.7),
        (r"\bwhether\b|\bto (?:determine|investigate|understand|assess)\b", 0.5),
        (_DID + r"(?:show|find|found|demonstrat|propos|introduc)|\b(?:results|experiments) (?:show"
         r"|demonstrat)", -1.0),
    ),
    "method": (
        (_DID + r"(?:propos|introduc|present|develop|design|devis|us(?:e|ed)\b|employ|combin|train"
         r"|appl|formulat|deriv|build|extend)", 1.0),
        (r"^(?:METHODS?|DESIGN)\b|\b(?:method|approach|framework|algorithm|model|technique"
         r"|theory|procedure|analysis) (?:is|was|that|which|based|for|to)\b", 0.6),
        (r"\b(?:is|are|was|were) (?:presented|derived|solved|treated|obtained by|carried out"
         r"|performed|measured)", 0.5),
        (r"\b(?:outperform|results show|experiments (?:show|demonstrate))", -0.8),
    ),
    "data": (
        (r"\b(?:data ?sets?|corp(?:us|ora)|benchmarks?|treebanks?|participants|patients"
         r"|subjects|cohort|samples?|mice|images of)\b", 1.0),
        (r"\b(?:collected|annotated|recordings|survey of|trials?|questionnaire|specimens?"
         r"|wind[- ]tunnel|simulations? of)\b", 0.6),
        (r"\b\d[\d,]* (?:\w+ ){0,2}(?:papers|sentences|documents|images|patients|participants"
         r"|subjects|languages|mice|samples|tasks)\b", 0.8),
        (r"\b(?:evaluat|test|experiment)\w* (?:\w+ ){0,3}(?:on|with)\b", 0.4),
    ),
    "result": (
        (_DID + r"(?:show|find|found|demonstrat|prov|establish|observ|reveal|conclud)", 1.0),
        (r"\b(?:results?|experiments?|evaluations?|findings"
         r"|simulations?)\b [^.]{0,60}?\b(?:show|demonstrat|indicat|suggest|reveal|confirm)", 1.0),
        (r"\b(?:outperform|achiev|improv(?:es|ed|ing)|reduc(?:es|ed)|increas(?:es|ed)"
         r"|significant|state-of-the-art|accuracy)", 0.5),
        (r"^(?:RESULTS?|CONCLUSIONS?|FINDINGS|INTERPRETATION)\b|\b\d+(?:\.\d+)? ?%", 0.5),
        (r"\bit (?:is|was) (?:shown|found|concluded)", 1.0),
    ),
}  # fmt: skip
_LEAST = 0.6

FORMS = ("markdown", "latex", "csv", "json")


def compared(library: Library, request: Request, keys: Sequence[str], scorer: Scorer | None = None) -> Compared:
    """A table of the papers with these keys; where there are none, of those of the topic."""
    if keys:
        numbers = dict.fromkeys(library.catalogue.number_of(key) for key in keys)
        hits = library.hits([Found(number, 0.0, 0.0, 0.0, (0, 0)) for number in numbers])
        return Compared(rows(hits))
    found = gathered(library, topic_of(request.topic), request, scorer)
    return Compared(rows([one.hit for one in found.papers if one.hit.paper.abstract]))


def row(hit: Hit) -> Row:
    """A paper's row: for each aspect the sentence that speaks of it most, or none. No sentence stands twice."""
    told = [sentence for sentence in parted(hit.paper.abstract) if not about_availability(sentence.text)]
    scores = {aspect: [_score(sentence.text, aspect) for sentence in told] for aspect in ASPECTS}
    cells: dict[str, Quote] = {}
    free = set(range(len(told)))
    best = sorted(
        ((scores[aspect][place], -place, aspect) for aspect in ASPECTS for place in free),
        key=lambda each: (-each[0], each[1]),
    )
    for score, place, aspect in best:
        if score >= _LEAST and aspect not in cells and -place in free:
            cells[aspect] = _quote(told[-place])
            free.discard(-place)
    return Row(hit, tuple(cells.get(aspect) for aspect in ASPECTS))


def rows(hits: Sequence[Hit]) -> tuple[Row, ...]:
    """The rows of a table."""
    return tuple(map(row, hits))


def _score(sentence: str, aspect: str) -> float:
    return sum(weight for pattern, weight in _CUES[aspect] if re.search(pattern, sentence, re.IGNORECASE))


def _quote(sentence: Sentence) -> Quote:
    bare = unlabelled(sentence)
    return Quote(0, bare.text, bare.start, bare.end)


def table(rows: Sequence[Row], form: str) -> str:
    """The table in one of `FORMS`."""
    return {"markdown": _markdown, "latex": _latex, "csv": _csv, "json": _json}[form](rows)


def _cells(row: Row) -> list[str]:
    return [f"“{quote.text}”" if quote else NOT_SAID for quote in row.cells]


def _named(paper: Paper) -> str:
    who = authors(paper).name
    year = f" ({paper.year})" if paper.year else ""
    return f"{who}{year}: {paper.title}" if who else f"{paper.title}{year}"


def _markdown(rows: Sequence[Row]) -> str:
    lines = [["paper", *ASPECTS], ["---"] * (1 + len(ASPECTS))]
    lines += [[f"{_named(row.hit.paper)} ({row.hit.paper.key})", *_cells(row)] for row in rows]
    return (
        "\n".join(
            "| " + " | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in line) + " |" for line in lines
        )
        + "\n"
    )


def _latex(rows: Sequence[Row]) -> str:
    """A `longtable`, whose rows may go over pages."""
    width = f"p{{{0.84 / len(ASPECTS):.2f}\\linewidth}}"
    lines = [
        " & ".join([f"\\cite{{{bibtex.cite_key(row.hit.paper)}}}", *map(_latex_cell, row.cells)]) + r" \\"
        for row in rows
    ]
    head = " & ".join(["", *(f"\\textbf{{{aspect}}}" for aspect in ASPECTS)]) + r" \\ \hline"
    begin = f"\\begin{{longtable}}{{l{width * len(ASPECTS)}}}"
    return (
        "\n".join(
            [r"% Needs \usepackage{longtable} in the preamble.", begin, head, r"\endhead", *lines, r"\end{longtable}"]
        )
        + "\n"
    )


def _latex_cell(quote: Quote | None) -> str:
    return f"``{escaped(quote.text)}''" if quote else f"\\emph{{{NOT_SAID}}}"


def _csv(rows: Sequence[Row]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["key", "title", "authors", "year", *ASPECTS])
    for row in rows:
        paper = row.hit.paper
        said = [quote.text if quote else NOT_SAID for quote in row.cells]
        writer.writerow([paper.key, paper.title, "; ".join(paper.authors), paper.year or "", *said])
    return out.getvalue()


def _json(rows: Sequence[Row]) -> str:
    return json.dumps([row.as_json(ASPECTS) for row in rows], ensure_ascii=False) + "\n"
