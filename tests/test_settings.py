from pathlib import Path

import pytest

from assistant.errors import BadSettings
from assistant.settings import FILE, NAMES, Settings, default_home, load, save


def test_defaults_hold_without_a_file(tmp_path: Path) -> None:
    assert load(tmp_path, environment={}) == Settings(home=tmp_path)


def test_flags_beat_environment_beats_file(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("threads = 1\nseed = 1\ncontext_size = 1024\n")
    settings = load(
        tmp_path, flags={"threads": "3"}, environment={"ASSISTANT_THREADS": "2", "ASSISTANT_SEED": "2", "OTHER": "x"}
    )
    assert (settings.threads, settings.seed, settings.context_size) == (3, 2, 1024)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("thread = 2", "Did you mean 'threads'"),
        ("threads = 'two'", "whole number"),
        ("threads = 1.5", "whole number"),
        ("threads = -1", "out of range"),
        ("threads = true", "whole number"),
        ("model = [1]", "text"),
        ("thinking = 'perhaps'", "true or false"),
        ("thinking = 3", "true or false"),
        ("temperature = nan", "out of range"),
        ("this is not toml", "cannot be read"),
        ("[section]\nthreads = 1", "no setting 'section'"),
    ],
)
def test_what_is_wrong_in_the_file_is_said_with_its_place(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / FILE).write_text(text)
    with pytest.raises(BadSettings) as refused:
        load(tmp_path, environment={})
    said = f"{refused.value} {refused.value.hint}"
    assert words in said
    assert FILE in said
    assert refused.value.exit_code == 2


def test_a_bad_environment_variable_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match="ASSISTANT_SEED"):
        load(tmp_path, environment={"ASSISTANT_SEED": "many"})


def test_saving_keeps_comments_and_other_settings(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("# mine\nthreads = 2  # two\n")
    save(load(tmp_path, environment={}), "model", "big.gguf")
    assert (tmp_path / FILE).read_text() == '# mine\nthreads = 2  # two\nmodel = "big.gguf"\n'
    assert load(tmp_path, environment={}).model == "big.gguf"


def test_home_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ASSISTANT_HOME", str(tmp_path))
    assert default_home() == tmp_path


def test_every_setting_says_what_it_means() -> None:
    assert all(Settings.__dataclass_fields__[name].metadata["meaning"] for name in NAMES)


@pytest.mark.parametrize(
    ("text", "value"), [("true", True), ("Yes", True), ("1", True), ("off", False), ("false", False)]
)
def test_a_switch_is_read_from_words_too(tmp_path: Path, text: str, value: bool) -> None:
    assert load(tmp_path, flags={"thinking": text}, environment={}).thinking is value


def test_a_switch_is_saved_as_the_file_format_has_it(tmp_path: Path) -> None:
    path = save(Settings(home=tmp_path), "thinking", "yes")
    assert path.read_text() == "thinking = true\n"
    assert load(tmp_path, environment={}).thinking
