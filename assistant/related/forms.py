r"""A section as Markdown, LaTeX, running text and Word, with the user's own cite keys or a list of references.

Which commands cite in LaTeX is a setting: natbib's \citet and \citep, biblatex's \textcite and \parencite, or \cite
alone.
"""

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.errors import NoPandoc
from assistant.related.references import NUMERIC, references
from assistant.section import ANNOTATED, CITED, Section, Told
from store.records import Paper
from store.retractions import said_of
from store.writers import bibtex
from store.writers.latex import escaped

_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#+\-.!|~^$])")


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


def markdown(section: Section, reference: Callable[[Paper], str]) -> str:
    """The section with [n] marks, and below it a line that `reference` gives for each source."""
    sources = (f"[{source.number}] {reference(source.hit.paper)}  " for source in section.answer.sources)
    return "\n".join([section.answer.text, "", *sources, ""])


def latex(section: Section, citations: str) -> str:
    """The section, with comments that say what it is and which package it needs."""
    commands = CITATIONS[citations]
    papers = {source.number: source.hit.paper for source in section.answer.sources}
    parts = [f"% {ANNOTATED}"] if section.annotated else []
    parts += [f"% Needs {commands.package} in the preamble."] if commands.package else []
    parts += [f"% {said_of(bibtex.cite_key(paper), paper.status)}" for paper in papers.values() if paper.status]
    for theme in section.themes:
        told = [_in_latex(one, papers, commands) for one in theme.told]
        if theme.prose:
            parts.append(" ".join(told))
        else:
            title = escaped(theme.theme.title)
            parts.append("\n\n".join([f"\\paragraph{{{title}}}", *told]))
    return "\n\n".join(parts) + "\n"


def bibliography(section: Section) -> str:
    """BibTeX entries of the cited papers and of no others, without their abstracts."""
    cited = (source.hit.paper for source in section.answer.sources)
    return "".join(bibtex.write(replace(paper, abstract="", tags=()) for paper in cited))


def text(section: Section, style: str) -> str:
    """The section and its references in a style."""
    return "\n\n".join([*_blocks(section, style, lambda title: title), "References", *_listed(section, style)]) + "\n"


def docx(section: Section, style: str, path: Path) -> None:
    """Write a Word file; raises `NoPandoc` where Pandoc is not installed or fails."""
    pandoc = shutil.which("pandoc")
    if pandoc is None:
        raise NoPandoc(
            "A Word file is made by Pandoc, which is not installed.",
            hint="Install it (Debian: apt install pandoc), or use --format markdown.",
        )
    body = [
        *_blocks(section, style, lambda title: f"## {_plain(title)}", _plain),
        "# References",
        *map(_plain, _listed(section, style)),
    ]
    command = [pandoc, "--from", "commonmark", "--to", "docx", "--output", str(path.absolute())]
    ran = subprocess.run(
        command, input="\n\n".join(body), text=True, encoding="utf-8", capture_output=True, check=False
    )
    if ran.returncode:
        raise NoPandoc(f"Pandoc could not write {path}: {ran.stderr.strip()[:300]}.", hint="Choose another place.")


def _blocks(
    section: Section, style: str, heading: Callable[[str], str], paragraph: Callable[[str], str] = str
) -> Iterator[str]:
    """The paragraphs of running text, with a heading to each theme where every entry is a paragraph."""
    sources = section.answer.sources
    cited = references([source.hit.paper for source in sources], style)
    marks = {source.number: mark for source, mark in zip(sources, cited.marks, strict=True)}
    papers = {source.number: source.hit.paper for source in sources}
    if section.annotated:
        yield paragraph(ANNOTATED)
    for theme in section.themes:
        told = [_in_text(one, papers, marks, style) for one in theme.told]
        if theme.prose:
            yield paragraph(" ".join(told))
        else:
            yield heading(theme.theme.title)
            yield from map(paragraph, told)


def _listed(section: Section, style: str) -> tuple[str, ...]:
    return references([source.hit.paper for source in section.answer.sources], style).entries


def _in_text(told: Told, papers: Mapping[int, Paper], marks: Mapping[int, str], style: str) -> str:
    if told.claim is None:
        return told.text
    if told.authors and style not in NUMERIC:
        return told.cited(lambda number: f"({papers[number].year or 'n.d.'})")
    return told.cited(lambda number: marks[number])


def _plain(paragraph: str) -> str:
    """Text that CommonMark takes as it stands."""
    return _MARKDOWN.sub(r"\\\1", paragraph)


def _in_latex(told: Told, papers: Mapping[int, Paper], commands: Commands) -> str:
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
