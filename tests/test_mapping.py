"""The map of a library: topics that are topics, places that keep like papers together."""

from pathlib import Path

import numpy as np

from assistant.events import Mapped
from assistant.related.mapping import Map
from store.embedding import Embedder
from store.library import Library
from store.records import Progress
from tests.conftest import added, opened


def drawn(library: Library, map_: Map) -> list[Progress | Mapped]:
    return list(map_.events(library.catalogue, lambda: False))


def test_a_topic_lies_together_and_is_called_by_what_its_papers_say(
    home: Path, tmp_path: Path, embedder: Embedder
) -> None:
    said = {"owl": "The barn owl hunts at night and owls see in the dark of the forest. Bird number {}.",
            "tax": "The income tax law changes what tax offices collect from taxpayers. Paragraph number {}.",
            "sea": "Ocean waves and sea currents carry salt water along the coast. Tide number {}."}  # fmt: skip
    file = tmp_path / "three.bib"
    file.write_text(
        "\n".join(
            f"@misc{{{name}{n}, title = {{{text.format(n)[:30]} {n}}}, abstract = {{{text.format(n)}}}}}"
            for name, text in said.items()
            for n in range(14)
        )
    )
    library = opened(home, embedder)
    added(library, [file])
    map_ = Map()
    *steps, found = drawn(library, map_)
    assert steps
    assert isinstance(found, Mapped)
    names = {number: library.catalogue.paper(number).key[:3] for number in found.numbers}
    topics = [{topic for number, topic in zip(found.numbers, found.topics, strict=True) if names[number] == name}
              for name in said]  # fmt: skip
    assert [len(each) for each in topics] == [1, 1, 1]
    assert len(set.union(*topics)) == 3
    assert any("owl" in name.lower() for name in found.names)
    places = np.stack([found.across, found.up], axis=1)
    assert ((places >= 0) & (places <= 1)).all()
    assert drawn(library, map_) == [found]
    library.remove(["owl0"])
    assert len(drawn(library, map_)[-1].numbers) == 41  # type: ignore[union-attr]


def test_an_empty_library_and_one_of_a_single_paper_have_a_map_too(
    home: Path, tmp_path: Path, embedder: Embedder
) -> None:
    library = opened(home, embedder)
    (nothing,) = [step for step in drawn(library, Map()) if isinstance(step, Mapped)]
    assert list(nothing.numbers) == []
    file = tmp_path / "one.bib"
    file.write_text("@misc{one, title = {One}, abstract = {Only one.}}")
    added(library, [file])
    (one,) = [step for step in drawn(library, Map()) if isinstance(step, Mapped)]
    assert (list(one.numbers), len(one.names)) == ([1], 1)
