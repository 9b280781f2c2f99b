"""How near papers are to a topic, which topics a library is found to have, and how both are named."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.related.gather import gathered
from assistant.related.naming import Authors, authors
from assistant.related.nearness import Nearness, parts
from assistant.related.topic import as_spelt, topic_of
from assistant.section import Request
from store.embedding import Embedder
from store.library import Library
from store.records import Filters, Paper
from tests.conftest import opened


@pytest.fixture
def library(sample_copy: Path, embedder: Embedder) -> Iterator[Library]:
    library = opened(sample_copy, embedder)
    yield library
    library.close()


@pytest.mark.parametrize(
    ("topic", "named"),
    [
        ("privacy and data security", ["privacy", "data security"]),
        ("dropout, batch normalization and adam", ["dropout", "batch normalization", "adam"]),
        ("the gap between speech and text", ["the gap between speech and text"]),
        ("retrieval and the", ["retrieval and the"]),
        ("retrieval", ["retrieval"]),
    ],
)
def test_a_topic_has_the_parts_that_it_names_side_by_side(topic: str, named: list[str]) -> None:
    assert parts(topic) == named


def test_a_topic_is_spelt_as_most_papers_of_the_library_spell_it(library: Library) -> None:
    assert as_spelt("the modelling of Color", library.catalogue) == "the modelling of Colour"
    assert as_spelt("the modelling of colour", library.catalogue) == "the modelling of colour"


def test_words_side_by_side_bring_a_paper_nearer_than_the_same_words_apart(library: Library) -> None:
    number = library.catalogue.number_of("papineni2002bleu")
    found = [one for one in library.ranking("BLEU", limit=40, filters=Filters()) if one.number == number]
    (together,) = Nearness(library, "machine translation evaluation").of(found)
    (compound,) = Nearness(library, "machine-to-translation evaluation").of(found)
    (foreign,) = Nearness(library, "sourdough bread").of(found)
    assert together > compound + 0.1
    assert foreign < together - 0.3


@pytest.mark.parametrize(
    ("topic", "is_there"),
    [
        ("machine translation evaluation", True),
        ("neighbor search and dropout", True),
        ("dropout and sourdough bread", False),
        ("sign language recognition", False),
        ("monetary policy", False),
        ("the of and", False),
    ],
)
def test_a_library_has_a_topic_where_a_paper_is_near_to_it_or_one_to_each_part(
    library: Library, topic: str, is_there: bool
) -> None:
    found = gathered(library, topic, Request(topic))
    assert bool(found.papers) is is_there
    assert is_there or all("not on the topic" in one.reason for one in found.left_out)


@pytest.mark.parametrize(
    ("names", "name", "one"),
    [
        ((), "", False),
        (("Müller, Jörg",), "Müller", True),
        (("Laurens van der Maaten", "Geoffrey Hinton"), "van der Maaten and Hinton", False),
        (("A. One", "B. Two", "C. Three"), "One et al.", False),
        (("Vaswani, Ashish", "others"), "Vaswani et al.", False),
        (("World Health Organization of Europe",), "World Health Organization of Europe", False),
    ],
)
def test_authors_are_named_as_in_running_text(names: tuple[str, ...], name: str, one: bool) -> None:
    assert authors(Paper("T", authors=names)) == Authors(name, one)


@pytest.mark.parametrize(
    ("request_", "topic"),
    [
        ("Please write a related-work section about X-ray imaging for my thesis.", "X-ray imaging"),
        ("I'm writing a section on graph parsers. Please draft the related work.", "graph parsers"),
        ("related work: trees, and other ways of parsing", "trees, and other ways of parsing"),
        ("work on hot surfaces", "work on hot surfaces"),
        ("sentiment in text", "sentiment in text"),
        ("related work", "related work"),
    ],
)
def test_the_topic_is_what_remains_of_a_request(request_: str, topic: str) -> None:
    assert topic_of(request_) == topic
