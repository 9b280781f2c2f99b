"""A section as running text with a list of references, and as a Word file by way of Pandoc."""

import re
import shutil
import subprocess
from pathlib import Path

from assistant.errors import NoPandoc
from assistant.related.references import NUMERIC, References, references
from assistant.section import Section, Told
from store.records import Paper

_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#+\-.!|~^$])")


def text(section: Section, style: str) -> str:
    """The section and its references in a style."""
    return "\n\n".join([*_paragraphs(section, style), "References", *_listed(section, style)]) + "\n"


def docx(section: Section, style: str, path: Path) -> None:
    """Write a Word file; raises `NoPandoc` where Pandoc is not installed or fails."""
    pandoc = shutil.which("pandoc")
    if pandoc is None:
        raise NoPandoc(
            "A Word file is made by Pandoc, which is not installed.",
            hint="Install it (Debian: apt install pandoc), or use --format markdown.",
        )
    body = [*map(_escaped, _paragraphs(section, style)), "# References", *map(_escaped, _listed(section, style))]
    command = [pandoc, "--from", "commonmark", "--to", "docx", "--output", str(path.absolute())]
    ran = subprocess.run(
        command, input="\n\n".join(body), text=True, encoding="utf-8", capture_output=True, check=False
    )
    if ran.returncode:
        raise NoPandoc(f"Pandoc could not write {path}: {ran.stderr.strip()[:300]}.", hint="Choose another place.")


def _paragraphs(section: Section, style: str) -> list[str]:
    sources = section.answer.sources
    cited = references([source.hit.paper for source in sources], style)
    marks = {source.number: mark for source, mark in zip(sources, cited.marks, strict=True)}
    papers = {source.number: source.hit.paper for source in sources}
    return [" ".join(_sentence(told, papers, marks, style) for told in one.told) for one in section.themes]


def _listed(section: Section, style: str) -> list[str]:
    found: References = references([source.hit.paper for source in section.answer.sources], style)
    return list(found.entries)


def _sentence(told: Told, papers: dict[int, Paper], marks: dict[int, str], style: str) -> str:
    if told.claim is None:
        return told.text
    if told.authors and style not in NUMERIC:
        return told.cited(lambda number: f"({papers[number].year or 'n.d.'})")
    return told.cited(lambda number: marks[number])


def _escaped(paragraph: str) -> str:
    return _MARKDOWN.sub(r"\\\1", paragraph)
