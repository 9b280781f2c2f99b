from dataclasses import replace
from pathlib import Path

import pytest

from assistant.cli.main import main
from assistant.errors import ModelFailed
from assistant.models.files import chosen_model, find_starter, model_files, problem_of, resolved, suggestion
from assistant.settings import Settings, load


def test_the_starter_is_found_and_sound(tmp_path: Path) -> None:
    starter = find_starter()
    assert starter is not None
    assert problem_of(starter) == ""
    assert chosen_model(Settings(tmp_path)) == starter


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "empty"),
        (b"GGUF", "cut off"),
        (b"GGUF\x03\x00\x00\x00" + b"\x00" * 16, "damaged"),
        (b"PK\x03\x04 something else", "not a GGUF"),
        (b"GGUF\x00\x00\x00\x03" + b"\x00\x00\x00\x00\x00\x00\x00\x01" * 2, "byte order"),
    ],
)
def test_a_file_that_is_no_model_is_told_from_its_head(tmp_path: Path, content: bytes, problem: str) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(content)
    assert problem in problem_of(path)
    with pytest.raises(ModelFailed, match=problem) as refused:
        chosen_model(Settings(tmp_path, model=str(path)))
    assert "models use" in refused.value.hint


def test_a_missing_model_and_a_folder_are_told_apart(tmp_path: Path) -> None:
    assert "no such file" in problem_of(tmp_path / "none.gguf")
    assert "folder" in problem_of(tmp_path)


def test_a_model_is_found_by_path_and_by_name_with_and_without_ending(tmp_path: Path) -> None:
    settings = Settings(tmp_path)
    settings.models_folder.mkdir()
    path = settings.models_folder / "My Model.gguf"
    path.write_bytes(b"GGUF")
    assert (
        resolved(settings, "My Model") == resolved(settings, "My Model.gguf") == resolved(settings, str(path)) == path
    )
    assert resolved(settings, "starter") == find_starter()


def test_the_list_marks_what_is_chosen_and_what_is_broken(tmp_path: Path) -> None:
    settings = Settings(tmp_path)
    settings.models_folder.mkdir()
    (settings.models_folder / "broken.gguf").write_bytes(b"nothing")
    files = {file.path.name: file for file in model_files(replace(settings, model="broken"))}
    assert files["broken.gguf"].chosen
    assert files["broken.gguf"].problem
    assert sum(file.starter for file in files.values()) == 1


def test_a_mistyped_name_gets_a_suggestion(tmp_path: Path) -> None:
    starter = find_starter()
    assert starter is not None
    assert starter.name in suggestion(Settings(tmp_path), starter.stem.replace("M2", "N2"))


def test_no_model_can_be_chosen(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--home", str(tmp_path), "models", "use", "none"]) == 0
    assert "made of quotes" in capsys.readouterr().out
    settings = load(tmp_path, environment={})
    assert chosen_model(settings) is None
    assert not any(file.chosen for file in model_files(settings))
