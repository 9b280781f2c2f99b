"""The papers of a topic held against a draft, and against each other."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from assistant.related.aspects import rows
from assistant.related.gaps import cited
from assistant.related.gather import gathered
from assistant.related.topic import topic_of
from assistant.section import Chosen, Compared, Gathered, Request
from store.library import Library
from store.search import Found


def uncited(library: Library, request: Request, files: Sequence[Path]) -> Gathered:
    """The papers of the topic that the files do not cite; those that they do are left out, with the reason."""
    already = cited(library.catalogue, files)
    found = gathered(library, topic_of(request.topic), request)
    missing = tuple(one for one in found.papers if one.hit.number not in already)
    held = tuple(Chosen(one.hit, "cited already") for one in found.papers if one.hit.number in already)
    return replace(found, papers=missing, left_out=held or (() if found.papers else found.left_out))


def compared(library: Library, request: Request, keys: Sequence[str]) -> Compared:
    """A table of the papers with these keys; where there are none, of those of the topic."""
    if keys:
        numbers = dict.fromkeys(library.catalogue.number_of(key) for key in keys)
        hits = library.hits([Found(number, 0.0, 0.0, 0.0, (0, 0)) for number in numbers])
        return Compared(rows(hits))
    found = gathered(library, topic_of(request.topic), request)
    return Compared(rows([one.hit for one in found.papers if one.hit.paper.abstract]))
