r"""A section as LaTeX that can be pasted into a paper, citing by the user's own keys.

Which commands cite is a setting: natbib's \citet and \citep, biblatex's \textcite and \parencite, or \cite alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from assistant.section import CITED, Section, Told
from store.records import Paper
from store.retractions import said_of
from store.writers import bibtex
from store.writers.latex import escaped


@dataclass(frozen=True, slots=True)
class Commands:
    """Commands that cite: `textual` prints the authors' names itself (empty: they are written out)."""

    textual: str
    parenthetical: str
    package: str


CITATIONS = {
    "natbib": Commands("citet", "citep", r"\usepackage{natbib}"),
    "biblatex": Commands("textcite", "parencite", r"\usepackage[backend=biber]{biblatex}"),
    "cite": Commands("", "cite", ""),
}
"""The values of the setting `citations`."""


def latex(section: Section, citations: str) -> str:
    """The section, a paragraph to a theme, with a comment that says which package it needs."""
    commands = CITATIONS[citations]
    papers = {source.number: source.hit.paper for source in section.answer.sources}
    paragraphs = [" ".join(_sentence(told, papers, commands) for told in one.told) for one in section.themes]
    needs = [f"% Needs {commands.package} in the preamble."] if commands.package else []
    cautions = [f"% {said_of(bibtex.cite_key(paper), paper.status)}" for paper in papers.values() if paper.status]
    return "\n\n".join([*needs, *cautions, *paragraphs]) + "\n"


def bibliography(section: Section) -> str:
    """BibTeX entries of the cited papers and of no others, without their abstracts."""
    cited = (source.hit.paper for source in section.answer.sources)
    return "".join(bibtex.write(replace(paper, abstract="", tags=()) for paper in cited))


def _sentence(told: Told, papers: dict[int, Paper], commands: Commands) -> str:
    if told.claim is None:
        return _text(told.text)
    key = bibtex.cite_key(papers[told.claim.sources[0]])
    named = f"{told.authors} {CITED}"
    if told.authors and commands.textual and named in told.text:
        before, after = told.text.split(named, 1)
        return f"{_text(before)}\\{commands.textual}{{{key}}}{_text(after)}"
    first, *others = told.text.split(CITED)
    written = _text(first.rstrip())
    for number, after in zip(told.claim.sources, others, strict=True):
        written += f"~\\{commands.parenthetical}{{{bibtex.cite_key(papers[number])}}}{_text(after)}"
    return written.lstrip("~")


def _text(text: str) -> str:
    """Escaped, with LaTeX's own quotation marks."""
    return "".join(_quoted(escaped(text)))


def _quoted(text: str) -> Iterator[str]:
    opening = True
    for char in text:
        match char:
            case "“":
                yield "``"
            case "”":
                yield "''"
            case '"':
                yield "``" if opening else "''"
                opening = not opening
            case _:
                yield _PLAIN.get(char, char)


_PLAIN = {"\u00a0": "~", "\u2060": "", "\u200b": "", "\u202f": "\\,", "−": "$-$", "≥": r"$\geq$", "≤": r"$\leq$"}
