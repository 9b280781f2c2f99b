"""The papers of a topic that a draft or a bibliography does not cite yet."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from assistant.drafts.reading import FORMS, read
from assistant.errors import UnreadableDraft
from assistant.related.gather import gathered
from assistant.related.topic import topic_of
from assistant.section import Chosen, Gathered, Request
from assistant.verification.figures import Scorer
from store import readers
from store.catalogue import Catalogue
from store.errors import NoSuchPaper
from store.identity import squashed
from store.library import Library
from store.records import Paper
from store.writers.bibtex import cite_key

_CITES = re.compile(r"\\[A-Za-z]*cite[A-Za-z]*\*?\s*(?:\[[^\]]*\]\s*){0,2}\{([^{}]+)\}|\\nocite\{([^{}]+)\}")
_MARKDOWN_CITES = re.compile(r"(?<![\w.])@\{?([^\s\[\](){},;]+?)\}?(?=[\s\];,.)]|$)")
_REFERENCES = frozenset(".bib .bibtex .ris .nbib .enw .json .jsonl .csv .tsv .xlsx .xml .gz .zip".split())
_COMMENT = re.compile(r"(?<!\\)%.*")


def uncited(library: Library, request: Request, files: Sequence[Path], scorer: Scorer | None = None) -> Gathered:
    """The papers of the topic that the files do not cite; those that they do are left out, with the reason."""
    already = cited(library.catalogue, files)
    found = gathered(library, topic_of(request.topic), request, scorer)
    missing = tuple(one for one in found.papers if one.hit.number not in already)
    held = tuple(Chosen(one.hit, "cited already") for one in found.papers if one.hit.number in already)
    return replace(found, papers=missing, left_out=held or (() if found.papers else found.left_out))


def cited(catalogue: Catalogue, files: Sequence[Path]) -> frozenset[int]:
    """Numbers of the library's papers that the files cite or hold.

    A LaTeX or Markdown draft names cite keys; a file of references is compared by key, DOI and title.
    Raises `UnreadableDraft` for a file that is not there.
    """
    known = {cite_key(paper): number for number, paper in _all(catalogue)}
    return frozenset(number for file in files for number in _cited_in(catalogue, file, known))


def _cited_in(catalogue: Catalogue, file: Path, known: dict[str, int]) -> Iterator[int]:
    if file.suffix.lower() not in _REFERENCES:
        text = _text(file)
        parts = [_text(Path(part)) for part in read(str(file), text).files] if file.suffix.lower() in FORMS else []
        for key in _keys("\n\n".join([text, *parts])):
            if (number := known.get(key) or _number(catalogue, key)) is not None:
                yield number
        return
    if not file.is_file():
        raise UnreadableDraft(f"{file}: there is no such file.", hint="Give a draft (.tex, .md) or a .bib file.")
    for record in readers.read(file):
        if isinstance(record, Paper):
            yield from _same(catalogue, record, known)


def _same(catalogue: Catalogue, record: Paper, known: dict[str, int]) -> Iterator[int]:
    """The library's papers that the record can be: by key and title together, by title, by DOI."""
    titled = catalogue.titled(squashed(record.title))
    yield from titled
    if titled:
        return
    number = known.get(cite_key(record)) if record.key else None
    if number is not None and (not record.doi or catalogue.paper(number).doi.lower() in {"", record.doi.lower()}):
        yield number


def _keys(text: str) -> Iterator[str]:
    plain = "\n".join(_COMMENT.sub("", line) for line in text.splitlines())
    for found in _CITES.finditer(plain):
        yield from (key.strip() for key in (found[1] or found[2]).split(","))
    yield from (found[1] for found in _MARKDOWN_CITES.finditer(text))


def _number(catalogue: Catalogue, key: str) -> int | None:
    try:
        return catalogue.number_of(key)
    except NoSuchPaper:
        return None


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise UnreadableDraft(f"{file}: {error.strerror}.", hint="Give a draft (.tex, .md) or a .bib file.") from error


def _all(catalogue: Catalogue) -> Iterator[tuple[int, Paper]]:
    numbers = sorted(set(catalogue.passage_papers()[1].tolist()))
    yield from catalogue.papers(numbers).items()
